"""Needles in every byte: after destruction those of the destroyed are nowhere, in no spelling, in no copy.

The search itself is proved first. `services/test_personal_data_stays_sealed.py` looks at filing and
destroying alone; here everything that people do with a workspace is looked at: filled forms, exports, bags,
imports, loans, backups and restores, messages and logs of the program.
"""

import base64
import io
import json
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import urllib.parse
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

from webir_records.bootstrap import open_workspace
from webir_records.model.errors import FaultError, InputError
from webir_records.services.attesting import Witness
from webir_records.services.backing_up import create_backup, list_backups
from webir_records.services.cancelling import cancel_accounts
from webir_records.services.closing import Phase, advance
from webir_records.services.context import Machine
from webir_records.services.copies import Description, add_copy, destroy_copy
from webir_records.services.destruction import drafting, execution, stating
from webir_records.services.expiring import expire_backup
from webir_records.services.exporting.bags import Content, Wanted, export_bag
from webir_records.services.exporting.single import export_record
from webir_records.services.filing import file_records
from webir_records.services.filling import FillOptions, fill
from webir_records.services.importing.scans import import_scans
from webir_records.services.lending import Terms, lend, take_back
from webir_records.services.people import add_person
from webir_records.services.records import show_record
from webir_records.services.restoring.restore import restore_backup
from webir_records.services.verifying import verify

if TYPE_CHECKING:
    from tests.conftest import Papers

PASSPHRASE: Final = "correct horse battery"
ROLES: Final = {"arch-01": "archivist", "wit-01": "witness", "mgr-01": "agency_manager"}
_SMALLEST_DEFLATED: Final = 16  # bytes


@dataclass(frozen=True)
class Marked:
    """Somebody whose name and numbers occur nowhere else."""

    name: str
    account: str
    phone: str
    gone: bool

    @property
    def needles(self) -> tuple[str, ...]:
        return self.name, self.account, f"{self.account}@mail.example", self.phone


PEOPLE: Final = (
    Marked("尋針甲𠮷", "nadel-k3171", "3171-6640", gone=True),
    Marked("O'Nadel & <尋>乙", "nadel-m4282", "4282-7751", gone=True),
    Marked("尋針丙堃", "nadel-p5393", "5393-8862", gone=False),
    Marked("尋針丁", "nadel-t6404", "6404-9973", gone=False),
)
GONE: Final = tuple(needle for person in PEOPLE if person.gone for needle in person.needles)
LIVING: Final = tuple(needle for person in PEOPLE if not person.gone for needle in person.needles)
SCANNED: Final = "尋針戊 scan 8181-2020"
"""Stands on a scan and in the name of its file; it lives."""


# --- the search


def _spellings(needle: str) -> Iterator[bytes]:
    """Yield how a file may hold a text: encodings, escapes of JSON, XML, URLs, base64 at each alignment."""
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "unicode_escape", "utf-7"):
        yield needle.encode(encoding)
    with suppress(UnicodeEncodeError):
        yield needle.encode("cp950")
    plain = needle.encode()
    yield json.dumps(needle).strip('"').encode()
    yield plain.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")
    yield "".join(f"&#{ord(letter)};" for letter in needle).encode()
    for safe in ("", "/@&<>'"):
        quoted = urllib.parse.quote(needle, safe=safe)
        yield from (quoted.encode(), quoted.lower().encode())
    yield plain.hex().encode()
    for raw in (plain, needle.encode("utf-16-le")):
        for shift in range(3):
            whole = base64.b64encode(bytes(shift) + raw)
            inner = whole[(4 if shift else 0) : len(whole) - 4]
            yield from (inner, inner.replace(b"+", b"-").replace(b"/", b"_"))


