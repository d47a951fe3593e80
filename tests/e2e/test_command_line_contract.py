"""What other programs rely on: global options, exit codes, one JSON object, refusals that change nothing."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from webir_records.bootstrap import open_workspace
from webir_records.services.holding import place_hold
from webir_records.services.records import list_records

if TYPE_CHECKING:
    from tests.e2e.conftest import Done, Prepared, Program
    from webir_records.services.context import Machine

ROOT: Final = Path(__file__).resolve().parents[2]
EXAMPLES: Final = ROOT / "examples"
APPLICATIONS: Final = EXAMPLES / "附件1-2_使用者申請.xlsx"
KEY: Final[dict[str, Any]] = json.loads((EXAMPLES / "answers.json").read_text(encoding="utf-8"))
OneObject = Callable[["Done"], dict[str, Any]]


@pytest.fixture
def workspace(drafted: "Prepared", tmp_path: Path) -> Path:
    return drafted.copy(tmp_path / "workspace")


def _state(root: Path) -> dict[str, object]:
    """Return everything in a workspace: bytes of files, and content of databases (their pages may move)."""
    files = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and path.name != "lock" and not path.name.endswith((".db", "-wal", "-shm"))
    }
    return files | {name: _tables(root / "state" / name) for name in ("webir.db", "keys.db")}


def _tables(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as database:
        return list(database.iterdump())


# --- the four global options


SPELLINGS: Final = (
    (("-w", "{}"), ("--lang", "en")),
    (("-w{}",), ("--lang=en",)),
    (("-w={}",), ("--lang", "en")),
    (("--workspace", "{}"), ("--lang=en",)),
    (("--workspace={}",), ("--lang", "en")),
)
InOneProcess = Callable[[list[list[str]]], list[tuple[int, str]]]


@pytest.fixture(scope="module")
def in_one_process(webir: "Program") -> InOneProcess:
    """Run many commands one after the other in one process: (exit code, stdout) of each."""
    script = (
        "import contextlib, io, json, sys\n"
        "from webir_records.cli.main import main\n"
        "results = []\n"
        "for words in json.loads(sys.argv[1]):\n"
        "    with contextlib.redirect_stdout(io.StringIO()) as out:\n"
        "        code = main(words)\n"
        "    results.append((code, out.getvalue()))\n"
        "json.dump(results, sys.stdout)\n"
    )
    python = type(webir)((str(Path(webir.command[0]).with_name("python")), "-c", script), webir.home)
    return lambda calls: [(code, text) for code, text in json.loads(python(json.dumps(calls)).stdout)]


def test_global_options_mean_the_same_wherever_they_stand_and_however_they_are_spelt(
    in_one_process: InOneProcess,
) -> None:
    calls: list[list[str]] = []
    for spelling, language in SPELLINGS:
        folder = [word.format("/no/workspace") for word in spelling]
        calls += [
            [*folder, *language, "--json", "records", "list"],
            ["records", "list", *folder, *language, "--json"],
            [*folder, "records", "--json", "list", *language],
        ]
    results = in_one_process(calls)
    assert [code for code, _ in results] == [2] * len(calls)
    errors = [json.loads(text)["error"] for _, text in results]
    assert all(error["facts"] == {"path": "/no/workspace"} for error in errors)
    assert all(error["message"].startswith("There is no workspace in /no/workspace.") for error in errors)


def test_actor_is_taken_from_before_and_after_the_command(
    in_one_process: InOneProcess, workspace: Path
) -> None:
    command = ["destruction", "withdraw", "A-none", "--reason", "test", "-w", str(workspace), "--json"]
    named = [["--as", "arch-01", *command], [*command, "--as", "arch-01"], [*command, "--as=arch-01"]]
    results = in_one_process([*named, command])
    codes = [json.loads(text)["error"]["code"] for _, text in results]
    assert codes == ["U161", "U161", "U161", "U010"]  # named: only the batch is unknown


def test_language_is_traditional_chinese_unless_another_is_asked_for(webir: "Program") -> None:
    assert "指令" in webir("--help").stdout
    assert "Commands" in webir("--help", "--lang", "en").stdout
    assert "Commands" in webir("--help", variables={"WEBIR_LANG": "en"}).stdout
    assert "指令" in webir("--help", "--lang=zh-Hant", variables={"WEBIR_LANG": "en"}).stdout


def test_workspace_may_be_the_working_folder_or_a_variable(
    webir: "Program", one_object: OneObject, drafted: "Prepared", tmp_path: Path
) -> None:
    named = webir("people", "list", "--json", variables={"WEBIR_WORKSPACE": str(drafted.root)}, cwd=tmp_path)
    inside = webir("people", "list", "--json", cwd=drafted.root)
    assert len(one_object(named)["people"]) == 3
    assert one_object(named) == one_object(inside)


# --- bad usage


BAD_USAGE: Final = (
    ("nope", "U001", ("nope", "forms", "records", "verify")),
    ("forms nope", "U001", ("nope", "list", "check", "fill")),
    ("forms list --nope", "U003", ("--nope", "webir forms list --help")),
    ("forms check form_1_2", "U004", ("DATA", "webir forms check --help")),
    ("init w", "U004", ("--agency", "webir init --help")),
    ("forms fill form_1_2 x.csv -o", "U004", ("-o", "--help")),
    ("verify more", "U013", ("more", "webir verify --help")),
    ("forms list --lang", "U004", ("--lang",)),
    ("forms list -w", "U004", ("-w",)),
    ("forms list --lang fr", "U006", ("fr", "zh-Hant", "en")),
    ("", "U004", ("COMMAND", "webir --help")),
    ("forms", "U004", ("COMMAND", "webir forms --help")),
    ("retention hold", "U004", ("COMMAND", "webir retention hold --help")),
)


@pytest.fixture(scope="module")
def bad_usage(in_one_process: InOneProcess) -> dict[str, tuple[int, str]]:
    """Return what each wrong command ends with and prints."""
    words = [words for words, _, _ in BAD_USAGE]
    return dict(zip(words, in_one_process([["--json", *each.split()] for each in words]), strict=True))


@pytest.mark.parametrize(("words", "code", "said"), BAD_USAGE, ids=[words for words, _, _ in BAD_USAGE])
def test_bad_usage_ends_with_two_and_says_what_was_wrong_and_what_is_right(
    bad_usage: dict[str, tuple[int, str]], words: str, code: str, said: tuple[str, ...]
) -> None:
    exit_code, printed = bad_usage[words]
    error = json.loads(printed)["error"]
    assert (exit_code, error["code"]) == (2, code)
    assert all(word in error["message"] for word in said), error["message"]
    spoken = error["message"].split("`")[0]
    assert any("一" <= letter <= "鿿" for letter in spoken)
    assert " a " not in spoken  # no English sentence of a library inside


def test_bad_usage_is_one_object_from_a_program_of_its_own_too(
    webir: "Program", one_object: OneObject
) -> None:
    done = webir("nope", "--json")
    assert (done.returncode, one_object(done)["error"]["code"]) == (2, "U001")


@pytest.mark.parametrize("group", ["", "forms", "retention hold"])
def test_group_without_a_command_shows_its_help_and_is_bad_usage(webir: "Program", group: str) -> None:
    shown = webir(*group.split())
    assert (shown.returncode, shown.stderr) == (2, "")
    assert "指令" in shown.stdout


def test_folder_without_a_workspace_is_named(webir: "Program", one_object: OneObject, tmp_path: Path) -> None:
    done = webir("-w", tmp_path, "verify", "--json")
    error = one_object(done)["error"]
    assert (done.returncode, error["code"], error["facts"]) == (2, "U102", {"path": str(tmp_path)})
    assert list(tmp_path.iterdir()) == []


def test_init_leaves_a_folder_alone_that_is_not_empty(
    webir: "Program", one_object: OneObject, tmp_path: Path
) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    done = webir("init", tmp_path, "--agency", EXAMPLES / "機關設定.json", "--json")
    assert (done.returncode, one_object(done)["error"]["code"]) == (2, "U101")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_demo_prints_one_object_and_nothing_else_when_asked(
    webir: "Program", one_object: OneObject, tmp_path: Path
) -> None:
    done = webir("demo", tmp_path / "demo", "--json")
    assert one_object(done) == {
        "workspace": str(tmp_path / "demo/workspace"),
        "data": str(tmp_path / "demo/data"),
    }
    assert done.returncode == 0


# --- exit codes, each reached for real


def test_check_without_problems_ends_with_zero(
    webir: "Program", one_object: OneObject, workspace: Path
) -> None:
    done = webir("-w", workspace, "forms", "check", "form_3", EXAMPLES / "附件3_代查授權書.xlsx", "--json")
    assert (done.returncode, one_object(done)["problems"]) == (0, [])


def test_check_with_problems_ends_with_one_and_lists_them_all(
    webir: "Program", one_object: OneObject, workspace: Path
) -> None:
    done = webir("-w", workspace, "forms", "check", "form_1_2", APPLICATIONS, "--json")
    found = one_object(done)
    assert done.returncode == 1
    assert (found["form"], found["rows"], found["valid"]) == ("form_1_2", 32, 26)
    keys = ("row", "column", "field", "code", "clause")
    assert [{key: problem[key] for key in keys} for problem in found["problems"]] == [
        {key: bad[key] for key in keys} for bad in KEY["form_1_2"]["bad_rows"]
    ]
    assert all(isinstance(problem["row"], int) and problem["message"] for problem in found["problems"])


def test_good_archive_verifies_with_zero_and_the_report_has_its_shape(
    webir: "Program", one_object: OneObject, workspace: Path
) -> None:
    done = webir("-w", workspace, "verify", "--json")
    report = one_object(done)
    assert done.returncode == 0
    assert {"verdict", "level", "read", "records", "findings", "checkpoint"} <= set(report)
    assert (report["verdict"], report["level"], report["findings"]) == ("valid", "full", [])
    assert report["records"] == {"OK": KEY["form_1_2"]["valid"]}
    assert all(isinstance(count, int) for count in report["read"].values())
    assert set(report["checkpoint"]) >= {"size", "root"}


def test_damaged_archive_ends_with_one_and_the_file_is_named(
    webir: "Program", one_object: OneObject, workspace: Path
) -> None:
    sealed = min((workspace / "archive/records").rglob("*.sealed"))
    sealed.write_bytes(sealed.read_bytes()[:-1])
    done = webir("-w", workspace, "verify", "--json")
    report = one_object(done)
    assert (done.returncode, report["verdict"], report["records"]["CORRUPT"]) == (1, "invalid", 1)
    assert {"code", "where", "facts"} <= set(report["findings"][0])
    assert sealed.name in json.dumps(report["findings"])


def test_missing_libreoffice_ends_with_four_and_writes_nothing_while_docx_still_works(
    webir: "Program", one_object: OneObject, workspace: Path, tmp_path: Path
) -> None:
    out = tmp_path / "documents"
    fill = (
        "-w",
        workspace,
        "forms",
        "fill",
        "form_3",
        EXAMPLES / "附件3_代查授權書.xlsx",
        "-o",
        out,
        "--json",
    )
    refused = webir(*fill, "--to", "docx,pdf", variables={"WEBIR_SOFFICE": "/nonexistent"})
    error = one_object(refused)["error"]
    assert (refused.returncode, error["code"]) == (4, "X101")
    assert "libreoffice" in error["message"].casefold()
    assert not out.exists()
    done = webir(*fill, "--to", "docx", variables={"WEBIR_SOFFICE": "/nonexistent"})
    files = [Path(file["path"]) for file in one_object(done)["files"]]
    assert done.returncode == 0
    assert sorted(files) == sorted(out.iterdir())
    assert {path.suffix for path in files} == {".docx"}


def test_damage_that_no_user_caused_ends_with_five(
    webir: "Program", one_object: OneObject, workspace: Path
) -> None:
    (workspace / "keys/log.key").write_text("no key", encoding="utf-8")
    done = webir("-w", workspace, "records", "list", "--json")
    assert (done.returncode, one_object(done)["error"]["code"]) == (5, "A134")


def test_missing_sealed_file_is_a_fault_for_the_record_and_a_finding_for_the_archive(
    webir: "Program", one_object: OneObject, workspace: Path
) -> None:
    sealed = min((workspace / "archive/records").rglob("*.1.sealed"))
    record = sealed.name.partition(".")[0]
    for path in sealed.parent.glob(f"{record}.*"):
        path.unlink()
    show = webir("-w", workspace, "records", "show", record, "--json")
    assert (show.returncode, one_object(show)["error"]["code"]) == (5, "A150")
    verify = webir("-w", workspace, "verify", "--level", "structure", "--json")
    assert (verify.returncode, one_object(verify)["records"]["MISSING"]) == (1, 1)


# --- refusals


def _refusals(batch: str) -> dict[str, tuple[tuple[str, ...], str]]:
    """Return acts that a rule refuses: arguments and the code of the refusal."""
    return {
        "unsigned batch": (("execute", batch, "--confirm", batch, "--as", "arch-01"), "U168"),
        "drafter approves": (("approve", batch, "--as", "arch-01", "--passphrase-file", "{secret}"), "U166"),
        "witness approves": (("approve", batch, "--as", "wit-01", "--passphrase-file", "{secret}"), "U166"),
        "second batch": (("draft", "--as", "arch-01"), "U164"),
        "no role": (("draft", "--as", "wit-01", "--reason", "again"), "U164"),
        "nothing of class B": (("draft", "--class", "B", "--as", "arch-01"), "U163"),
        "class C": (("draft", "--class", "C", "--as", "arch-01"), "U160"),
    }


@pytest.mark.parametrize("case", _refusals(""))
def test_refused_act_ends_with_three_and_not_a_byte_changes(
    webir: "Program", one_object: OneObject, workspace: Path, passphrase_file: Path, case: str
) -> None:
    (batch,) = (path.name for path in (workspace / "archive/certificates").iterdir())
    arguments, code = _refusals(batch)[case]
    words = [word.format(secret=passphrase_file) for word in arguments]
    before = _state(workspace)
    done = webir("-w", workspace, "--json", "destruction", *words)
    refusal = one_object(done)
    assert (done.returncode, refusal["error"]["code"]) == (3, code)
    if code not in {"U160", "U163"}:  # the class itself is the reason, or there is nothing to speak against
        assert refusal["reasons"]
        assert all(reason["code"] and reason["message"] for reason in refusal["reasons"])
    assert _state(workspace) == before


def test_refused_execution_names_every_reason_at_once(
    webir: "Program", one_object: OneObject, drafted: "Prepared", workspace: Path
) -> None:
    catalogue = json.loads((workspace / f"archive/certificates/{drafted.batch}/catalogue.json").read_bytes())
    held = catalogue["items"][0]["record"]
    assert (
        webir("-w", workspace, "retention", "hold", "add", held, "--authority", "北法字第1號").returncode == 0
    )
    before = _state(workspace)
    execute = ("destruction", "execute", drafted.batch, "--as", "arch-01", "--confirm", drafted.batch)
    reasons = one_object(webir("-w", workspace, *execute, "--json"))["reasons"]
    assert {"R225", "R270", "R271"} <= {reason["code"] for reason in reasons}  # hold, no approval, no witness
    assert _state(workspace) == before


def test_wrong_confirmation_is_bad_input_and_not_a_byte_changes(
    webir: "Program", one_object: OneObject, drafted: "Prepared", workspace: Path
) -> None:
    before = _state(workspace)
    execute = ("-w", workspace, "destruction", "execute", drafted.batch, "--as", "arch-01", "--json")
    assert webir(*execute, "--confirm", "yes").returncode == 2
    unasked = webir(*execute)
    assert (unasked.returncode, one_object(unasked)["error"]["code"]) == (2, "U011")
    assert _state(workspace) == before


def test_clock_behind_the_ledger_is_refused_and_not_a_byte_changes(
    webir: "Program", one_object: OneObject, workspace: Path, machine: "Machine"
) -> None:
    ahead = replace(machine, now=lambda: machine.now() + timedelta(days=1))
    with open_workspace(workspace, machine=ahead) as opened:
        place_hold(
            opened, list_records(opened)[0].record, authority="北法字第1號", review_on=None, actor="arch-01"
        )
    before = _state(workspace)
    done = webir("-w", workspace, "verify", "--json")
    assert (done.returncode, one_object(done)["error"]["code"]) == (3, "A201")
    assert _state(workspace) == before


# --- help

COMMANDS: Final[tuple[tuple[str, ...], ...]] = tuple(
    tuple(words.split())
    for words in (
        "",
        *("doctor", "init", "demo", "verify", "keys", "keys status"),
        *("keys backup", "keys escrow", "keys restore", "keys rotate", "store", "store check"),
        *("forms", "forms list", "forms show", "forms blank", "forms copy", "forms check", "forms lint"),
        *("forms fill", "forms preview"),
        *("records", "records file", "records list", "records show", "records export", "records cancel"),
        *("records import", "records proof"),
        *("backup", "backup create", "backup check", "backup restore", "backup list", "backup expired"),
        *("copies", "copies list", "copies add", "copies destroyed", "copies closing"),
        *("records lend", "records return", "records loans"),
        *("retention", "retention due", "retention show", "retention untriggered", "retention overdue"),
        *("retention revoke", "retention correct", "retention mark", "retention unit", "retention hold"),
        *("retention hold add", "retention hold ask-release", "retention hold release"),
        *("retention hold list", "files", "files open", "files assign", "files list", "files show"),
        *("destruction", "destruction draft", "destruction approve", "destruction witness"),
        *("destruction execute", "destruction certificate", "destruction withdraw"),
        *("destruction opinions", "destruction answer", "destruction selection", "destruction submit"),
        *("destruction selection offer", "destruction selection answer", "destruction selection skip"),
        *("destruction authority", "destruction annotate", "destruction resubmit", "destruction close"),
        *("destruction leave", "retention audit-closed", "retention shorten"),
        *("papers", "papers batch", "incident", "incident report", "incident list"),
        *("report", "report yearly"),
        *("destruction list", "destruction show", "people", "people add", "people list", "people show"),
        *("profile", "profile list", "profile adopt"),
        *("people left", "people key", "people key revoke", "people key replace", "clock", "clock confirm"),
    )
)


@pytest.fixture(scope="module")
def help_texts(in_one_process: InOneProcess) -> dict[str, dict[tuple[str, ...], str]]:
    """Return the help of every command in both languages."""
    texts: dict[str, dict[tuple[str, ...], str]] = {}
    for language in ("zh-Hant", "en"):
        results = in_one_process([[*command, "--help", "--lang", language] for command in COMMANDS])
        assert {code for code, _ in results} == {0}
        texts[language] = {command: text for command, (_, text) in zip(COMMANDS, results, strict=True)}
    return texts


def test_every_command_that_the_help_lists_is_known_here(
    help_texts: dict[str, dict[tuple[str, ...], str]],
) -> None:
    listed: set[tuple[str, ...]] = {()}
    for command, text in help_texts["en"].items():
        _, _, rest = text.partition("Commands:\n")
        commands, _, _ = rest.partition("\n\n")
        names = [line.split()[0] for line in commands.splitlines() if line[2:3] not in {"", " "}]
        listed |= {(*command, name) for name in names}
    assert listed == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_line_of_the_help_is_in_the_wrong_language(
    help_texts: dict[str, dict[tuple[str, ...], str]], command: tuple[str, ...]
) -> None:
    chinese, english = help_texts["zh-Hant"][command], help_texts["en"][command]
    untranslated = [line for line in chinese.splitlines() if line.strip() and not _has_chinese(line)]
    assert untranslated == []
    assert [line for line in english.splitlines() if _has_chinese(line)] == []
    assert set(chinese.splitlines()) & set(english.splitlines()) <= {""}


def _has_chinese(line: str) -> bool:
    return any("一" <= letter <= "鿿" or letter in "，。、（）：" for letter in line)
