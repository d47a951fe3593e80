"""Keys are lost, stolen and replaced, people leave; what was signed before stands, nothing new counts."""

import pytest
from sqlmodel import Session

from webir_records.model.errors import InputError, RefusedError
from webir_records.services.clock import confirm_clock
from webir_records.services.destruction.batches import show_batch
from webir_records.services.people import KeyState, add_person, list_people, open_signer, verifier_keys
from webir_records.services.people_changes import Loss, key_history, leave, replace_key, revoke_key

PASSPHRASE = "correct horse battery"
NEW = "another longer passphrase"


def revoke(office, person: str, actor: str = "mgr-01") -> None:
    revoke_key(office.workspace, person, reason=Loss.STOLEN, actor=actor)


def test_statement_stands_when_its_key_is_revoked_and_replaced_later(office, batch, clock) -> None:
    office.state(batch, "approval", "mgr-01")
    office.state(batch, "witness", "wit-01")
    clock.forward(minutes=1)
    revoke(office, "mgr-01", actor="mgr-02")
    leave(office.workspace, "wit-01", actor="mgr-02", reason_code="retired")
    clock.forward(minutes=1)
    replace_key(office.workspace, "mgr-01", passphrase=NEW, old_passphrase=None, actor="mgr-02")
    office.execute(batch)
    assert show_batch(office.workspace, batch).state == "closed"
    assert office.verify().records == {"DESTROYED_AUTHORISED": 3, "OK": 1}


def test_new_key_signs_and_the_old_passphrase_opens_nothing(office, batch) -> None:
    workspace = office.workspace
    office.state(batch, "witness", "wit-01")
    before = workspace.archive.ledger.head().size
    replaced = replace_key(workspace, "mgr-02", passphrase=NEW, old_passphrase=PASSPHRASE, actor="mgr-02")
    assert replaced.state is KeyState.ACTIVE
    assert workspace.archive.ledger.head().size == before + 1
    with pytest.raises(InputError, match="U156"):
        open_signer(workspace, "mgr-02", PASSPHRASE)
    office.state(batch, "approval", "mgr-02", NEW)
    office.execute(batch)
    assert office.verify().records == {"DESTROYED_AUTHORISED": 3, "OK": 1}
    first, second = key_history(workspace, "mgr-02")
    assert (first.state, second.state) == (KeyState.REPLACED, KeyState.ACTIVE)
    assert first.until == second.since != ""
    assert (first.since, second.until) == ("", "")


def test_note_signed_with_a_key_after_its_revocation_approves_nothing(office, batch, clock) -> None:
    workspace = office.workspace
    office.state(batch, "witness", "wit-01")
    clock.forward(minutes=1)
    revoke(office, "mgr-02")
    clock.forward(minutes=1)
    with pytest.raises(RefusedError, match="U291"):
        office.state(batch, "approval", "mgr-02")
    with Session(workspace.engine) as session:
        now = workspace.machine.now()
        assert verifier_keys(session, "mgr-02", now) == ()
        assert len(verifier_keys(session, "mgr-02")) == 1
        clock.forward(minutes=-2)
        assert len(verifier_keys(session, "mgr-02", workspace.machine.now())) == 1
    clock.forward(minutes=2)
    assert show_batch(workspace, batch).state == "drafted"
    office.verify()


