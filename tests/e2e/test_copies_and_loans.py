"""Loans, copies and the doctor as programs of their own: exit codes, one JSON object, a whole way round."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.e2e.conftest import Done, Prepared, Program

OneObject = Callable[["Done"], dict[str, Any]]


def _number(workspace: Path, webir: "Program", one_object: OneObject) -> str:
    records = one_object(webir("-w", workspace, "records", "list", "--json"))["records"]
    return str(max(record["form_no"] for record in records if record["due"] is None))


def test_record_is_lent_and_comes_back_damaged(
    webir: "Program", one_object: OneObject, drafted: "Prepared", tmp_path: Path
) -> None:
    root = drafted.copy(tmp_path / "workspace")
    number = _number(root, webir, one_object)
    terms = ("--to", "wang-07", "--reason", "lawsuit", "--return-by", "2099-12-08", "--json")
    lent = webir("-w", root, "records", "lend", number, *terms)
    again = webir("-w", root, "records", "lend", number, *terms)
    assert (lent.returncode, again.returncode) == (0, 3)
    assert [reason["code"] for reason in one_object(again)["reasons"]] == ["U202"]
    (loan,) = one_object(webir("-w", root, "records", "loans", "--json"))["loans"]
    assert (loan["loan"], loan["borrower"]) == (one_object(lent)["loan"], "wang-07")
    back = webir("-w", root, "records", "return", loan["loan"], "--condition", "damaged", "--json")
    assert (back.returncode, one_object(back)["whole"]) == (1, False)


def test_backup_is_made_checked_refused_and_restored(
    webir: "Program", one_object: OneObject, drafted: "Prepared", tmp_path: Path
) -> None:
    root = drafted.copy(tmp_path / "workspace")
    made = webir("-w", root, "backup", "create", tmp_path / "b.tar", "--json")
    checked = webir("backup", "check", tmp_path / "b.tar", "--json")
    assert (made.returncode, checked.returncode) == (0, 0)
    assert one_object(made)["sha256"] == one_object(checked)["sha256"]
    new = tmp_path / "new"
    refused = webir("backup", "restore", tmp_path / "b.tar", "--into", new, "--json")
    assert (refused.returncode, one_object(refused)["error"]["code"], new.exists()) == (3, "U223", False)
    restored = webir(
        "backup", "restore", tmp_path / "b.tar", "--into", new, "--ledger", root / "archive", "--json"
    )
    assert (restored.returncode, one_object(restored)["ledger_size"]) == (0, one_object(made)["size"] + 1)
    shutil.copytree(root / "keys", new / "keys", dirs_exist_ok=True)
    verified = webir("-w", new, "verify", "--json")
    assert (verified.returncode, one_object(verified)["verdict"]) == (0, "valid")
    (known,) = one_object(webir("-w", new, "backup", "list", "--json"))["backups"]
    assert known["backup"] == one_object(made)["backup"]


def test_bag_goes_out_and_comes_in_again(
    webir: "Program", one_object: OneObject, drafted: "Prepared", tmp_path: Path
) -> None:
    root = drafted.copy(tmp_path / "workspace")
    out = webir("-w", root, "records", "export", "--bag", tmp_path / "bag", "--all", "--json")
    back = webir("-w", root, "records", "import", tmp_path / "bag", "--json")
    assert (out.returncode, back.returncode) == (0, 0)
    assert len(one_object(back)["already"]) == len(one_object(out)["records"])
    nothing = webir("-w", root, "records", "export", "--bag", tmp_path / "none", "--json")
    assert (nothing.returncode, one_object(nothing)["error"]["code"]) == (2, "U237")


def test_copies_of_a_destroyed_batch_are_followed_until_it_is_closed(
    webir: "Program", one_object: OneObject, destroyed: "Prepared", tmp_path: Path, passphrase_file: Path
) -> None:
    root = destroyed.copy(tmp_path / "workspace")

    def run(*words: object) -> "Done":
        return webir("-w", root, "--as", "arch-01", *words, "--json")

    shown = one_object(run("destruction", "show", destroyed.batch))
    disc = ("--kind", "disc", "--number", "1150802_V001", "--holder", "chen-02")
    added = run("copies", "add", shown["records"][0], *disc)
    assert (added.returncode, one_object(added)["overdue"]) == (0, True)
    assert run("copies", "list", "--due").returncode == 1
    waiting = run("copies", "closing", destroyed.batch)
    assert (waiting.returncode, one_object(waiting)["phase"]) == (1, "KEY_DESTROYED")
    assert [point["code"] for point in one_object(waiting)["open"]] == ["U338"]
    end = ("--witness", "wit-01", "--passphrase-file", passphrase_file)
    refused = run("copies", "destroyed", "1150802_V001", "--method", "shred", *end)
    assert (refused.returncode, one_object(refused)["reasons"][0]["code"]) == (3, "R255")
    gone = run("copies", "destroyed", "1150802_V001", "--method", "smash", *end)
    assert (gone.returncode, one_object(gone)["state"]) == (0, "destroyed")
    assert run("copies", "list", "--due").returncode == 0
    closed = run("copies", "closing", destroyed.batch)
    assert (closed.returncode, one_object(closed)["phase"], one_object(closed)["open"]) == (0, "CLOSED", [])
    made = run("backup", "create", tmp_path / "b.tar")
    backup = one_object(made)["backup"]
    expired = run("backup", "expired", backup, "--method", "erase", *end)
    assert (expired.returncode, one_object(expired)["method"]) == (0, "消除電子檔或重新格式化")
    again = run("backup", "expired", backup, "--method", "erase", *end)
    assert (again.returncode, one_object(again)["error"]["code"]) == (2, "U331")


def test_doctor_ends_with_one_while_there_is_a_problem(
    webir: "Program", one_object: OneObject, drafted: "Prepared", tmp_path: Path
) -> None:
    root = drafted.copy(tmp_path / "workspace")
    done = webir("-w", root, "doctor", "--json")
    found = one_object(done)
    problems = {line["check"] for line in found["checks"] if line["state"] == "problem"}
    assert done.returncode == 1
    assert {"backup", "key backup"} <= problems
    assert all(line["message"] for line in found["checks"])
