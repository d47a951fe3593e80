"""Needles in every byte of a workspace: the sealed is nowhere in the clear, the destroyed nowhere at all."""

import base64
import shutil
import sqlite3
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

from webir_records.model.errors import FaultError, InputError
from webir_records.services.cancelling import cancel_accounts
from webir_records.services.context import Workspace
from webir_records.services.destruction import drafting, execution, stating
from webir_records.services.filing import file_records
from webir_records.services.filling import fill
from webir_records.services.people import add_person
from webir_records.services.records import list_records, show_record

if TYPE_CHECKING:
    from tests.conftest import Papers

PASSPHRASE: Final = "correct horse battery"
Reopen = Callable[[], AbstractContextManager[Workspace]]


@dataclass(frozen=True)
class Applicant:
    """Somebody whose data occur nowhere else in the project."""

    name: str
    account: str
    phone: str
    cancelled: bool

    @property
    def mail(self) -> str:
        return f"{self.account}@mail.example"

    @property
    def needles(self) -> tuple[str, ...]:
        return self.name, self.account, self.mail, self.phone


PEOPLE: Final = (
    Applicant("針尋甲𠮷", "needle-qa7431", "7431-2950", cancelled=True),
    Applicant("針尋乙堃", "needle-wb8542", "8542-3061", cancelled=True),
    Applicant("O'Needle & <針>丙", "needle-ec9653", "9653-4172", cancelled=False),
    Applicant("針尋丁", "needle-rd1764", "1764-5283", cancelled=False),
)
GONE: Final = tuple(person for person in PEOPLE if person.cancelled)
NEEDLES: Final = tuple(needle for person in PEOPLE for needle in person.needles)


def _sheet(papers: "Papers", person: Applicant) -> Path:
    return papers.applications(
        姓名=person.name,
        我的e政府帳號=person.account,
        公務電子郵件=person.mail,
        公務電話=f"02-{person.phone}",
    )


def _file_all(workspace: Workspace, papers: "Papers") -> dict[str, str]:
    """File everybody; returns the record of each account."""
    records: dict[str, str] = {}
    for person in PEOPLE:
        (filed,) = file_records(workspace, "form_1_2", _sheet(papers, person)).filed
        records[person.account] = filed.record
    return records


def _destroy_the_cancelled(workspace: Workspace, papers: "Papers") -> None:
    for gone in GONE:
        cancel_accounts(workspace, papers.cancellations(我的e政府帳號=gone.account, 姓名=gone.name))
    for person, role in (("arch-01", "archivist"), ("wit-01", "witness"), ("mgr-01", "agency_manager")):
        add_person(workspace, person, (role,), PASSPHRASE)
    batch = drafting.draft(workspace, actor="arch-01").batch.batch
    for kind, person in (("approval", "mgr-01"), ("witness", "wit-01")):
        stating.state(workspace, batch, kind=kind, actor=person, passphrase=PASSPHRASE)
    execution.execute(workspace, batch, actor="arch-01", confirm=batch)


# --- the search


def _spellings(needle: str) -> Iterator[bytes]:
    """Yield a text as a file may hold it: encodings, JSON and XML escapes, base64 at every alignment."""
    yield from (needle.encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be", "unicode_escape"))
    with suppress(UnicodeEncodeError):
        yield needle.encode("cp950")
    plain = needle.encode()
    yield plain.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")
    for shift in range(3):
        whole = base64.b64encode(bytes(shift) + plain)
        yield whole[(4 if shift else 0) : len(whole) - 4]


def _layers(data: bytes) -> Iterator[bytes]:
    """Yield the bytes and everything that is deflated in them as a zip member."""
    yield data
    start = data.find(b"PK\x03\x04")
    while start >= 0:
        header = data[start : start + 30]
        if len(header) == 30 and header[8:10] == b"\x08\x00":
            name, extra = struct.unpack("<HH", header[26:30])
            yield _inflated(data[start + 30 + name + extra :])
        start = data.find(b"PK\x03\x04", start + 4)


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(data)
    except zlib.error:
        return b""


def _places(folder: Path, needles: tuple[str, ...], *, without: tuple[str, ...] = ()) -> dict[str, set[str]]:
    """Return where each needle lies: needle → files."""
    found: dict[str, set[str]] = {}
    for path in sorted(folder.rglob("*")):
        where = path.relative_to(folder)
        if not path.is_file() or where.parts[0] in without:
            continue
        for layer in (str(where).encode(), *_layers(path.read_bytes())):
            for needle in needles:
                if any(spelling in layer for spelling in _spellings(needle)):
                    found.setdefault(needle, set()).add(where.as_posix())
    return found


def test_search_finds_every_needle_in_documents_that_lie_in_the_clear(
    workspace: Workspace, workspace_root: Path, papers: "Papers"
) -> None:
    for person in PEOPLE:
        fill(workspace, "form_1_2", _sheet(papers, person), workspace_root / "out")
    assert set(_places(workspace_root / "out", NEEDLES)) == set(NEEDLES)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "cp950"])
