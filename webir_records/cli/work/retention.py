"""Do `webir retention …`."""

from webir_records.cli.failing import Exit
from webir_records.cli.roc import roc, typed_date
from webir_records.cli.say import _
from webir_records.cli.session import Session
from webir_records.cli.work.records import summary_json
from webir_records.services.holding import Hold, list_holds, place_hold, release_hold
from webir_records.services.retention_dates import DueLine, list_due, show_due


def due(session: Session, on: str) -> int:
    """List what has lapsed."""
    day = typed_date(on)
    with session.workspace() as workspace:
        found = list_due(workspace, day)
        notice = workspace.profile.notice
    output = session.output
    output.note(notice.en if session.lang == "en" else notice.zh, style="dim")
    output.table(
        (
            _("Form number"),
            _("Record id"),
            _("Class"),
            _("Counted from"),
            _("Kept until"),
            _("May go from"),
            _("Clause"),
            _("Holds"),
        ),
        (_due_row(line) for line in found.lapsed),
        title=_("Lapsed on {day}", day=roc(found.on)),
    )
    output.line(
        _(
            "{lapsed} lapsed, {running} still running, {untriggered} whose period has not begun.",
            lapsed=len(found.lapsed),
            running=found.running,
            untriggered=found.untriggered,
        )
    )
    if found.lapsed:
        output.line(_("Lapsed means may, not must. Next: `webir destruction draft --as ID`"))
    output.result(
        {
            "on": found.on,
            "lapsed": [_due_json(line) for line in found.lapsed],
            "running": found.running,
            "untriggered": found.untriggered,
        }
    )
    return Exit.DONE


def show(session: Session, record: str) -> int:
    """Show one record's period and both ways of counting."""
    with session.workspace() as workspace:
        line = show_due(workspace, record)
    output, summary = session.output, line.summary
    output.line(f"{summary.form_no}  {summary.record}", style="bold")
    if summary.due is None or summary.trigger_date is None or line.end is None:
        output.line(
            _(
                "Its period has not begun: no trigger date is known. It cannot be destroyed. [{clause}]",
                clause=line.clause,
            )
        )
    else:
        output.line(_("Counted from {day} [{clause}]", day=roc(summary.trigger_date), clause=line.clause))
        output.line(
            _("Kept until {end}; may be destroyed from {due}", end=roc(line.end), due=roc(summary.due))
        )
        if line.other_strategy_from:
            output.line(_("Under the other way of counting: from {day}", day=roc(line.other_strategy_from)))
    for hold in summary.holds:
        output.line(_("Under hold {hold}", hold=hold), style="bold yellow")
    output.result(_due_json(line))
    return Exit.DONE


def hold_add(session: Session, record: str, authority: str, review: str) -> int:
    """Place a hold."""
    day = typed_date(review)
    with session.workspace() as workspace:
        hold = place_hold(
            workspace, record, authority=authority, review_on=day, actor=session.actor_or_operator
        )
    session.output.line(_("Hold {hold} placed on {record}.", hold=hold.hold, record=hold.record))
    session.output.result(_hold_json(hold))
    return Exit.DONE


def hold_release(session: Session, hold: str) -> int:
    """Release a hold."""
    with session.workspace() as workspace:
        released = release_hold(workspace, hold, actor=session.actor_or_operator)
    session.output.line(_("Hold {hold} on {record} released.", hold=released.hold, record=released.record))
    session.output.result(_hold_json(released))
    return Exit.DONE


def hold_list(session: Session) -> int:
    """List the holds."""
    with session.workspace() as workspace:
        holds = list_holds(workspace)
    session.output.table(
        (_("Hold"), _("Record id"), _("Authority"), _("Review on"), _("State")),
        (
            (
                h.hold,
                h.record,
                h.authority,
                roc(h.review_on) if h.review_on else "",
                _("released") if h.released else _("open"),
            )
            for h in holds
        ),
    )
    session.output.result({"holds": [_hold_json(hold) for hold in holds]})
    return Exit.DONE


def _due_row(line: DueLine) -> tuple[str, ...]:
    s = line.summary
    return (
        s.form_no,
        s.record,
        s.record_class,
        roc(s.trigger_date) if s.trigger_date else "",
        roc(line.end) if line.end else "",
        roc(s.due) if s.due else "",
        line.clause,
        "、".join(s.holds),
    )


def _due_json(line: DueLine) -> dict[str, object]:
    return summary_json(line.summary) | {
        "end": line.end,
        "other_strategy_from": line.other_strategy_from,
        "lapsed": line.lapsed,
        "clause": line.clause,
    }


def _hold_json(hold: Hold) -> dict[str, object]:
    return {
        "hold": hold.hold,
        "record": hold.record,
        "authority": hold.authority,
        "review_on": hold.review_on,
        "released": hold.released,
    }
