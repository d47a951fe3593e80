"""Two people give the same command at the same moment, each in a program of their own."""

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from signing.entries import Event, parse_entry
from tests.integration.destruction.conftest import PASSPHRASE, add_people
from webir_records.bootstrap import open_workspace, this_machine
from webir_records.services.cancelling import cancel_accounts
from webir_records.services.destruction import stating
from webir_records.services.destruction.batches import list_batches
from webir_records.services.filing import file_records
from webir_records.services.verifying import Reading, verify

WEBIR: Final = Path(sys.executable).with_name("webir")


def _both(root: Path, *words: str) -> list[tuple[int, Any]]:
    """Start two programs; returns exit code and answer of each, the one that did it first."""
    kept = {**os.environ, "HOME": str(root), "WEBIR_SOFFICE": "/nonexistent", "LANG": "C.UTF-8"}
    command = [str(WEBIR), "-w", str(root), "--json", *words]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    running = [subprocess.Popen(command, env=kept, text=True, **pipes) for _ in range(2)]
    ended = [(program.communicate(timeout=120), program.returncode) for program in running]
    found = [(code, json.loads(out or err)) for (out, err), code in ended]
    return sorted(found, key=lambda one: one[0])


def test_second_draft_and_second_execution_are_refused_and_nothing_happens_twice(
    workspace_root: Path, papers
) -> None:
    machine = replace(this_machine(), soffice=None)
    with open_workspace(workspace_root, machine=machine) as workspace:
        add_people(workspace)
        file_records(workspace, "form_1_2", papers.applications(3))
        cancel_accounts(workspace, papers.cancellations(3))
    done, refused = _both(workspace_root, "--as", "arch-01", "destruction", "draft")
    assert (done[0], refused[0]) == (0, 3), (done, refused)
    assert refused[1]["error"]["code"] == "U164"
    batch = done[1]["batch"]
    with open_workspace(workspace_root, machine=machine) as workspace:
        assert [view.batch for view in list_batches(workspace)] == [batch]
        for kind, person in (("approval", "head-01"), ("witness", "wit-01")):
            stating.state(workspace, batch, kind=kind, actor=person, passphrase=PASSPHRASE)
    done, refused = _both(
        workspace_root, "--as", "arch-01", "destruction", "execute", batch, "--confirm", batch
    )
    assert (done[0], refused[0]) == (0, 2), (done, refused)
    assert refused[1]["error"]["code"] == "U169"
    with open_workspace(workspace_root, machine=machine) as workspace:
        events = Counter(parse_entry(body).event for _, body in workspace.archive.ledger.bodies())
        checked = verify(workspace, "full", reading=Reading(workers=1))
    assert (events[Event.DESTROYED], events[Event.DESTRUCTION_STARTED]) == (3, 1)
    assert checked.fine, (checked.report.findings, checked.beyond)