def test_who_left_signs_nothing_and_manages_nothing(office, batch) -> None:
    workspace = office.workspace
    left = leave(workspace, "mgr-02", actor="mgr-01")
    assert left.state is KeyState.LEFT
    for act in (
        lambda: office.state(batch, "approval", "mgr-02"),
        lambda: add_person(workspace, "wit-02", ("witness",), PASSPHRASE, actor="mgr-02"),
        lambda: revoke(office, "mgr-01", actor="mgr-02"),
        lambda: revoke(office, "mgr-02", actor="mgr-02"),
        lambda: replace_key(workspace, "mgr-02", passphrase=NEW, old_passphrase=PASSPHRASE, actor="mgr-01"),
        lambda: leave(workspace, "mgr-02", actor="mgr-01"),
        lambda: confirm_clock(workspace, today=workspace.today(), actor="mgr-02", passphrase=PASSPHRASE),
    ):
        before = workspace.archive.ledger.head()
        with pytest.raises(RefusedError, match="U290"):
            act()
        assert workspace.archive.ledger.head() == before
    with pytest.raises(InputError, match="U151"):
        add_person(workspace, "mgr-02", ("witness",), PASSPHRASE, actor="mgr-01")
    assert {p.person: p.state.value for p in list_people(workspace)} == {
        "arch-01": "active",
        "wit-01": "active",
        "mgr-01": "active",
        "mgr-02": "left",
    }
    office.verify()


@pytest.mark.parametrize(
    ("actor", "code"),
    [("mgr-02", "U293"), ("wit-01", "U159"), ("operator", "U144"), ("nobody", "U154")],
)
def test_lost_key_is_replaced_by_another_manager_alone(office, actor: str, code: str) -> None:
    workspace = office.workspace
    revoke(office, "mgr-02")
    with pytest.raises((InputError, RefusedError), match=code):
        replace_key(workspace, "mgr-02", passphrase=NEW, old_passphrase=PASSPHRASE, actor=actor)
    replace_key(workspace, "mgr-02", passphrase=NEW, old_passphrase=None, actor="mgr-01")
    open_signer(workspace, "mgr-02", NEW)


def test_key_in_force_is_replaced_only_with_its_passphrase(office) -> None:
    workspace = office.workspace
    for old, code in ((None, "U294"), ("wrong passphrase", "U156")):
        with pytest.raises(InputError, match=code):
            replace_key(workspace, "mgr-02", passphrase=NEW, old_passphrase=old, actor="mgr-01")
    with pytest.raises(InputError, match="U153"):
        replace_key(workspace, "mgr-02", passphrase="short", old_passphrase=PASSPHRASE, actor="mgr-01")
    open_signer(workspace, "mgr-02", PASSPHRASE)


def test_key_is_revoked_once_by_its_owner_or_a_manager(office) -> None:
    with pytest.raises(RefusedError, match="U159"):
        revoke(office, "mgr-01", actor="wit-01")
    revoke(office, "wit-01", actor="wit-01")
    with pytest.raises(InputError, match="U292"):
        revoke(office, "wit-01")
    office.verify()


def test_operator_puts_things_right_when_no_manager_has_a_key(office) -> None:
    workspace = office.workspace
    leave(workspace, "mgr-02", actor="mgr-01")
    with pytest.raises(InputError, match="U144"):
        add_person(workspace, "mgr-03", ("agency_manager",), PASSPHRASE)
    revoke(office, "mgr-01", actor="mgr-01")
    replace_key(workspace, "mgr-01", passphrase=NEW, old_passphrase=None, actor="operator")
    open_signer(workspace, "mgr-01", NEW)
    with pytest.raises(InputError, match="U144"):
        add_person(workspace, "mgr-03", ("agency_manager",), PASSPHRASE)
    office.verify()


def test_broken_replacement_leaves_the_old_key_usable(office, monkeypatch) -> None:
    """The new key file is written before the ledger says so; without the entry it is nobody's."""
    workspace = office.workspace
    monkeypatch.setattr(workspace.archive.ledger, "append", _broken)
    with pytest.raises(OSError, match="full"):
        replace_key(workspace, "mgr-02", passphrase=NEW, old_passphrase=PASSPHRASE, actor="mgr-01")
    monkeypatch.undo()
    assert len(list((workspace.root / "keys/people").glob("mgr-02*"))) == 2
    open_signer(workspace, "mgr-02", PASSPHRASE)
    replace_key(workspace, "mgr-02", passphrase=NEW, old_passphrase=PASSPHRASE, actor="mgr-01")
    open_signer(workspace, "mgr-02", NEW)
    office.verify()


def _broken(*_: object) -> None:
    raise OSError("full")
