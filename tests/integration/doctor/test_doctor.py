"""The doctor: a sound workspace is fine, each trouble has its line, nothing is mended and nothing hidden."""

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from webir_records.archive.key_backup import Cost
from webir_records.model.errors import WebirError
from webir_records.services import doctor
from webir_records.services.backing_up import create_backup
from webir_records.services.doctor import State, examine
from webir_records.services.filing import file_records
from webir_records.services.keys import backup_keys
from webir_records.services.lending import Terms, lend
from webir_records.services.messages import MESSAGES
from webir_records.services.verifying import verify

CHECKS = (
    "permissions",
    "space",
    "ledger",
    "clock",
    "keys",
    "backup",
    "key backup",
    "verification",
    "leftovers",
    "loans",
)
PASSPHRASE = "correct horse battery staple"
Lines = Callable[[], dict[str, list[tuple[str, str]]]]


@pytest.fixture
def lines(workspace_root, machine, reopen) -> Lines:
    """Examine, and return {check: [(state, code)]}."""

    def run() -> dict[str, list[tuple[str, str]]]:
        found: dict[str, list[tuple[str, str]]] = {}
        for line in examine(workspace_root, machine, reopen):
            found.setdefault(line.check, []).append((line.state.value, line.code))
        return found

    return run


@pytest.fixture
def sound(reopen, papers, tmp_path) -> None:
    """A workspace with everything done: records, verification, both kinds of backup."""
    with reopen() as workspace:
        file_records(workspace, "form_1_2", papers.applications(2))
        verify(workspace, "full")
    create_backup(reopen, tmp_path / "b.tar")
    with reopen() as workspace:
        backup_keys(workspace, tmp_path / "keys.bak", PASSPHRASE, cost=Cost(1 << 10))


@pytest.mark.usefixtures("sound")
def test_sound_workspace_has_no_problem_and_every_check_has_a_line(lines) -> None:
    found = lines()
    states = {check: [state for state, _ in of] for check, of in found.items()}
    del states["office"], states["fonts"]  # those of the machine
    assert states == {check: ["fine"] for check in CHECKS}
    assert found["office"] == [("warning", "U264")]  # the machine of the tests has none


def test_new_workspace_is_told_to_back_up_and_to_verify(lines) -> None:
    found = lines()
    assert found["backup"] == found["key backup"] == [("problem", "U272")]
    assert found["verification"] == [("warning", "U277")]


@pytest.mark.usefixtures("sound")
def test_every_text_says_what_its_line_knows(workspace_root, machine, reopen, clock) -> None:
    clock.forward(days=500)
    for line in examine(workspace_root, machine, reopen):
        if line.code in MESSAGES:
            assert MESSAGES[line.code].format_map(line.facts)


@pytest.mark.usefixtures("sound")
def test_backups_from_before_the_newest_epoch_are_a_problem(reopen, lines) -> None:
    with reopen() as workspace:
        workspace.archive.keys.rotate("2026-2")
    found = lines()
    assert found["backup"] == found["key backup"] == [("problem", "U273")]


@pytest.mark.usefixtures("sound")
def test_old_backup_and_old_verification_are_warnings_and_an_expired_copy_is_named(
    reopen, lines, clock, tmp_path
) -> None:
    create_backup(reopen, tmp_path / "c.tar", expires_on=date(2027, 1, 1))
    clock.forward(days=100)
    found = lines()
    assert found["backup"] == [("warning", "U276")]
    assert found["verification"] == [("warning", "U279")]
    assert found["expired copy"] == [("warning", "U275")]


@pytest.mark.usefixtures("sound")
def test_failed_verification_stays_a_problem_until_a_good_one(workspace_root, reopen, lines) -> None:
    sealed = min((workspace_root / "archive/records").rglob("*.sealed"))
    data = sealed.read_bytes()
    sealed.write_bytes(b"changed")
    with reopen() as workspace:
        assert not verify(workspace, "full").fine
    assert lines()["verification"] == [("problem", "U278")]
    sealed.write_bytes(data)
    with reopen() as workspace:
        assert verify(workspace, "full").fine
    assert lines()["verification"] == [("fine", "U280")]


