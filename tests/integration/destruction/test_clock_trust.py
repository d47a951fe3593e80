"""An act under a wrong clock makes no wrong clock right; two people do."""

from datetime import date

from sqlmodel import Session

from tests.integration.destruction.conftest import PASSPHRASE
from webir_records.services.clock import confirm_clock
from webir_records.services.context import Workspace
from webir_records.services.destruction.clock_trust import trusted_until
from webir_records.services.people import add_person
from webir_records.services.verifying import verify

LEAD = 400  # days, in the profile


def test_jump_is_believed_when_two_people_confirmed_it(workspace, clock) -> None:
    _add_managers(workspace)
    first = workspace.today()
    clock.forward(days=LEAD)
    verify(workspace, "structure")
    assert _trusted(workspace) is None
    before = workspace.today()
    clock.forward(days=LEAD + 1)
    verify(workspace, "structure")
    clock.forward(days=1)
    verify(workspace, "structure")  # the newest entries lie close together; the jump is still there
    assert (first < before, _trusted(workspace)) == (True, before)
    confirm_clock(workspace, today=workspace.today(), actor="mgr-01", passphrase=PASSPHRASE)
    assert _trusted(workspace) == before
    confirm_clock(workspace, today=workspace.today(), actor="mgr-02", passphrase=PASSPHRASE)
    assert _trusted(workspace) is None
    confirmed = workspace.today()
    clock.forward(days=LEAD + 1)
    verify(workspace, "structure")
    assert _trusted(workspace) == confirmed  # an older confirmation says nothing of a later jump


def test_confirmation_that_lost_a_statement_counts_no_more(workspace, clock) -> None:
    _add_managers(workspace)
    before = workspace.today()
    clock.forward(days=LEAD + 1)
    for person in ("mgr-01", "mgr-02"):
        confirm_clock(workspace, today=workspace.today(), actor=person, passphrase=PASSPHRASE)
    assert _trusted(workspace) is None
    next((workspace.root / "archive/certificates/clock").glob("*mgr-02.note")).unlink()
    assert _trusted(workspace) == before


def _add_managers(workspace: Workspace) -> None:
    for person, actor in (("mgr-01", "operator"), ("mgr-02", "mgr-01")):
        add_person(workspace, person, ("agency_manager",), PASSPHRASE, actor=actor)


def _trusted(workspace: Workspace) -> date | None:
    with Session(workspace.engine) as session:
        return trusted_until(workspace, session, LEAD)
