"""Make a small workspace in which every kind of act has happened: `python -m tools.sample_workspace FOLDER`.

A workspace of each format that was ever written lies in `tests/data/workspaces`, and must open and verify
for ever. The people and their passphrase are made up.
"""

import json
import sys
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from signing.verifier import Level, verify_archive
from tests.tamper.matrix import office
from webir_records.bootstrap import create_workspace, open_workspace
from webir_records.services.backing_up import create_backup
from webir_records.services.cancelling import cancel_accounts
from webir_records.services.context import Machine, Workspace
from webir_records.services.destruction import drafting
from webir_records.services.exporting.single import export_record
from webir_records.services.filing import file_records
from webir_records.services.holding import ask_release, place_hold, release_hold
from webir_records.services.keys import backup_keys, rotate_epoch, rotate_log_key
from webir_records.services.lending import Terms, lend, take_back
from webir_records.services.records import list_records, show_record
from webir_records.services.verifying import verify

ROOT: Final = Path(__file__).resolve().parents[1]
PASSPHRASE: Final = "correct horse battery staple"  # noqa: S105 - of people who do not exist
LEFT: Final = ("doc1", "doc2", "kept1", "kept2", "kept3", "kept4")
"""Documents of class B that are kept: extended, selected, classified, national, in a file of ten years."""
NAMES: Final = ("林𠮷堃", "O'Brien & 李<小>明", "陳試驗", "王大同", "歐陽諸葛婷", "簡試驗", "ＡＢＣ許")
AGENCY: Final = {
    "使用機關": "臺北市政府試驗局",
    "機關代碼": "379990000Z",
    "使用單位": ["第一科"],
    "核定業務": [
        {
            "業務項目": "低收入戶資格審查",
            "法令依據": "社會救助法第44條之3",
            "勞保局核定文號": "保資訊字第10780200101號",
            "核定日期": "107/03/05",
        }
    ],
    "稽核小組": [
        {"姓名": "林試驗", "單位": "資訊室", "職稱": "分析師"},
        {"姓名": "陳試驗", "單位": "政風室", "職稱": "科員"},
    ],
}
APPLICATION: Final = {
    "申請日期": "108/08/16",
    "申請類別": "新增",
    "使用單位": "第一科",
    "職稱": "科員",
    "人員類別": "編制內",
    "公務電話": "02-2720-8889 分機 1600",
    "自然人憑證上傳完成日": "108/07/31",
    "申請目的": "低收入戶資格審查所需投保及給付資料查核",
    "法令依據": "社會救助法第44條之3",
    "承辦業務": "低收入戶資格審查",
    "業務與資料關聯性說明": "審核申請人及其家戶人口之投保薪資與給付情形",
    "申請角色權限": "一般查詢",
    "查詢項目": "投保資料、給付資料",
    "受委託業務": "否",
    "單位主管審核": "同意",
    "申請目的符合": "V",
    "法令依據符合": "V",
    "屬核定業務": "V",
    "帳號未重複": "V",
    "授權日期": "108/08/20",
}
CANCELLATION: Final = {
    "註銷通報日": "110/02/20",
    "離職或異動生效日": "110/02/28",
    "註銷日期": "110/02/28",
    "註銷事由": "離職",
    "權限移除日期": "110/02/28",
    "辦理人": "簡試驗",
}


