"""The guard's rules about a batch as a whole: clock, catalogue, people, authority, year."""

from collections.abc import Callable, Iterator
from typing import Final

from retention.facts import BatchFacts, Person, StatementFacts
from retention.kinds import RecordClass, StatementKind
from retention.policy import Duty
from retention.reasons import Reason

BatchRule = Callable[[BatchFacts], Iterator[Reason]]
CLOCK_CONFIRMATIONS: Final = 2
"""People who must confirm a clock that is far ahead of the ledger."""


def _clock(batch: BatchFacts) -> Iterator[Reason]:
    newest = batch.newest_ledger_date
    if newest is None:
        yield Reason("R204", "檔案法 §12 I", {"batch": batch.batch})
        return
    facts = {"batch": batch.batch, "today": batch.today.isoformat(), "newest": newest.isoformat()}
    lead = batch.policy.max_clock_lead_days
    trusted = min(newest, batch.trusted_ledger_date or newest)
    if batch.today < newest:
        yield Reason("R203", "檔案法 §12 I", facts)
        return
    facts["newest"] = trusted.isoformat()
    if (batch.today - trusted).days > lead and len(set(batch.clock_confirmed_by)) < CLOCK_CONFIRMATIONS:
        confirmed = {"days": str(lead), "confirmed": str(len(set(batch.clock_confirmed_by)))}
        yield Reason("R205", "檔案法 §12 I", facts | confirmed)


def _catalogue(batch: BatchFacts) -> Iterator[Reason]:
    if batch.catalogue_drafted is None or batch.catalogue_now is None:
        yield Reason("R262", "檔案法 §12 II", {"batch": batch.batch})
    elif batch.catalogue_drafted != batch.catalogue_now:
        digests = {"drafted": batch.catalogue_drafted, "now": batch.catalogue_now}
        yield Reason("R261", "檔案法 §12 II", {"batch": batch.batch} | digests)


def _drafter(batch: BatchFacts) -> Iterator[Reason]:
    if batch.drafter is None:
        yield Reason("R263", "檔案法 §24", {"batch": batch.batch})
    elif batch.duty is not None and not _holds_one(batch.drafter, batch.duty.drafters):
        facts = {"batch": batch.batch, "person": batch.drafter.person, "roles": _listed(batch.duty.drafters)}
        yield Reason("R264", batch.duty.clause, facts)


def _duty(batch: BatchFacts) -> Iterator[Reason]:
    if batch.record_class is None or batch.duty is None:
        facts = {"batch": batch.batch, "class": batch.record_class or "?"}
        yield Reason("R260", "檔案法 §12", facts)


def _statements(batch: BatchFacts) -> Iterator[Reason]:
    for statement in batch.statements:
        yield from _statement(statement, batch)


def _statement(statement: StatementFacts, batch: BatchFacts) -> Iterator[Reason]:
    clause = batch.duty.clause if batch.duty else "檔案法 §12"
    facts = {"batch": batch.batch, "person": statement.by.person, "kind": statement.kind.value}
    if not statement.verified:
        yield Reason("R265", clause, facts)
    if statement.catalogue_sha256 is None or statement.catalogue_sha256 != batch.catalogue_now:
        digests = {"expected": batch.catalogue_now or "?", "got": statement.catalogue_sha256 or "?"}
        yield Reason("R266", clause, facts | digests)
    if batch.duty is not None and not _holds_one(statement.by, _roles(statement.kind, batch.duty)):
        yield Reason("R267", clause, facts | {"roles": _listed(_roles(statement.kind, batch.duty))})
    if batch.drafter is not None and statement.by.person == batch.drafter.person:
        yield Reason("R268", clause, facts)


def _two_hats(batch: BatchFacts) -> Iterator[Reason]:
    clause = batch.duty.clause if batch.duty else "檔案法 §12"
    approvers = {s.by.person for s in batch.statements if s.kind is StatementKind.APPROVAL}
    witnesses = {s.by.person for s in batch.statements if s.kind is StatementKind.WITNESS}
    for person in sorted(approvers & witnesses):
        yield Reason("R269", clause, {"batch": batch.batch, "person": person})


