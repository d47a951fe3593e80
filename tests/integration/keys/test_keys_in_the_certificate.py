"""The certificate names the copies of keys that a destruction leaves behind, for witnesses to attest to."""

import json
from datetime import date

from docx import Document

from webir_records.services.backing_up import create_backup
from webir_records.services.cancelling import cancel_accounts
from webir_records.services.destruction import drafting, execution, stating
from webir_records.services.escrowing import write_sheet
from webir_records.services.filing import file_records
from webir_records.services.keys import rotate_epoch
from webir_records.services.people import add_person

PASSPHRASE = "correct horse battery"


def _destroy(workspace, papers) -> dict[str, object]:
    file_records(workspace, "form_1_2", papers.applications(2))
    cancel_accounts(workspace, papers.cancellations(2))
    batch = drafting.draft(workspace, actor="arch-01").batch.batch
    for kind, person in (("approval", "mgr-01"), ("witness", "wit-01")):
        stating.state(workspace, batch, kind=kind, actor=person, passphrase=PASSPHRASE)
    execution.execute(workspace, batch, actor="arch-01", confirm=batch)
    return {"batch": batch, **json.loads(workspace.files.read(f"certificates/{batch}/certificate.json"))}


def _people(workspace) -> None:
    for person, role in (("arch-01", "archivist"), ("wit-01", "witness"), ("mgr-01", "agency_manager")):
        add_person(workspace, person, (role,), PASSPHRASE)


def test_certificate_lists_every_copy_of_the_old_keys(
    workspace, workspace_root, papers, back_up_facts, tmp_path
) -> None:
    _people(workspace)
    first = back_up_facts(workspace)
    rotate_epoch(workspace, reason="envelope-opened")
    sheet = write_sheet(workspace, tmp_path / "sheet.docx")
    facts = _destroy(workspace, papers)
    assert facts["key_copies"] == [
        {"backup": c.backup, "kind": c.kind, "epoch": c.epoch, "made_at": c.made_at, "sha256": c.sha256}
        for c in (first, sheet)
    ]
    assert (first.epoch, sheet.epoch, facts["epoch_to"]) == ("2026", "2026-2", "2026-3")
    path = workspace_root / f"archive/certificates/{facts['batch']}/certificate.docx"
    tables = Document(str(path)).tables
    text = "\n".join(dict.fromkeys(cell.text for table in tables for row in table.rows for cell in row.cells))
    assert f"□已銷毀 金鑰備份檔 {first.backup}（期別 2026，2026-11-23 製作）" in text
    assert f"□已銷毀 金鑰託管單 {sheet.backup}（期別 2026-2，2026-11-23 製作）" in text
    assert "均已銷毀，監毀人簽章" in text


def test_certificate_says_when_no_copy_is_known(workspace, workspace_root, papers) -> None:
    _people(workspace)
    facts = _destroy(workspace, papers)
    assert facts["key_copies"] == []
    path = workspace_root / f"archive/certificates/{facts['batch']}/certificate.docx"
    tables = Document(str(path)).tables
    assert any("系統未登載舊期別" in cell.text for t in tables for row in t.rows for cell in row.cells)


def test_certificate_lists_backups_of_the_workspace_and_when_the_last_one_expires(
    workspace_root, reopen, papers, tmp_path
) -> None:
    with reopen() as workspace:
        _people(workspace)
    made = [
        create_backup(reopen, tmp_path / f"{month}.tar", expires_on=date(2027, month, 1)) for month in (3, 2)
    ]
    with reopen() as workspace:
        facts = _destroy(workspace, papers)
    assert {copy["backup"]: copy["expires_on"] for copy in facts["key_copies"]} == {
        made[0].backup: "2027-03-01",
        made[1].backup: "2027-02-01",
    }
    assert facts["backups_expire_on"] == "2027-03-01"
    path = workspace_root / f"archive/certificates/{facts['batch']}/certificate.docx"
    text = "".join(cell.text for t in Document(str(path)).tables for row in t.rows for cell in row.cells)
    assert f"□已銷毀 工作區備份 {made[0].backup}" in text


def test_certificate_names_no_day_when_a_backup_never_expires(reopen, papers, tmp_path) -> None:
    with reopen() as workspace:
        _people(workspace)
    create_backup(reopen, tmp_path / "a.tar", expires_on=date(2027, 3, 1))
    create_backup(reopen, tmp_path / "b.tar")
    with reopen() as workspace:
        assert "backups_expire_on" not in _destroy(workspace, papers)
