"""`webir keys …` as a program: exit codes, one JSON object, and typing a sheet at a terminal."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from docx import Document

from webir_records.bootstrap import open_workspace
from webir_records.cli.main import main
from webir_records.services.context import Machine
from webir_records.services.escrowing import write_sheet

WEBIR: Final = Path(sys.executable).with_name("webir")
LINE: Final = re.compile(r"\b[ABC][123]  (?:[0-9A-Z]{1,4} ?)+")
pty = pytest.importorskip("pty")


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


@pytest.fixture
def run(workspace_root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process; `text` is what comes through a pipe."""

    def act(*arguments: str, text: str | None = None) -> Done:
        monkeypatch.setattr(sys, "stdin", io.StringIO(text or ""))
        capsys.readouterr()
        code = main(["-w", str(workspace_root), "--lang", "en", "keys", *arguments])
        return Done(code, *capsys.readouterr())

    return act


@pytest.fixture
def secret(tmp_path: Path, passphrase: str) -> str:
    path = tmp_path / "secret.txt"
    path.write_text(passphrase + "\n", encoding="utf-8")
    return str(path)


@pytest.fixture
def sheet_lines(workspace_root: Path, machine: Machine, tmp_path: Path) -> list[str]:
    """The lines of a sheet of the workspace, in order."""
    with open_workspace(workspace_root, machine=machine) as workspace:
        write_sheet(workspace, tmp_path / "sheet.docx")
    cells = [c.text for t in Document(str(tmp_path / "sheet.docx")).tables for r in t.rows for c in r.cells]
    return [line for text in dict.fromkeys(cells) for line in LINE.findall(text)]


def test_backup_and_restore_as_programs(run: Run, secret, tmp_path, workspace_root) -> None:
    path = str(tmp_path / "keys.backup")
    made = run("backup", path, "--passphrase-file", secret, "--json")
    assert (made.returncode, made.stderr) == (0, "")
    assert json.loads(made.stdout)["kind"] == "keys"
    shutil.rmtree(workspace_root / "keys")
    assert run("status").returncode == 5
    done = run("restore", path, "--passphrase-file", secret, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["written"] == ["kek-2026.key", "log.key", "lookup.key"]
    assert run("status").returncode == 0


def test_rotation_says_which_copies_are_to_be_destroyed(run: Run, secret, tmp_path) -> None:
    made = json.loads(run("backup", str(tmp_path / "b"), "--passphrase-file", secret, "--json").stdout)
    turned = run("rotate", "--reason", "envelope-opened")
    assert turned.returncode == 0
    assert made["backup"] in turned.stdout
    old = run("restore", str(tmp_path / "b"), "--passphrase-file", secret)
    assert old.returncode == 3
    assert "A191" in old.stderr
    assert run("rotate").returncode == 2
    new = json.loads(run("rotate", "--log", "--reason", "yearly", "--json").stdout)
    assert json.loads(run("status", "--json").stdout)["log_vkeys"] == [new["to"], new["from"]]


def test_typed_sheet_names_a_wrong_line_at_once_and_asks_again(
    run: Run, sheet_lines, workspace_root, tmp_path
) -> None:
    shutil.rmtree(workspace_root / "keys")
    wrong = sheet_lines[1][:-1] + ("0" if sheet_lines[1][-1] != "0" else "1")
    answers = [sheet_lines[0].lower(), wrong, sheet_lines[2], *sheet_lines[1:]]
    ours, theirs = pty.openpty()
    os.write(ours, "".join(f"{answer}\n" for answer in answers).encode())
    done = subprocess.run(
        [str(WEBIR), "-w", str(workspace_root), "--lang", "en", "keys", "restore", "--escrow"],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        stdin=theirs,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    os.close(theirs)
    os.close(ours)
    assert done.returncode == 0, done.stderr
    first, second = (part for part in done.stderr.split("A195: ")[1:])
    assert first.startswith("Line A2 is not as printed (look at group: 6). Compare it with the sheet")
    assert second.startswith("Line A2 is not as printed (this is another line: A3).")
    assert run("status").returncode == 0


def test_scanned_lines_may_come_from_a_file_or_a_pipe(
    run: Run, sheet_lines, tmp_path, workspace_root
) -> None:
    text = "WEBIR-ESCROW/1\n" + "\n".join(sheet_lines).replace(" ", "")
    (tmp_path / "scan.txt").write_text(text, encoding="utf-8")
    for arguments, given in (((str(tmp_path / "scan.txt"),), None), ((), text)):
        shutil.rmtree(workspace_root / "keys")
        assert run("restore", "--escrow", *arguments, text=given).returncode == 0


def test_every_wrong_line_of_a_scan_is_named(run: Run, sheet_lines, workspace_root) -> None:
    (workspace_root / "keys/log.key").unlink()
    bad = [*sheet_lines[:4], sheet_lines[4][:-1] + "?", sheet_lines[5][:-1]]
    done = run("restore", "--escrow", text="\n".join(bad))
    assert done.returncode == 2
    assert "A196" in done.stderr
    assert "Line B2 is not as printed (character that is never used, number: 22)" in done.stderr
    assert "Line B3 is not as printed (number of characters: 19/20)" in done.stderr
    assert not (workspace_root / "keys/log.key").exists()


def test_passphrase_is_asked_only_when_the_backup_may_be_restored(run: Run, secret, tmp_path) -> None:
    run("backup", str(tmp_path / "b"), "--passphrase-file", secret)
    run("rotate", "--reason", "yearly")
    done = run("restore", str(tmp_path / "b"))  # nobody can be asked here, which would be U009
    assert "A191" in done.stderr