def test_search_finds_a_needle_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "x").write_bytes(b"before " + "針尋丁".encode(encoding) + b" after")
    (tmp_path / "y").write_bytes(base64.b64encode(b"somewhere " + "針尋丁在此".encode() + b" inside"))
    assert _places(tmp_path, ("針尋丁",)) == {"針尋丁": {"x", "y"}}


# --- the claims


def test_nothing_filed_lies_anywhere_in_the_clear(
    reopen: Reopen, workspace_root: Path, papers: "Papers"
) -> None:
    with reopen() as workspace:
        _file_all(workspace, papers)
        while_open = _places(workspace_root, NEEDLES)  # with the write-ahead logs still there
    assert while_open == {}
    assert _places(workspace_root, NEEDLES) == {}


def test_documents_filled_before_filing_leave_nothing_beside_themselves(
    reopen: Reopen, workspace_root: Path, papers: "Papers"
) -> None:
    with reopen() as workspace:
        fill(workspace, "form_1_2", _sheet(papers, PEOPLE[0]), workspace.out)
        _file_all(workspace, papers)
    assert _places(workspace_root, NEEDLES, without=("out",)) == {}


def test_cancelling_and_destroying_leave_nothing_in_the_clear(
    reopen: Reopen, workspace_root: Path, papers: "Papers"
) -> None:
    with reopen() as workspace:
        records = _file_all(workspace, papers)
        _destroy_the_cancelled(workspace, papers)
        while_open = _places(workspace_root, NEEDLES)
        states = {row.record: row.state for row in list_records(workspace)}
    assert while_open == {}
    assert _places(workspace_root, NEEDLES) == {}
    assert {states[records[person.account]] for person in GONE} == {"destroyed"}


@dataclass(frozen=True)
class Destroyed:
    """A workspace after the destruction, beside a backup of all of it from before, `keys/` included."""

    root: Path
    backup: Path
    records: dict[str, str]

    @property
    def gone(self) -> list[str]:
        return [self.records[person.account] for person in GONE]

    @property
    def living(self) -> list[str]:
        return [self.records[person.account] for person in PEOPLE if not person.cancelled]


@pytest.fixture
def destroyed(reopen: Reopen, workspace_root: Path, papers: "Papers", tmp_path: Path) -> Destroyed:
    with reopen() as workspace:
        records = _file_all(workspace, papers)
    backup = Path(shutil.copytree(workspace_root, tmp_path / "backup"))
    with reopen() as workspace:
        _destroy_the_cancelled(workspace, papers)
    return Destroyed(workspace_root, backup, records)


