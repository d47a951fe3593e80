"""Fill the guard's facts from the database, the ledger and the archive's files, as they are now."""

from datetime import date, datetime

from sqlmodel import Session, col, select

from retention.batches import BatchState
from retention.facts import BatchFacts, Person, RecordFacts, StatementFacts
from retention.kinds import Medium, Method, RecordClass, StatementKind
from retention.schedule import Due, compute_due
from retention.sections import Rule
from signing.entries import parse_entry
from signing.errors import SigningError
from signing.note import Verifier
from signing.statement import open_statement
from webir_records.archive.archive import DESTROYED
from webir_records.model.tables import BatchRow, PersonRow, RecordRow, StatementRow, VersionRow
from webir_records.services.context import Workspace, local_date
from webir_records.services.destruction.batches import statements_of
from webir_records.services.destruction.catalogue import CatalogueNow, item_of, read_catalogue
from webir_records.services.lending import open_loans
from webir_records.services.records import open_holds


def record_facts(
    workspace: Workspace, session: Session, row: RecordRow, catalogue: CatalogueNow | None
) -> RecordFacts:
    """Return what the guard wants to know of one record.

    Args:
        workspace: the open workspace.
        session: the transaction in which the decision is taken.
        row: the record.
        catalogue: the batch's catalogue; None while it is being drafted (the line is made from the record).
    """
    rule = workspace.profile.rule_for(row.form)
    in_catalogue = catalogue is None or catalogue.items.get(row.id) == item_of(session, row)
    return RecordFacts(
        record=row.id,
        record_class=RecordClass(row.record_class),
        disposition=rule.disposition,
        permanent=rule.years is None,
        due=_latest_due(workspace, session, row, rule),
        holds=open_holds(session).get(row.id, ()),
        loans=open_loans(session, row.id),
        destroyed=row.state == DESTROYED,
        integrity_ok=workspace.archive.intact(row.id),
        in_catalogue=in_catalogue,
        clause=rule.clause,
        medium=Medium.ELECTRONIC,
    )


def _latest_due(workspace: Workspace, session: Session, row: RecordRow, rule: Rule) -> date | None:
    """Return the latest of what the database, the ledger and the rule say; unknown to one is unknown."""
    newest = session.get(VersionRow, (row.id, row.version))
    if newest is None:
        return None
    entry = parse_entry(workspace.archive.ledger.entry(newest.seq))
    computed = compute_due(rule, row.trigger_date)
    dates = (row.due, entry.day("due"), computed.destroyable_from if isinstance(computed, Due) else None)
    known = [day for day in dates if day is not None]
    return max(known) if len(known) == len(dates) else None


def batch_facts(workspace: Workspace, session: Session, row: BatchRow) -> BatchFacts:
    """Return what the guard wants to know of a batch."""
    record_class = RecordClass(row.record_class)
    newest = workspace.archive.ledger.newest_time(session)
    return BatchFacts(
        batch=row.id,
        record_class=record_class,
        today=workspace.today(),
        newest_ledger_date=local_date(datetime.fromisoformat(newest), workspace.profile.timezone)
        if newest
        else None,
        duty=workspace.profile.duty(record_class),
        policy=workspace.profile.destruction,
        catalogue_drafted=row.catalogue_sha256 or None,
        catalogue_now=read_catalogue(workspace, row).sha256,
        drafter=person_facts(session, row.drafted_by),
        statements=tuple(_statement(workspace, session, s) for s in statements_of(session, row.id)),
        other_batches_this_year=other_batches(session, row),
        reason_code=row.reason_code or None,
        method=Method(row.method),
    )


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


def _statement(workspace: Workspace, session: Session, row: StatementRow) -> StatementFacts:
    """Open the signed note as it lies in the archive; what does not verify stays unverified."""
    person = session.get(PersonRow, row.person)
    kind = StatementKind(row.kind)
    by = person_facts(session, row.person) or Person(person=row.person, roles=None)
    unknown = StatementFacts(kind=kind, by=by, catalogue_sha256=None, signed_on=None, verified=False)
    if person is None:
        return unknown
    try:
        note = workspace.files.read(row.path)
        fields = open_statement(note, [Verifier.parse(person.vkey)]).fields
        signed_at = datetime.fromisoformat(str(fields.get("at", "")))
    except (FileNotFoundError, SigningError, ValueError):
        return unknown
    says = (fields.get("batch"), fields.get("kind"), fields.get("person"))
    return StatementFacts(
        kind=kind,
        by=by,
        catalogue_sha256=str(fields.get("catalogue_sha256", "")),
        signed_on=local_date(signed_at, workspace.profile.timezone),
        verified=says == (row.batch, row.kind, row.person),
    )
