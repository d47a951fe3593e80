"""One prepared workspace for all cases of this folder; a case works in a copy."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.conftest import ROOT, Papers, SettableClock, agency_settings
from tests.disposal.office import FOUNDED, MANAGER, PASSPHRASE, PEOPLE, Office
from webir_records.bootstrap import create_workspace
from webir_records.services.context import Machine
from webir_records.services.people import add_person

LIVES = "lives"
"""Profile for many long lives of the agency, outside CI."""
settings.register_profile(
    LIVES, max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """The agency as every case finds it; nobody may change this one."""
    folder = tmp_path_factory.mktemp("agency")
    (folder / "papers").mkdir()
    clock = SettableClock(datetime(FOUNDED.year, FOUNDED.month, FOUNDED.day, 4, tzinfo=UTC))
    machine = Machine(
        now=clock, random=os.urandom, environment={}, soffice=None, templates=ROOT / "templates"
    )
    create_workspace(folder / "workspace", agency_settings(folder), machine=machine)
    office = Office(folder / "workspace", machine, Papers(folder / "papers"), clock)
    office.file_applications(4)
    office.file_letters()
    for person, roles in PEOPLE.items():
        add_person(
            office.workspace, person, roles, PASSPHRASE, actor="operator" if person == MANAGER else MANAGER
        )
    office.close()
    return office


@pytest.fixture
def office(founded: Office, tmp_path: Path) -> Iterator[Office]:
    """A copy of the agency that a case may change."""
    (tmp_path / "papers").mkdir()
    shutil.copytree(founded.root, tmp_path / "workspace")
    copy = founded.at(tmp_path / "workspace", tmp_path / "papers")
    yield copy
    copy.close()
