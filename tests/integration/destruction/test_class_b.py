"""Filed documents on their way: units, 史政機關, archive authority, cooling off, destruction, annotation."""

from signing.findings import Verdict
from webir_records.services.records import list_records
from webir_records.services.verifying import verify


def test_whole_way_of_a_batch_destroys_what_was_approved_and_verifies(steps, staffed) -> None:
    for reached, step in steps.path():
        step()
        checked = verify(staffed, "full")
        assert checked.fine, (reached, checked.report.findings, checked.beyond)
    assert steps.view().state == "closed"
    assert checked.report.verdict is Verdict.VALID
    assert checked.report.records == {"DESTROYED_AUTHORISED": 6, "OK": 1}
    assert {r.record: r.state for r in list_records(staffed)}["b0006doc"] == "filed"
