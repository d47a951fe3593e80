"""Lend records out and take them back: who has what, why, and until when.

Files that were borrowed for years and came back changed are why this exists. The ledger holds opaque ids and
codes, never a name; at the return the electronic record is compared with its digest, and for the paper
original the person at the counter answers whether it is whole.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlmodel import Session, col, select

from retention.batches import BatchState
from retention.facts import Loan as LoanFacts
from retention.reasons import Reason
from retention.sections import Act
from signing.canonical import JsonValue
from webir_records.archive.archive import DESTROYED
from webir_records.model.errors import InputError, RefusedError
from webir_records.model.tables import BatchItemRow, BatchRow, LoanRow, RecordRow
from webir_records.services.acting import permit
from webir_records.services.context import OPERATOR, Workspace
from webir_records.services.issuing import new_id
from webir_records.services.people import check_id
from webir_records.services.records import find_record
from webir_records.services.texts_for_ledger import authority as checked_authority

REASONS: Final = ("business", "audit", "lawsuit", "complaint", "disciplinary", "archive-access", "digitising")
"""Why a record may leave the archive; a short list, so that no free text gets into the ledger."""

INTACT: Final = "intact"
CONDITIONS: Final = (INTACT, "damaged", "missing-pages", "altered", "lost")
"""What the person at the counter may find; everything but `intact` is loss or damage, to be reported."""

_CLAUSE: Final = "檔案法 §7"
_OVER: Final = frozenset({BatchState.WITHDRAWN.value, BatchState.CLOSED.value})


@dataclass(frozen=True, slots=True)
class Loan:
    """A loan.

    Attributes:
        borrower: opaque id of a person; the name stays outside.
        condition: how it came back; empty while it is out.
        overdue: it is out, and the day has passed.
    """

    loan: str
    record: str
    version: int
    borrower: str
    reason_code: str
    authority: str
    lent_at: str
    return_by: date
    returned_at: str | None
    condition: str
    overdue: bool


@dataclass(frozen=True, slots=True)
class Returned:
    """A loan that has ended.

    Attributes:
        electronic_whole: every sealed file of the record still has the digest of the ledger.
        days_late: days after `return_by`, 0 when in time.
    """

    loan: Loan
    electronic_whole: bool
    days_late: int

    @property
    def whole(self) -> bool:
        """Whether paper and electronic record came back as they were; if not, it is to be reported."""
        return self.electronic_whole and self.loan.condition == INTACT


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a record is lent.

    Attributes:
        borrower: opaque id of the person who must return it.
        reason_code: one of `REASONS`.
        return_by: last local day.
        authority: number of the letter that asked for it, or empty.
    """

    borrower: str
    reason_code: str
    return_by: date
    authority: str = ""


def lend(workspace: Workspace, name: str, terms: Terms, *, actor: str = OPERATOR) -> Loan:
    """Lend a record.

    Raises:
        InputError: U120 no such record; U150 the borrower is no id; U205 the reason is not on the list;
            U206 the day is over; U142 the authority is not usable.
        RefusedError: U159 the actor's roles; U200 the record may not be lent, with every reason.
    """
    permit(workspace, actor, Act.EXPORT)
    terms = _checked(workspace, terms)
    with Session(workspace.engine) as session, session.begin():
        record = find_record(session, name)
        reasons = tuple(_refusals(workspace, session, record))
        if reasons:
            raise RefusedError("U200", reasons, record=record.id)
        row = LoanRow(
            id=new_id(workspace)[:10],
            record=record.id,
            version=record.version,
            borrower=terms.borrower,
            reason_code=terms.reason_code,
            authority=terms.authority,
            lent_at="",
            return_by=terms.return_by,
        )
        row.lent_at = workspace.archive.ledger.append(session, [_lent(row, actor)]).at
        session.add(row)
        loan = _plain(row, workspace.today())
    workspace.archive.ledger.publish()
    return loan


