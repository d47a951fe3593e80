"""Step 9 of docs/spec/verification.md: the papers of a destruction batch, and whether they give authority."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from signing.canonical import JsonValue, parse_canonical
from signing.entries import CLOCK
from signing.errors import FileError, MalformedError, SigningError
from signing.findings import LedgerCode
from signing.note import Verifier
from signing.shape import checked_object, is_digest_list, is_id, is_list, is_positive, list_of, text_of
from signing.statement import open_statement
from signing.verifier.collector import REFUSED, Collector, Phase
from signing.verifier.files import CountedFiles
from signing.verifier.history import BatchHistory, History, Stated
from signing.verifier.named_papers import WITH_PRINTS, prints_of
from signing.verifier.people import Signing

MAX_PAPER_SIZE: Final = 256 << 20  # bytes; a catalogue of a million records
MAX_STATEMENT_SIZE: Final = 1 << 20
UNREAD: Final = frozenset({"catalogue_unread", "statement_unread"})
"""Problems of a batch whose papers the system refuses to read: they contradict nothing."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the papers of a batch prove.

    Attributes:
        problems: why the batch gives no authority, as stable words; empty if it does.
        listed: the catalogue can be relied on; what it lists was added to the history's rows.
        unfinished: the batch was started and is not completed.
    """

    problems: tuple[str, ...]
    listed: bool
    unfinished: bool


@dataclass(frozen=True, slots=True)
class _Catalogue:
    """What a batch's catalogue says; without one nobody drafted it and it lists nothing that counts."""

    drafters: frozenset[str] = frozenset()
    items: Mapping[str, tuple[str, ...]] | None = None


class EvidenceReader:
    """Reads and judges the papers of destruction batches; of catalogues it keeps one at a time."""

    def __init__(self, files: CountedFiles, history: History, collector: Collector) -> None:
        self._files = files
        self._history = history
        self._collector = collector
        self._refused = False  # of the batch at hand: the system refuses to read a statement

    def judge_all(self) -> dict[str, Evidence]:
        """Judge every batch that was not withdrawn, and note each paper that is not what the ledger says."""
        self._collector.place(Phase.PAPERS)
        judged = {
            name: self._judge(name, batch)
            for name, batch in self._history.batches.items()
            if not batch.withdrawn
        }
        self._check_confirmations()
        return judged

    def _judge(self, name: str, batch: BatchHistory) -> Evidence:
        started = batch.started is not None
        catalogue, problems = self._catalogue(name, batch)
        drafters = batch.drafters | catalogue.drafters
        self._refused = False
        stated = [one for one in batch.stated if one.catalogue_sha256 == batch.catalogue_sha256]
        signed = [(one, key) for one in stated if (key := self._signing_key(name, one)) is not None]
        lacking = self._lacking(batch, signed, drafters)
        problems += ["statement_unread"] if lacking and self._refused else lacking
        if batch.completions:
            self._named_paper(name, "certificate.json", batch.completions[-1].certificate_sha256)
        for paper, digest in batch.papers.items():
            self._check_paper(name, paper, digest)
        self._list(name, catalogue)
        if not started:
            problems.insert(0, "not_started")
        return Evidence(tuple(problems), catalogue.items is not None, started and not batch.completions)

    def _list(self, name: str, catalogue: _Catalogue) -> None:
        """Deal out what the catalogue lists, behind what the ledger says of the same records."""
        for record, digests in (catalogue.items or {}).items():
            row = "\t".join(("", "c", record, name, ",".join(digests)))
            self._history.rows.waiting[record[:2].encode()].append(row.encode())
        self._history.rows.settle()

    def _catalogue(self, name: str, batch: BatchHistory) -> tuple[_Catalogue, list[str]]:
        path = f"certificates/{name}/catalogue.json"
        try:
            data = self._paper(path, MAX_PAPER_SIZE)
        except FileError as error:
            if batch.started is not None or error.reason != "missing":
                self._unread(path, error)
            return _Catalogue(), ["catalogue_unread" if error.reason == REFUSED else "catalogue_missing"]
        if sha256(data).hexdigest() != batch.catalogue_sha256:
            self._bad_paper(path, "differs", expected=batch.catalogue_sha256, got=sha256(data).hexdigest())
            return _Catalogue(), ["catalogue_differs"]
        try:
            return _parse_catalogue(data, name), []
        except MalformedError as error:
            self._bad_paper(path, "malformed", detail=str(error))
            return _Catalogue(), ["catalogue_malformed"]

    def _signing_key(self, batch: str, stated: Stated) -> Verifier | None:
        """Return the key that made a statement, or note why the file is not the one that the ledger means."""
        expected = {
            "batch": batch,
            "kind": stated.kind,
            "person": stated.person,
            "catalogue_sha256": stated.catalogue_sha256,
        }
        path = f"certificates/{batch}/statement-{stated.kind}-{stated.person}.note"
        data = self._statement(path, stated.statement_sha256, stated.signing, expected)
        return None if data is None else _opening_key(data, stated.signing.keys)

    def _check_confirmations(self) -> None:
        """Check the statements by which people confirmed the date of the machine."""
        for one in self._history.confirmations:
            path = f"certificates/{CLOCK}/{one.today}-{one.person}.note"
            expected = {"kind": CLOCK, "person": one.person, "today": one.today, "newest": one.newest}
            self._statement(path, one.statement_sha256, one.signing, expected)

    def _statement(
        self, path: str, digest: str, signing: Signing, expected: Mapping[str, str]
    ) -> bytes | None:
        """Return a statement that is the one that the ledger means, or note why it is not."""
        try:
            data = self._paper(path, MAX_STATEMENT_SIZE)
        except FileError as error:
            self._refused |= error.reason == REFUSED
            self._unread(path, error)
            return None
        if sha256(data).hexdigest() != digest:
            self._bad_paper(path, "differs", expected=digest, got=sha256(data).hexdigest())
            return None
        try:
            statement = open_statement(data, signing.keys)
        except SigningError as error:
            self._bad_paper(path, _why_refused(data, signing), detail=str(error))
            return None
        if any(statement.fields.get(name) != value for name, value in expected.items()):
            self._bad_paper(path, "says_otherwise")
            return None
        return data

    def _lacking(
        self, batch: BatchHistory, signed: list[tuple[Stated, Verifier]], drafters: set[str]
    ) -> list[str]:
        """Say what is missing of one approval and one witness by two people, neither of them the drafter."""
        own_keys = {key.public_key for person in drafters for key in self._history.people.had(person)}
        start = batch.started.seq if batch.started is not None else None
        approvals = [
            (one.person, key.public_key)
            for one, key in signed
            if one.kind == "approval" and (start is None or one.seq < start)
        ]
        witnesses = [(one.person, key.public_key) for one, key in signed if one.kind == "witness"]
        problems = [
            problem
            for problem, people in (("no_approval", approvals), ("no_witness", witnesses))
            if not people
        ]
        if problems:
            return problems
        approvals, witnesses = (
            [(person, key) for person, key in people if person not in drafters and key not in own_keys]
            for people in (approvals, witnesses)
        )
        if not approvals or not witnesses:
            return ["drafter_signed"]
        if any(a[0] != w[0] and a[1] != w[1] for a in approvals for w in witnesses):
            return []
        return ["same_person"]

    def _check_paper(self, batch: str, name: str, expected: str) -> None:
        """Check a paper of a step, and what was sent up with it."""
        data = self._named_paper(batch, name, expected)
        if data is None or name not in WITH_PRINTS:
            return
        try:
            prints = prints_of(data)
        except MalformedError as error:
            self._bad_paper(f"certificates/{batch}/{name}", "malformed", detail=str(error))
            return
        for printed, digest in prints.items():
            self._named_paper(batch, printed, digest)

    def _named_paper(self, batch: str, name: str, expected: str) -> bytes | None:
        """Return a paper that has its digest, or note that it has not."""
        path = f"certificates/{batch}/{name}"
        try:
            data = self._paper(path, MAX_PAPER_SIZE)
        except FileError as error:
            self._unread(path, error)
            return None
        if sha256(data).hexdigest() != expected:
            self._bad_paper(path, "differs", expected=expected, got=sha256(data).hexdigest())
            return None
        return data

    def _paper(self, path: str, limit: int) -> bytes:
        data = self._files.read(path, limit)
        self._files.counts["certificates"] += 1
        return data

    def _unread(self, path: str, error: FileError) -> None:
        self._collector.unread(LedgerCode.CERTIFICATE_INVALID, path, error.reason, rests=True)

    def _bad_paper(self, path: str, reason: str, **facts: str) -> None:
        self._collector.by_ledger(LedgerCode.CERTIFICATE_INVALID, path, reason=reason, **facts)