def _layers(data: bytes) -> Iterator[bytes]:
    """Yield the bytes and what is deflated in them, members of archives in archives included."""
    yield data
    start = data.find(b"PK\x03\x04")
    while start >= 0:
        skip = int.from_bytes(data[start + 26 : start + 28], "little") + int.from_bytes(
            data[start + 28 : start + 30], "little"
        )
        if data[start + 8 : start + 10] == b"\x08\x00":
            yield from _inflated(data[start + 30 + skip :], -zlib.MAX_WBITS)
        start = data.find(b"PK\x03\x04", start + 4)
    for mark, bits in ((b"\x1f\x8b\x08", zlib.MAX_WBITS | 16), (b"\nstream\n", 0), (b"stream\r\n", 0)):
        start = data.find(mark)
        while start >= 0:
            at = start if bits else start + len(mark)
            yield from _inflated(data[at:], bits or zlib.MAX_WBITS)
            start = data.find(mark, start + 3)


def _inflated(data: bytes, bits: int) -> Iterator[bytes]:
    with suppress(zlib.error):
        found = zlib.decompressobj(bits).decompress(data)
        if len(found) >= _SMALLEST_DEFLATED:
            yield from _layers(found)


def places(folder: Path, needles: tuple[str, ...]) -> dict[str, set[str]]:
    """Return in which files (or names of files) each needle lies, in any spelling."""
    spelled = {needle: tuple(set(_spellings(needle))) for needle in needles}
    found: dict[str, set[str]] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        layers = [name.encode()] + (list(_layers(path.read_bytes())) if path.is_file() else [])
        for needle, spellings in spelled.items():
            if any(spelling in layer for layer in layers for spelling in spellings):
                found.setdefault(needle, set()).add(name)
    return found


