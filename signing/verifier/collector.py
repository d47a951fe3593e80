"""Where the parts of the verifier put what they find."""

from collections import Counter
from dataclasses import replace
from enum import IntEnum
from operator import itemgetter
from typing import Final

from signing.findings import Finding, Verdict
from signing.verifier.folder import shown

REFUSED: Final = "unreadable"
"""`FileError.reason` of a file that is there, and that the system refuses to read."""


class Phase(IntEnum):
    """Order in which findings are told, whenever they were made."""

    CHECKPOINT = 1
    LEDGER = 2
    ROOT = 3
    MANIFESTS = 4
    REMEMBERED = 5
    PAPERS = 6
    RECORDS = 7
    NOBODY = 8
    BATCHES = 9
    FOLDERS = 10


class Collector:
    """Findings and the states of the records.

    Attributes:
        records: number of records by state.
        blind: part of the ledger could not be read or trusted; what rests on it is not certain then.
    """

    def __init__(self) -> None:
        self.records: Counter[str] = Counter()
        self.blind = False
        self._place = (Phase.CHECKPOINT, 0)
        self._findings: list[tuple[tuple[Phase, int], Finding, bool]] = []

    def place(self, phase: Phase, order: int = 0) -> None:
        """Say where the next findings belong: by phase, then by an order within it, then as they come."""
        self._place = (phase, order)

    def invalid(self, code: str, where: str, **facts: str) -> None:
        """Note what contradicts the evidence, whatever the ledger says."""
        self._note(code, Verdict.INVALID, where, facts, rests=False)

    def undetermined(self, code: str, where: str, **facts: str) -> None:
        """Note what the evidence does not suffice to judge."""
        self._note(code, Verdict.UNDETERMINED, where, facts, rests=False)

    def unread(self, code: str, where: str, problem: str, *, rests: bool = False) -> None:
        """Note a file of the evidence that could not be read; what the system refuses contradicts nothing.

        Args:
            code: code of the finding, whose reason is `file`.
            where: path of the file.
            problem: `FileError.reason`.
            rests: that the file must be there is only known from the ledger.
        """
        verdict = Verdict.UNDETERMINED if problem == REFUSED else Verdict.INVALID
        self._note(code, verdict, where, {"reason": "file", "problem": problem}, rests=rests)

    def by_ledger(self, code: str, where: str, **facts: str) -> None:
        """Note what contradicts the ledger; it is only as good as the ledger itself."""
        self._note(code, Verdict.INVALID, where, facts, rests=True)

    def findings(self) -> tuple[Finding, ...]:
        """Return all findings; those that rest on a ledger that cannot be trusted say so."""
        return tuple(
            replace(finding, verdict=Verdict.UNDETERMINED) if rests and self.blind else finding
            for _, finding, rests in sorted(self._findings, key=itemgetter(0))
        )

    def _note(self, code: str, verdict: Verdict, where: str, facts: dict[str, str], *, rests: bool) -> None:
        self._findings.append((self._place, Finding(str(code), verdict, shown(where), facts), rests))