def _why_refused(data: bytes, signing: Signing) -> str:
    """Tell a signature of somebody who might not sign any more from one that never counted."""
    if _opening_key(data, signing.retired) is None:
        return "signature"
    return "person_left" if signing.gone else "retired_key"


def _opening_key(data: bytes, keys: Iterable[Verifier]) -> Verifier | None:
    """Return the first of some keys that signed a statement."""
    for key in keys:
        try:
            open_statement(data, [key])
        except SigningError:
            continue
        return key
    return None


def _parse_catalogue(data: bytes, batch: str) -> _Catalogue:
    """Read what verification needs of a catalogue; other names in it are the agency's business."""
    value = parse_canonical(data)
    if not isinstance(value, Mapping) or value.get("v") != 1 or value.get("batch") != batch:
        raise MalformedError("catalogue is not one of version 1 for this batch")
    needed = checked_object(
        {name: value.get(name) for name in ("drafted_by", "items")},
        {"drafted_by": is_id, "items": is_list},
        {},
        what="catalogue",
    )
    items: dict[str, tuple[str, ...]] = {}
    for item in list_of(needed, "items"):
        record, digests = _parse_item(item)
        if record in items:
            raise MalformedError("catalogue lists a record twice")
        items[record] = digests
    return _Catalogue(frozenset({text_of(needed, "drafted_by")}), items)


def _parse_item(item: JsonValue) -> tuple[str, tuple[str, ...]]:
    if not isinstance(item, Mapping):
        raise MalformedError("catalogue item is not an object")
    fields = checked_object(
        {name: item.get(name) for name in ("record", "versions", "sealed_sha256")},
        {"record": is_id, "versions": is_positive, "sealed_sha256": is_digest_list},
        {},
        what="catalogue item",
    )
    digests = tuple(str(digest) for digest in list_of(fields, "sealed_sha256"))
    if len(digests) != fields["versions"]:
        raise MalformedError("catalogue item has not one digest for each version")
    return text_of(fields, "record"), digests
