"""Two people say what day it is, each with the own key; one alone, or a word alone, is not enough."""

from datetime import date, timedelta

import pytest
from sqlmodel import Session

from webir_records.model.errors import InputError, RefusedError
from webir_records.services.clock import Confirmed, clock_confirmed_by, confirm_clock
from webir_records.services.people_changes import Loss, revoke_key

PASSPHRASE = "correct horse battery"


def confirm(office, person: str, day: date | None = None) -> Confirmed:
    workspace = office.workspace
    return confirm_clock(workspace, today=day or workspace.today(), actor=person, passphrase=PASSPHRASE)


def confirmed(office, day: date | None = None) -> tuple[str, ...]:
    with Session(office.workspace.engine) as session:
        return clock_confirmed_by(office.workspace, session, day or office.workspace.today())


def test_second_person_makes_the_entry(office, clock) -> None:
    newest = office.workspace.today()
    clock.forward(days=200)
    size = office.workspace.archive.ledger.head().size
    first = confirm(office, "mgr-01")
    assert (first.people, first.complete, first.newest) == (("mgr-01",), False, newest)
    assert office.workspace.archive.ledger.head().size == size
    assert confirmed(office) == ()
    second = confirm(office, "wit-01")
    assert (second.people, second.complete, second.newest) == (("mgr-01", "wit-01"), True, newest)
    assert confirmed(office) == ("mgr-01", "wit-01")
    assert confirmed(office, newest) == ()
    assert office.verify().read["certificates"] == 2
    clock.forward(days=1)
    assert confirmed(office) == ()


def test_same_person_does_not_confirm_twice(office) -> None:
    confirm(office, "mgr-01")
    with pytest.raises(InputError, match="U296"):
        confirm(office, "mgr-01")
    confirm(office, "wit-01")
    with pytest.raises(InputError, match="U297"):
        confirm(office, "mgr-02")
    office.verify()


@pytest.mark.parametrize("days", [-1, 1, 3650])
def test_another_day_than_the_machines_is_not_signed(office, days: int) -> None:
    with pytest.raises(InputError, match="U295"):
        confirm(office, "mgr-01", office.workspace.today() + timedelta(days=days))
    assert not (office.workspace.root / "archive/certificates/clock").exists()


def test_first_statement_of_another_day_is_forgotten(office, clock) -> None:
    confirm(office, "mgr-01")
    clock.forward(days=1)
    assert confirm(office, "wit-01").people == ("wit-01",)
    assert confirm(office, "mgr-01").people == ("wit-01", "mgr-01")
    notes = {path.name for path in (office.workspace.root / "archive/certificates/clock").iterdir()}
    assert notes == {"2026-11-24-wit-01.note", "2026-11-24-mgr-01.note"}
    office.verify()


def test_first_statement_by_a_key_that_is_revoked_meanwhile_does_not_count(office, clock) -> None:
    confirm(office, "mgr-02")
    clock.forward(minutes=1)
    revoke_key(office.workspace, "mgr-02", reason=Loss.STOLEN, actor="mgr-01")
    clock.forward(minutes=1)
    assert confirm(office, "wit-01").complete is False
    with pytest.raises(RefusedError, match="U291"):
        confirm(office, "mgr-02")


def test_confirmation_whose_note_is_gone_or_changed_does_not_count(office) -> None:
    confirm(office, "mgr-01")
    confirm(office, "wit-01")
    note = office.workspace.root / "archive/certificates/clock/2026-11-23-mgr-01.note"
    note.write_bytes(note.read_bytes().replace(b"2026-11-23", b"2026-11-24"))
    assert confirmed(office) == ("wit-01",)
    note.unlink()
    assert confirmed(office) == ("wit-01",)


def test_clock_behind_the_newest_entry_cannot_be_confirmed(office, clock) -> None:
    confirm(office, "mgr-01")
    clock.forward(days=-1)
    assert confirm(office, "wit-01").complete is False
    with pytest.raises(RefusedError, match="A201"):
        confirm(office, "mgr-01")
    assert confirmed(office) == ()
