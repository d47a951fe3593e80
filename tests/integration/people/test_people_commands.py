"""`webir people …` and `webir clock …` as programs: exit codes and one JSON object."""

import io
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from webir_records import bootstrap
from webir_records.cli.main import main
from webir_records.services.people import add_person

PASSPHRASE = "correct horse battery"
Run = Callable[..., tuple[int, Mapping[str, Any]]]


@pytest.fixture
def run(reopen, workspace_root: Path, machine, monkeypatch, capsys) -> Run:
    """Run a command in this process, by the clock of the test."""
    with reopen() as workspace:
        for person, role in (("wit-01", "witness"), ("mgr-01", "agency_manager")):
            add_person(workspace, person, (role,), PASSPHRASE)
    monkeypatch.setattr(bootstrap, "this_machine", lambda: machine)

    def act(*arguments: str) -> tuple[int, Mapping[str, Any]]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(""))
        capsys.readouterr()
        code = main(["-w", str(workspace_root), "--json", *arguments])
        return code, json.loads(capsys.readouterr().out)

    return act


@pytest.fixture
def old(tmp_path: Path) -> str:
    (tmp_path / "old").write_text(PASSPHRASE + "\n", encoding="utf-8")
    return str(tmp_path / "old")


@pytest.fixture
def new(tmp_path: Path) -> str:
    (tmp_path / "new").write_text("another longer passphrase\n", encoding="utf-8")
    return str(tmp_path / "new")


def test_key_is_replaced_revoked_and_replaced_again(run: Run, old: str, new: str) -> None:
    files = ("--passphrase-file", new, "--old-passphrase-file", old)
    code, said = run("--as", "mgr-01", "people", "key", "replace", "wit-01", *files)
    assert (code, said["state"]) == (0, "active")
    code, said = run("--as", "wit-01", "people", "key", "revoke", "wit-01", "--reason", "lost")
    assert (code, said["state"]) == (0, "revoked")
    code, said = run("--as", "wit-01", "clock", "confirm", "--today", "115/11/23", "--passphrase-file", new)
    assert (code, said["error"]["code"]) == (3, "U291")
    code, said = run("--as", "mgr-01", "people", "key", "replace", "wit-01", "--passphrase-file", old)
    assert (code, said["state"]) == (0, "active")
    code, said = run("people", "show", "wit-01")
    assert (code, sorted(key["state"] for key in said["keys"])) == (0, ["active", "replaced", "revoked"])


def test_somebody_leaves(run: Run) -> None:
    assert run("people", "left", "wit-01")[1]["error"]["code"] == "U144"
    code, said = run("--as", "mgr-01", "people", "left", "wit-01", "--reason", "retired")
    assert (code, said["state"]) == (0, "left")
    code, said = run("people", "list")
    assert [p["person"] for p in said["people"] if p["state"] == "left"] == ["wit-01"]
    code, said = run("--as", "mgr-01", "people", "left", "wit-01")
    assert (code, said["error"]["code"]) == (3, "U290")


def test_date_is_confirmed_by_two(run: Run, old: str) -> None:
    confirm = ("clock", "confirm", "--passphrase-file", old, "--today")
    assert run("--as", "mgr-01", *confirm, "115/11/22")[1]["error"]["code"] == "U295"
    assert run("--as", "mgr-01", *confirm, "")[1]["error"]["code"] == "U007"
    assert run(*confirm, "115/11/23")[1]["error"]["code"] == "U010"
    code, said = run("--as", "mgr-01", *confirm, "115/11/23")
    assert (code, said["complete"], said["people"]) == (0, False, ["mgr-01"])
    code, said = run("--as", "wit-01", *confirm, "2026-11-23")
    assert (code, said["complete"], said["people"]) == (0, True, ["mgr-01", "wit-01"])
