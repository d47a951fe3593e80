"""The program as its users have it: real processes, real workspaces, nothing replaced."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pytest

from webir_records.bootstrap import create_workspace, open_workspace, this_machine
from webir_records.services.cancelling import cancel_accounts
from webir_records.services.context import Machine
from webir_records.services.destruction import drafting, execution, stating
from webir_records.services.filing import file_records
from webir_records.services.people import add_person

ROOT: Final = Path(__file__).resolve().parents[2]
EXAMPLES: Final = ROOT / "examples"
PASSPHRASE: Final = "correct horse battery"
PEOPLE: Final = {"arch-01": "archivist", "wit-01": "witness", "mgr-01": "agency_manager"}
NO_SOFFICE: Final = {"WEBIR_SOFFICE": "/nonexistent"}
Done = subprocess.CompletedProcess[str]


@dataclass(frozen=True)
class Program:
    """Runs a command line program with an environment that holds nothing of the tester's."""

    command: tuple[str, ...]
    home: Path

    def __call__(
        self,
        *arguments: object,
        cwd: Path | None = None,
        variables: Mapping[str, str] = NO_SOFFICE,
        timeout_s: float = 300,
    ) -> Done:
        kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
        return subprocess.run(
            [*self.command, *map(str, arguments)],
            cwd=cwd or self.home,
            env=kept | {"HOME": str(self.home)} | dict(variables),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout_s,
            check=False,
            text=True,
            encoding="utf-8",
        )


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder that is nobody's checkout."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def webir(home: Path) -> Program:
    """Run the installed console script."""
    return Program((str(Path(sys.executable).with_name("webir")),), home)


@pytest.fixture(scope="session")
def one_object() -> Callable[[Done], dict[str, Any]]:
    """Take the one JSON object that a program printed; anything else beside it is an error."""

    def take(done: Done) -> dict[str, Any]:
        assert done.stderr == ""
        value = json.loads(done.stdout)  # refuses a second object and any other word
        assert isinstance(value, dict)
        return value

    return take


@dataclass(frozen=True)
class Prepared:
    """A workspace that may be copied, never changed."""

    root: Path
    batch: str

    def copy(self, target: Path) -> Path:
        return Path(shutil.copytree(self.root, target))


@pytest.fixture(scope="session")
def machine() -> Machine:
    """This machine with its own clock, which the programs under test read too, and without LibreOffice."""
    return replace(this_machine(), soffice=None)


@pytest.fixture(scope="session")
def drafted(tmp_path_factory: pytest.TempPathFactory, machine: Machine) -> Prepared:
    """Applications filed, accounts cancelled, three people, and a batch that nobody has signed."""
    root = tmp_path_factory.mktemp("drafted") / "workspace"
    create_workspace(root, EXAMPLES / "機關設定.json", machine=machine)
    with open_workspace(root, machine=machine) as workspace:
        file_records(workspace, "form_1_2", EXAMPLES / "附件1-2_使用者申請.xlsx")
        cancel_accounts(workspace, EXAMPLES / "註銷通報.csv")
        for person, role in PEOPLE.items():
            add_person(workspace, person, (role,), PASSPHRASE)
        batch = drafting.draft(workspace, actor="arch-01").batch.batch
    return Prepared(root, batch)


@pytest.fixture(scope="session")
def destroyed(tmp_path_factory: pytest.TempPathFactory, machine: Machine, drafted: Prepared) -> Prepared:
    """The same, after the batch was approved, witnessed and executed."""
    root = drafted.copy(tmp_path_factory.mktemp("destroyed") / "workspace")
    with open_workspace(root, machine=machine) as workspace:
        for kind, person in (("approval", "mgr-01"), ("witness", "wit-01")):
            stating.state(workspace, drafted.batch, kind=kind, actor=person, passphrase=PASSPHRASE)
        execution.execute(workspace, drafted.batch, actor="arch-01", confirm=drafted.batch)
    return Prepared(root, drafted.batch)


@pytest.fixture(scope="session")
def passphrase_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("secret") / "passphrase.txt"
    path.write_text(PASSPHRASE + "\n", encoding="utf-8")
    return path


@pytest.fixture
def chosen_rows(tmp_path: Path) -> Callable[[Path, Callable[[Mapping[str, str]], bool]], Path]:
    """Copy those rows of a sheet (header in its first row) that fit, as JSON."""
    openpyxl = pytest.importorskip("openpyxl")

    def choose(sheet: Path, fits: Callable[[Mapping[str, str]], bool]) -> Path:
        rows: Iterable[tuple[object, ...]] = openpyxl.load_workbook(sheet).active.iter_rows(values_only=True)
        header, *body = [["" if cell is None else str(cell) for cell in row] for row in rows]
        records = [dict(zip(header, row, strict=True)) for row in body]
        target = tmp_path / f"{sheet.stem}.json"
        target.write_text(
            json.dumps([row for row in records if fits(row)], ensure_ascii=False), encoding="utf-8"
        )
        return target

    return choose
