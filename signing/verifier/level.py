"""How much content a verification reads."""

import re
from dataclasses import dataclass
from typing import Final

from signing.errors import UsageError

_SAMPLE: Final = re.compile(r"sample:([1-9][0-9]{0,5})/([1-9][0-9]{0,5})")


@dataclass(frozen=True, slots=True)
class Level:
    """One part of `parts` of the sealed files; 0 of 1 is none (structure), 1 of 1 all (full).

    Attributes:
        part: which part is read, counted from 1; 0 reads none.
        parts: into how many parts the sealed files are dealt, in the ledger's order.
    """

    part: int
    parts: int

    @classmethod
    def parse(cls, text: str) -> "Level":
        """Read `structure`, `sample:N/T` (part N of T) or `full`.

        Raises:
            UsageError: the text is none of these, or N is larger than T.
        """
        if text == "structure":
            return cls(0, 1)
        if text == "full":
            return cls(1, 1)
        sample = _SAMPLE.fullmatch(text)
        if sample is None or int(sample[1]) > int(sample[2]):
            raise UsageError("level is not structure, sample:N/T with N at most T, or full")
        return cls(int(sample[1]), int(sample[2]))

    @property
    def full(self) -> bool:
        """Whether every sealed file is read."""
        return self.part == self.parts == 1

    def reads(self, index: int) -> bool:
        """Say whether the sealed file at this place of the ledger's order is read."""
        return self.part > 0 and index % self.parts == self.part - 1

    def __str__(self) -> str:
        """Return the text that `parse` reads."""
        if self.part == 0:
            return "structure"
        return "full" if self.parts == 1 else f"sample:{self.part}/{self.parts}"