class _Clock:
    """Goes on by a minute each time that it is asked."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.moment += timedelta(minutes=1)
        return self.moment


class Sample:
    """Makes the workspace; the same each time but for people's keys."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / "workspace"
        templates, random = ROOT / "templates", Random(2026)  # noqa: S311 - nobody's secrets
        self.clock = _Clock()
        self.machine = Machine(self.clock, random.randbytes, {}, None, templates)

    def open(self) -> AbstractContextManager[Workspace]:
        """Open the workspace for one act, as every command does."""
        return open_workspace(self.root, machine=self.machine)

    def make(self) -> None:
        """Do every kind of act."""
        self.folder.mkdir(parents=True)
        create_workspace(self.root, self._written("agency.json", AGENCY), machine=self.machine)
        with self.open() as workspace:
            office.add_people(workspace)
        self._file()
        self._lend_and_hold()
        self._find_out()
        self._destroy()
        self._turn_keys()
        self._destroy_documents()
        self._copy()
        with self.open() as workspace:
            file_records(workspace, "form_1_2", self._rows(APPLICATION, 6, 7))
            checked = verify(workspace, "full")
            if not checked.fine:
                raise SystemExit(f"it does not verify: {checked}")
            living = [row.record for row in list_records(workspace, state="filed")]
            names = sorted(str(show_record(workspace, one).data["name"]) for one in living)
        self._expect(names)

    def _file(self) -> None:
        with self.open() as workspace:
            file_records(workspace, "form_1_2", self._rows(APPLICATION, 0, 6))
            cancel_accounts(workspace, self._rows(CANCELLATION, 0, 3))

    def _lend_and_hold(self) -> None:
        with self.open() as workspace:
            records = [row.record for row in list_records(workspace)]
            terms = Terms("p-77", "audit", date(2026, 12, 1), "北市試字第1150000001號")
            lend(workspace, records[3], terms, actor="arch-01")
            take_back(workspace, records[3], condition="intact", actor="arch-01")
            lend(workspace, records[4], terms, actor="arch-01")
            hold = place_hold(workspace, records[0], authority="府訴字第1號", actor="arch-01")
            place_hold(workspace, records[2], authority="府訴字第2號", actor="arch-01")
            ask_release(workspace, hold.hold, actor="arch-01")
            release_hold(workspace, hold.hold, actor="mgr-01")
            show_record(workspace, records[5])
            export_record(workspace, records[5], self.folder / "exported")

    def _find_out(self) -> None:
        """Enter what clerks find out about papers: damage, discs, marks, files, a cancellation taken back."""
        with self.open() as workspace:
            records = [row.record for row in list_records(workspace)]
            office.revoke(workspace, records[1])
            office.report_damage(workspace, records[3])
            office.copy_on_discs(workspace, records[3], "1150802")
            kept = office.file_documents(workspace, LEFT[2:], "unit-01")
            office.mark(workspace, kept[0], "classified")
            office.mark(workspace, kept[1], "national")
            office.put_into_file(workspace, "110/0305/1", kept[2:], years=10)

    def _destroy(self) -> None:
        with self.open() as workspace:
            batch = drafting.draft(workspace, actor="arch-01").batch.batch
            drafting.withdraw(workspace, batch, actor="arch-01", reason_code="error")
        with self.open() as workspace:
            office.destroy_papers(workspace)

    def _destroy_documents(self) -> None:
        """Destroy documents of class B; one is kept longer, and an office selects one."""
        letter = self.folder / "letter.pdf"
        letter.write_bytes(b"%PDF-1.7 approved")
        with self.open() as workspace:
            office.file_documents(workspace, ("doc1", "doc2", "doc3"), "unit-01")
            office.file_documents(workspace, ("doc4", "doc5"), "unit-02")
            batch = office.ask_units(workspace, self.folder, extend="doc1")
            office.finish_documents(workspace, batch, "doc2", letter, self.clock)

    def _turn_keys(self) -> None:
        with self.open() as workspace:
            rotate_log_key(workspace, reason="yearly", actor="mgr-01")
        with self.open() as workspace:
            backup = backup_keys(workspace, self.folder / "older.backup", PASSPHRASE, actor="mgr-01")
            rotate_epoch(workspace, reason="yearly", actor="mgr-01")
            office.expire(workspace, {backup.backup: "erase"})

    def _copy(self) -> None:
        with self.open() as workspace:
            backup_keys(workspace, self.folder / "keys.backup", PASSPHRASE, actor="mgr-01")
        create_backup(self.open, self.folder / "workspace.backup", actor="mgr-01")

    def _expect(self, names: list[str]) -> None:
        """Write down what must be found for ever."""
        keys = (self.root / "archive/log.vkey").read_text(encoding="ascii").splitlines()
        report = verify_archive(self.root / "archive", vkeys=keys, level=Level.parse("full"))
        expected: dict[str, Any] = {
            "vkey": keys[0],
            "first_vkey": keys[-1],
            "size": report.checkpoint.size if report.checkpoint else None,
            "records": report.records,
            "names": names,
        }
        self._written("expected.json", expected)

    def _rows(self, row: dict[str, str], first: int, stop: int) -> Path:
        rows = [
            row | {"我的e政府帳號": f"ta{1000 + number}", "姓名": NAMES[number]}
            for number in range(first, stop)
        ]
        for entry in rows if row is APPLICATION else []:
            entry["公務電子郵件"] = f"{entry['我的e政府帳號']}@gov.taipei"
        return self._written("rows.json", rows)

    def _written(self, name: str, value: object) -> Path:
        path = self.folder / name
        path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        return path


def main(arguments: list[str]) -> None:
    """Make the workspace in a new folder."""
    Sample(Path(arguments[0])).make()


if __name__ == "__main__":
    main(sys.argv[1:])
