"""A workspace with lapsed applications and two people who may hold and release."""

import pytest

from tests.conftest import Papers
from tests.integration.holds.facts import PASSPHRASE
from webir_records.services.cancelling import cancel_accounts
from webir_records.services.context import Workspace
from webir_records.services.filing import file_records
from webir_records.services.people import add_person


@pytest.fixture
def lapsed(workspace: Workspace, papers: Papers) -> Workspace:
    """Four applications, of which three were cancelled on 2021-02-28."""
    for person, role in (("arch-01", "archivist"), ("wit-01", "witness"), ("mgr-01", "agency_manager")):
        add_person(workspace, person, (role,), PASSPHRASE)
    file_records(workspace, "form_1_2", papers.applications(4))
    cancel_accounts(workspace, papers.cancellations(3))
    return workspace