@pytest.mark.usefixtures("sound")
def test_clock_behind_and_far_ahead_of_the_ledger(lines, clock) -> None:
    clock.moment = datetime(2026, 11, 22, tzinfo=UTC)
    assert lines()["clock"] == [("problem", "A201")]
    clock.moment = datetime(2028, 11, 23, tzinfo=UTC)
    assert lines()["clock"] == [("warning", "U270")]


@pytest.mark.usefixtures("sound")
def test_readable_key_is_named(workspace_root, lines) -> None:
    (workspace_root / "keys/log.key").chmod(0o644)
    assert lines()["permissions"] == [("warning", "A197")]


@pytest.mark.usefixtures("sound")
def test_overdue_loan_is_named(reopen, lines, clock) -> None:
    with reopen() as workspace:
        lend(workspace, "1-2-115-0001", Terms("wang-07", "audit", date(2026, 11, 24)))
    assert lines()["loans"] == [("fine", "U283")]
    clock.forward(days=2)
    assert lines()["loans"] == [("warning", "U284")]


@pytest.mark.usefixtures("sound")
def test_file_that_no_entry_names_is_a_problem_and_is_left_alone(workspace_root, lines) -> None:
    known = min((workspace_root / "archive/records").rglob("*.sealed"))
    for name in ("zz" + known.name, known.name + ".tmp"):
        shutil.copy(known, known.with_name(name))
    assert lines()["leftovers"] == [("problem", "U281"), ("problem", "U281")]
    assert known.with_name("zz" + known.name).exists()


@pytest.mark.usefixtures("sound")
def test_missing_key_and_ledger_ahead_of_the_database_are_problems(workspace_root, lines) -> None:
    key = workspace_root / "keys/kek-2026.key"
    key.rename(key.with_suffix(".gone"))
    assert ("problem", "U176") in lines()["keys"]


@pytest.mark.usefixtures("sound")
def test_workspace_that_does_not_open_is_reported_and_the_machine_is_still_examined(
    workspace_root, lines
) -> None:
    (workspace_root / "keys/log.key").unlink()
    found = lines()
    assert found["workspace"] == [("problem", "A134")]
    assert {"space", "office", "permissions"} <= set(found)


def test_no_workspace_at_all_is_a_problem_too(tmp_path, machine) -> None:
    from webir_records.bootstrap import open_workspace

    empty = tmp_path / "empty"
    empty.mkdir()
    found = examine(empty, machine, lambda: open_workspace(empty, machine=machine))
    assert [(line.check, line.code) for line in found if line.state is State.PROBLEM] == [
        ("workspace", "U102")
    ]


@pytest.mark.usefixtures("sound")
def test_small_disk_is_a_problem(lines, monkeypatch) -> None:
    usage = shutil.disk_usage(Path.cwd())
    for free, state in ((1 << 20, "problem"), (2 << 30, "warning"), (9 << 30, "fine")):
        monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _, free=free: usage._replace(free=free))
        assert lines()["space"][0][0] == state


@pytest.mark.usefixtures("sound")
def test_examining_enters_nothing_into_the_ledger(reopen, lines) -> None:
    with reopen() as workspace:
        before = workspace.archive.ledger.head()
    lines()
    with reopen() as workspace:
        assert workspace.archive.ledger.head() == before


def test_errors_of_opening_are_never_swallowed(workspace_root, machine) -> None:
    def broken() -> None:
        raise WebirError("A103", path="webir.db")

    (line,) = [line for line in examine(workspace_root, machine, broken) if line.check == "workspace"]
    assert (line.state, line.code) == (State.PROBLEM, "A103")
