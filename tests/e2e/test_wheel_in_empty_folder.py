"""The wheel alone, in an empty folder: everything it needs is inside, nothing else is."""

import os
import subprocess
import sys
import venv
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from tests.e2e.conftest import Done, Program

ROOT: Final = Path(__file__).resolve().parents[2]
PACKAGES: Final = ("webir_records", "retention", "signing")
DATA: Final = ("templates", "examples")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from the checkout with the build system that pyproject.toml names."""
    target = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (built,) = target.iterdir()
    return built


@dataclass(frozen=True)
class Installed:
    """A fresh environment with the wheel in it, and an empty folder to work in."""

    python: Path
    webir: "Program"
    folder: Path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory, webir: "Program") -> Installed:
    """Install the wheel without its dependencies; those come from this environment, the checkout does not."""
    environment = tmp_path_factory.mktemp("fresh") / "venv"
    uv = _uv()
    venv.create(environment, with_pip=uv is None, symlinks=os.name != "nt")
    scripts = environment / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / Path(sys.executable).name
    if uv is None:
        command = [str(python), "-m", "pip", "install", "--no-index", "--no-deps", str(wheel)]
    else:
        command = [uv, "pip", "install", "--offline", "--no-deps", "--python", str(python), str(wheel)]
    subprocess.run(command, check=True, capture_output=True)
    dependencies = Path(pytest.__file__).resolve().parents[1]
    (site,) = environment.glob("**/site-packages")
    (site / "dependencies.pth").write_text(f"{dependencies}\n", encoding="utf-8")
    folder = tmp_path_factory.mktemp("empty")
    return Installed(python, type(webir)((str(scripts / "webir"),), folder), folder)


def _uv() -> str | None:
    """Return a uv that runs: a shim on the PATH may be there and still not work."""
    for candidate in ("uv", str(ROOT / ".tools/bin/uv")):
        try:
            subprocess.run([candidate, "--version"], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        return candidate
    return None


def _source_files() -> set[str]:
    kept = {
        path.relative_to(ROOT).as_posix()
        for name in (*PACKAGES, *DATA)
        for path in (ROOT / name).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    return {f"webir_records/_data/{name}" if name.startswith(DATA) else name for name in kept}


def test_wheel_holds_every_file_of_the_packages_templates_and_examples_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as package:
        inside = {name for name in package.namelist() if ".dist-info/" not in name}
    assert inside == _source_files()


@pytest.mark.parametrize(
    "name",
    [
        "retention/profiles/taipei-2017.toml",
        "signing/locale/zh_Hant/LC_MESSAGES/signing.mo",
        "webir_records/locale/zh_Hant/LC_MESSAGES/webir.mo",
        "webir_records/forms/fonts.conf",
        "webir_records/_data/templates/form_1_2/form.docx",
        "webir_records/_data/examples/機關設定.json",
    ],
)
def test_wheel_holds_what_the_program_cannot_do_without(wheel: Path, name: str) -> None:
    with zipfile.ZipFile(wheel) as package:
        assert package.getinfo(name).file_size > 0


def test_wheel_holds_no_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as package:
        parts = {part for name in package.namelist() for part in Path(name).parts}
    assert not {
        part for part in parts if part in {"tests", "bench"} or part.startswith(("test_", "conftest"))
    }


def test_installed_program_does_not_reach_into_the_checkout(installed: Installed) -> None:
    code = f"import importlib; [print(importlib.import_module(n).__file__) for n in {PACKAGES}]"
    found = subprocess.run(
        [installed.python, "-c", code], cwd=installed.folder, check=True, capture_output=True, text=True
    )
    environment = installed.python.parents[1]
    assert all(Path(line).is_relative_to(environment) for line in found.stdout.splitlines())
    assert len(found.stdout.splitlines()) == len(PACKAGES)


def test_main_job_runs_from_the_wheel_and_prints_one_object_per_command(
    installed: Installed, one_object: Callable[["Done"], dict[str, Any]]
) -> None:
    webir, folder = installed.webir, installed.folder
    for name in ("機關設定.json", "附件1-2_使用者申請.xlsx", "附件3_代查授權書.xlsx"):
        (folder / name).write_bytes((ROOT / "examples" / name).read_bytes())
    helped = webir("--help")
    assert (helped.returncode, helped.stderr) == (0, "")
    assert "forms" in helped.stdout

    made = one_object(webir("init", "w", "--agency", "機關設定.json", "--json"))
    assert made["workspace"] == "w"
    forms = one_object(webir("-w", "w", "--json", "forms", "list"))["forms"]
    assert {"form_1_1", "form_1_2", "form_2", "form_3", "form_4"} <= {form["form"] for form in forms}
    checked = one_object(webir("-w", "w", "forms", "check", "form_1_2", "附件1-2_使用者申請.xlsx", "--json"))
    assert (checked["rows"], checked["valid"]) == (32, 26)
    filed = one_object(webir("-w", "w", "records", "file", "form_3", "附件3_代查授權書.xlsx", "--json"))
    assert len(filed["filed"]) == 4
    verified = one_object(webir("-w", "w", "--json", "verify"))
    assert (verified["verdict"], verified["records"]) == ("valid", {"OK": 4})
