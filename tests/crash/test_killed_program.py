"""The installed program is killed at random moments; what it printed as done is there."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from webir_records.bootstrap import open_workspace, this_machine
from webir_records.services.context import Machine
from webir_records.services.records import list_records
from webir_records.services.verifying import Reading, verify

WEBIR: Final = Path(sys.executable).with_name("webir")
ROUNDS: Final = 12
DEADLINE_S: Final = 16.0
SEED: Final = 20261123
pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL is a word of POSIX")


@pytest.fixture
def machine() -> Machine:
    """The real machine: its clock is that of the program under test."""
    return replace(this_machine(), soffice=None)


def _command(root: Path, *arguments: object) -> list[str]:
    return [str(WEBIR), "-w", str(root), "--json", *map(str, arguments)]


def _start(root: Path, data: Path) -> subprocess.Popen[str]:
    kept = {"PATH": os.environ["PATH"], "HOME": str(root), "WEBIR_SOFFICE": "/nonexistent"}
    command = _command(root, "records", "file", "form_1_2", data)
    return subprocess.Popen(command, env=kept, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _printed(process: subprocess.Popen[str], after_s: float) -> list[str]:
    """Kill a program after some seconds, and return the records that it acknowledged."""
    try:
        out, _ = process.communicate(timeout=after_s)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        out, _ = process.communicate()
    return [item["record"] for item in json.loads(out)["filed"]] if out else []


def test_killed_program_loses_nothing_that_it_printed(workspace_root: Path, papers, machine) -> None:
    moments, known, end = random.Random(SEED), set[str](), time.monotonic() + DEADLINE_S  # noqa: S311
    started = time.monotonic()
    known |= set(_printed(_start(workspace_root, papers.applications(1)), 60))
    usual_s = time.monotonic() - started
    assert len(known) == 1
    for number in range(ROUNDS):
        if time.monotonic() > end:
            break
        process = _start(workspace_root, papers.applications(2 + 3 * number))
        printed = _printed(process, moments.uniform(0.5, 1.2) * usual_s)
        with open_workspace(workspace_root, machine=machine) as workspace:
            checked = verify(workspace, "full", reading=Reading(workers=1))
            assert checked.fine, (checked.report.findings, checked.beyond)
            found = {record.record for record in list_records(workspace)}
        assert known | set(printed) <= found
        known = found
    assert number >= 2
