"""Do `webir retention untriggered` and `overdue`."""

from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from retention.kinds import Trigger
from webir_records.cli.failing import Exit
from webir_records.cli.roc import roc, typed_date
from webir_records.cli.say import _
from webir_records.cli.session import Session
from webir_records.cli.work.records import summary_json
from webir_records.services.retention_reports import (
    Dateless,
    Lapsed,
    Obstacle,
    list_dateless,
    list_lapsed,
)

_PRINTED: Final = 500
"""Lines of a table; the JSON names them all."""


def untriggered(session: Session) -> int:
    """List records without a date."""
    output = session.output
    with session.workspace() as workspace:
        lines = list_dateless(workspace)
        if output.as_json:
            output.stream({}, "untriggered", (_dateless_json(line) for line in lines))
            return Exit.DONE
        headers = (_("Form number"), _("Record id"), _("Why it has no date"), _("What to do"))
        printed = [
            (line.summary.form_no, line.summary.record, *_advice(line)) for line in islice(lines, _PRINTED)
        ]
        rest = sum(1 for _line in lines)
    output.table(headers, printed)
    _count(session, len(printed), rest)
    return Exit.DONE


def overdue(session: Session, on: str) -> int:
    """List what should have gone, and beside it what has lapsed and may not go."""
    output = session.output
    day = typed_date(on)
    with session.workspace() as workspace:
        lines = list_lapsed(workspace, day)
        if output.as_json:
            kept = [_lapsed_json(line) for line in list_lapsed(workspace, day) if not line.overdue]
            head = {"on": day or workspace.today(), "kept": kept}
            output.stream(head, "overdue", (_lapsed_json(line) for line in lines if line.overdue))
            return Exit.DONE
        late, kept_rows = _Counted(), _Counted()
        for line in lines:
            (late if line.overdue else kept_rows).add(_lapsed_row(line))
    headers = (_("Form number"), _("Record id"), _("Might go from"), _("Days"), _("Why it is still there"))
    output.table(headers, late.rows)
    _count(session, len(late.rows), late.rest)
    if kept_rows.rows:
        output.line(_("Lapsed too, and not overdue: these may not be destroyed."))
        output.table(headers, kept_rows.rows)
        _count(session, len(kept_rows.rows), kept_rows.rest)
    return Exit.DONE


@dataclass(slots=True)
class _Counted:
    """The first rows of a table, and how many there are besides."""

    rows: list[tuple[str, ...]] = field(default_factory=list[tuple[str, ...]])
    rest: int = 0

    def add(self, row: tuple[str, ...]) -> None:
        """Take one row more."""
        if len(self.rows) < _PRINTED:
            self.rows.append(row)
        else:
            self.rest += 1


def obstacle_text(obstacle: Obstacle) -> str:
    """Say what stands in the way."""
    name, ask = obstacle.name, obstacle.ask
    texts = {
        "held": _("under hold {name}, ask {ask}", name=name, ask=ask),
        "lent": _("lent (loan {name}), {ask} has it", name=name, ask=ask),
        "on_batch": _("on batch {name}, drafted by {ask}", name=name, ask=ask),
        "classified": _("classified, not declassified yet") + _by(obstacle),
        "keep": _("its appraisal says keep") + _by(obstacle),
        "appraise": _("to be appraised first"),
        "selected": _("selected by a historical office") + _by(obstacle),
        "no_batch": _("on no batch: nobody drafted one"),
    }
    return texts[obstacle.code]


def _by(obstacle: Obstacle) -> str:
    """Say who decided it, by which letter and when, as far as it is known."""
    day = roc(obstacle.since) if obstacle.since else ""
    said = "，".join(part for part in (obstacle.ask, obstacle.name, day) if part)
    return f"（{said}）" if said else ""


def _advice(line: Dateless) -> tuple[str, str]:
    """Say why there is no date, and what to do."""
    note = {
        Trigger.ACCOUNT_CANCELLED.value: _("Note the cancellation: `webir records cancel`"),
        Trigger.AUDIT_CLOSED.value: _("Note that the audit is closed: `webir retention audit-closed`"),
    }.get(line.trigger, "")
    known = {
        "no_trigger": (_("the event from which its period runs is not known"), note),
        "trigger_revoked": (_("its cancellation or the closing of its audit was taken back"), note),
        "trigger_reopened": (_("account or audit was opened again"), note),
        "file_waits": (
            _("its file {file} waits for {record}", file=line.file, record=line.waits_for or "–"),
            _("See to that record first"),
        ),
        "permanent": (_("it is kept for ever"), _("Nothing")),
        "no_rule": (_("the profile has no rule for its form"), _("Add the rule to the profile")),
        "no_entry": (_("its entry is missing in the ledger"), _("Run `webir verify`")),
    }
    return known.get(line.cause, (line.cause, ""))


def _count(session: Session, printed: int, rest: int) -> None:
    session.output.line(_("{count} records.", count=printed + rest))
    if rest:
        session.output.line(_("{rest} of them are not printed; --json names them all.", rest=rest))


def _lapsed_row(line: Lapsed) -> tuple[str, ...]:
    return (
        line.summary.form_no,
        line.summary.record,
        roc(line.since),
        str(line.days),
        "、".join(obstacle_text(obstacle) for obstacle in line.obstacles),
    )


def _dateless_json(line: Dateless) -> dict[str, object]:
    return summary_json(line.summary) | {
        "cause": line.cause,
        "file": line.file,
        "trigger": line.trigger,
        "waits_for": line.waits_for,
        "clause": line.clause,
    }


def _lapsed_json(line: Lapsed) -> dict[str, object]:
    return summary_json(line.summary) | {
        "since": line.since,
        "days": line.days,
        "obstacles": [
            {"code": o.code, "name": o.name, "ask": o.ask, "since": o.since} for o in line.obstacles
        ],
    }
