"""File filled forms: check, number, fill, seal, and enter them into the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlmodel import Session, col, select

from retention.errors import RuleMissingError
from retention.profile import Rule
from retention.schedule import Due, compute_due
from retention.sections import Act
from signing.canonical import JsonValue
from webir_records.archive.archive import NewVersion
from webir_records.archive.package import Package
from webir_records.forms.problems import CheckResult
from webir_records.forms.specs import FormSpec
from webir_records.model.errors import InputError
from webir_records.model.tables import RecordRow
from webir_records.services.acting import permit
from webir_records.services.context import OPERATOR, Progress, Workspace, silent
from webir_records.services.filling import act_id, check_data
from webir_records.services.issuing import AT_ONCE, Issued, issue, lookup, unit_of
from webir_records.services.rendering import NotMade, Rendered, available_formats, renderer

ACCOUNT_CANCELLED = "account_cancelled"
FILE_LAST_DOCUMENT = "file_last_document"


@dataclass(frozen=True, slots=True)
class Filed:
    """A record that is now in the archive."""

    record: str
    form_no: str
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FileResult:
    """What was checked and filed.

    Attributes:
        check: problems of the rows that were not filed.
        filed: new records.
        already: rows that lay in the archive before; they were left alone.
        formats: renditions in each package.
        failed: right rows whose document could not be made; they were not filed.
    """

    check: CheckResult
    filed: tuple[Filed, ...]
    already: tuple[Filed, ...]
    formats: tuple[str, ...]
    failed: tuple[NotMade, ...] = ()


@dataclass(frozen=True, slots=True)
class Start:
    """When a record's period began, if it has."""

    trigger: str
    on: date


def file_records(
    workspace: Workspace, form: str, data: Path, *, actor: str = OPERATOR, progress: Progress = silent
) -> FileResult:
    """File every valid row of a file; a row that is filed already is not filed twice.

    Raises:
        InputError: the form or the file cannot be used; R130 the profile has no retention rule for the form,
            nothing was made.
        RefusedError: U159 the actor's roles do not allow it.
        FaultError: the disk failed; what `filed` so far acknowledged stays, the rest is undone.
    """
    permit(workspace, actor, Act.FILE)
    spec, result = check_data(workspace, form, data)
    _require_rule(workspace, spec)
    issued = issue(workspace, spec, result.documents)
    present = _present(workspace, issued)
    new = [item for item in issued if item.record not in present]
    formats = available_formats(workspace)
    failed: list[NotMade] = []
    filed: list[Issued] = []
    batch = act_id(workspace)
    with renderer(workspace, spec, formats) as maker:
        for rendering in maker.run(new, progress=progress):
            failed += rendering.failed
            _store(workspace, spec, rendering.made, actor=actor, batch=batch)
            filed += [item.issued for item in rendering.made]
    already = [item for item in issued if item.record in present]
    return FileResult(result, _filed(filed), _filed(already), formats, tuple(failed))


def _store(
    workspace: Workspace, spec: FormSpec, rendered: Sequence[Rendered], *, actor: str, batch: str
) -> None:
    versions = [_version(workspace, spec, item) for item in rendered]
    if versions:
        year = workspace.machine.now().year
        workspace.archive.store(versions, actor=actor, batch=batch, year=year)


def _require_rule(workspace: Workspace, spec: FormSpec) -> None:
    """Refuse before anything is made: a record that nobody knows when to destroy is not taken in."""
    try:
        workspace.profile.rule_for(spec.id)
    except RuleMissingError as error:
        raise InputError("R130", form=spec.id, profile=workspace.profile.id) from error


def start_of(rule: Rule, spec: FormSpec, data: dict[str, JsonValue]) -> Start | None:
    """Return when the period of a record began, judged by its own data."""
    if rule.trigger == ACCOUNT_CANCELLED:
        return _start(rule.trigger, data.get("cancelled_on"))
    if rule.trigger == FILE_LAST_DOCUMENT and spec.document_date:
        return _start(rule.trigger, data.get(spec.document_date))
    return None


def due_of(rule: Rule, start: Start | None) -> Due | None:
    """Return the due date that follows, or None: without a trigger there is none."""
    due = compute_due(rule, start.on if start else None)
    return due if isinstance(due, Due) else None


def record_facts(
    workspace: Workspace, spec: FormSpec, rule: Rule, item: Issued, due: Due | None
) -> dict[str, JsonValue]:
    """Return `record.json`: what an auditor needs to know of a record without reading the form."""
    facts: dict[str, JsonValue] = {
        "v": 1,
        "record": item.record,
        "form": spec.id,
        "form_no": item.form_no,
        "form_title": spec.title,
        "layout": f"{spec.layout} {spec.layout_version}",
        "agency": workspace.agency.code,
        "class": rule.record_class.value,
        "profile": workspace.profile.edition,
        "rule": rule.id,
        "clause": rule.clause,
    }
    return facts if due is None else facts | due_facts(due)


def due_facts(due: Due) -> dict[str, JsonValue]:
    """Return what `record.json` says of a period that runs."""
    return {
        "trigger": due.trigger,
        "trigger_date": due.trigger_date.isoformat(),
        "retain_until": due.end.isoformat(),
        "due": due.destroyable_from.isoformat(),
    }


def _version(workspace: Workspace, spec: FormSpec, rendered: Rendered) -> NewVersion:
    item = rendered.issued
    data = dict(item.document.data)
    rule = workspace.profile.rule_for(spec.id)
    start = start_of(rule, spec, data)
    due = due_of(rule, start)
    account = data.get(spec.account) if spec.account else None
    return NewVersion(
        record=item.record,
        version=1,
        package=Package(record_facts(workspace, spec, rule, item, due), data, renditions(rendered)),
        form=spec.id,
        form_no=item.form_no,
        record_class=rule.record_class.value,
        profile=workspace.profile.edition,
        rule=rule.id,
        trigger=start.trigger if start else None,
        trigger_date=start.on if start else None,
        due=due.destroyable_from if due else None,
        lookup=lookup(workspace, account) if isinstance(account, str) else None,
        unit=unit_of(workspace, spec, data),
    )


def renditions(rendered: Rendered) -> dict[str, bytes]:
    """Return the files of a package by their path in it."""
    return {f"renditions/form.{kind}": data for kind, data in rendered.files.items()}


def _present(workspace: Workspace, issued: Sequence[Issued]) -> set[str]:
    """Return those records that lie in the archive already."""
    with Session(workspace.engine) as session:
        found: set[str] = set()
        for start in range(0, len(issued), AT_ONCE):
            wanted = [item.record for item in issued[start : start + AT_ONCE]]
            found |= set(session.exec(select(RecordRow.id).where(col(RecordRow.id).in_(wanted))))
        return found


def _filed(items: Sequence[Issued]) -> tuple[Filed, ...]:
    return tuple(Filed(item.record, item.form_no, item.document.rows) for item in items)


def _start(trigger: str, value: JsonValue) -> Start | None:
    return Start(trigger, date.fromisoformat(value)) if isinstance(value, str) and value else None
