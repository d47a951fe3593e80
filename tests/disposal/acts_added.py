"""What sentences under 「經過」 mean: later rules, units' sheets, leaving, kept papers, the clock."""

import re
from pathlib import Path

from openpyxl import load_workbook

from retention.profile import FOLDER
from tests.disposal.acts import ACT
from tests.disposal.office import PASSPHRASE, Office
from tests.disposal.reading import roc
from webir_records.services.adopting import adopt
from webir_records.services.clock import confirm_clock
from webir_records.services.closing_audits import close_audit
from webir_records.services.destruction import opinions
from webir_records.services.destruction.leaving import take_off
from webir_records.services.selecting import RecordQuery

_SHIPPED = (FOLDER / "taipei-2017.toml").read_text(encoding="utf-8")


@ACT.says("採用自【日】起之第2版規則，使用者申請表保存【數】年")
def _adopt_years(office: Office, day: str, years: str) -> None:
    _adopt(office, day, "application", ("years = 3 ", f"years = {years} "))


@ACT.says("採用自【日】起之第2版規則，稽核文件自稽核結案起算")
def _adopt_closing(office: Office, day: str) -> None:
    _adopt(office, day, "audit", ('trigger = "file_last_document"', 'trigger = "audit_closed"'))


def _adopt(office: Office, day: str, rule: str, change: tuple[str, str]) -> None:
    head, found, rest = _SHIPPED.partition(f'id = "{rule}"')
    later = f"version = 2\napplies_from = {roc(day)}\nsupersedes = 1"
    text = re.sub(
        r"^version = 1", later, head + found + rest.replace(*change, 1), count=1, flags=re.MULTILINE
    )
    path = office.papers.folder / f"rule-{len(list(office.papers.folder.iterdir()))}.toml"
    path.write_text(text, encoding="utf-8")
    adopt(office.workspace, path, actor="mgr-01")
    office.close()


@ACT.says("歸檔【號】，稽核函日期【日】")
def _file_letter(office: Office, name: str, day: str) -> None:
    office.file_letter(name, roc(day))


@ACT.says("登錄【號】之稽核於【日】結案")
def _close_audit(office: Office, name: str, day: str) -> None:
    close_audit(office.workspace, RecordQuery(records=(office.names[name],)), roc(day), actor="arch-01")


@ACT.says("【號】將【號】移出批次，理由【號】")
def _leave(office: Office, person: str, name: str, code: str) -> None:
    take_off(office.workspace, office.batch, records=(office.names[name],), reason_code=code, actor=person)


@ACT.says("業務單位交回之表【少一列／多一列／同一列重複／識別碼不明】")
def _changed_sheet(office: Office, how: str) -> None:
    (path,) = office.sheets
    _change(path, how)
    opinions.answer(office.workspace, office.batch, path, actor="arch-01")


def _change(path: Path, how: str) -> None:
    """Answer a copy of a sheet and change its first line as people do."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    lines = [row for row in range(1, sheet.max_row + 1) if str(sheet.cell(row, 1).value).isdecimal()]
    first, last = lines[0], lines[-1]
    for row in lines:
        sheet.cell(row, 8, "同意銷毀")
    if how == "少一列":
        sheet.delete_rows(last)
    if how in {"多一列", "同一列重複"}:
        for column in range(1, sheet.max_column + 1):
            sheet.cell(last + 1, column, sheet.cell(first, column).value)
    if how in {"多一列", "識別碼不明"}:
        sheet.cell(last + (how == "多一列"), 2, "r-unknown")
    book.save(path)


@ACT.says("送審之【銷毀計畫／銷毀目錄】遭人更動")
def _change_kept(office: Office, what: str) -> None:
    path = _kept(office, what)
    path.write_bytes(path.read_bytes() + b"\n")


@ACT.says("送審之【銷毀計畫／銷毀目錄】遺失")
def _lose_kept(office: Office, what: str) -> None:
    _kept(office, what).unlink()


def _kept(office: Office, what: str) -> Path:
    kind = {"銷毀計畫": "plan.docx", "銷毀目錄": "catalogue-items.ods"}[what]
    return office.root / f"archive/certificates/{office.batch}/submitted-{kind}"


@ACT.says("【號】確認今日之日期")
def _confirm(office: Office, person: str) -> None:
    confirm_clock(office.workspace, today=office.today(), actor=person, passphrase=PASSPHRASE)
