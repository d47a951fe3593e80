"""What the destruction guard wants to know, as plain values.

The caller fills these from the ledger and the database inside the executing transaction. `None` means
"not known". A fact that matters and is not known is a refusal, never consent.
"""

from dataclasses import dataclass
from datetime import date

from retention.kinds import (
    Appraisal,
    Disposition,
    Medium,
    Method,
    Opinion,
    RecordClass,
    Selection,
    StatementKind,
)
from retention.policy import DestructionPolicy, Duty


@dataclass(frozen=True, slots=True, kw_only=True)
class Loan:
    """A record that was lent and has not come back.

    Attributes:
        loan: opaque id of the loan.
        borrower: opaque id of who has it and must return it.
        return_by: last day on which it should be back.
    """

    loan: str
    borrower: str
    return_by: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFacts:
    """One record that shall be destroyed.

    The first group matters for every class. In the second group a value that speaks against the
    destruction refuses in every class, but `None` refuses only classes B and C, because an unfiled paper is
    not an archive in the sense of 檔案法 §2; `None` as selection or opinion refuses class B alone, because
    units and 史政機關 are asked about archives (銷毀辦法 §§8, 9).

    Attributes:
        record: opaque record id.
        record_class: class of the newest `filed` or `annotated` entry.
        disposition: 清理處置 of the governing rule (銷毀辦法 §5).
        permanent: the governing rule, or any entry about the record, says permanent.
        due: first local day on which destruction is allowed; where several terms govern (ledger,
            profile, agency's schedule, unit's extension), the LATEST of them. `None` = no trigger yet.
        holds: ids of all open holds; an empty tuple is the statement "there is none".
        loans: loans from which it has not come back; an empty tuple is the statement "it is here".
        destroyed: a `destroyed` entry exists.
        integrity_ok: no sealed version is known to be missing or damaged. How closely they were looked at is
            the caller's: at an approval and at the execution every one was read and its SHA-256 equals the
            ledger's; at a draft its presence and size may be all.
        in_catalogue: the batch's catalogue lists this record with exactly its present versions and digests.
        clause: clause of the governing rule, cited when the record is not due.

        classified: it is 機密 and not declassified (機密檔案管理辦法 §18).
        appraisal: outcome of the appraisal, needed when `disposition` is 屆期後鑑定.
        selection: selection by a 史政機關 (銷毀辦法 §9).
        opinion: answer of the business unit (銷毀辦法 §8 II).
        extended_until: with `opinion` EXTENDED, the unit's new first day; it refuses until that day.
        destruction_evidence: it is itself a destruction catalogue or its approval (銷毀辦法 §18).
        original_due: class C: first day on which the copied original could be destroyed without
            shortening (銷毀辦法 §7 III).
        copy_reported: class C: the destruction of the copy was reported (備查, 銷毀辦法 §7 III).
        medium: what carries the record.
    """

    record: str
    record_class: RecordClass | None
    disposition: Disposition | None
    permanent: bool | None
    due: date | None
    holds: tuple[str, ...] | None
    loans: tuple[Loan, ...] | None
    destroyed: bool | None
    integrity_ok: bool | None
    in_catalogue: bool | None
    clause: str = ""

    classified: bool | None = None
    appraisal: Appraisal | None = None
    selection: Selection | None = None
    opinion: Opinion | None = None
    extended_until: date | None = None
    destruction_evidence: bool | None = None
    original_due: date | None = None
    copy_reported: bool | None = None
    medium: Medium | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person and the roles granted to them at the time of the act.

    Attributes:
        person: opaque person id.
        roles: role keys of the profile; `None` = not known.
    """

    person: str
    roles: frozenset[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementFacts:
    """One signed statement about the batch.

    Attributes:
        kind: approval or witness.
        by: who signed.
        catalogue_sha256: digest named in the signed text.
        signed_on: local date of the statement.
        verified: the signature was checked against the person's key in the ledger.
    """

    kind: StatementKind
    by: Person
    catalogue_sha256: str | None
    signed_on: date | None
    verified: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityApproval:
    """Approval of the archive authority, class B (檔案法 §12 II, 銷毀辦法 §17).

    Attributes:
        number: 核准文號.
        approved_on: date of the letter.
        catalogue_sha256: digest of the catalogue that was submitted and approved.
    """

    number: str | None
    approved_on: date | None
    catalogue_sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchFacts:
    """The batch as a whole, seen from the transaction that executes it.

    Attributes:
        batch: batch id.
        record_class: class of all its records.
        today: local date (profile's time zone) of the transaction.
        newest_ledger_date: local date of the newest ledger entry before this transaction.
        duty: `Profile.duty(record_class)`; `None` = the profile knows no duty for this class.
        policy: `Profile.destruction`.
        catalogue_drafted: SHA-256 in the `destruction_drafted` entry.
        catalogue_now: SHA-256 of the catalogue file as read in this transaction.
        drafter: who drafted it.
        statements: every statement about this batch, valid or not.
        other_batches_this_year: ids of other batches of this class in the same calendar year that were
            not withdrawn; an empty tuple is the statement "there is none".
        reason_code: why this year has another batch.
        authority: class B: the archive authority's approval.
        method: how the records are destroyed; `None` refuses classes B and C only.
        clock_confirmed_by: opaque ids of everybody who confirmed that today is `today`; a confirmation of
            another day does not belong here.
        trusted_ledger_date: date of the last entry before the clock jumped further ahead than the policy
            allows, when nobody confirmed the jump since; `None` = there is no such jump.
        approved_witnesses: opaque ids of those whom the head approved as witnesses by name; `None` = the
            grant of the role is the approval.
    """

    batch: str
    record_class: RecordClass | None
    today: date
    newest_ledger_date: date | None
    duty: Duty | None
    policy: DestructionPolicy
    catalogue_drafted: str | None
    catalogue_now: str | None
    drafter: Person | None
    statements: tuple[StatementFacts, ...]
    other_batches_this_year: tuple[str, ...] | None
    reason_code: str | None = None
    authority: AuthorityApproval | None = None
    method: Method | None = None
    clock_confirmed_by: tuple[str, ...] = ()
    trusted_ledger_date: date | None = None
    approved_witnesses: frozenset[str] | None = None
