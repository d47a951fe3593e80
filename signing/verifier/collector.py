"""Where the parts of the verifier put what they find."""

from collections import Counter
from dataclasses import replace

from signing.findings import Finding, Verdict
from signing.verifier.folder import shown


class Collector:
    """Findings in the order in which they were made, and the states of the records.

    Attributes:
        records: number of records by state.
        blind: part of the ledger could not be read or trusted; what rests on it is not certain then.
    """

    def __init__(self) -> None:
        self.records: Counter[str] = Counter()
        self.blind = False
        self._findings: list[tuple[Finding, bool]] = []

    def invalid(self, code: str, where: str, **facts: str) -> None:
        """Note what contradicts the evidence, whatever the ledger says."""
        self._findings.append((Finding(str(code), Verdict.INVALID, shown(where), facts), False))

    def undetermined(self, code: str, where: str, **facts: str) -> None:
        """Note what the evidence does not suffice to judge."""
        self._findings.append((Finding(str(code), Verdict.UNDETERMINED, shown(where), facts), False))

    def by_ledger(self, code: str, where: str, **facts: str) -> None:
        """Note what contradicts the ledger; it is only as good as the ledger itself."""
        self._findings.append((Finding(str(code), Verdict.INVALID, shown(where), facts), True))

    def findings(self) -> tuple[Finding, ...]:
        """Return all findings; those that rest on a ledger that cannot be trusted say so."""
        return tuple(
            replace(finding, verdict=Verdict.UNDETERMINED) if rests and self.blind else finding
            for finding, rests in self._findings
        )
