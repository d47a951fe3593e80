"""Filed documents on their way: units, 史政機關, archive authority, cooling off, destruction, annotation."""

from pathlib import Path

from signing.findings import Report, Verdict
from signing.verifier import Level, verify_archive
from webir_records.services.context import Workspace
from webir_records.services.records import list_records
from webir_records.services.verifying import verify

NOT_JUDGED = {"certificate.docx"}
"""A print of `certificate.json`; the signed paper is kept."""


def test_whole_way_of_a_batch_destroys_what_was_approved_and_verifies(steps, staffed, tmp_path) -> None:
    letter = tmp_path / "核准函.PDF"
    letter.write_bytes(b"%PDF-1.7 a letter")
    steps.letter = letter
    for reached, step in steps.path():
        step()
        checked = verify(staffed, "full")
        assert checked.fine, (reached, checked.report.findings, checked.beyond)
    assert steps.view().state == "closed"
    assert checked.report.verdict is Verdict.VALID
    assert checked.report.records == {"DESTROYED_AUTHORISED": 6, "OK": 1}
    assert {r.record: r.state for r in list_records(staffed)}["b0006doc"] == "filed"
    _assert_every_paper_is_judged(staffed, staffed.root / f"archive/certificates/{steps.batch}")


def _assert_every_paper_is_judged(workspace: Workspace, folder: Path) -> None:
    """Change each paper: verification names exactly that one."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.iterdir()):
        kept = path.read_bytes()
        path.write_bytes(kept + b" ")
        found[path.name] = [Path(finding.where).name for finding in _verified(workspace).findings]
        path.write_bytes(kept)
    judged = {name: [name] for name in found if name not in NOT_JUDGED}
    assert {name: told[:1] for name, told in found.items() if told} == judged
    assert found.keys() >= {
        *("authority-letter.pdf", "plan.json", "submitted-plan.docx", "selection-answered.json"),
        *("submitted-catalogue-files.ods", "submitted-catalogue-items.docx", "catalogue-annotated.json"),
        *("annotated-catalogue-files.docx", "annotated-catalogue-items.ods"),
    }


def _verified(workspace: Workspace) -> Report:
    vkey = workspace.archive.ledger.vkey
    return verify_archive(workspace.root / "archive", vkeys=[vkey], level=Level.parse("structure"))
