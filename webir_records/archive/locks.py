"""Locks that a store may have beside the program's own rules (docs/adr/0009-store-seam.md).

A lock is the store's word against everybody who holds its credentials, us included: what is held or
retained cannot be deleted, whatever a program, a tired administrator or a thief asks for.
"""

from collections.abc import Sequence
from datetime import date
from typing import Protocol


class Locks(Protocol):
    """What a store with Object Lock does for single files."""

    def hold(self, path: str) -> None:
        """Keep a file until it is released; it was put so already, and saying it again is free."""
        ...

    def retain_until(self, path: str, day: date) -> None:
        """Keep a file until a day begins (local time of the rule), whoever asks; never shortens."""
        ...

    def release(self, path: str) -> None:
        """Lift the hold of a file that is to be removed now; what `retain_until` said stays."""
        ...

    def versions(self, path: str) -> Sequence[object]:
        """Return every version of a file that the store still has, and every mark of a deletion."""
        ...
