"""Compare the papers of copies and incidents, and older catalogues, with the digests in the ledger.

The papers of a destruction are read by the public verifier.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final

from signing.canonical import parse_canonical
from signing.entries import Entry, Event
from signing.errors import SigningError
from webir_records.services.attesting import FOLDER
from webir_records.services.context import Workspace
from webir_records.services.destruction.batches import evidence_path
from webir_records.services.destruction.catalogue import CATALOGUE, CatalogueNow, parse_catalogue

INCIDENT: Final = "incident.json"
_LETTER: Final = "authority-letter"
_OLDER: Final = re.compile(r"catalogue-([0-9a-f]{64})\.json")


def incident_path(incident: str) -> str:
    """Return where the facts of a report lie in the archive."""
    return f"certificates/incident-{incident}/{INCIDENT}"


def _approved(entry: Entry) -> tuple[str, str]:
    """Return a letter whose name the entry does not tell: else the public verifier reads it."""
    digest = "" if "letter_format" in entry.fields else entry.string("letter_sha256")
    return evidence_path(entry.string("batch"), _LETTER), digest


def _reported(entry: Entry) -> tuple[str, str]:
    return incident_path(entry.string("incident")), entry.string("report_sha256")


def _attested(entry: Entry) -> tuple[str, str]:
    people = entry.fields.get("people")
    witness = str(people[-1]) if isinstance(people, list) and people else ""
    name = f"statement-{entry.string('copy') or entry.string('backup')}-{witness}.note"
    return evidence_path(FOLDER, name), entry.string("statement_sha256")


_PAPERS: Final[Mapping[Event, Callable[[Entry], tuple[str, str]]]] = {
    Event.AUTHORITY_APPROVED: _approved,
    Event.INCIDENT_REPORTED: _reported,
    Event.COPY_DESTROYED: _attested,
    Event.BACKUP_EXPIRED: _attested,
}
EVENTS: Final = frozenset({*_PAPERS, Event.OPINIONS_ASKED, Event.DESTRUCTION_WITHDRAWN})
"""Entries of which `PapersTold` takes note."""


@dataclass(slots=True)
class PapersTold:
    """The digests (hex) that the ledger tells of papers, by their path."""

    _digests: dict[str, str] = field(default_factory=dict[str, str])
    _asked: dict[str, str] = field(default_factory=dict[str, str])

    def take(self, entry: Entry, catalogue_sha256: str = "") -> None:
        """Take in one of `EVENTS`; the papers of a batch that was withdrawn prove nothing.

        Args:
            entry: the entry.
            catalogue_sha256: of a question to units, the digest of the catalogue about which it asks.
        """
        if entry.event is Event.OPINIONS_ASKED:
            self._asked[entry.string("batch")] = catalogue_sha256
            return
        if entry.event is Event.DESTRUCTION_WITHDRAWN:
            folder = evidence_path(entry.string("batch"), "")
            self._digests = {path: one for path, one in self._digests.items() if not path.startswith(folder)}
            self._asked.pop(entry.string("batch"), None)
            return
        path, digest = _PAPERS[entry.event](entry)
        if digest:
            self._digests[path] = digest

    def wrong(self, workspace: Workspace) -> Iterator[str]:
        """Yield the path of every paper that is missing or another one."""
        for path, digest in sorted(self._digests.items()):
            place = _find(workspace, path)
            data = _read(workspace, place)
            if data is None or hashlib.sha256(data).hexdigest() != digest:
                yield place
            elif path.endswith(f"/{INCIDENT}"):
                yield from _papers_of(workspace, path, data)
        for batch, digest in sorted(self._asked.items()):
            if digest and asked_about(workspace, batch, digest).sha256 is None:
                yield evidence_path(batch, f"catalogue-{digest}.json")
        for path in sorted(workspace.files.list("certificates")):
            older = _OLDER.fullmatch(PurePosixPath(path).name)
            if older and hashlib.sha256(_read(workspace, path) or b"").hexdigest() != older[1]:
                yield path


def asked_about(workspace: Workspace, batch: str, digest: str) -> CatalogueNow:
    """Return the catalogue about which units were asked; it lies beside when records left the batch since."""
    for name in (CATALOGUE, f"catalogue-{digest}.json"):
        data = _read(workspace, evidence_path(batch, name))
        if data is not None and hashlib.sha256(data).hexdigest() == digest:
            return parse_catalogue(data)
    return CatalogueNow(None, {})


def _find(workspace: Workspace, path: str) -> str:
    """Return the place of a paper; a letter has the ending of the file that was given."""
    if not path.endswith(f"/{_LETTER}"):
        return path
    folder = str(PurePosixPath(path).parent)
    return next((one for one in workspace.files.list(folder) if one.startswith(f"{path}.")), path)


def _papers_of(workspace: Workspace, path: str, data: bytes) -> Iterator[str]:
    """Yield the prints of a report that are not those whose digests it names."""
    try:
        facts = parse_canonical(data)
    except SigningError:
        return
    papers = facts.get("papers") if isinstance(facts, dict) else None
    for name, digest in sorted((papers if isinstance(papers, dict) else {}).items()):
        place = str(PurePosixPath(path).parent / name)
        found = _read(workspace, place)
        if found is None or hashlib.sha256(found).hexdigest() != digest:
            yield place


def _read(workspace: Workspace, path: str) -> bytes | None:
    try:
        return workspace.files.read(path)
    except OSError:  # whatever keeps it from being read
        return None
