"""The keys of a log over time: those that were given, and those that the ledger itself names."""

from collections.abc import Sequence

from signing.errors import MalformedError
from signing.note import Verifier


class LogKeys:
    """Which key signs for the log at which size.

    Attributes:
        origin: the log's name; empty as long as nobody has said it.
        given: keys that were given from outside the archive.
    """

    def __init__(self, origin: str, given: Sequence[Verifier]) -> None:
        self.origin = origin
        self.given = tuple(given)
        self._named: list[tuple[int, Verifier]] = []  # smallest size for which the key signs, and the key

    def created(self, origin: str, vkey: str) -> bool:
        """Take the first key; says whether the ledger's first entry speaks of this log."""
        self.origin = self.origin or origin
        key = _parse(vkey)
        if key is None or key.name != origin or origin != self.origin:
            return False
        self._named.append((0, key))
        return True

    def rotated(self, position: int, old: str, new: str) -> bool:
        """Take the next key, from the entry after its rotation on; says whether the old one was current."""
        key = _parse(new)
        if not self._named or key is None or key.name != self.origin:
            return False
        current = self._named[-1][1]
        if current.vkey != old or current.public_key == key.public_key:
            return False
        self._named.append((position + 1, key))
        return True

    @property
    def foreign(self) -> bool:
        """Whether the ledger names keys, keys were given, and they have none in common."""
        named = {key.vkey for _, key in self._named}
        return bool(named and self.given) and named.isdisjoint(key.vkey for key in self.given)

    def signers(self, size: int, *, trusted: bool) -> tuple[Verifier, ...]:
        """Return the keys one of which must have signed a checkpoint of a size.

        Args:
            size: number of entries that the checkpoint commits to.
            trusted: the ledger is that of a checkpoint signed by a given key, so that what it names counts.
        """
        if not trusted or not self._named or self.foreign:
            return self.given
        return tuple(key for since, key in self._named if since <= size)[-1:]

    def all(self, *, trusted: bool) -> tuple[Verifier, ...]:
        """Return every key that was given or, of a trusted ledger, named."""
        named = tuple(key for _, key in self._named) if trusted else ()
        return tuple({key.vkey: key for key in (*self.given, *named)}.values())


def _parse(vkey: str) -> Verifier | None:
    try:
        return Verifier.parse(vkey)
    except MalformedError:
        return None