def _zipped(data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", data * 20)
    return buffer.getvalue()


NEEDLE: Final = "尋針丁 & 6404"
HIDDEN: Final[Mapping[str, bytes]] = {
    "utf-8": NEEDLE.encode(),
    "utf-16": NEEDLE.encode("utf-16"),
    "utf-16-be": b"\0x" + NEEDLE.encode("utf-16-be"),
    "big5": NEEDLE.encode("cp950"),
    "json": json.dumps({"a": NEEDLE}).encode(),
    "xml": "<a>尋針丁 &amp; 6404</a>".encode(),
    "percent": urllib.parse.quote(f"x={NEEDLE}").encode(),
    "percent small": urllib.parse.quote(NEEDLE).lower().encode(),
    "hex": NEEDLE.encode().hex().encode(),
    "base64": base64.b64encode(b"somewhere " + NEEDLE.encode() + b" inside"),
    "base64url": base64.urlsafe_b64encode(b"ab" + NEEDLE.encode() + b" inside"),
    "zip": _zipped(b"<a>" + "尋針丁 &amp; 6404".encode() + b"</a>"),
    "zip in zip": _zipped(_zipped(NEEDLE.encode())),
    "zip in the middle": b"before" * 99 + _zipped(NEEDLE.encode()) + b"after",
    "gzip": zlib.compress(NEEDLE.encode() * 5, wbits=zlib.MAX_WBITS | 16),
    "pdf stream": b"obj\nstream\n" + zlib.compress(NEEDLE.encode() * 5) + b"\nendstream",
}


@pytest.mark.parametrize("how", HIDDEN)
def test_search_finds_a_needle_however_it_is_written(tmp_path: Path, how: str) -> None:
    (tmp_path / "hay").write_bytes(b"\xff\x00" + HIDDEN[how] + b"\x00\xff")
    assert places(tmp_path, (NEEDLE,)) == {NEEDLE: {"hay"}}


def test_search_finds_a_needle_in_names_databases_and_write_ahead_logs(tmp_path: Path) -> None:
    (tmp_path / "尋針丁 & 6404.txt").touch()
    with closing(sqlite3.connect(tmp_path / "x.db")) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE t (v)")
        database.execute("INSERT INTO t VALUES (?)", (NEEDLE,))
        database.commit()
        assert places(tmp_path, (NEEDLE,)) == {NEEDLE: {"尋針丁 & 6404.txt", "x.db-wal"}}
    assert places(tmp_path, (NEEDLE,)) == {NEEDLE: {"尋針丁 & 6404.txt", "x.db"}}
    assert places(tmp_path, ("尋針戊",)) == {}


# --- a year in an office


@dataclass
class Office:
    """A workspace and everything that was made of it; records by account."""

    root: Path
    machine: Machine
    papers: "Papers"
    outside: Path
    records: dict[str, str] = field(default_factory=dict[str, str])

    def sheet(self, person: Marked) -> Path:
        return self.papers.applications(
            姓名=person.name,
            我的e政府帳號=person.account,
            公務電子郵件=f"{person.account}@mail.example",
            公務電話=f"02-{person.phone}",
        )

    def file_everybody(self) -> None:
        """Fill forms, file them, look at them, export and lend some; import a scan."""
        with open_workspace(self.root, machine=self.machine) as workspace:
            for person in PEOPLE:
                fill(workspace, "form_1_2", self.sheet(person), workspace.out, FillOptions(("docx", "odt")))
                (filed,) = file_records(workspace, "form_1_2", self.sheet(person)).filed
                self.records[person.account] = filed.record
                show_record(workspace, filed.record)
                export_record(workspace, filed.record, workspace.out)
            loan = lend(
                workspace, self.records[PEOPLE[2].account], Terms("wang-07", "audit", date(2026, 12, 1))
            )
            take_back(workspace, loan.loan, condition="intact")
            import_scans(workspace, self._scans(), "form_1_2", as_scans=True)
            verify(workspace, "full")

    def _scans(self) -> Path:
        folder = self.outside / "scans"
        folder.mkdir(parents=True)
        (folder / f"{SCANNED}.pdf").write_bytes(b"%PDF-1.4\n" + SCANNED.encode())
        index = [{"我的e政府帳號": "nadel-v7515", "姓名": SCANNED, "檔名": f"{SCANNED}.pdf"}]
        (folder / "index.json").write_text(json.dumps(index, ensure_ascii=False), "utf-8")
        return folder

    def destroy_half(self) -> str:
        with open_workspace(self.root, machine=self.machine) as workspace:
            for person in PEOPLE:
                if person.gone:
                    sheet = self.papers.cancellations(我的e政府帳號=person.account, 姓名=person.name)
                    cancel_accounts(workspace, sheet)
            for person, role in (
                ("arch-01", "archivist"),
                ("wit-01", "witness"),
                ("mgr-01", "agency_manager"),
            ):
                add_person(workspace, person, (role,), PASSPHRASE)
            batch = drafting.draft(workspace, actor="arch-01").batch.batch
            for kind, person in (("approval", "mgr-01"), ("witness", "wit-01")):
                stating.state(workspace, batch, kind=kind, actor=person, passphrase=PASSPHRASE)
            execution.execute(workspace, batch, actor="arch-01", confirm=batch)
            return batch

    def back_up(self, name: str) -> Path:
        target = self.outside / name
        return create_backup(lambda: open_workspace(self.root, machine=self.machine), target).path


@pytest.fixture
def office(workspace_root: Path, machine: Machine, papers: "Papers", tmp_path: Path) -> Office:
    return Office(workspace_root, machine, papers, tmp_path / "outside")


def test_before_destruction_needles_are_only_in_the_files_that_the_clerk_asked_for(office: Office) -> None:
    office.file_everybody()
    found = places(office.root, (*GONE, *LIVING, SCANNED))
    files = {name for names in found.values() for name in names}
    assert set(found) == {*GONE, *LIVING}  # the search sees all of them where they may be …
    assert {name.split("/")[0] for name in files} == {"out"}  # … and the scan nowhere


def test_after_destruction_needles_of_the_destroyed_are_nowhere_in_the_workspace(office: Office) -> None:
    office.file_everybody()
    office.destroy_half()
    with open_workspace(office.root, machine=office.machine) as workspace:
        verify(workspace, "full")
        while_open = places(office.root, (*GONE, SCANNED))
    assert while_open == {}
    assert places(office.root, (*GONE, SCANNED)) == {}
    left = places(office.root, LIVING)
    assert set(left) == set(LIVING)
    assert {name.split("/")[0] for names in left.values() for name in names} == {"out"}


def test_backups_hold_no_needle_and_a_restore_brings_none_back(office: Office, tmp_path: Path) -> None:
    office.file_everybody()
    before = office.back_up("before.tar")
    office.destroy_half()
    after = office.back_up("after.tar")
    restored = restore_backup(before, tmp_path / "restored", newer=office.root / "archive").root
    plain = restore_backup(after, tmp_path / "plain", accept_missing=True).root
    everything = (*GONE, *LIVING, SCANNED)
    for copy in (before, after):
        unpacked = tmp_path / f"unpacked-{copy.stem}"
        with tarfile.open(copy) as tar:
            tar.extractall(unpacked, filter="data")
        assert places(unpacked, everything) == {}
    for folder in (restored, plain):
        assert places(folder, everything) == {}


def _restored(office: Office, backup: Path, folder: Path, keys: Path, *, follow: bool) -> Path:
    """Restore a backup as far as it goes and put keys beside it."""
    newer = office.root / "archive" if follow else None
    root = restore_backup(backup, folder, newer=newer, accept_missing=not follow).root
    shutil.copytree(keys, root / "keys", dirs_exist_ok=True)
    return root


def _opened_by(root: Path) -> tuple[int, int]:
    """Return how many wrapped keys lie in a workspace, and how many of them any key in `keys/` opens."""
    keks = [bytes.fromhex(path.read_text().split()[2]) for path in sorted((root / "keys").glob("kek-*.key"))]
    with closing(sqlite3.connect(root / "state" / "keys.db")) as database:
        rows = [wrapped for (wrapped,) in database.execute("SELECT wrapped FROM record_key")]
    opened = 0
    for wrapped in rows:
        for kek in keks:
            with suppress(InvalidUnwrap):
                opened += bool(aes_key_unwrap(kek, wrapped))
    assert keks
    return len(rows), opened


def _readable(root: Path, office: Office) -> set[str]:
    """Return the accounts whose record a restored workspace still opens."""
    found = set[str]()
    with open_workspace(root, machine=office.machine) as workspace:
        for account, record in office.records.items():
            with suppress(FaultError, InputError):
                assert workspace.archive.read(record).data
                found.add(account)
        assert places(root, (*GONE, *LIVING, SCANNED)) == {}
    return found


@pytest.mark.parametrize("follow", [True, False], ids=["with the newer ledger", "alone"])
def test_backup_older_than_the_turn_opens_and_yields_nothing_readable(
    office: Office, tmp_path: Path, *, follow: bool
) -> None:
    """Restored with all keys that are left, it opens; no key in it does, of the living neither (ADR 10)."""
    office.file_everybody()
    before, keys = office.back_up("before.tar"), office.root / "keys"
    old_keys = Path(shutil.copytree(keys, tmp_path / "old-keys"))
    office.destroy_half()
    root = _restored(office, before, tmp_path / "restored", keys, follow=follow)
    assert _readable(root, office) == set()
    kept = sum(not person.gone for person in PEOPLE) if follow else len(PEOPLE)
    assert _opened_by(root) == (kept + 1, 0)  # and the scan's
    # why copies of the old keys must go too: with one of them the same backup opens
    control = _restored(office, before, tmp_path / "control", old_keys, follow=False)
    assert _opened_by(control) == (len(PEOPLE) + 1,) * 2
    assert _readable(control, office) == {person.account for person in PEOPLE}


def test_closed_batch_leaves_no_needle_in_the_workspace_nor_in_what_is_left_of_it(
    office: Office, tmp_path: Path
) -> None:
    """The whole way to CLOSED: a bag, a disc and a backup end, and the papers about them name nobody."""
    office.file_everybody()
    backup = office.back_up("before.tar")
    gone = [office.records[person.account] for person in PEOPLE if person.gone]
    with open_workspace(office.root, machine=office.machine) as workspace:
        bag = export_bag(workspace, tmp_path / "bag", Wanted(tuple(gone))).copy
        disc = add_copy(workspace, gone, Description("disc", number="1150802_V001", holder="chen-02")).copy
    assert set(places(tmp_path / "bag", GONE)) == set(GONE)
    batch = office.destroy_half()
    shutil.rmtree(tmp_path / "bag")
    backup.unlink()
    with open_workspace(office.root, machine=office.machine) as workspace:
        witness = Witness("wit-01", PASSPHRASE)
        for copy, method in ((bag, "erase"), (disc, "smash")):
            destroy_copy(workspace, copy, method=method, actor="arch-01", witness=witness)
        for known in list_backups(workspace):
            expire_backup(workspace, known.backup, method="erase", actor="arch-01", witness=witness)
        assert advance(workspace, batch, actor="arch-01").phase is Phase.CLOSED
        assert places(office.root, (*GONE, SCANNED)) == {}
    after = office.back_up("after.tar")
    with tarfile.open(after) as tar:
        tar.extractall(tmp_path / "after", filter="data")
    assert places(tmp_path / "after", (*GONE, *LIVING, SCANNED)) == {}
    assert (tmp_path / f"after/archive/certificates/{batch}/supplement.json").exists()


def test_bag_holds_what_was_asked_for_and_sealed_bags_nothing(office: Office, tmp_path: Path) -> None:
    office.file_everybody()
    office.destroy_half()
    with open_workspace(office.root, machine=office.machine) as workspace:
        export_bag(workspace, tmp_path / "opened", Wanted((office.records[PEOPLE[2].account],)))
        export_bag(workspace, tmp_path / "sealed", Wanted(everything=True, content=Content.SEALED))
    opened = places(tmp_path / "opened", (*GONE, *LIVING, SCANNED))
    assert set(opened) == set(PEOPLE[2].needles)
    assert all(name.startswith("data/records/") for names in opened.values() for name in names)
    assert places(tmp_path / "sealed", (*GONE, *LIVING, SCANNED)) == {}


def test_messages_and_logs_of_the_program_name_nobody(office: Office, tmp_path: Path) -> None:
    """What goes wrong is said by row, code and id; only the cell that is at fault shows its value."""
    office.file_everybody()
    home = tmp_path / "home"
    (home / "tmp").mkdir(parents=True)
    notes = office.papers.cancellations(我的e政府帳號=PEOPLE[0].account, 姓名=PEOPLE[1].name)
    twice = office.sheet(PEOPLE[3])
    record = office.records[PEOPLE[0].account]
    sealed = next((office.root / "archive/records").rglob(f"{record}.1.sealed"))
    sealed.write_bytes(b"changed")
    said = b""
    for words in (
        ("records", "file", "form_1_2", twice),
        ("records", "list"),
        ("records", "show", record),
        ("records", "cancel", notes, "--json"),
        ("records", "loans"),
        ("retention", "due"),
        ("verify",),
        ("doctor",),
        ("backup", "create", tmp_path / "b.tar"),
        ("backup", "list"),
    ):
        command = [sys.executable, "-c", "from webir_records.cli.main import run; run()", "-w", office.root]
        done = subprocess.run(
            [*map(str, command), *map(str, words)],
            env={"HOME": str(home), "TMPDIR": str(home / "tmp"), "PATH": "", "WEBIR_SOFFICE": "/nonexistent"},
            cwd=Path(__file__).resolve().parents[2],
            capture_output=True,
            check=False,
        )
        assert done.returncode in range(6), done.stderr
        said += done.stdout + done.stderr
    (home / "said.txt").write_bytes(said)
    assert len(said) > 2000
    shown = {needle for needle in (*GONE, *LIVING) if needle in said.decode()}
    assert shown <= {PEOPLE[1].name}, shown  # the wrong name of the list, shown in the list's own cell
    assert {name for names in places(home, (*GONE, *LIVING)).values() for name in names} <= {"said.txt"}
