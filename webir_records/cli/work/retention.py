"""Do `webir retention due` and `show`."""

from itertools import islice

from webir_records.cli.failing import Exit, message
from webir_records.cli.roc import roc, typed_date
from webir_records.cli.say import _
from webir_records.cli.session import Session
from webir_records.cli.work.holds import hold_json, hold_lines
from webir_records.cli.work.records import summary_json
from webir_records.model.tables import MarkRow
from webir_records.services.governing import Governing
from webir_records.services.retention_dates import DueCounts, DueLine, count_due, due_lines, show_due


def due(session: Session, on: str, limit: int = 0) -> int:
    """List what has lapsed; 0 lists all of it."""
    day = typed_date(on)
    output = session.output
    with session.workspace() as workspace:
        counts = count_due(workspace, day)
        if output.as_json:
            head = {"on": counts.on, "running": counts.running, "untriggered": counts.untriggered}
            lines = due_lines(workspace, counts.on)
            output.stream(head | {"count": counts.lapsed}, "lapsed", (_due_json(line) for line in lines))
            return Exit.DONE
        notice = workspace.profile.notice
        output.note(notice.en if session.lang == "en" else notice.zh, style="dim")
        lines = due_lines(workspace, counts.on, limit=limit or None)
        title = _("Lapsed on {day}", day=roc(counts.on))
        while page := [_due_row(line) for line in islice(lines, 500)]:
            output.table(_headers(), page, title=title)
            title = ""
    _sums(session, counts, limit)
    return Exit.DONE


def show(session: Session, record: str) -> int:
    """Show one record's period and both ways of counting."""
    with session.workspace() as workspace:
        line = show_due(workspace, record)
    output, summary = session.output, line.summary
    output.line(f"{summary.form_no}  {summary.record}", style="bold")
    if summary.trigger_date is not None:
        output.line(_("Counted from {day} [{clause}]", day=roc(summary.trigger_date), clause=line.clause))
    if summary.due is None or line.end is None:
        output.line(_no_date(line))
    else:
        output.line(
            _("Kept until {end}; may be destroyed from {due}", end=roc(line.end), due=roc(summary.due))
        )
        if line.other_strategy_from:
            output.line(_("Under the other way of counting: from {day}", day=roc(line.other_strategy_from)))
    for notice in line.notices:
        output.note(f"{notice.code}: {message(notice.code, notice.facts)} [{notice.clause}]")
    if line.governs is not None and line.governs.file:
        output.line(_("It lies in file {file}.", file=line.governs.file))
    for mark in line.marks:
        output.line(_mark_line(mark), style="bold yellow")
    for text in hold_lines(line.holds):
        output.line(text, style="bold yellow")
    output.result(_due_json(line))
    return Exit.DONE


def _no_date(line: DueLine) -> str:
    governs = line.governs
    if governs is not None and governs.permanent:
        return _("It is kept for ever. [{clause}]", clause=line.clause)
    if governs is not None and governs.cause == "file_waits":
        return _(
            "Its file waits for {record}: no period runs. It cannot be destroyed.",
            record=governs.waits_for or "–",
        )
    return _(
        "Its period has not begun: no trigger date is known. It cannot be destroyed. [{clause}]",
        clause=line.clause,
    )


def _headers() -> tuple[str, ...]:
    return (
        _("Form number"),
        _("Record id"),
        _("Class"),
        _("Counted from"),
        _("Kept until"),
        _("May go from"),
        _("Clause"),
        _("Holds"),
    )


def _sums(session: Session, counts: DueCounts, limit: int) -> None:
    output = session.output
    output.line(
        _(
            "{lapsed} lapsed, {running} still running, {untriggered} whose period has not begun.",
            lapsed=counts.lapsed,
            running=counts.running,
            untriggered=counts.untriggered,
        )
    )
    if limit and counts.lapsed > limit:
        output.line(_("The first {limit} are printed. All of them: --limit 0 or --json", limit=limit))
    if counts.lapsed:
        output.line(_("Lapsed means may, not must. Next: `webir destruction draft --as ID`"))


def _mark_line(mark: MarkRow) -> str:
    texts = {
        ("classified", "yes"): _("classified, not declassified yet"),
        ("classified", "no"): _("declassified"),
        ("national", "yes"): _("part of the national archives: never destroyed"),
        ("appraised", "destroy"): _("appraised: may go"),
        ("appraised", "keep"): _("appraised: is kept"),
        ("selected", "yes"): _("selected by a historical institution: handed over, not destroyed"),
        ("reopened", "yes"): _("account or audit was opened again"),
    }
    said = texts.get((mark.mark, mark.value), mark.mark)
    return (
        f"{said}（{'，'.join(part for part in (mark.authority, roc(mark.on) if mark.on else '') if part)}）"
    )


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
        "、".join(f"{hold.hold} ({hold.authority})" for hold in line.holds),
    )


def _due_json(line: DueLine) -> dict[str, object]:
    return (
        summary_json(line.summary)
        | {
            "end": line.end,
            "other_strategy_from": line.other_strategy_from,
            "lapsed": line.lapsed,
            "clause": line.clause,
            "filed_under": line.filed_under,
            "marks": [
                {"mark": m.mark, "value": m.value, "authority": m.authority, "on": m.on} for m in line.marks
            ],
            "held_by": [hold_json(hold) for hold in line.holds],
        }
        | (_governs_json(line.governs) if line.governs else {})
    )


def _governs_json(governs: Governing) -> dict[str, object]:
    return {
        "cause": governs.cause,
        "own": governs.own,
        "years": governs.years,
        "disposition": governs.disposition.value if governs.disposition else None,
        "permanent": governs.permanent,
        "file": governs.file,
        "waits_for": governs.waits_for,
    }
