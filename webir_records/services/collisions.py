"""Rows that are right in themselves but collide with what lies in the archive already."""

from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session, col, select

from webir_records.archive.rows import FILED
from webir_records.forms.problems import CheckResult, FormDocument, Problem
from webir_records.forms.specs import FormSpec
from webir_records.model.tables import RecordRow
from webir_records.services.context import Workspace
from webir_records.services.issuing import AT_ONCE, known_records, lookup

_NEW_ACCOUNT = "新增"


def without_collisions(workspace: Workspace, spec: FormSpec, result: CheckResult) -> CheckResult:
    """Take out the applications for accounts that have a running one, with a problem for each row.

    The same row checked again is no collision: it is recognised by its data.
    """
    if not spec.account:
        return result
    with Session(workspace.engine) as session:
        running = _running(workspace, session, spec, result.documents)
    fine = [document for document, form_no in zip(result.documents, running, strict=True) if not form_no]
    problems = [
        _problem(spec, result, document, form_no)
        for document, form_no in zip(result.documents, running, strict=True)
        if form_no
    ]
    ordered = sorted((*result.problems, *problems), key=lambda problem: problem.row)
    valid = result.valid - len(problems)
    return replace(result, documents=tuple(fine), problems=tuple(ordered), valid=valid)


def column_of(result: CheckResult, field: str, default: str) -> str:
    """Return the header under which the sheet has a field."""
    header = result.mapping.header
    column = header.fields.get(field) if header else None
    return column.header if column else default


def _running(
    workspace: Workspace, session: Session, spec: FormSpec, documents: Sequence[FormDocument]
) -> list[str]:
    """Return for each document the number of another filed application of its account, or an empty text."""
    macs = [_new_account(workspace, spec, document) for document in documents]
    filed = _filed(session, spec, [mac for mac in macs if mac is not None])
    suspects = [document for document, mac in zip(documents, macs, strict=True) if mac in filed]
    own = dict(zip(map(id, suspects), known_records(workspace, session, suspects), strict=True))
    return [
        next((number for record, number in filed.get(mac, ()) if record != own.get(id(document))), "")
        if mac is not None
        else ""
        for document, mac in zip(documents, macs, strict=True)
    ]


def _new_account(workspace: Workspace, spec: FormSpec, document: FormDocument) -> bytes | None:
    """Return the lookup value of the account that a document asks for, or None when it asks for none."""
    account = document.data.get(spec.account)
    new = isinstance(account, str) and document.data.get("action") == _NEW_ACCOUNT
    return lookup(workspace, str(account)) if new else None


def _filed(session: Session, spec: FormSpec, macs: Sequence[bytes]) -> dict[bytes, list[tuple[str, str]]]:
    """Return id and number of the applications that are filed and not cancelled, by account."""
    found: dict[bytes, list[tuple[str, str]]] = {}
    for start in range(0, len(macs), AT_ONCE):
        query = select(RecordRow.lookup, RecordRow.id, RecordRow.form_no).where(
            RecordRow.form == spec.id,
            col(RecordRow.lookup).in_(macs[start : start + AT_ONCE]),
            RecordRow.state == FILED,
            col(RecordRow.trigger).is_(None),
        )
        for mac, record, form_no in session.exec(query):
            found.setdefault(mac or b"", []).append((record, form_no))
    return found


def _problem(spec: FormSpec, result: CheckResult, document: FormDocument, form_no: str) -> Problem:
    field = spec.field(spec.account)
    return Problem(
        code="U180",
        field=field.key,
        row=document.rows[0],
        column=column_of(result, field.key, field.label),
        facts={"form_no": form_no},
        clause=field.clause,
    )
