"""A sealed file that was changed and kept its size: nobody is asked to sign for it."""

import pytest

from tests.integration.destruction.conftest import Steps
from webir_records.model.errors import RefusedError
from webir_records.services.context import Workspace


def _flip(workspace: Workspace, record: str) -> None:
    (path,) = (workspace.root / "archive/records").rglob(f"{record}.1.sealed")
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(bytes(data))


def test_thorough_draft_leaves_it_out_and_a_quick_one_does_not_see_it(steps: Steps, staffed) -> None:
    _flip(staffed, "b0000doc")
    assert "b0000doc" in steps.draft().batch.records
    drafted = steps.draft(thorough=True, reason_code="damaged-one")
    assert [(item.record, item.reasons[0].code) for item in drafted.excluded] == [("b0000doc", "R245")]


@pytest.mark.parametrize(("reached", "code"), [("selection", "U419"), ("approved", "U166")])
def test_damaged_record_is_found_before_anybody_agrees(reached, code, steps: Steps, staffed) -> None:
    steps.up_to(reached)
    _flip(staffed, "b0000doc")
    head = staffed.archive.ledger.head()
    with pytest.raises(RefusedError, match=code) as caught:
        {"selection": steps.submit, "approved": lambda: steps.state("approval", "head-01")}[reached]()
    assert [reason.code for reason in caught.value.reasons] == ["R245"]
    assert staffed.archive.ledger.head() == head
