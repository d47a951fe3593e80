"""Rows that are right in themselves but collide with what lies in the archive already."""

from dataclasses import replace

from sqlmodel import Session, col, select

from webir_records.archive.archive import FILED
from webir_records.forms.problems import CheckResult, FormDocument, Problem
from webir_records.forms.specs import FormSpec
from webir_records.model.tables import RecordRow
from webir_records.services.context import Workspace
from webir_records.services.issuing import known_record, lookup

_NEW_ACCOUNT = "新增"


def without_collisions(workspace: Workspace, spec: FormSpec, result: CheckResult) -> CheckResult:
    """Take out the applications for accounts that have a running one, with a problem for each row.

    The same row checked again is no collision: it is recognised by its data.
    """
    if not spec.account:
        return result
    problems: list[Problem] = []
    fine: list[FormDocument] = []
    with Session(workspace.engine) as session:
        for document in result.documents:
            running = _running(workspace, session, spec, document)
            if running is None:
                fine.append(document)
            else:
                problems.append(_problem(spec, result, document, running.form_no))
    ordered = sorted((*result.problems, *problems), key=lambda problem: problem.row)
    valid = result.valid - len(problems)
    return replace(result, documents=tuple(fine), problems=tuple(ordered), valid=valid)


def column_of(result: CheckResult, field: str, default: str) -> str:
    """Return the header under which the sheet has a field."""
    header = result.mapping.header
    column = header.fields.get(field) if header else None
    return column.header if column else default


def _running(
    workspace: Workspace, session: Session, spec: FormSpec, document: FormDocument
) -> RecordRow | None:
    """Return another filed application of the account that is not cancelled."""
    account = document.data.get(spec.account)
    if not isinstance(account, str) or document.data.get("action") != _NEW_ACCOUNT:
        return None
    query = select(RecordRow).where(
        RecordRow.form == spec.id,
        RecordRow.lookup == lookup(workspace, account),
        RecordRow.state == FILED,
        RecordRow.id != known_record(workspace, session, document),
        col(RecordRow.trigger).is_(None),
    )
    return session.exec(query).first()


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
