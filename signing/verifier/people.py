"""Step 6 of docs/spec/verification.md: with which keys each person may sign at a moment of the ledger."""

from dataclasses import dataclass
from typing import NamedTuple

from signing.errors import MalformedError
from signing.note import Verifier
from signing.statement import person_key_name
from signing.verifier.keys import LogKeys


class Signing(NamedTuple):
    """What a person could sign with at one moment.

    Attributes:
        keys: keys in force.
        retired: keys that were in force earlier.
        gone: the person had left.
    """

    keys: tuple[Verifier, ...]
    retired: tuple[Verifier, ...]
    gone: bool


@dataclass(slots=True)
class _Person:
    had: tuple[Verifier, ...] = ()
    keys: tuple[Verifier, ...] = ()
    gone: bool = False


class People:
    """Follows the entries about people; each method returns the contradiction, or an empty text.

    Args:
        log: names the origin, which stands in the name of every person's key.
    """

    def __init__(self, log: LogKeys) -> None:
        self._log = log
        self._people: dict[str, _Person] = {}

    def had(self, person: str) -> tuple[Verifier, ...]:
        """Return every key that was ever a person's."""
        known = self._people.get(person)
        return known.had if known else ()

    def signing(self, person: str) -> Signing:
        """Return what a person may sign with from here on; an unknown one has no keys."""
        known = self._people.get(person)
        if known is None:
            return Signing((), (), gone=False)
        return Signing(known.keys, tuple(key for key in known.had if key not in known.keys), known.gone)

    def added(self, person: str, vkey: str) -> str:
        """Register a person, or one more key; who had left is back, with this key alone."""
        key = self._key(person, vkey)
        if key is None:
            return "bad_key"
        known = self._people.setdefault(person, _Person())
        if key in known.keys:
            return ""
        if key in known.had:
            return "key_again"
        known.had, known.keys, known.gone = (*known.had, key), (*known.keys, key), False
        return ""

    def replaced(self, person: str, vkey: str, previous: str) -> str:
        """Let a new key count from here on, and none of the former ones."""
        known = self._people.get(person)
        if known is None:
            return "unknown_person"
        if known.gone:
            return "person_gone"
        key = self._key(person, vkey)
        if key is None:
            return "bad_key"
        if key in known.had:
            return "key_again"
        contradiction = "" if not previous or previous in {had.vkey for had in known.had} else "unknown_key"
        known.had, known.keys = (*known.had, key), (key,)
        return contradiction

    def revoked(self, person: str, vkey: str) -> str:
        """Let a key sign nothing from here on."""
        known = self._people.get(person)
        if known is None:
            return "unknown_person"
        if vkey not in {key.vkey for key in known.keys}:
            return "unknown_key"
        known.keys = tuple(key for key in known.keys if key.vkey != vkey)
        return ""

    def left(self, person: str) -> str:
        """Let a person sign nothing from here on."""
        known = self._people.get(person)
        if known is None:
            return "unknown_person"
        if known.gone:
            return "person_gone"
        known.keys, known.gone = (), True
        return ""

    def _key(self, person: str, vkey: str) -> Verifier | None:
        try:
            key = Verifier.parse(vkey)
        except MalformedError:
            return None
        return key if key.name == person_key_name(self._log.origin, person) else None
