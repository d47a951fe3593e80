"""What the guard wants to know of a batch as a whole, and every reason against it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from retention.batches import BatchState
from retention.facts import AuthorityApproval, BatchFacts, Person, StatementFacts
from retention.guard import evaluate_batch
from retention.kinds import Method, RecordClass, StatementKind
from retention.reasons import Reason
from signing.errors import SigningError
from signing.statement import open_statement
from webir_records.model.tables import BatchRow, PersonRow, StatementRow
from webir_records.services.clock import clock_confirmed_by
from webir_records.services.context import Workspace, local_date
from webir_records.services.destruction.batches import AUTHORITY, statements_of, step_of
from webir_records.services.destruction.catalogue import catalogue_digest
from webir_records.services.destruction.clock_trust import trusted_until
from webir_records.services.destruction.truth import BatchTruth, LedgerTruth
from webir_records.services.people import verifier_keys


def batch_facts(workspace: Workspace, session: Session, row: BatchRow, truth: LedgerTruth) -> BatchFacts:
    """Return what the guard wants to know of a batch.

    Args:
        workspace: the open workspace.
        session: the transaction in which the decision is taken.
        row: the batch.
        truth: what the ledger says; of a batch that is only being drafted it knows nothing.
    """
    record_class = RecordClass(row.record_class)
    newest = workspace.archive.ledger.newest_time(session)
    timezone, told = workspace.profile.timezone, truth.batch(row.id)
    newest_day = local_date(datetime.fromisoformat(newest), timezone) if newest else None
    trusted = trusted_until(workspace, session, workspace.profile.destruction.max_clock_lead_days)
    signed = [_Signed.open(workspace, session, one) for one in statements_of(session, row.id)]
    return BatchFacts(
        batch=row.id,
        record_class=record_class,
        today=workspace.today(),
        newest_ledger_date=newest_day,
        duty=workspace.profile.duty(record_class),
        policy=workspace.profile.destruction,
        catalogue_drafted=told.catalogue_sha256 or row.catalogue_sha256 or None,
        catalogue_now=catalogue_digest(workspace, row),
        drafter=person_facts(session, row.drafted_by),
        statements=tuple(one.facts for one in signed),
        other_batches_this_year=other_batches(session, row),
        reason_code=row.reason_code or None,
        authority=_authority(session, row, told),
        method=Method(row.method),
        clock_confirmed_by=_confirmed(workspace, session, trusted or newest_day),
        trusted_ledger_date=trusted,
        approved_witnesses=_approved_witnesses(signed),
    )


def batch_refusals(facts: BatchFacts, truth: LedgerTruth) -> tuple[Reason, ...]:
    """Return every reason against a batch as a whole, today: the guard's, and what the ledger adds.

    Whoever ever drafted a catalogue of the batch may not sign it, not the newest drafter alone (R268).
    """
    drafters = truth.batch(facts.batch).drafters - {facts.drafter.person if facts.drafter else ""}
    clause = facts.duty.clause if facts.duty else "檔案法 §12"
    earlier = tuple(
        Reason("R268", clause, {"batch": facts.batch, "person": s.by.person, "kind": s.kind.value})
        for s in facts.statements
        if s.by.person in drafters
    )
    return (*evaluate_batch(facts), *earlier)


def other_batches(session: Session, row: BatchRow) -> tuple[str, ...]:
    """Return the other batches of the class in the same year that were not withdrawn."""
    query = select(BatchRow.id).where(
        BatchRow.year == row.year,
        BatchRow.record_class == row.record_class,
        BatchRow.id != row.id,
        BatchRow.state != BatchState.WITHDRAWN.value,
    )
    return tuple(session.exec(query.order_by(col(BatchRow.id))))


def person_facts(session: Session, person: str) -> Person | None:
    """Return a registered person with the roles granted, or None."""
    row = session.get(PersonRow, person)
    return Person(person=row.id, roles=frozenset(row.roles.split(","))) if row else None


def _confirmed(workspace: Workspace, session: Session, newest: date | None) -> tuple[str, ...]:
    """Return who confirmed the clock; asked only when it is far ahead, because the day's entries are read."""
    today, lead = workspace.today(), workspace.profile.destruction.max_clock_lead_days
    if newest is None or (today - newest).days <= lead:
        return ()
    return clock_confirmed_by(workspace, session, today)


def _authority(session: Session, row: BatchRow, told: BatchTruth) -> AuthorityApproval | None:
    """Return the authority's approval, if table and ledger say the same of it."""
    step = step_of(session, row.id, AUTHORITY)
    if step is None or told.authority is None:
        return None
    said = (told.authority.number, told.authority.on, told.authority.catalogue_sha256)
    if said != (step.number, step.on, step.sha256):
        return None
    return AuthorityApproval(number=step.number, approved_on=step.on, catalogue_sha256=step.sha256)


@dataclass(frozen=True, slots=True)
class _Signed:
    """A statement as it lies in the archive; `witnesses` are those whom an approval names, if it does."""

    facts: StatementFacts
    witnesses: frozenset[str] = frozenset()

    @classmethod
    def open(cls, workspace: Workspace, session: Session, row: StatementRow) -> "_Signed":
        """Open the signed note; what does not verify stays unverified.

        The keys are those that were the person's when it was signed: what happened to them later takes
        nothing away from it.
        """
        kind = StatementKind(row.kind)
        by = person_facts(session, row.person) or Person(person=row.person, roles=None)
        unknown = StatementFacts(kind=kind, by=by, catalogue_sha256=None, signed_on=None, verified=False)
        try:
            note = workspace.files.read(row.path)
            fields = open_statement(note, verifier_keys(session, row.person)).fields
            signed_at = datetime.fromisoformat(str(fields.get("at", "")))
            open_statement(note, verifier_keys(session, row.person, signed_at))
        except (FileNotFoundError, SigningError, ValueError):
            return cls(unknown)
        says = (fields.get("batch"), fields.get("kind"), fields.get("person"))
        facts = StatementFacts(
            kind=kind,
            by=by,
            catalogue_sha256=str(fields.get("catalogue_sha256", "")),
            signed_on=local_date(signed_at, workspace.profile.timezone),
            verified=says == (row.batch, row.kind, row.person),
        )
        named = fields.get("witnesses")
        return cls(facts, frozenset(map(str, named if isinstance(named, list) else ())))


def _approved_witnesses(signed: Sequence[_Signed]) -> frozenset[str] | None:
    """Return whom the approvals name as witnesses; None: they name nobody, and the role decides."""
    named = frozenset[str]()
    for one in signed:
        if one.facts.kind is StatementKind.APPROVAL and one.facts.verified:
            named |= one.witnesses
    return named or None
