"""What a verifier says: findings, three-valued verdicts, and the report (see docs/spec/verification.md)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from signing.checkpoint import Checkpoint


class Verdict(StrEnum):
    """What can be said; "cannot tell" is a verdict of its own and never becomes "fine"."""

    VALID = "valid"
    INVALID = "invalid"
    UNDETERMINED = "undetermined"


class RecordState(StrEnum):
    """What became of a record."""

    OK = "OK"
    DESTROYED_AUTHORISED = "DESTROYED_AUTHORISED"
    MISSING = "MISSING"
    CORRUPT = "CORRUPT"
    RESURRECTED = "RESURRECTED"
    HELD_BUT_DESTROYED = "HELD_BUT_DESTROYED"
    EARLY_DESTROYED = "EARLY_DESTROYED"
    UNLEDGERED = "UNLEDGERED"


class LedgerCode(StrEnum):
    """Findings about the ledger, the manifests and the destruction papers."""

    CHAIN_BROKEN = "CHAIN_BROKEN"
    CHECKPOINT_INVALID = "CHECKPOINT_INVALID"
    ROLLED_BACK = "ROLLED_BACK"
    FORKED = "FORKED"
    TILE_CORRUPT = "TILE_CORRUPT"
    ENTRY_INVALID = "ENTRY_INVALID"
    HISTORY_INVALID = "HISTORY_INVALID"
    BEYOND_CHECKPOINT = "BEYOND_CHECKPOINT"
    DESTRUCTION_UNFINISHED = "DESTRUCTION_UNFINISHED"
    CERTIFICATE_INVALID = "CERTIFICATE_INVALID"
    UNREADABLE = "UNREADABLE"
    NOTHING_CHECKED = "NOTHING_CHECKED"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be.

    Attributes:
        code: a `RecordState` or `LedgerCode`; the text comes from the message catalogue by it.
        verdict: INVALID, or UNDETERMINED where the evidence does not suffice to say.
        where: path in the archive, ledger position or record id; never personal data.
        facts: what the text names; `reason` chooses the text among those of the code.
    """

    code: str
    verdict: Verdict
    where: str
    facts: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Consistency:
    """A proof that the log only grew since an earlier checkpoint.

    Attributes:
        earlier: the remembered checkpoint.
        newest: the published one.
        path: the proof of RFC 9162 section 2.1.4, hashes of 32 bytes; empty for equal sizes.
    """

    earlier: Checkpoint
    newest: Checkpoint
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a verification.

    Attributes:
        verdict: the worst of all findings; UNDETERMINED when nothing was checked.
        level: `structure`, `sample:N/T` or `full`.
        read: what was read: `entries`, `bundles`, `tiles`, `manifests`, `certificates` (destruction papers),
            `sealed_files` (seen with their size), `sealed_read` (content read), `sealed_taken_over` (content
            read by an earlier run that this one went on with), `other_files`, `bytes`.
        records: number of records by `RecordState` (and `DESTRUCTION_UNFINISHED`); files for `UNLEDGERED`.
        findings: everything that was found, ledger first.
        checkpoint: the published checkpoint if its signature holds, else `None`.
        consistency: for each remembered checkpoint that the log agrees with, the proof.
    """

    verdict: Verdict
    level: str
    read: Mapping[str, int]
    records: Mapping[str, int]
    findings: tuple[Finding, ...]
    checkpoint: Checkpoint | None
    consistency: tuple[Consistency, ...] = ()


def worst_verdict(findings: Iterable[Finding]) -> Verdict:
    """Return INVALID before UNDETERMINED before VALID."""
    verdicts = {finding.verdict for finding in findings}
    for verdict in (Verdict.INVALID, Verdict.UNDETERMINED):
        if verdict in verdicts:
            return verdict
    return Verdict.VALID
