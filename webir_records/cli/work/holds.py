"""Do `webir retention hold …`, `mark` and `unit`."""

from collections.abc import Iterable, Sequence
from typing import Final

from webir_records.cli.failing import Exit
from webir_records.cli.roc import roc, typed_date
from webir_records.cli.say import _
from webir_records.cli.session import Session
from webir_records.services.holding import (
    Hold,
    HoldTerms,
    ask_release,
    list_holds,
    place_holds,
    release_hold,
)
from webir_records.services.marks import assign_unit, mark_records
from webir_records.services.selecting import RecordQuery

_PRINTED: Final = 500
"""Lines of a table; the JSON names them all."""


def add(session: Session, query: RecordQuery, terms: HoldTerms, *, dry_run: bool = False) -> int:
    """Place holds, or show what would be held."""
    with session.workspace() as workspace:
        placed = place_holds(workspace, query, terms, actor=session.actor_or_operator, dry_run=dry_run)
    output = session.output
    if dry_run:
        output.line(_("{count} records would be held. Nothing was changed.", count=len(placed.holds)))
        output.table((_("Record id"),), ((hold.record,) for hold in placed.holds[:_PRINTED]))
    elif len(placed.holds) == 1:
        (hold,) = placed.holds
        output.line(_("Hold {hold} placed on {record}.", hold=hold.hold, record=hold.record))
    else:
        output.line(_("{count} holds placed.", count=len(placed.holds)))
        _table(session, placed.holds)
    if placed.already:
        output.line(_("{count} records were under hold in this case already.", count=len(placed.already)))
    more = {"already": list(placed.already), "dry_run": dry_run}
    output.result(_holds_json(placed.holds) | more)
    return Exit.DONE


def ask(session: Session, name: str) -> int:
    """Ask for a release."""
    with session.workspace() as workspace:
        asked = ask_release(workspace, name, actor=session.actor_or_operator)
    session.output.line(
        _(
            "The release of {count} holds was asked for. Another person grants it: "
            "`webir retention hold release {name} --as ID`",
            count=len(asked),
            name=name,
        )
    )
    session.output.result(_holds_json(asked))
    return Exit.DONE


def release(session: Session, name: str) -> int:
    """Release a hold or a case."""
    actor = session.require_actor()
    with session.workspace() as workspace:
        released = release_hold(workspace, name, actor=actor)
    for hold in released[:_PRINTED]:
        session.output.line(_("Hold {hold} on {record} released.", hold=hold.hold, record=hold.record))
    session.output.result(_holds_json(released))
    return Exit.DONE


def list_all(session: Session, *, to_review: bool) -> int:
    """List the holds."""
    with session.workspace() as workspace:
        holds = list_holds(workspace, to_review=to_review)
    _table(session, holds)
    session.output.line(_("{count} holds.", count=len(holds)))
    session.output.result({"holds": [hold_json(hold) for hold in holds]})
    return Exit.DONE


def mark(session: Session, name: str, query: RecordQuery, *, authority: str, on: str) -> int:
    """Mark records."""
    day = typed_date(on)
    with session.workspace() as workspace:
        records = mark_records(
            workspace, query, name, authority=authority, on=day, actor=session.actor_or_operator
        )
    session.output.line(_("{count} records marked.", count=len(records)))
    session.output.result({"mark": name, "records": list(records)})
    return Exit.DONE


def unit(session: Session, of_unit: str, query: RecordQuery) -> int:
    """Say whose records they are."""
    with session.workspace() as workspace:
        records = assign_unit(workspace, query, of_unit, actor=session.actor_or_operator)
    session.output.line(_("{count} records marked.", count=len(records)))
    session.output.result({"unit": of_unit, "records": list(records)})
    return Exit.DONE


def hold_json(hold: Hold) -> dict[str, object]:
    """Return a hold for other programs."""
    return {
        "hold": hold.hold,
        "record": hold.record,
        "authority": hold.authority,
        "review_on": hold.review_on,
        "released": hold.released,
        "case": hold.case,
        "reason_code": hold.reason_code,
        "file": hold.file,
        "placed_by": hold.placed_by,
        "asked_by": hold.asked_by,
    }


def hold_lines(holds: Iterable[Hold]) -> Iterable[str]:
    """Yield a line for each open hold: who is to be asked."""
    for hold in holds:
        text = _("Under hold {hold}. Ask {authority}.", hold=hold.hold, authority=hold.authority)
        review = _(" Review on {day}.", day=roc(hold.review_on)) if hold.review_on else ""
        yield text + review


def _holds_json(holds: Sequence[Hold]) -> dict[str, object]:
    """Return holds for other programs; a single one also by itself."""
    single = hold_json(holds[0]) if len(holds) == 1 else {}
    return single | {"holds": [hold_json(hold) for hold in holds]}


def _table(session: Session, holds: Sequence[Hold]) -> None:
    session.output.table(
        (
            _("Hold"),
            _("Record id"),
            _("Case"),
            _("Authority"),
            _("Reason"),
            _("File"),
            _("Review on"),
            _("State"),
        ),
        (
            (
                h.hold,
                h.record,
                h.case,
                h.authority,
                h.reason_code,
                h.file,
                roc(h.review_on) if h.review_on else "",
                _state(h),
            )
            for h in holds[:_PRINTED]
        ),
    )


def _state(hold: Hold) -> str:
    if hold.released:
        return _("released")
    return _("release asked by {person}", person=hold.asked_by) if hold.asked_by else _("open")
