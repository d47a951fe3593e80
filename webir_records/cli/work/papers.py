"""Do `webir papers …`, `webir incident …`, `webir report …`."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final, cast

from webir_records.cli.failing import Exit
from webir_records.cli.roc import roc, typed_date
from webir_records.cli.say import _
from webir_records.cli.session import Session
from webir_records.model.errors import InputError
from webir_records.services.papers.batch_papers import Wish, write_papers
from webir_records.services.papers.incidents import Incident, NewIncident, list_incidents, report_incident
from webir_records.services.papers.yearly_report import write_yearly

_ROC_OFFSET: Final = 1911
_LAST_ROC_YEAR: Final = 999
_TEXTS: Final = (
    *("kind", "cause", "place", "course", "method", "evidence", "appraisal", "measures"),
    *("authority", "batch"),
)


def batch(
    session: Session,
    name: str,
    out: Path,
    *,
    kinds: str,
    formats: str,
    office: str,
    dates: Mapping[str, str],
) -> int:
    """Write the papers of a batch."""
    wish = Wish(
        kinds=_names(kinds),
        formats=_names(formats),
        office=office,
        reply_by=typed_date(dates["reply_by"]),
        planned_on=typed_date(dates["planned_on"]),
    )
    with session.workspace() as workspace:
        written = write_papers(workspace, name, out, wish)
    for path in written:
        session.output.line(str(path))
    session.output.result({"batch": name, "files": [str(path) for path in written]})
    return Exit.DONE


def incident_report(session: Session, given: Mapping[str, object]) -> int:
    """Report an incident."""
    records = cast("tuple[str, ...]", given["records"])
    happened = typed_date(str(given["on"]))
    if happened is None:
        raise InputError("U007", got=str(given["on"]))
    texts = {name: str(given[name]) for name in _TEXTS}
    new = NewIncident(
        on=happened,
        found_on=typed_date(str(given["found_on"])),
        records=records,
        **texts,
    )
    with session.workspace() as workspace:
        done = report_incident(workspace, new, actor=session.actor_or_operator)
    session.output.line(_("Incident {incident} reported.", incident=done.incident), style="bold")
    for path in done.paths:
        session.output.line(f"archive/{path}")
    session.output.result(_json(done) | {"files": list(done.paths)})
    return Exit.DONE


def incident_list(session: Session) -> int:
    """List the incidents."""
    with session.workspace() as workspace:
        found = list_incidents(workspace)
    session.output.table(
        (_("Incident"), _("Type of incident"), _("Day"), _("Authority"), _("Digest")),
        ((one.incident, one.kind, roc(one.on), one.authority, one.sha256[:16]) for one in found),
    )
    session.output.result({"incidents": [_json(one) for one in found]})
    return Exit.DONE


def yearly(session: Session, year: str, out: Path) -> int:
    """Write the yearly report."""
    with session.workspace() as workspace:
        wanted = _year(year) or workspace.today().year
        found = write_yearly(workspace, wanted, out, actor=session.actor_or_operator)
    session.output.line(_("Report of {year} written: {path}", year=wanted, path=out))
    counts = {
        name: dict(getattr(found, name))
        for name in ("kept", "destroyed", "waiting", "lapsed", "barred", "held")
    }
    session.output.result({"year": wanted, "on": found.today, "file": str(out), **counts})
    return Exit.DONE


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _year(text: str) -> int | None:
    """Return a year AD; one of at most three digits is of the Republic.

    Raises:
        InputError: U007 it is no year.
    """
    if not text:
        return None
    if not text.isdecimal() or not 0 < int(text) <= date.max.year:
        raise InputError("U007", got=text)
    return int(text) + (_ROC_OFFSET if int(text) <= _LAST_ROC_YEAR else 0)


def _json(one: Incident) -> dict[str, object]:
    return {
        "incident": one.incident,
        "kind": one.kind,
        "on": one.on,
        "authority": one.authority,
        "sha256": one.sha256,
    }
