"""The verifier in an environment with nothing but Python and `cryptography`, and the folder `signing/`."""

import json
import os
import shutil
import sys
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from tests.e2e.conftest import Done, Prepared, Program

ROOT: Final = Path(__file__).resolve().parents[2]
ALLOWED: Final = ("cryptography", "cffi", "_cffi_backend*")
"""What is copied from this environment; cffi is cryptography's own dependency."""
PACKAGES: Final = frozenset({"cryptography", "_openssl", "cffi", "_cffi_backend", "signing"})
"""`_openssl` is a module that cryptography's binary part makes itself; there is no such file."""
STRANGERS: Final = ("webir_records", "retention", "pydantic", "sqlmodel", "sqlalchemy", "click", "lxml")
IMPORTED: Final = """
import sys
before = set(sys.modules)
from signing.__main__ import main
code = main(sys.argv[1:])
print(*sorted(set(sys.modules) - before), file=sys.stderr)
sys.exit(code)
"""
"""Runs the verifier and says which modules that took; the interpreter's own start is not counted."""


@dataclass(frozen=True)
class Auditor:
    """Somebody's machine: a folder with `signing/` in it, and a Python that knows `cryptography`."""

    folder: Path
    python: "Program"

    def verify(self, *arguments: object) -> "Done":
        return self.python("-m", "signing", *arguments, cwd=self.folder)


@pytest.fixture(scope="module")
def auditor(tmp_path_factory: pytest.TempPathFactory, webir: "Program") -> Auditor:
    folder = tmp_path_factory.mktemp("auditor")
    venv.create(folder / "venv", with_pip=False, symlinks=os.name != "nt")
    (site,) = (folder / "venv").glob("**/site-packages")
    ours = Path(pytest.__file__).resolve().parents[1]
    for pattern in ALLOWED:
        for found in ours.glob(pattern):
            _copy(found, site / found.name)
    _copy(ROOT / "signing", folder / "signing")
    scripts = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    return Auditor(folder, type(webir)((str(scripts / Path(sys.executable).name),), folder))


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


@pytest.fixture
def archive(destroyed: "Prepared", tmp_path: Path) -> Path:
    """An archive with filed, annotated and lawfully destroyed records."""
    return destroyed.copy(tmp_path / "workspace") / "archive"


def test_environment_of_the_auditor_holds_nothing_else_of_ours(auditor: Auditor) -> None:
    code = f"import importlib.util as u; print([n for n in {STRANGERS} if u.find_spec(n)])"
    assert auditor.python("-c", code, cwd=auditor.folder).stdout == "[]\n"


def test_good_archive_is_valid_and_its_records_are_counted(auditor: Auditor, archive: Path) -> None:
    done = auditor.verify(archive, "--json")
    report = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert report["verdict"] == "valid"
    assert report["records"]["OK"] > 0
    assert report["records"]["DESTROYED_AUTHORISED"] > 0
    assert set(report["records"]) == {"OK", "DESTROYED_AUTHORISED"}


@pytest.mark.parametrize(("language", "word"), [("zh-Hant", "驗證結論"), ("en", "Verdict")])
def test_report_is_read_by_people_in_both_languages(
    auditor: Auditor, archive: Path, language: str, word: str
) -> None:
    done = auditor.verify(archive, "--lang", language)
    assert (done.returncode, done.stderr) == (0, "")
    assert word.casefold() in done.stdout.casefold()


@pytest.mark.parametrize("version", [1, 2], ids=["filed", "annotated"])
def test_one_flipped_byte_of_a_sealed_file_is_found_and_the_file_named(
    auditor: Auditor, archive: Path, version: int
) -> None:
    sealed = min((archive / "records").rglob(f"*.{version}.sealed"))
    data = bytearray(sealed.read_bytes())
    data[len(data) // 2] ^= 0x01
    sealed.write_bytes(data)
    done = auditor.verify(archive, "--json")
    report = json.loads(done.stdout)
    assert (done.returncode, report["verdict"]) == (1, "invalid")
    assert sealed.relative_to(archive).as_posix() in json.dumps(report["findings"])
    assert report["records"]["CORRUPT"] == 1


def test_destroyed_record_that_comes_back_is_found(
    auditor: Auditor, archive: Path, drafted: "Prepared"
) -> None:
    before = drafted.root / "archive"
    gone = next(
        path for path in before.rglob("*.sealed") if not (archive / path.relative_to(before)).exists()
    )
    shutil.copy(gone, archive / gone.relative_to(before))
    done = auditor.verify(archive, "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["records"]["RESURRECTED"] == 1


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("/nonexistent",),
        ("{archive}", "--level", "thorough"),
        ("{archive}", "--key", "no key"),
        ("--what",),
    ],
    ids=["nothing", "no-folder", "no-level", "no-key", "no-option"],
)
def test_wrong_usage_ends_with_two_and_prints_no_verdict(
    auditor: Auditor, archive: Path, arguments: tuple[str, ...]
) -> None:
    done = auditor.verify(*(word.format(archive=archive) for word in arguments))
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr != ""
    assert "Traceback" not in done.stderr


def test_verifier_imports_the_standard_library_and_cryptography_alone(
    auditor: Auditor, archive: Path
) -> None:
    done = auditor.python("-c", IMPORTED, archive, cwd=auditor.folder)
    imported = {name.partition(".")[0] for name in done.stderr.split()}
    assert done.returncode == 0
    assert {"signing", "cryptography"} <= imported
    assert imported - sys.stdlib_module_names <= PACKAGES


def test_verifier_needs_no_database_and_no_keys_of_the_workspace(auditor: Auditor, archive: Path) -> None:
    for folder in ("state", "keys"):
        shutil.rmtree(archive.parent / folder)
    assert auditor.verify(archive).returncode == 0


def test_verifying_changes_nothing_in_the_archive(auditor: Auditor, archive: Path) -> None:
    before = {path: path.read_bytes() for path in archive.rglob("*") if path.is_file()}
    auditor.verify(archive)
    assert {path: path.read_bytes() for path in archive.rglob("*") if path.is_file()} == before
