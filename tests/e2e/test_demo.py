"""`webir demo`: what a newcomer sees first ends well, and every command that it prints works."""

import json
import shlex
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.e2e.conftest import Done, Program

pytestmark = pytest.mark.libreoffice
OneObject = Callable[["Done"], dict[str, Any]]


@dataclass(frozen=True)
class Demo:
    """A demo that was run, once for all tests."""

    folder: Path
    done: "Done"

    @property
    def workspace(self) -> Path:
        return self.folder / "workspace"

    @property
    def next_commands(self) -> list[list[str]]:
        """The commands that the demo invites to try, printed last."""
        lines = self.done.stdout.rstrip().splitlines()
        last = max(number for number, line in enumerate(lines) if not line.startswith("  "))
        return [shlex.split(line) for line in lines[last + 1 :]]


@pytest.fixture(scope="module")
def demo(webir: "Program", tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("newcomer") / "demo"
    return Demo(folder, webir("demo", folder, variables={}))


def test_demo_ends_well_and_shows_no_fault(demo: Demo) -> None:
    assert demo.done.returncode == 0
    assert "Traceback" not in demo.done.stdout + demo.done.stderr
    assert "U099" not in demo.done.stdout + demo.done.stderr


def test_demo_leaves_a_verified_archive_with_lawfully_destroyed_records(
    demo: Demo, webir: "Program", one_object: OneObject
) -> None:
    report = one_object(webir("-w", demo.workspace, "verify", "--json"))
    assert (report["verdict"], report["findings"]) == ("valid", [])
    assert set(report["records"]) == {"OK", "DESTROYED_AUTHORISED"}
    assert min(report["records"].values()) > 0


def test_demo_leaves_one_closed_batch_and_its_certificate(
    demo: Demo, webir: "Program", one_object: OneObject
) -> None:
    (batch,) = one_object(webir("-w", demo.workspace, "destruction", "list", "--json"))["batches"]
    assert batch["state"] == "closed"
    assert {statement["kind"] for statement in batch["statements"]} == {"approval", "witness"}
    certificates = {path.suffix for path in (demo.folder / "certificate").iterdir()}
    assert certificates == {".json", ".docx", ".pdf"}


def test_demo_shows_the_refusal_before_the_destruction(demo: Demo) -> None:
    assert "U168" in demo.done.stderr
    assert "R270" in demo.done.stderr


def test_every_command_that_the_demo_invites_to_try_works(demo: Demo, webir: "Program") -> None:
    programs = {"webir": webir.command, "python": (sys.executable,)}
    assert len(demo.next_commands) >= 4
    for name, *arguments in demo.next_commands:
        done = type(webir)(programs[name], webir.home)(*arguments)
        assert done.returncode == 0, (name, arguments, done.stderr)
        assert done.stdout


def test_every_step_that_the_demo_shows_is_a_command_that_the_program_knows(
    demo: Demo, webir: "Program"
) -> None:
    shown = [shlex.split(line[2:]) for line in demo.done.stdout.splitlines() if line.startswith("$ webir")]
    assert len(shown) > 15
    script = (
        "import json, sys\n"
        "from webir_records.cli.main import main\n"
        "shown = json.loads(sys.argv[1])\n"
        "print([words for words in shown if main([*words, '--help']) != 0], file=sys.stderr)\n"
    )
    python = type(webir)((sys.executable, "-c", script), webir.home)
    assert python(json.dumps([words[1:] for words in shown])).stderr == "[]\n"


def test_demo_left_nothing_in_the_clear_outside_data_and_out(demo: Demo) -> None:
    names = ("陳怡君".encode(), "林𠮷堃".encode())
    inside = [path for path in demo.workspace.rglob("*") if path.is_file() and "out" not in path.parts]
    assert inside
    assert [path for path in inside if any(name in path.read_bytes() for name in names)] == []
