"""What a verification found, on paper: what was read, every finding, and how many are not printed."""

import hashlib
from pathlib import Path

import docx
import pytest

from signing.note import to_base64
from webir_records.model.errors import InputError
from webir_records.services import verification_report
from webir_records.services.context import Workspace
from webir_records.services.filing import file_records
from webir_records.services.verification_report import check_target, write_report
from webir_records.services.verifying import verify


def _said(path: Path) -> str:
    tables = docx.Document(str(path)).tables
    return "\n".join(cell.text for table in tables for row in table.rows for cell in row.cells)


def _damage(workspace: Workspace) -> list[str]:
    """Change every sealed file; return their paths in the archive."""
    sealed = sorted(workspace.root.glob("archive/records/*/*/*.sealed"))
    for path in sealed:
        path.write_bytes(path.read_bytes() + b"x")
    return [path.relative_to(workspace.root / "archive").as_posix() for path in sealed]


def test_paper_of_a_whole_archive_names_checkpoint_manifest_and_what_was_read(
    workspace, papers, tmp_path
) -> None:
    file_records(workspace, "form_1_2", papers.applications(3))
    verify(workspace, "structure")
    checked = verify(workspace, "full")
    paper = tmp_path / "v.docx"
    write_report(workspace, checked, paper, actor="p-7")
    said, checkpoint = _said(paper), checked.report.checkpoint
    assert checkpoint is not None
    assert to_base64(checkpoint.root) in said
    assert "（valid）" in said
    assert "p-7" in said
    assert "封存檔（讀取內容）：3 個" in said
    assert "帳冊只有增加" in said
    manifests = {path.name: path for path in workspace.root.glob("archive/manifests/*/*.json")}
    verified = [path for path in manifests.values() if f'"next":{checkpoint.size},' in path.read_text()]
    assert len(verified) == 1
    digest = hashlib.sha256(verified[0].read_bytes()).hexdigest()
    assert digest in said


def test_every_finding_is_printed_up_to_the_limit_and_the_rest_is_counted(
    workspace, papers, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_records(workspace, "form_1_2", papers.applications(3))
    damaged = _damage(workspace)
    checked = verify(workspace, "full")
    whole, cut = tmp_path / "whole.docx", tmp_path / "cut.docx"
    write_report(workspace, checked, whole)
    assert all(path in _said(whole) for path in damaged)
    assert "（invalid）" in _said(whole)
    monkeypatch.setattr(verification_report, "PRINTED", 2)
    write_report(workspace, checked, cut)
    assert sum(path in _said(cut) for path in damaged) == 2
    assert "共 3 項；另有 1 項未列印" in _said(cut)


def test_database_that_disagrees_makes_the_paper_say_invalid(workspace, papers, tmp_path) -> None:
    file_records(workspace, "form_1_2", papers.applications(1))
    with workspace.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE record SET due = '2001-01-01'")
    checked = verify(workspace, "full")
    write_report(workspace, checked, tmp_path / "v.docx")
    said = _said(tmp_path / "v.docx")
    assert checked.report.verdict == "valid"
    assert "（invalid）" in said
    assert checked.beyond[0][0] in said


@pytest.mark.parametrize(("name", "code"), [("v.txt", "U110"), ("there.pdf", "U012"), ("no/v.pdf", "U014")])
def test_paper_that_cannot_be_written_is_refused_before_anything_is_read(tmp_path, name, code) -> None:
    (tmp_path / "there.pdf").touch()
    with pytest.raises(InputError) as caught:
        check_target(tmp_path / name)
    assert caught.value.code == code