def _enough(batch: BatchFacts) -> Iterator[Reason]:
    if batch.duty is None:
        return
    needed = {
        StatementKind.APPROVAL: ("R270", batch.duty.approvals),
        StatementKind.WITNESS: ("R271", batch.duty.witness_statements),
    }
    for kind, (code, count) in needed.items():
        got = len({s.by.person for s in batch.statements if s.kind is kind and _counts(s, batch)})
        if got < count:
            facts = {"batch": batch.batch, "needed": str(count), "got": str(got)}
            yield Reason(code, batch.duty.clause, facts)


def _witness_approval(batch: BatchFacts) -> Iterator[Reason]:
    """A witness need not be of the ethics unit, but the head must have approved them (檔案局 FAQ)."""
    if batch.approved_witnesses is None:
        return
    witnesses = {s.by.person for s in batch.statements if s.kind is StatementKind.WITNESS}
    for person in sorted(witnesses - batch.approved_witnesses):
        yield Reason("R285", "銷毀辦法 §12", {"batch": batch.batch, "person": person})


def _cooling(batch: BatchFacts) -> Iterator[Reason]:
    if batch.duty is None:
        return
    days = batch.duty.cooling_off_days
    for statement in batch.statements:
        if statement.kind is not StatementKind.APPROVAL:
            continue
        signed = statement.signed_on
        facts = {"batch": batch.batch, "person": statement.by.person, "today": batch.today.isoformat()}
        if signed is None or signed > batch.today:
            yield Reason("R273", batch.duty.clause, facts)
        elif (batch.today - signed).days < days:
            yield Reason("R272", batch.duty.clause, facts | {"signed": signed.isoformat(), "days": str(days)})


def _authority(batch: BatchFacts) -> Iterator[Reason]:
    if not _needs_authority(batch):
        return
    facts = {"batch": batch.batch}
    approval = batch.authority
    if approval is None or not approval.number:
        yield Reason("R274", "銷毀辦法 §17", facts)
    if approval is None or approval.approved_on is None or approval.approved_on > batch.today:
        yield Reason("R275", "銷毀辦法 §17", facts)
    if (
        approval is None
        or approval.catalogue_sha256 is None
        or approval.catalogue_sha256 != batch.catalogue_now
    ):
        yield Reason("R276", "檔案法 §12 II", facts)


def _needs_authority(batch: BatchFacts) -> bool:
    """Tell whether the archive authority must have approved: no profile can free class B (檔案法 §12 II)."""
    by_law = batch.record_class is None or batch.record_class is RecordClass.B
    return by_law or (batch.duty is not None and batch.duty.authority_approval)


def _authority_lapsed(batch: BatchFacts) -> Iterator[Reason]:
    days = batch.policy.approval_valid_days
    if days is None or batch.authority is None or batch.authority.approved_on is None:
        return
    approved_on = batch.authority.approved_on
    if (batch.today - approved_on).days > days:
        facts = {"batch": batch.batch, "approved_on": approved_on.isoformat(), "days": str(days)}
        yield Reason("R277", batch.policy.clause, facts | {"today": batch.today.isoformat()})


def _once_a_year(batch: BatchFacts) -> Iterator[Reason]:
    others = batch.other_batches_this_year
    if others is None:
        yield Reason("R281", "銷毀辦法 §8", {"batch": batch.batch})
    elif len(others) >= batch.policy.batches_per_year and not batch.reason_code:
        yield Reason("R280", "銷毀辦法 §8", {"batch": batch.batch, "others": "、".join(others)})


def _counts(statement: StatementFacts, batch: BatchFacts) -> bool:
    """Tell whether a statement stands without any objection of its own."""
    return not any(_statement(statement, batch))


def _roles(kind: StatementKind, duty: Duty) -> frozenset[str]:
    return duty.approvers if kind is StatementKind.APPROVAL else duty.witnesses


def _holds_one(person: Person, roles: frozenset[str]) -> bool:
    return person.roles is not None and not roles.isdisjoint(person.roles)


def _listed(roles: frozenset[str]) -> str:
    return "、".join(sorted(roles))


BATCH_RULES: Final[tuple[BatchRule, ...]] = (
    _clock,
    _duty,
    _catalogue,
    _drafter,
    _statements,
    _two_hats,
    _enough,
    _witness_approval,
    _cooling,
    _authority,
    _authority_lapsed,
    _once_a_year,
)
