"""Report an emergency, a loss, a damage or an unlawful destruction (銷毀辦法 §§14-16).

The report is written down before anybody is told: the facts as canonical JSON and as a paper to stamp, both
under `certificates/incident-ID/`, the digest of the facts in the ledger. It changes no record.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from sqlmodel import Session, col, select

from signing.canonical import JsonValue, canonical_bytes
from webir_records.archive.store import put_unnamed
from webir_records.forms.problems import FormDocument
from webir_records.forms.specs import load_form
from webir_records.model.errors import InputError
from webir_records.model.tables import CounterRow, IncidentRow, RecordRow
from webir_records.services.context import OPERATOR, Workspace
from webir_records.services.destruction.batches import require_batch
from webir_records.services.governing import governing
from webir_records.services.issuing import Issued
from webir_records.services.papers.batch_forms import path_of
from webir_records.services.people import require_person
from webir_records.services.records import find_record
from webir_records.services.rendering import available_formats, render
from webir_records.services.texts_for_ledger import authority as checked_authority
from webir_records.services.texts_for_ledger import narrative

PAPER: Final = "incident_report"
FACTS: Final = "incident.json"
REPORT: Final = "report"


class IncidentKind(StrEnum):
    """What is reported."""

    EMERGENCY = "emergency"
    LOSS = "loss"
    DAMAGE = "damage"
    UNLAWFUL = "unlawful"


CLAUSES: Final[Mapping[IncidentKind, str]] = {
    IncidentKind.EMERGENCY: "銷毀辦法 §14",
    IncidentKind.LOSS: "銷毀辦法 §15",
    IncidentKind.DAMAGE: "銷毀辦法 §15",
    IncidentKind.UNLAWFUL: "銷毀辦法 §16",
}
_NAMES: Final[Mapping[IncidentKind, str]] = {
    IncidentKind.EMERGENCY: "緊急銷毀",
    IncidentKind.LOSS: "檔案遺失",
    IncidentKind.DAMAGE: "檔案毀損",
    IncidentKind.UNLAWFUL: "違法銷毀",
}
_NEEDED: Final[Mapping[IncidentKind, tuple[str, ...]]] = {
    IncidentKind.EMERGENCY: ("cause", "place", "method"),
    IncidentKind.LOSS: ("cause", "evidence"),
    IncidentKind.DAMAGE: ("cause", "appraisal"),
    IncidentKind.UNLAWFUL: ("course",),
}
"""What the law wants to be said; the rest may follow on paper."""

_TEXTS: Final = ("cause", "place", "course", "method", "evidence", "appraisal", "measures")
_STATES: Final = {"filed": "保存中", "destroyed": "已銷毀"}


@dataclass(frozen=True, slots=True)
class NewIncident:
    """What somebody reports; no text of it may name a person.

    Attributes:
        kind: an `IncidentKind`.
        on: day on which it happened.
        records: record ids or form numbers.
        found_on: day on which it was found.
        cause: 事由.
        place: where.
        course: what happened.
        method: how it was destroyed.
        evidence: proof of a loss.
        appraisal: what an appraisal of the damage found.
        measures: what was done about it.
        authority: number of a letter about it.
        batch: destruction batch that it belongs to.
    """

    kind: str
    on: date
    records: tuple[str, ...] = ()
    found_on: date | None = None
    cause: str = ""
    place: str = ""
    course: str = ""
    method: str = ""
    evidence: str = ""
    appraisal: str = ""
    measures: str = ""
    authority: str = ""
    batch: str = ""


@dataclass(frozen=True, slots=True)
class Incident:
    """A report that was made; `paths` are its files in the archive, `sha256` the digest of its facts."""

    incident: str
    kind: str
    on: date
    authority: str
    sha256: str
    paths: tuple[str, ...]


def report_incident(workspace: Workspace, new: NewIncident, *, actor: str = OPERATOR) -> Incident:
    """Write a report and enter it; whoever finds something reports it, whatever their role (§16).

    Raises:
        InputError: U364 an unknown kind; U365 something that the law wants is missing; U366 the day is to
            come; U367 a text names somebody; U120 no such record, U161 no such batch, U142 the authority,
            U154 the actor is not registered.
    """
    kind = _kind(new.kind)
    texts = _checked(workspace, new, kind)
    if actor != OPERATOR:
        require_person(workspace, actor)
    number = _number(workspace)
    facts = _facts(workspace, new, kind, texts, number=number, actor=actor)
    papers = _papers(workspace, facts, number)
    digests: dict[str, JsonValue] = {
        name: hashlib.sha256(content).hexdigest() for name, content in papers.items()
    }
    data = canonical_bytes({**facts, "papers": digests})
    return _enter(workspace, new, number, {FACTS: data, **papers}, facts, actor=actor)


def list_incidents(workspace: Workspace) -> tuple[Incident, ...]:
    """Return every report, oldest first."""
    with Session(workspace.engine) as session:
        rows = session.exec(select(IncidentRow).order_by(col(IncidentRow.id))).all()
        return tuple(
            Incident(row.id, row.kind, row.on, row.authority, row.sha256, (row.path,)) for row in rows
        )


def _kind(text: str) -> IncidentKind:
    try:
        return IncidentKind(text)
    except ValueError as error:
        raise InputError("U364", got=text, expected=", ".join(IncidentKind)) from error


def _checked(workspace: Workspace, new: NewIncident, kind: IncidentKind) -> dict[str, str]:
    """Return the texts, none of which names anybody; refuse what the law would not take."""
    given: dict[str, str] = {name: str(getattr(new, name)) for name in _TEXTS}
    for name in _NEEDED[kind]:
        if not given[name].strip():
            raise InputError("U365", name=f"--{name}", clause=CLAUSES[kind])
    if kind is not IncidentKind.UNLAWFUL and not new.records:
        raise InputError("U365", name="--record", clause=CLAUSES[kind])
    for day in (new.on, *([new.found_on] if new.found_on else [])):
        if day > workspace.today():
            raise InputError("U366", day=day.isoformat(), today=workspace.today().isoformat())
    return {name: narrative(text) for name, text in given.items() if text.strip()}


def _number(workspace: Workspace) -> str:
    """Return the next number; one that is given out and not used stays unused."""
    prefix = f"I-{workspace.today().year}-"
    with Session(workspace.engine) as session, session.begin():
        counter = session.get(CounterRow, prefix) or CounterRow(prefix=prefix, last=0)
        counter.last += 1
        session.add(counter)
        return f"{prefix}{counter.last:04d}"


def _facts(
    workspace: Workspace,
    new: NewIncident,
    kind: IncidentKind,
    texts: Mapping[str, str],
    *,
    number: str,
    actor: str,
) -> dict[str, JsonValue]:
    with Session(workspace.engine) as session:
        if new.batch:
            require_batch(session, new.batch)
        found = [find_record(session, record) for record in dict.fromkeys(new.records)]
        records = _lines(workspace, session, list({row.id: row for row in found}.values()))
    facts: dict[str, JsonValue] = {
        "v": 1,
        "agency_name": workspace.agency.name,
        "agency_code": workspace.agency.code,
        "incident_no": number,
        "reported_on": workspace.today().isoformat(),
        "kind": kind.value,
        "clause": CLAUSES[kind],
        "happened_on": new.on.isoformat(),
        **texts,
        "records": records,
        "record_total": len(records),
        "forward_to": "→".join(path_of(workspace.agency.name)[1:]),
        "reporter": actor,
    }
    optional: dict[str, JsonValue] = {
        "found_on": new.found_on.isoformat() if new.found_on else "",
        "authority": checked_authority(new.authority) if new.authority else "",
        "batch": new.batch,
    }
    return facts | {key: value for key, value in optional.items() if value}


def _lines(workspace: Workspace, session: Session, rows: Sequence[RecordRow]) -> list[JsonValue]:
    terms = governing(workspace, session, rows)
    lines: list[JsonValue] = []
    for seq, row in enumerate(rows, start=1):
        line: dict[str, JsonValue] = {
            "seq": seq,
            "record": row.id,
            "file_no": terms[row.id].file,
            "title": load_form(row.form, *workspace.templates).title,
            "item_form_no": row.form_no,
            "due": row.due.isoformat() if row.due else "",
            "state": row.state,
        }
        lines.append({key: value for key, value in line.items() if value != ""})
    return lines


def _papers(workspace: Workspace, facts: Mapping[str, JsonValue], number: str) -> dict[str, bytes]:
    """Return the paper in every format that this machine can make."""
    spec = load_form(PAPER, *workspace.templates)
    lines = facts["records"]
    printed = {
        **{key: value for key, value in facts.items() if key != "v"},
        "kind": _NAMES[IncidentKind(str(facts["kind"]))],
        "records": [
            {**line, "state": _STATES.get(str(line["state"]), str(line["state"]))}
            for line in (lines if isinstance(lines, list) else [])
            if isinstance(line, dict)
        ],
    }
    item = Issued(FormDocument(form=spec.id, data=printed, rows=()), number.lower(), number)
    (made,) = render(workspace, spec, [item], available_formats(workspace))
    return {f"{REPORT}.{kind}": content for kind, content in made.files.items()}


def _enter(
    workspace: Workspace,
    new: NewIncident,
    number: str,
    files: Mapping[str, bytes],
    facts: Mapping[str, JsonValue],
    *,
    actor: str,
) -> Incident:
    """Enter the report and put its files; the entry is published when all of them are there."""
    digest = hashlib.sha256(files[FACTS]).hexdigest()
    paths = {name: f"certificates/incident-{number}/{name}" for name in files}
    lines = facts["records"]
    named: list[JsonValue] = [
        line["record"] for line in (lines if isinstance(lines, list) else []) if isinstance(line, dict)
    ]
    event: dict[str, JsonValue] = {
        "event": "incident_reported",
        "actor": actor,
        "incident": number,
        "kind": new.kind,
        "count": len(named),
        "report_sha256": digest,
        "on": new.on.isoformat(),
        **({"records": named} if named else {}),
        **{key: facts[key] for key in ("batch", "authority") if key in facts},
    }
    authority = str(facts.get("authority", ""))
    with Session(workspace.engine) as session, session.begin():
        session.add(
            IncidentRow(
                id=number, kind=new.kind, on=new.on, sha256=digest, path=paths[FACTS], authority=authority
            )
        )
        workspace.archive.ledger.append(session, [event])
        for name, content in files.items():
            put_unnamed(workspace.files, paths[name], content)
    workspace.archive.ledger.publish()
    return Incident(number, new.kind, new.on, authority, digest, tuple(paths.values()))
