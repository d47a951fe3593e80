"""Which papers of a destruction batch an entry names beside catalogue, statements and certificate."""

from collections.abc import Mapping
from typing import Final

from signing.canonical import JsonValue, parse_canonical
from signing.entries import Entry, Event
from signing.errors import MalformedError
from signing.shape import is_digest, is_id

_NAMED: Final[Mapping[Event, tuple[str, str]]] = {
    Event.SELECTION_OFFERED: ("selection-offered.json", "list_sha256"),
    Event.SELECTION_ANSWERED: ("selection-answered.json", "list_sha256"),
    Event.DESTRUCTION_SUBMITTED: ("plan.json", "plan_sha256"),
    Event.CATALOGUE_ANNOTATED: ("catalogue-annotated.json", "annotated_sha256"),
}
_LETTER: Final = "authority-letter"
_SUPPLEMENT: Final = "supplement.json"
_CLOSED: Final = "CLOSED"
WITH_PRINTS: Final = frozenset({"plan.json", "catalogue-annotated.json"})
"""Papers whose `papers` name what was sent up with them."""


def named_papers(entry: Entry) -> dict[str, str]:
    """Return the digest (hex) of each paper that an entry names, by the name of its file."""
    if entry.event is Event.AUTHORITY_APPROVED:
        kind, digest = entry.string("letter_format"), entry.string("letter_sha256")
        return {f"{_LETTER}.{kind}": digest} if kind and digest else {}
    if entry.event is Event.DESTRUCTION_PHASE:
        digest = entry.string("certificate_sha256")
        return {_SUPPLEMENT: digest} if digest and entry.string("phase") == _CLOSED else {}
    if entry.event not in _NAMED:
        return {}
    name, field = _NAMED[entry.event]
    return {name: entry.string(field)}


def prints_of(data: bytes) -> dict[str, str]:
    """Return the digest of each file that a paper names in its `papers`; older ones name none.

    Raises:
        MalformedError: it is no canonical JSON, or a name or digest is unusable.
    """
    value = parse_canonical(data)
    papers: JsonValue = value.get("papers", {}) if isinstance(value, Mapping) else None
    if not isinstance(papers, Mapping):
        raise MalformedError("papers are not named")
    if not all(is_id(name) and is_digest(digest) for name, digest in papers.items()):
        raise MalformedError("a paper has an unusable name or digest")
    return {name: str(digest) for name, digest in papers.items()}
