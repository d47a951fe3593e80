"""Fixtures that several test folders use."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from signing.note import Signer
from webir_records.archive.archive import Archive, NewVersion
from webir_records.archive.disk import Disk, LocalDisk
from webir_records.archive.keystore import KeyStore
from webir_records.archive.ledger import Ledger
from webir_records.archive.package import Package
from webir_records.bootstrap import create_workspace, open_workspace
from webir_records.model.database import open_database
from webir_records.model.tables import KEY_TABLES, WORK_TABLES
from webir_records.services.context import Machine, Workspace

ROOT = Path(__file__).resolve().parents[1]


@dataclass
class SettableClock:
    """A clock that stands still until it is set; aware UTC."""

    moment: datetime = datetime(2026, 11, 23, 5, 0, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **amount: int) -> None:
        self.moment += timedelta(**amount)


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@dataclass
class ArchiveFolder:
    """An archive on disk without a workspace around it; can be opened again, as after a crash."""

    root: Path
    clock: SettableClock
    signer: Signer = field(default_factory=lambda: Signer("test.local/379300000A/1", bytes(range(32))))

    def create(self) -> None:
        for name in ("state", "keys", "archive"):
            (self.root / name).mkdir(parents=True)
        open_database(self.root / "state/webir.db", WORK_TABLES, create=True).dispose()
        engine = open_database(self.root / "state/keys.db", KEY_TABLES, create=True)
        KeyStore(engine, LocalDisk(self.root / "keys"), os.urandom).create("2026")
        engine.dispose()
        archive = self.open()
        archive.record_act(
            {
                "event": "archive_created",
                "actor": "system",
                "agency": "379300000A",
                "profile": "taipei-2017",
                "origin": self.signer.name,
                "vkey": self.signer.vkey,
            }
        )
        self.close(archive)

    def open(self, wrap: Callable[[Disk], Disk] = lambda disk: disk) -> Archive:
        files, keys = wrap(LocalDisk(self.root / "archive")), wrap(LocalDisk(self.root / "keys"))
        engine = open_database(self.root / "state/webir.db", WORK_TABLES)
        store = KeyStore(open_database(self.root / "state/keys.db", KEY_TABLES), keys, os.urandom)
        return Archive(engine, files, store, Ledger(engine, files, self.signer, self.clock))

    @staticmethod
    def close(archive: Archive) -> None:
        archive.engine.dispose()
        archive.keys.close()


@pytest.fixture
def archive_folder(tmp_path: Path, clock: SettableClock) -> ArchiveFolder:
    folder = ArchiveFolder(tmp_path / "box", clock)
    folder.create()
    return folder


@pytest.fixture
def archive(archive_folder: ArchiveFolder) -> Iterator[Archive]:
    opened = archive_folder.open()
    yield opened
    archive_folder.close(opened)


@pytest.fixture
def new_version() -> Callable[..., NewVersion]:
    """Make a version of a record with the given content."""

    def make(
        record: str, version: int = 1, content: str = "林𠮷堃 & <O'Brien>", **facts: object
    ) -> NewVersion:
        package = Package({"record": record}, {"name": content}, {"renditions/form.docx": content.encode()})
        return NewVersion(
            record=record,
            version=version,
            package=package,
            form="form_1_2",
            form_no=f"1-2-115-{record[-4:]}",
            record_class="A",
            profile="taipei-2017",
            rule="account-applications",
            **({"reason_code": "account_cancelled"} if version > 1 else {}),
            **facts,  # type: ignore[arg-type]  # the test knows the fields
        )

    return make


def agency_settings(folder: Path) -> Path:
    """Write the settings of a fictional agency."""
    path = folder / "agency.json"
    value = {
        "使用機關": "臺北市政府試驗局",
        "機關代碼": "379990000Z",
        "使用單位": ["第一科", "第二科"],
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
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    return path


@pytest.fixture
def machine(clock: SettableClock) -> Machine:
    """The real machine but for its clock, and without LibreOffice: PDF has tests of its own."""
    return Machine(now=clock, random=os.urandom, environment={}, soffice=None, templates=ROOT / "templates")


@pytest.fixture
def workspace_root(tmp_path: Path, machine: Machine) -> Path:
    root = tmp_path / "workspace"
    create_workspace(root, agency_settings(tmp_path), machine=machine)
    return root


@pytest.fixture
def reopen(workspace_root: Path, machine: Machine) -> Callable[[], AbstractContextManager[Workspace]]:
    """Open the workspace, as every command does anew."""
    return lambda: open_workspace(workspace_root, machine=machine)


@pytest.fixture
def workspace(reopen: Callable[[], AbstractContextManager[Workspace]]) -> Iterator[Workspace]:
    with reopen() as opened:
        yield opened


@pytest.fixture
def copy_of(tmp_path: Path) -> Callable[[Path], Path]:
    """Copy a folder, as a backup does."""

    def copy(folder: Path) -> Path:
        target = tmp_path / f"copy-{len(list(tmp_path.iterdir()))}"
        return Path(shutil.copytree(folder, target))

    return copy


APPLICATION = {
    "申請日期": "108/08/16",
    "申請類別": "新增",
    "使用單位": "第一科",
    "職稱": "科員",
    "姓名": "林𠮷堃",
    "人員類別": "編制內",
    "公務電話": "02-2720-8889 分機 1600",
    "公務電子郵件": "ta1000@gov.taipei",
    "我的e政府帳號": "ta1000",
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
CANCELLATION = {
    "我的e政府帳號": "ta1000",
    "姓名": "林𠮷堃",
    "註銷通報日": "110/02/20",
    "離職或異動生效日": "110/02/28",
    "註銷日期": "110/02/28",
    "註銷事由": "離職",
    "權限移除日期": "110/02/28",
    "辦理人": "簡試驗",
}
NAMES = ("林𠮷堃", "O'Brien & 李<小>明", "陳試驗", "王大同")


@dataclass
class Papers:
    """Writes the input files of an agency with fictional people."""

    folder: Path

    def applications(self, count: int = 1, **changes: str) -> Path:
        rows = [self._row(APPLICATION, number) | changes for number in range(count)]
        return self._write("applications.json", rows)

    def cancellations(self, count: int = 1, **changes: str) -> Path:
        rows = [self._row(CANCELLATION, number) | changes for number in range(count)]
        return self._write("cancellations.json", rows)

    def _row(self, row: dict[str, str], number: int) -> dict[str, str]:
        account = f"ta{1000 + number}"
        more = {"我的e政府帳號": account, "姓名": NAMES[number % len(NAMES)]}
        mail = {"公務電子郵件": f"{account}@gov.taipei"} if "公務電子郵件" in row else {}
        return row | more | mail

    def _write(self, name: str, rows: list[dict[str, str]]) -> Path:
        path = self.folder / f"{len(list(self.folder.iterdir()))}-{name}"
        path.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
        return path


@pytest.fixture
def papers(tmp_path: Path) -> Papers:
    folder = tmp_path / "papers"
    folder.mkdir()
    return Papers(folder)


@pytest.fixture(scope="session")
def prepared_workspace() -> Callable[[Path], tuple[Path, Machine, Papers]]:
    """Make a workspace for a whole module: copy its folder, do not change it."""

    def prepare(folder: Path) -> tuple[Path, Machine, Papers]:
        machine = Machine(
            now=SettableClock(), random=os.urandom, environment={}, soffice=None, templates=ROOT / "templates"
        )
        create_workspace(folder / "workspace", agency_settings(folder), machine=machine)
        (folder / "papers").mkdir()
        return folder / "workspace", machine, Papers(folder / "papers")

    return prepare