def _rows(database: Path, query: str, *values: str) -> list[tuple[bytes | str, ...]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(query, values).fetchall()


def _everywhere(folder: Path) -> bytes:
    return b"\0".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_sealed_bytes_keys_and_lookup_values_of_the_destroyed_are_nowhere(destroyed: Destroyed) -> None:
    state = destroyed.backup / "state"
    traces: list[bytes] = []
    for record in destroyed.gone:
        (path,) = (destroyed.backup / "archive").rglob(f"{record}.1.sealed")
        traces.append(path.read_bytes()[100:164])
        for database, query in (
            ("keys.db", "select wrapped from record_key where record = ?"),
            ("webir.db", "select lookup from record where id = ?"),
            ("webir.db", "select data_mac from issue where record = ?"),
        ):
            traces += [bytes(value) for row in _rows(state / database, query, record) for value in row]  # type: ignore[arg-type]  # blobs
    before, after = _everywhere(destroyed.backup), _everywhere(destroyed.root)
    assert len(traces) == 4 * len(GONE)
    assert all(trace in before for trace in traces)
    assert [trace for trace in traces if trace in after] == []


def test_old_key_store_beside_the_new_keys_opens_nothing(destroyed: Destroyed) -> None:
    wrapped = _rows(destroyed.backup / "state/keys.db", "select record, wrapped from record_key")
    new_keys = [
        bytes.fromhex(path.read_text().split()[2]) for path in (destroyed.root / "keys").glob("kek-*.key")
    ]
    assert len(wrapped) == len(PEOPLE)
    assert len(new_keys) == 1
    for _, value in wrapped:
        with pytest.raises(InvalidUnwrap):
            aes_key_unwrap(new_keys[0], bytes(value))  # type: ignore[arg-type]  # a blob


def test_destroyed_records_stay_closed_when_the_old_key_store_is_put_back(
    destroyed: Destroyed, reopen: Reopen
) -> None:
    _put_back(destroyed, "state/keys.db")
    with reopen() as workspace:
        for record in destroyed.gone:
            with pytest.raises(InputError) as caught:
                workspace.archive.read(record)
            assert caught.value.code == "A143"


def test_destroyed_records_stay_closed_when_everything_but_the_keys_is_put_back(
    destroyed: Destroyed, reopen: Reopen
) -> None:
    for folder in ("state", "archive"):
        _put_back(destroyed, folder)
    with reopen() as workspace:
        for record in destroyed.gone:
            with pytest.raises(FaultError) as caught:
                workspace.archive.read(record)
            assert caught.value.code == "A131"


def test_living_records_survive_that_an_old_key_store_was_put_back_by_mistake(
    destroyed: Destroyed, reopen: Reopen, tmp_path: Path, papers: "Papers"
) -> None:
    shutil.copy(destroyed.root / "state/keys.db", tmp_path / "right.db")
    keys = {path.name: path.read_bytes() for path in (destroyed.root / "keys").glob("kek-*.key")}
    _put_back(destroyed, "state/keys.db")
    with reopen() as workspace, pytest.raises(FaultError):
        file_records(workspace, "form_1_2", papers.applications(我的e政府帳號="needle-later"))
    with reopen() as workspace, pytest.raises(FaultError) as caught:
        workspace.archive.keys.rotate("2026-2")
    assert caught.value.code == "A131"
    assert {path.name: path.read_bytes() for path in (destroyed.root / "keys").glob("kek-*.key")} == keys
    shutil.copy(tmp_path / "right.db", destroyed.root / "state/keys.db")
    with reopen() as workspace:
        assert [show_record(workspace, record).data["name"] for record in destroyed.living] == [
            person.name for person in PEOPLE if not person.cancelled
        ]


def test_rotation_after_old_keys_were_put_back_never_overwrites_the_newer_key(
    destroyed: Destroyed, reopen: Reopen
) -> None:
    newer = (destroyed.root / "keys/kek-2026-2.key").read_bytes()
    _put_back(destroyed, "state/keys.db")
    shutil.copy(destroyed.backup / "keys/kek-2026.key", destroyed.root / "keys")
    with reopen() as workspace:
        workspace.archive.keys.rotate("2026-2")
    assert (destroyed.root / "keys/kek-2026-2.key").read_bytes() == newer
    assert not (destroyed.root / "keys/kek-2026.key").exists()


def _put_back(destroyed: Destroyed, name: str) -> None:
    target = destroyed.root / name
    if target.is_dir():
        shutil.rmtree(target)
        shutil.copytree(destroyed.backup / name, target)
    else:
        for side in ("-wal", "-shm"):
            target.with_name(target.name + side).unlink(missing_ok=True)
        shutil.copy(destroyed.backup / name, target)