def take_back(workspace: Workspace, name: str, *, condition: str, actor: str = OPERATOR) -> Returned:
    """Take a record back, by loan, record id or form number, and verify it.

    Raises:
        InputError: U207 it is not lent; U208 the condition is not on the list.
        RefusedError: U159 the actor's roles do not allow it.
    """
    permit(workspace, actor, Act.EXPORT)
    if condition not in CONDITIONS:
        raise InputError("U208", got=condition, expected=", ".join(CONDITIONS))
    with Session(workspace.engine) as session, session.begin():
        row = _open_loan(session, name)
        whole = workspace.archive.intact(row.record)
        row.condition = condition
        event: dict[str, JsonValue] = {
            "event": "returned",
            "actor": actor,
            "record": row.record,
            "loan": row.id,
            "condition": condition if whole or condition != INTACT else "electronic-damaged",
        }
        row.returned_at = workspace.archive.ledger.append(session, [event]).at
        loan = _plain(row, workspace.today())
    workspace.archive.ledger.publish()
    return Returned(loan, whole, max((workspace.today() - loan.return_by).days, 0))


def list_loans(workspace: Workspace, *, overdue: bool = False) -> tuple[Loan, ...]:
    """Return the loans, those that are out first and the oldest day first; or the overdue ones only."""
    today = workspace.today()
    query = select(LoanRow).order_by(col(LoanRow.returned_at).is_not(None), col(LoanRow.return_by))
    with Session(workspace.engine) as session:
        loans = [_plain(row, today) for row in session.exec(query)]
    return tuple(loan for loan in loans if loan.overdue or not overdue)


def open_loans(session: Session, record: str) -> tuple[LoanFacts, ...]:
    """Return the loans from which a record has not come back, as the destruction guard wants them."""
    query = select(LoanRow).where(LoanRow.record == record, col(LoanRow.returned_at).is_(None))
    rows = session.exec(query.order_by(col(LoanRow.id)))
    return tuple(LoanFacts(loan=row.id, borrower=row.borrower, return_by=row.return_by) for row in rows)


def _checked(workspace: Workspace, terms: Terms) -> Terms:
    check_id(terms.borrower)
    if terms.reason_code not in REASONS:
        raise InputError("U205", got=terms.reason_code, expected=", ".join(REASONS))
    if terms.return_by < workspace.today():
        raise InputError("U206", got=terms.return_by.isoformat(), today=workspace.today().isoformat())
    authority = checked_authority(terms.authority) if terms.authority else ""
    return Terms(terms.borrower, terms.reason_code, terms.return_by, authority)


def _refusals(workspace: Workspace, session: Session, record: RecordRow) -> Iterator[Reason]:
    facts = {"record": record.id}
    if record.state == DESTROYED:
        yield Reason("U201", _CLAUSE, facts)
        return
    for loan in open_loans(session, record.id):
        out = {"loan": loan.loan, "borrower": loan.borrower, "return_by": loan.return_by.isoformat()}
        yield Reason("U202", _CLAUSE, facts | out)
    for batch in _running_batches(session, record.id):
        yield Reason("U203", "檔案法 §12", facts | {"batch": batch})
    if not workspace.archive.intact(record.id):
        yield Reason("U204", "銷毀辦法 §15", facts)


def _running_batches(session: Session, record: str) -> Iterator[str]:
    query = select(BatchRow).join(BatchItemRow, col(BatchItemRow.batch) == col(BatchRow.id))
    for row in session.exec(query.where(BatchItemRow.record == record).order_by(col(BatchRow.id))):
        if row.state not in _OVER:
            yield row.id


def _open_loan(session: Session, name: str) -> LoanRow:
    row = session.get(LoanRow, name)
    if row is None:
        record = find_record(session, name)
        query = select(LoanRow).where(LoanRow.record == record.id, col(LoanRow.returned_at).is_(None))
        row = session.exec(query).first()
    if row is None or row.returned_at is not None:
        raise InputError("U207", name=name)
    return row


def _lent(row: LoanRow, actor: str) -> dict[str, JsonValue]:
    event: dict[str, JsonValue] = {
        "event": "lent",
        "actor": actor,
        "record": row.record,
        "version": row.version,
        "loan": row.id,
        "borrower": row.borrower,
        "reason_code": row.reason_code,
        "return_by": row.return_by.isoformat(),
    }
    return event | ({"authority": row.authority} if row.authority else {})


def _plain(row: LoanRow, today: date) -> Loan:
    return Loan(
        loan=row.id,
        record=row.record,
        version=row.version,
        borrower=row.borrower,
        reason_code=row.reason_code,
        authority=row.authority,
        lent_at=row.lent_at,
        return_by=row.return_by,
        returned_at=row.returned_at,
        condition=row.condition,
        overdue=row.returned_at is None and row.return_by < today,
    )
