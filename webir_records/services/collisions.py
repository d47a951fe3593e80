"""Rows that are right in themselves but collide with what lies in the archive already."""

from collections.abc import Iterator
from dataclasses import replace

from sqlmodel import Session, col, select

from webir_records.archive.archive import FILED
from webir_records.forms.problems import CheckResult, FormDocument, Problem
from webir_records.forms.specs import FormSpec
from webir_records.model.tables import RecordRow
from webir_records.services.context import Workspace
from webir_records.services.issuing import known_record, lookup, own_number

_NEW_ACCOUNT = "新增"


def without_collisions(workspace: Workspace, spec: FormSpec, result: CheckResult) -> CheckResult:
    """Take out the documents that collide, with a problem for each of their rows.

    The same row checked again is no collision: it is recognised by its data.
    """
    problems: list[Problem] = []
    fine: list[FormDocument] = []
    with Session(workspace.engine) as session:
        for document in result.documents:
            found = list(_collisions(workspace, session, spec, result, document))
            problems += found
            if not found:
                fine.append(document)
    bad_rows = len({problem.row for problem in problems})
    ordered = sorted((*result.problems, *problems), key=lambda problem: problem.row)
    return replace(result, documents=tuple(fine), problems=tuple(ordered), valid=result.valid - bad_rows)


def column_of(result: CheckResult, field: str, default: str) -> str:
    """Return the header under which the sheet has a field."""
    header = result.mapping.header
    column = header.fields.get(field) if header else None
    return column.header if column else default


def _collisions(
    workspace: Workspace, session: Session, spec: FormSpec, result: CheckResult, document: FormDocument
) -> Iterator[Problem]:
    own = known_record(workspace, session, document)
    number = own_number(document)
    if number and _other(session, own, RecordRow.form == spec.id, RecordRow.form_no == number):
        yield _problem(spec, result, document, field="form_no", code="U181", number=number)
    account = document.data.get(spec.account) if spec.account else None
    if isinstance(account, str) and document.data.get("action") == _NEW_ACCOUNT:
        other = _other(
            session,
            own,
            RecordRow.form == spec.id,
            RecordRow.lookup == lookup(workspace, account),
            RecordRow.state == FILED,
            col(RecordRow.trigger).is_(None),
        )
        if other:
            yield _problem(spec, result, document, field=spec.account, code="U180", number=other.form_no)


def _other(session: Session, own: str, *conditions: object) -> RecordRow | None:
    """Return a record that fits and is not this row's own."""
    query = select(RecordRow).where(*conditions, RecordRow.id != own)  # type: ignore[arg-type]  # column expressions
    return session.exec(query).first()


def _problem(
    spec: FormSpec, result: CheckResult, document: FormDocument, *, field: str, code: str, number: str
) -> Problem:
    return Problem(
        code=code,
        field=field,
        row=document.rows[0] if document.rows else 0,
        column=column_of(result, field, spec.field(field).label),
        facts={"form_no": number},
        clause=spec.field(field).clause,
    )
