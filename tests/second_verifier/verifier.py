"""A second verifier of WebIR record archives, written from the published specification alone."""
from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import re
import stat
import sys
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Callable, Iterator

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

MIB = 1 << 20
LIMIT = {"note": MIB, "paper": 256 * MIB, "tile": 8192, "bundle": 256 * 65537, "vkey": 65536}
COUNTED = "entries bundles tiles manifests papers sealed_seen sealed_read taken_over other_files bytes".split()
STATES_OK = ("OK", "DESTROYED_AUTHORISED")


class Bad(Exception):
    """Something read does not follow the specification; the text says why."""


# ---------------------------------------------------------------- base64, canonical JSON (ledger.md 2)


def unbase64(text: str) -> bytes:
    """Decode base64 that has exactly one spelling."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError as error:
        raise Bad("base64") from error
    if base64.b64encode(data).decode() != text:
        raise Bad("base64")
    return data


def b64(data: bytes) -> str:
    """Base64 with padding."""
    return base64.b64encode(data).decode()


def canonical(value: Any, depth: int = 1) -> str:
    """Write a value as narrowed RFC 8785."""
    if isinstance(value, (dict, list)) and depth > 64:
        raise Bad("nesting")
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{canonical(n)}:{canonical(value[n], depth + 1)}" for n in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(canonical(item, depth + 1) for item in value) + "]"
    if type(value) is int and abs(value) > 2**53 - 1:
        raise Bad("number")
    return json.dumps(value, ensure_ascii=False)


def refuse_number(text: str) -> Any:
    """No number but an integer is allowed."""
    raise Bad(f"number {text[:20]}")


def read_json(data: bytes) -> dict[str, Any]:
    """Read one object in canonical form; other bytes are refused."""
    try:
        value = json.loads(data.decode("utf-8"), parse_float=refuse_number, parse_constant=refuse_number)
        same = canonical(value).encode("utf-8") == data
    except (ValueError, RecursionError) as error:
        raise Bad("not JSON") from error
    if not same:
        raise Bad("not canonical")
    if not isinstance(value, dict):
        raise Bad("not an object")
    return value


# ---------------------------------------------------------------- keys and notes (ledger.md 4)


@dataclass(frozen=True)
class Key:
    """A verifier key."""

    name: str
    id: bytes
    public: bytes

    @staticmethod
    def parse(text: str) -> Key:
        """Read `<name>+<key id>+<base64(01 || public key)>`."""
        parts = text.split("+", 2)
        if len(parts) != 3 or not good_name(parts[0]) or not re.fullmatch("[0-9a-f]{8}", parts[1]):
            raise Bad("verifier key")
        raw = unbase64(parts[2])
        key = Key(parts[0], bytes.fromhex(parts[1]), raw[1:])
        expected = hashlib.sha256(key.name.encode() + b"\n" + raw).digest()[:4]
        if len(raw) != 33 or raw[0] != 1 or key.id != expected:
            raise Bad("verifier key")
        return key

    def verifies(self, signature: bytes, text: bytes) -> bool:
        """Whether this key made the signature."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except (InvalidSignature, ValueError):
            return False
        return True


def good_name(name: str) -> bool:
    """Whether a text may be a key's name."""
    return bool(name) and "+" not in name and not any(c.isspace() or c < " " for c in name)


@dataclass(frozen=True)
class Note:
    """A signed note: its text and its signatures as (name, key id, signature)."""

    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]

    @staticmethod
    def parse(data: bytes) -> Note:
        """Split a note; every signature line must have the right form."""
        try:
            whole = data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Bad("note: not UTF-8") from error
        if any(c < " " and c != "\n" for c in whole):
            raise Bad("note: control character")
        cut = whole.rfind("\n\n")
        if cut < 0 or not whole.endswith("\n"):
            raise Bad("note: no signatures")
        lines = whole[cut + 2 : -1].split("\n")
        if len(lines) > 100:
            raise Bad("note: too many signatures")
        return Note(whole[: cut + 1], tuple(signature_line(line) for line in lines))

    def signers(self, keys: list[Key]) -> list[Key]:
        """The known keys that signed; a wrong signature of a known key is fatal."""
        found: list[Key] = []
        for name, key_id, signature in self.signatures:
            for key in keys:
                if (key.name, key.id) == (name, key_id) and key not in found:
                    if not key.verifies(signature, self.text.encode()):
                        raise Bad("signature wrong")
                    found.append(key)
        return found


def signature_line(line: str) -> tuple[str, bytes, bytes]:
    """Read `— <key name> <base64(key id || signature)>`."""
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "\u2014" or not good_name(parts[1]):
        raise Bad("note: signature line")
    raw = unbase64(parts[2])
    if len(raw) < 5:
        raise Bad("note: signature line")
    return parts[1], raw[:4], raw[4:]


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint; `note` is None when only its first lines could be read."""

    origin: str
    size: int
    root: bytes
    note: Note | None

    @staticmethod
    def from_lines(lines: list[str], note: Note | None) -> Checkpoint:
        """Read the first three lines of a text."""
        if len(lines) < 3 or not lines[0] or not all(lines):
            raise Bad("checkpoint: lines")
        if not re.fullmatch("0|[1-9][0-9]{0,18}", lines[1]) or int(lines[1]) >= 2**63:
            raise Bad("checkpoint: size")
        root = unbase64(lines[2])
        if len(root) != 32:
            raise Bad("checkpoint: root")
        return Checkpoint(lines[0], int(lines[1]), root, note)

    @staticmethod
    def parse(data: bytes) -> Checkpoint:
        """Read a whole checkpoint."""
        note = Note.parse(data)
        return Checkpoint.from_lines(note.text[:-1].split("\n"), note)

    @staticmethod
    def salvage(data: bytes) -> Checkpoint | None:
        """What a damaged checkpoint claims, if its first three lines can be read."""
        try:
            return Checkpoint.from_lines(data.decode("utf-8", "replace").split("\n")[:3], None)
        except Bad:
            return None

    def signers(self, keys: list[Key]) -> list[Key]:
        """The given keys named as the origin that signed."""
        if self.note is None:
            raise Bad("checkpoint: form")
        return [key for key in self.note.signers(keys) if key.name == self.origin]

    def brief(self) -> dict[str, Any]:
        """Size and root for the report."""
        return {"size": self.size, "root": b64(self.root)}


# ---------------------------------------------------------------- the tree (ledger.md 3)


def sha(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()


def leaf_hash(entry: bytes) -> bytes:
    """Hash of a leaf."""
    return sha(b"\0" + entry)


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node."""
    return sha(b"\1" + left + right)


class Tree:
    """Hashes of all perfect subtrees whose leaves are known: `nodes[height][index]`."""

    def __init__(self, leaves: dict[int, bytes]) -> None:
        """Compute level after level."""
        self.nodes = [leaves]
        while self.nodes[-1]:
            below = self.nodes[-1]
            pairs = (i for i in below if i % 2 == 0 and i + 1 in below)
            self.nodes.append({i // 2: node_hash(below[i], below[i + 1]) for i in pairs})

    def node(self, height: int, index: int) -> bytes | None:
        """One perfect subtree, if it is known."""
        return self.nodes[height].get(index) if height < len(self.nodes) else None

    def root(self, start: int, stop: int) -> bytes | None:
        """Root over the leaves [start, stop), None if one is not known."""
        if stop == start:
            return sha(b"")
        width = stop - start
        if width & (width - 1) == 0:
            return self.node(width.bit_length() - 1, start // width)
        middle = start + (1 << (width - 1).bit_length() - 1)
        left, right = self.root(start, middle), self.root(middle, stop)
        return node_hash(left, right) if left and right else None

    def consistency(self, old: int, start: int, stop: int, whole: bool = True) -> list[bytes | None]:
        """RFC 9162 2.1.4.1: SUBPROOF(old, D[start:stop], whole)."""
        if old == 0 or old == stop - start:
            return [] if whole or old == 0 else [self.root(start, stop)]
        half = 1 << (stop - start - 1).bit_length() - 1
        if old <= half:
            return self.consistency(old, start, start + half, whole) + [self.root(start + half, stop)]
        return self.consistency(old - half, start + half, stop, False) + [self.root(start, start + half)]


def path_leads(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
    """RFC 9162 2.1.3.2."""
    if index >= size:
        return False
    number, last, result = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if number & 1 or number == last:
            result = node_hash(step, result)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            result = node_hash(result, step)
        number, last = number >> 1, last >> 1
    return last == 0 and result == root


# ---------------------------------------------------------------- the form of an entry (ledger.md 5)

Check = Callable[[Any], bool]


def matching(pattern: str) -> Check:
    """A text that a pattern describes."""
    return lambda value: isinstance(value, str) and bool(re.fullmatch(pattern, value, re.ASCII))


def one_of(*values: str) -> Check:
    """One of some texts."""
    return lambda value: isinstance(value, str) and value in values


def is_text(value: Any) -> bool:
    """1 to 500 characters, no control characters."""
    return isinstance(value, str) and 1 <= len(value) <= 500 and not any(unicodedata.category(c) == "Cc" for c in value)


def is_count(value: Any) -> bool:
    """Integer of at least 0."""
    return type(value) is int and value >= 0


def is_date(value: Any) -> bool:
    """A calendar day."""
    try:
        return matching(r"\d{4}-\d\d-\d\d")(value) and bool(date.fromisoformat(value))
    except ValueError:
        return False


def is_moment(value: Any) -> bool:
    """A moment in UTC."""
    return matching(r".{10}T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ")(value) and is_date(value[:10])


is_id = matching(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
is_digest = matching("[0-9a-f]{64}")
TYPES: dict[str, Check] = {
    "id": is_id,
    "rid": lambda v: is_id(v) and matching("[A-Za-z0-9]{2}.*")(v),
    "text": is_text,
    "texts": lambda v: isinstance(v, list) and all(map(is_text, v)),
    "digest": is_digest,
    "count": is_count,
    "pos": lambda v: is_count(v) and v >= 1,
    "first": lambda v: type(v) is int and v == 1,
    "later": lambda v: is_count(v) and v >= 2,
    "date": is_date,
    "moment": is_moment,
    "class": one_of("A", "B", "C"),
    "idcount": lambda v: is_id(v) or is_count(v),
    "stating": one_of("approval", "witness"),
    "copying": one_of("file", "escrow"),
}
FILED = (
    "record:rid form:id form_no:text class:class profile:text rule:text sealed_sha256:digest size:count "
    "path:text batch:id trigger?:text trigger_date?:date due?:date "
)
HOLD = "record:rid hold:id authority?:text review_on?:date case?:id reason_code?:id file?:text asked_by?:id"
USED = "record:rid version:pos"
EVENTS: dict[str, str] = {
    "archive_created": "agency:text profile:text origin:text vkey:text",
    "person_added": "person:id roles:texts vkey:text",
    "forms_filled": "form:id count:count batch:id",
    "filed": FILED + "version:first unit?:id",
    "annotated": FILED + "version:later reason_code:id",
    "exported": USED,
    "opened": USED,
    "lent": USED + " loan:id borrower:id reason_code:id return_by:date authority?:text",
    "returned": "record:rid loan:id condition:id",
    "verified": "level:text verdict:text findings:count size:count",
    "hold_placed": HOLD,
    "hold_released": HOLD,
    "destruction_drafted": "batch:id class:class catalogue_sha256:digest count:count reason_code?:id left?:texts "
    "left_because?:id",
    "destruction_stated": "batch:id kind:stating person:id catalogue_sha256:digest statement_sha256:digest",
    "destruction_withdrawn": "batch:id reason_code:id",
    "destruction_started": "batch:id catalogue_sha256:digest count:count",
    "destroyed": "record:rid versions:pos batch:id authority:text method:text due:date",
    "destruction_completed": "batch:id count:count certificate_sha256:digest",
    "epoch_rotated": "from:idcount to:idcount rewrapped:count reason_code?:id",
    "log_key_rotated": "from:text to:text reason_code?:id",
    "keys_backed_up": "backup:id epoch:idcount kind:copying backup_sha256?:digest",
    "keys_restored": "epoch:idcount backup?:id",
    "workspace_backed_up": "backup:id size:count backup_sha256:digest expires_on?:date",
    "workspace_restored": "backup:id size:count replayed:count",
    "leftover_removed": "path:text reason_code:id",
    "file_opened": "file:text years?:pos disposition?:text reason_code?:id",
    "file_assigned": "file:text record:rid",
    "retention_changed": "record:rid cause:id trigger?:text trigger_date?:date due?:date profile?:text rule?:text "
    "file?:text authority?:text batch?:id unit?:id reason_code?:id agreed_by?:id",
    "record_marked": "record:rid mark:id authority?:text batch?:id reason_code?:id on?:date",
    "opinions_asked": "batch:id units:count count:count unit?:id",
    "opinion_given": "batch:id unit:id sheet_sha256:digest agreed:count extended:count",
    "selection_offered": "batch:id office:id list_sha256:digest",
    "selection_answered": "batch:id office:id list_sha256:digest selected:count authority?:text",
    "destruction_submitted": "batch:id catalogue_sha256:digest plan_sha256:digest letter:text on:date",
    "authority_approved": "batch:id number:text approved_on:date catalogue_sha256:digest count:count "
    "letter_sha256?:digest letter_format?:id",
    "catalogue_annotated": "batch:id number:text destroyed_on:date annotated_sha256:digest",
    "catalogue_resubmitted": "batch:id letter:text on:date",
    "destruction_phase": "batch:id phase:id certificate_sha256?:digest",
    "incident_reported": "incident:id kind:id count:count report_sha256:digest records?:texts batch?:id "
    "authority?:text on?:date",
    "clock_confirmed": "today:date newest:date people:texts statements:texts",
    "person_left": "person:id reason_code?:id on?:date",
    "person_key_revoked": "person:id vkey:text reason_code:id on?:date",
    "person_key_replaced": "person:id vkey:text previous?:text",
    "copy_made": "copy:id record:rid kind:id medium:id due?:date holder?:id medium_no?:text version?:pos",
    "copy_destroyed": "copy:id record:rid method:text batch?:id people?:texts authority?:text "
    "statement_sha256?:digest",
    "backup_expired": "backup:id method?:text reason_code?:id people?:texts statement_sha256?:digest",
    "profile_changed": "profile:text profile_sha256:digest version?:pos from?:date",
}
EARLIER = ("trigger_corrected", "stored_copy")
PREPARING = (
    "opinions_asked opinion_given selection_offered selection_answered destruction_submitted authority_approved".split()
)
FOLLOWING = "destruction_phase catalogue_annotated catalogue_resubmitted".split()
PAPERS = {
    "selection_offered": ("selection-offered.json", "list_sha256"),
    "selection_answered": ("selection-answered.json", "list_sha256"),
    "destruction_submitted": ("plan.json", "plan_sha256"),
    "catalogue_annotated": ("catalogue-annotated.json", "annotated_sha256"),
}
SENT_UP = ("plan.json", "catalogue-annotated.json")


def check_form(value: dict[str, Any], form: str) -> None:
    """Compare an object with a row such as `name:type other?:type`."""
    rules = dict(rule.split(":") for rule in form.split())
    allowed = {name.rstrip("?") for name in rules}
    if set(value) - allowed:
        raise Bad("unknown name")
    for name, kind in rules.items():
        if name.rstrip("?") in value:
            if not TYPES[kind](value[name.rstrip("?")]):
                raise Bad(f"value of {name}")
        elif not name.endswith("?"):
            raise Bad(f"{name} is missing")


def read_entry(data: bytes) -> dict[str, Any]:
    """Read an entry and check it against the tables."""
    entry = read_json(data)
    event = entry.get("event")
    if not isinstance(event, str) or event not in EVENTS:
        raise Bad("event")
    check_form(entry, EVENTS[event] + " v:first seq:count at:moment event:text actor:id")
    if event in ("filed", "annotated"):
        tail = f"{entry['record'][:2]}/{entry['record']}.{entry['version']}.sealed"
        if not re.fullmatch(r"records/[0-9]{4}/" + re.escape(tail), entry["path"]):
            raise Bad("path")
    return entry


def local_day(moment: str) -> str:
    """The day of a moment in Taiwan."""
    try:
        return str((datetime.fromisoformat(moment[:-1]) + timedelta(hours=8)).date())
    except OverflowError:
        return "9999-12-31"


# ---------------------------------------------------------------- findings and files


@dataclass
class Report:
    """What is found, in the order in which it is told."""

    trusted: bool = False
    findings: list[dict[str, Any]] = field(default_factory=list)
    read: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))
    records: dict[str, int] = field(default_factory=dict)
    consistency: list[dict[str, Any]] = field(default_factory=list)

    def add(self, code: str, where: str, reason: str, verdict: str = "invalid", **facts: object) -> None:
        """Add a finding."""
        told = {"reason": reason} | {name: str(value) for name, value in facts.items()}
        self.findings.append({"code": code, "verdict": verdict, "where": where, "facts": told})

    def by_ledger(self, code: str, where: str, reason: str, **facts: object) -> None:
        """Add a finding that rests on the ledger: only as good as the ledger is."""
        self.add(code, where, reason, "invalid" if self.trusted else "undetermined", **facts)

    def count(self, name: str, number: int = 1) -> None:
        """Count what was read."""
        self.read[name] = self.read.get(name, 0) + number

    def verdict(self) -> str:
        """The verdict over all findings."""
        verdicts = {finding["verdict"] for finding in self.findings}
        return "invalid" if "invalid" in verdicts else "undetermined" if verdicts else "valid"


class Unread(Exception):
    """A file was not read: missing, not_plain, too_large or refused."""

    def verdict(self) -> str:
        """A refusal of the system proves nothing."""
        return "undetermined" if str(self) == "refused" else "invalid"


class Archive:
    """The folder: nothing is followed, nothing but plain files is opened."""

    def __init__(self, folder: str, report: Report) -> None:
        """Remember folder and report."""
        self.folder, self.report = folder, report
        self.hidden: list[str] = []

    def status(self, path: str) -> os.stat_result:
        """The plain file at a path, without following a link on the way."""
        here, status = self.folder, None
        parts = path.split("/")
        for number, part in enumerate(parts):
            here = os.path.join(here, part)
            try:
                status = os.lstat(here)
            except (FileNotFoundError, NotADirectoryError) as error:
                raise Unread("missing") from error
            except OSError as error:
                raise Unread("refused") from error
            if number < len(parts) - 1 and stat.S_ISLNK(status.st_mode):
                raise Unread("not_plain")
        if status is None or not stat.S_ISREG(status.st_mode):
            raise Unread("not_plain")
        return status

    def pieces(self, path: str, limit: int | None) -> Iterator[bytes]:
        """The bytes of a file in pieces."""
        status = self.status(path)
        if limit is not None and status.st_size > limit:
            raise Unread("too_large")
        try:
            number = os.open(os.path.join(self.folder, path), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with open(number, "rb") as stream:
                while piece := stream.read(MIB):
                    self.report.count("bytes", len(piece))
                    yield piece
        except OSError as error:
            raise Unread("refused") from error

    def bytes_of(self, path: str, kind: str, counted: str) -> bytes:
        """A whole file of a kind with a limit."""
        data = b"".join(self.pieces(path, LIMIT[kind]))
        self.report.count(counted)
        return data

    def files(self, folder: str) -> list[str]:
        """Everything below a folder that is no folder itself; links are told, not followed."""
        if os.path.islink(os.path.join(self.folder, folder)):
            return [folder]
        found: list[str] = []
        for here, folders, files in os.walk(os.path.join(self.folder, folder), onerror=self.note_hidden):
            links = [name for name in folders if os.path.islink(os.path.join(here, name))]
            found += [os.path.relpath(os.path.join(here, name), self.folder) for name in files + links]
        return sorted(found)

    def note_hidden(self, error: OSError) -> None:
        """A folder that is there and cannot be listed."""
        if not isinstance(error, (FileNotFoundError, NotADirectoryError)):
            self.hidden.append(os.path.relpath(error.filename, self.folder))

    def hides(self, path: str) -> bool:
        """Whether a folder on the way, or the path itself, cannot be listed."""
        return any(f"{path}/".startswith(f"{folder}/") for folder in self.hidden)


# ---------------------------------------------------------------- history (verification.md 6)


@dataclass
class Record:
    """What the ledger says of one record."""

    filings: list[dict[str, Any]] = field(default_factory=list)
    terms: list[dict[str, Any]] = field(default_factory=list)
    holds: list[tuple[int, str, bool]] = field(default_factory=list)
    loan: str | None = None
    destroyed: dict[str, Any] | None = None

    def due_at(self, seq: int) -> str | None:
        """The governing due before an entry."""
        before = [term for term in self.terms if term["seq"] < seq]
        return before[-1].get("due") if before else None

    def held_at(self, seq: int) -> set[str]:
        """The holds in force before an entry."""
        force: set[str] = set()
        for position, hold, placed in self.holds:
            if position < seq:
                (force.add if placed else force.discard)(hold)
        return force


@dataclass
class Batch:
    """What the ledger says of one destruction batch."""

    drafted: dict[str, Any]
    drafters: set[str] = field(default_factory=set)
    approved: list[dict[str, Any]] = field(default_factory=list)
    statements: list[dict[str, Any]] = field(default_factory=list)
    papers: dict[str, str] = field(default_factory=dict)
    started: dict[str, Any] | None = None
    completed: dict[str, Any] | None = None
    withdrawn: bool = False
    destroyed: int = 0
    catalogue: dict[str, Any] | None = None
    two_people: bool = False
    refused: set[str] = field(default_factory=set)


class History:
    """Reads the entries in order; `wrong` holds what contradicts."""

    def __init__(self, origin: str | None) -> None:
        """Begin with nothing; the origin is that of the checkpoint."""
        self.origin = origin
        self.wrong: list[tuple[str, int, str]] = []
        self.records: dict[str, Record] = {}
        self.batches: dict[str, Batch] = {}
        self.people: list[tuple[int, str, Key]] = []
        self.ends: list[tuple[int, str, Key]] = []
        self.gone: set[str] = set()
        self.confirmed: list[dict[str, Any]] = []
        self.keys: list[tuple[int, Key]] = []
        self.filings: list[dict[str, Any]] = []
        self.backups: dict[tuple[str, str], dict[str, Any]] = {}
        self.unread: set[int] = set()
        self.last = ""

    def bad(self, seq: int, reason: str) -> None:
        """The history contradicts itself at an entry."""
        self.wrong.append(("HISTORY_INVALID", seq, reason))

    def take(self, position: int, data: bytes) -> None:
        """Read the entry at a position."""
        try:
            entry = read_entry(data)
            if entry["seq"] != position:
                raise Bad("seq")
        except Bad as error:
            self.unread.add(position)
            self.wrong.append(("ENTRY_INVALID", position, str(error)))
            return
        if entry["at"] < self.last:
            self.bad(position, "time runs backwards")
        self.last = max(self.last, entry["at"])
        if (position == 0) != (entry["event"] == "archive_created"):
            self.bad(position, "archive_created")
        handler = getattr(self, "on_" + entry["event"], None)
        if handler:
            handler(position, entry)
        elif entry["event"] in ("exported", "opened", "file_assigned", "record_marked"):
            self.living(position, entry)
        elif entry["event"] in ("copy_made", "copy_destroyed") and entry["record"] not in self.records:
            self.bad(position, "unknown record")
        elif entry["event"] in PREPARING + FOLLOWING:
            self.step(position, entry)

    def on_archive_created(self, seq: int, entry: dict[str, Any]) -> None:
        """Entry 0 names origin and first key."""
        if seq == 0:
            if self.origin is not None and entry["origin"] != self.origin:
                self.bad(seq, "origin")
            self.origin = self.origin or entry["origin"]
            self.name_key(seq, entry["vkey"], entry["origin"])

    def name_key(self, seq: int, text: str, name: str) -> None:
        """A key of the log comes into use."""
        try:
            key = Key.parse(text)
        except Bad:
            key = None
        if key is None or key.name != name:
            self.bad(seq, "log key cannot be used")
        else:
            self.keys.append((seq, key))

    def on_log_key_rotated(self, seq: int, entry: dict[str, Any]) -> None:
        """A rotation counts if it leaves the key in use for another of that name."""
        try:
            old, new = Key.parse(entry["from"]), Key.parse(entry["to"])
        except Bad:
            return self.bad(seq, "rotation: key")
        if not self.keys or old != self.keys[-1][1] or new == old or new.name != old.name:
            return self.bad(seq, "rotation does not count")
        self.keys.append((seq, new))

    def key_at(self, size: int) -> Key | None:
        """The key in use after the first entries."""
        used = [key for seq, key in self.keys if seq < size]
        return used[-1] if used else None

    def on_person_added(self, seq: int, entry: dict[str, Any]) -> None:
        """A person's key becomes known."""
        try:
            key = Key.parse(entry["vkey"])
        except Bad:
            return self.bad(seq, "person's key")
        if self.origin is not None and key.name != f"{self.origin}/person/{entry['person']}":
            return self.bad(seq, "person's key: name")
        if key in self.had(entry["person"]) and key not in self.in_force(entry["person"], seq):
            return self.bad(seq, "retired key again")
        self.gone.discard(entry["person"])
        self.people.append((seq, entry["person"], key))

    def had(self, person: str) -> list[Key]:
        """All keys that a person has had so far."""
        return list(dict.fromkeys(key for _seq, who, key in self.people if who == person))

    def in_force(self, person: str, seq: int) -> list[Key]:
        """The keys of a person that are in force at an entry."""
        ended = {key for at, who, key in self.ends if who == person and at < seq}
        named = [key for at, who, key in self.people if who == person and at < seq]
        return [key for key in dict.fromkeys(named) if key not in ended]

    def retire(self, seq: int, person: str, keys: list[Key]) -> None:
        """Some keys are not in force any more."""
        self.ends += [(seq, person, key) for key in keys]

    def on_person_key_replaced(self, seq: int, entry: dict[str, Any]) -> None:
        """One new key instead of all others."""
        person = entry["person"]
        if not self.had(person) or person in self.gone:
            return self.bad(seq, "unknown person, or one who left")
        try:
            key = Key.parse(entry["vkey"])
        except Bad:
            return self.bad(seq, "person's key")
        if key.name != f"{self.origin}/person/{person}" or key in self.had(person):
            return self.bad(seq, "person's key: name, or had before")
        if "previous" in entry and entry["previous"] not in map(key_text, self.had(person)):
            self.bad(seq, "previous key")
        self.retire(seq, person, self.in_force(person, seq))
        self.people.append((seq, person, key))

    def on_person_key_revoked(self, seq: int, entry: dict[str, Any]) -> None:
        """A key is not in force any more."""
        keys = [key for key in self.in_force(entry["person"], seq) if key_text(key) == entry["vkey"]]
        if not keys:
            return self.bad(seq, "unknown person, or key not in force")
        self.retire(seq, entry["person"], keys)

    def on_person_left(self, seq: int, entry: dict[str, Any]) -> None:
        """No key of a person is in force any more."""
        if not self.had(entry["person"]) or entry["person"] in self.gone:
            return self.bad(seq, "unknown person, or one who left")
        self.gone.add(entry["person"])
        self.retire(seq, entry["person"], self.in_force(entry["person"], seq))

    def on_clock_confirmed(self, seq: int, entry: dict[str, Any]) -> None:
        """Two people say what day it is."""
        people = entry["people"]
        usable = len(people) == len(entry["statements"]) and all(map(is_id, people))
        if not usable or len(set(people)) < 2 or entry["today"] < entry["newest"]:
            self.bad(seq, "clock")
        if usable:
            self.confirmed.append(entry)

    def on_retention_changed(self, seq: int, entry: dict[str, Any]) -> None:
        """Another first day governs."""
        if record := self.living(seq, entry):
            if entry["cause"] not in EARLIER:
                self.not_shortened(seq, record, entry)
            record.terms.append(entry)

    def not_shortened(self, seq: int, record: Record, entry: dict[str, Any]) -> None:
        """A due is not before the newest one that was named."""
        named = [term["due"] for term in record.terms if "due" in term]
        if named and entry.get("due", "9999-12-31") < named[-1]:
            self.bad(seq, "due is shortened")

    def step(self, seq: int, entry: dict[str, Any]) -> None:
        """A step of a batch before its start, or after it."""
        batch = self.batches.get(entry["batch"])
        if batch is None or batch.withdrawn or (entry["event"] in PREPARING) != (batch.started is None):
            self.bad(seq, "batch: out of order")
        if batch and entry["event"] == "authority_approved":
            batch.approved.append(entry)
            if "letter_sha256" in entry and "letter_format" in entry:
                batch.papers[f"authority-letter.{entry['letter_format']}"] = entry["letter_sha256"]
        elif batch and entry["event"] in PAPERS:
            name, digest = PAPERS[entry["event"]]
            batch.papers[name] = entry[digest]
        elif batch and entry.get("phase") == "CLOSED" and "certificate_sha256" in entry:
            batch.papers["supplement.json"] = entry["certificate_sha256"]

    def on_filed(self, seq: int, entry: dict[str, Any]) -> None:
        """A record, or its next version, is filed."""
        record = self.records.setdefault(entry["record"], Record())
        self.filings.append(entry)
        if record.destroyed:
            self.bad(seq, "destroyed record")
        if entry["version"] != len(record.filings) + 1:
            self.bad(seq, "filed twice" if entry["version"] <= len(record.filings) else "a version is missing")
        self.not_shortened(seq, record, entry)
        if all(filing["version"] != entry["version"] for filing in record.filings):
            record.filings.append(entry)
            record.terms.append(entry)

    on_annotated = on_filed

    def living(self, seq: int, entry: dict[str, Any]) -> Record | None:
        """The record of an act; unknown or destroyed is a contradiction."""
        record = self.records.get(entry["record"])
        if record is None or record.destroyed:
            self.bad(seq, "unknown record" if record is None else "destroyed record")
            return None
        return record

    def on_lent(self, seq: int, entry: dict[str, Any]) -> None:
        """A record goes away."""
        if record := self.living(seq, entry):
            if record.loan is not None:
                self.bad(seq, "lent while it is away")
            record.loan = entry["loan"]

    def on_returned(self, seq: int, entry: dict[str, Any]) -> None:
        """A record comes back."""
        if record := self.living(seq, entry):
            if record.loan != entry["loan"]:
                return self.bad(seq, "not away under this loan")
            record.loan = None

    def on_hold_placed(self, seq: int, entry: dict[str, Any]) -> None:
        """A hold comes into force or ends."""
        if record := self.living(seq, entry):
            placed = entry["event"] == "hold_placed"
            if placed == (entry["hold"] in record.held_at(seq)):
                self.bad(seq, "hold placed twice" if placed else "hold not in force")
            record.holds.append((seq, entry["hold"], placed))

    on_hold_released = on_hold_placed

    def on_workspace_backed_up(self, seq: int, entry: dict[str, Any]) -> None:
        """A backup is entered once and holds no more than there was."""
        if (entry["event"], entry["backup"]) in self.backups:
            self.bad(seq, "backup entered twice")
        if entry["event"] == "workspace_backed_up" and entry["size"] > seq:
            self.bad(seq, "backup holds more entries than there were")
        self.backups.setdefault((entry["event"], entry["backup"]), entry)

    on_keys_backed_up = on_workspace_backed_up

    def on_workspace_restored(self, seq: int, entry: dict[str, Any]) -> None:
        """A known backup was restored with its own size."""
        backup = self.backups.get(("workspace_backed_up", entry["backup"]))
        if backup and backup["size"] != entry["size"]:
            self.bad(seq, "size of the backup")

    def on_destruction_drafted(self, seq: int, entry: dict[str, Any]) -> None:
        """A batch begins."""
        batch = self.batches.setdefault(entry["batch"], Batch(entry))
        if batch.started:
            return self.bad(seq, "batch: drafted after its start")
        batch.drafted, batch.withdrawn = entry, False
        batch.drafters.add(entry["actor"])

    def batch_in(self, seq: int, entry: dict[str, Any], started: bool | None) -> Batch | None:
        """The open batch of a step, if this is its turn."""
        batch = self.batches.get(entry["batch"])
        if batch is None or batch.withdrawn or batch.completed or started not in (None, batch.started is not None):
            self.bad(seq, "batch: out of order")
            return None
        if entry.get("catalogue_sha256", batch.drafted["catalogue_sha256"]) != batch.drafted["catalogue_sha256"]:
            self.bad(seq, "batch: another catalogue")
            return None
        return batch

    def on_destruction_stated(self, seq: int, entry: dict[str, Any]) -> None:
        """A statement is entered."""
        batch = self.batches.get(entry["batch"])
        if batch is None:
            return self.bad(seq, "batch: unknown")
        batch.statements.append(entry)

    def on_destruction_withdrawn(self, seq: int, entry: dict[str, Any]) -> None:
        """A batch is given up."""
        if batch := self.batch_in(seq, entry, False):
            batch.withdrawn = True
            batch.papers.clear()

    def on_destruction_started(self, seq: int, entry: dict[str, Any]) -> None:
        """A batch is begun."""
        if batch := self.batch_in(seq, entry, False):
            batch.started = entry

    def on_destroyed(self, seq: int, entry: dict[str, Any]) -> None:
        """A record is destroyed."""
        record = self.living(seq, entry)
        batch = self.batch_in(seq, entry, True)
        if record:
            record.destroyed = entry
            if batch:
                batch.destroyed += 1

    def on_destruction_completed(self, seq: int, entry: dict[str, Any]) -> None:
        """A batch ends."""
        if batch := self.batch_in(seq, entry, True):
            batch.completed = entry
            if batch.destroyed != entry["count"]:
                self.bad(seq, "number of destroyed records")


# ---------------------------------------------------------------- tiles and bundles (verification.md 3 and 4)


@dataclass(frozen=True)
class Tile:
    """The name of a tile: level (-1 for bundles), index and width."""

    level: int
    index: int
    width: int

    def path(self) -> str:
        """Where it lies."""
        groups, number = [f"{self.index % 1000:03}"], self.index // 1000
        while number:
            groups.insert(0, f"x{number % 1000:03}")
            number //= 1000
        level = "entries" if self.level < 0 else str(self.level)
        return f"tile/{level}/" + "/".join(groups) + (f".p/{self.width}" if self.width < 256 else "")

    @staticmethod
    def parse(path: str) -> Tile | None:
        """Read a name; None if it is no tile's."""
        found = re.fullmatch(r"tile/(entries|\d)/((?:x\d{3}/)*\d{3})(?:\.p/(\d{1,3}))?", path, re.ASCII)
        if not found:
            return None
        level = -1 if found[1] == "entries" else int(found[1])
        tile = Tile(level, int(re.sub("[x/]", "", found[2])), int(found[3] or 256))
        return tile if tile.width and tile.path() == path else None

    def first_entry(self, number: int = 0) -> int:
        """The first entry under one of its hashes."""
        return (self.index * 256 + number) << 8 * max(self.level, 0)


def split_bundle(data: bytes, width: int) -> list[bytes]:
    """The entries of a bundle."""
    entries, place = [], 0
    for _ in range(width):
        length = int.from_bytes(data[place : place + 2], "big")
        if place + 2 + length > len(data) or place + 2 > len(data):
            raise Bad("cut off")
        entries.append(data[place + 2 : place + 2 + length])
        place += 2 + length
    if place != len(data):
        raise Bad("wrongly counted")
    return entries


def missing_runs(wanted: int, have: dict[int, int], level: int) -> Iterator[Tile]:
    """The first tile of each run of tiles that are not there in full width."""
    there = sorted(i for i, width in have.items() if i * 256 + width >= min(wanted, i * 256 + 256))
    expected, last = 0, -(-wanted // 256)
    for index in [i for i in there if i < last] + [last]:
        if index > expected:
            yield Tile(level, expected, min(256, wanted - expected * 256))
        expected = index + 1


class Verifier:
    """One verification, step by step."""

    def __init__(self, folder: str, keys: list[Key], level: str, remembered: list[tuple[str, bytes]]) -> None:
        """Remember what was asked."""
        self.report = Report()
        self.archive = Archive(folder, self.report)
        self.keys, self.level, self.remembered = keys, level, remembered
        self.checkpoint: Checkpoint | None = None
        self.entries: dict[int, bytes] = {}
        self.refused: set[str] = set()

    def run(self) -> None:
        """All steps in their order."""
        signed = self.read_checkpoint()
        tiles = [tile for path in self.archive.files("tile") if (tile := Tile.parse(path))]
        reach = max((tile.index * 256 + tile.width for tile in tiles if tile.level < 0), default=0)
        self.size = self.checkpoint.size if self.checkpoint else reach
        complete = self.read_bundles([tile for tile in tiles if tile.level < 0])
        self.tree = Tree({i: leaf_hash(entry) for i, entry in self.entries.items()})
        self.check_tiles(tiles)
        self.report.trusted = self.check_root(complete) and signed and complete
        self.check_history()
        self.check_manifests()
        self.check_remembered()
        self.check_papers()
        self.check_records()
        self.check_leftovers()

    def read_checkpoint(self) -> bool:
        """Steps 1 and 2."""
        try:
            data = b"".join(self.archive.pieces("checkpoint", LIMIT["note"]))
        except Unread as error:
            self.report.add("CHECKPOINT_INVALID", "checkpoint", str(error), error.verdict())
            return False
        self.checkpoint = Checkpoint.salvage(data)
        try:
            self.checkpoint = Checkpoint.parse(data)
            if not self.keys:
                self.report.add("CHECKPOINT_INVALID", "checkpoint", "no key", "undetermined")
                return False
            if not self.checkpoint.signers(self.keys):
                raise Bad("not signed by a given key")
        except Bad as error:
            self.report.add("CHECKPOINT_INVALID", "checkpoint", str(error))
            return False
        return True

    def read_bundles(self, files: list[Tile]) -> bool:
        """Step 3; whether every entry was read."""
        groups: dict[int, list[Tile]] = {}
        for tile in files:
            if tile.index * 256 < self.size:
                groups.setdefault(tile.index, []).append(tile)
        complete = True
        for gap in missing_runs(self.size, {i: max(t.width for t in g) for i, g in groups.items()}, -1):
            if not any(f"{one}/".startswith("tile/entries/") for one in self.archive.hidden):
                if not self.archive.hides("tile/entries"):
                    self.report.add("TILE_CORRUPT", gap.path(), "missing", entry=gap.first_entry())
            complete = False
        for index in sorted(groups):
            wanted = min(256, self.size - index * 256)
            group = sorted(groups[index], key=lambda tile: (tile.width < wanted, tile.width))
            main: list[bytes] | None = None
            for tile in group:
                entries = self.read_bundle(tile)
                if tile == group[0] and tile.width >= wanted:
                    main = entries
                    complete = complete and main is not None
                    for number, entry in enumerate((main or [])[:wanted]):
                        self.entries[index * 256 + number] = entry
                elif main and entries and any(one != other for one, other in zip(main, entries)):
                    self.report.add("TILE_CORRUPT", tile.path(), "files of one bundle differ")
        return complete

    def read_bundle(self, tile: Tile) -> list[bytes] | None:
        """The entries of one file."""
        try:
            return split_bundle(self.archive.bytes_of(tile.path(), "bundle", "bundles"), tile.width)
        except Bad as error:
            self.report.add("TILE_CORRUPT", tile.path(), str(error), entry=tile.first_entry())
        except Unread as error:
            self.report.add("TILE_CORRUPT", tile.path(), str(error), error.verdict(), entry=tile.first_entry())
        return None

    def check_tiles(self, files: list[Tile]) -> None:
        """Step 4."""
        for level in range(8):
            wanted = self.size >> 8 * level
            group = sorted((t for t in files if t.level == level), key=lambda t: (t.index, t.width))
            for gap in missing_runs(wanted, {tile.index: tile.width for tile in group}, level):
                if not self.archive.hides(gap.path()):
                    self.report.add("TILE_CORRUPT", gap.path(), "missing", entry=gap.first_entry())
            for tile in group:
                if tile.index * 256 < wanted:
                    self.check_tile(tile)
        for tile in sorted(files, key=lambda t: (t.level, t.index, t.width)) if self.checkpoint else []:
            if tile.index * 256 + tile.width > self.size >> 8 * max(tile.level, 0):
                self.report.add("BEYOND_CHECKPOINT", tile.path(), "tile", "undetermined", size=self.size)

    def check_tile(self, tile: Tile) -> None:
        """Compare one hash tile with the tree."""
        try:
            data = self.archive.bytes_of(tile.path(), "tile", "tiles")
        except Unread as error:
            return self.report.add("TILE_CORRUPT", tile.path(), str(error), error.verdict(), entry=tile.first_entry())
        if len(data) != 32 * tile.width:
            return self.report.add("TILE_CORRUPT", tile.path(), "length", entry=tile.first_entry())
        for number in range(tile.width):
            known = self.tree.node(8 * tile.level, tile.index * 256 + number)
            if known is not None and known != data[32 * number : 32 * number + 32]:
                return self.report.add("TILE_CORRUPT", tile.path(), "differs", entry=tile.first_entry(number))

    def check_root(self, complete: bool) -> bool:
        """Step 5."""
        if not self.size:
            self.report.add("NOTHING_CHECKED", "checkpoint", "no entries", "undetermined")
        if self.checkpoint is None or not complete:
            return False
        if self.tree.root(0, self.size) != self.checkpoint.root:
            self.report.add("CHECKPOINT_INVALID", "checkpoint", "root differs")
            return False
        return True

    def check_history(self) -> None:
        """Step 6."""
        self.history = History(self.checkpoint.origin if self.checkpoint else None)
        for position in range(self.size) if self.entries else []:
            if position not in self.entries:
                break
            self.history.take(position, self.entries[position])
        self.report.count("entries", len(self.entries))
        for code, position, reason in self.history.wrong:
            self.report.by_ledger(code, f"entry {position}", reason)
        named = [key for _seq, key in self.history.keys]
        if 0 in self.entries and self.keys and not set(named) & set(self.keys):
            self.report.by_ledger("HISTORY_INVALID", "entry 0", "no key that the ledger names is given")
        if self.report.trusted and self.checkpoint and self.size:
            if not self.signed_by(self.checkpoint, [self.history.key_at(self.size)]):
                self.report.add("CHECKPOINT_INVALID", "checkpoint", "not signed by the key in use")
                self.report.trusted = False

    def signed_by(self, checkpoint: Checkpoint, keys: list[Key | None]) -> bool:
        """Whether one of some keys named as the origin signed, and none of them wrongly."""
        try:
            return bool(checkpoint.signers([key for key in keys if key]))
        except Bad:
            return False

    # ------------------------------------------------------------ manifests (step 7, manifest.md)

    def check_manifests(self) -> None:
        """Step 7."""
        numbered: dict[int, list[str]] = {}
        for path in self.archive.files("manifests"):
            if found := re.fullmatch(r"manifests/\d{4}/(\d{6,18})\.json", path, re.ASCII):
                numbered.setdefault(int(found[1]), []).append(path)
        expected, last, before, covered = 1, 0, None, 0
        hidden = any(f"{folder}/".startswith("manifests/") for folder in self.archive.hidden)
        for number in sorted(numbered):
            if number > expected and not hidden:
                self.report.add("CHAIN_BROKEN", f"manifest {expected}", "missing", up_to=number - 1)
            for path in numbered[number][1:]:
                self.report.add("CHAIN_BROKEN", path, "number is there twice")
            if number != last + 1:
                before = None
            before, last = self.check_manifest(number, numbered[number][0], before, first=number == 1), number
            covered = before[1] if before else covered
            expected = number + 1
        for filing in [] if hidden else self.history.filings:
            if filing["seq"] >= covered and before is not None or not numbered:
                self.report.add("CHAIN_BROKEN", f"entry {filing['seq']}", "filing after the last manifest")

    def check_manifest(
        self, number: int, path: str, before: tuple[str, int] | None, first: bool
    ) -> tuple[str, int] | None:
        """One manifest; its digest and `next`."""
        try:
            data = self.archive.bytes_of(path, "paper", "manifests")
            manifest, checkpoint = read_manifest(data)
        except Unread as error:
            return self.report.add("CHAIN_BROKEN", path, str(error), error.verdict())
        except Bad as error:
            return self.report.add("CHAIN_BROKEN", path, str(error))
        before = ("0" * 64, 0) if first else before
        wrong = []
        if manifest["seq"] != number:
            wrong.append("seq")
        if before and manifest["previous_sha256"] != before[0]:
            wrong.append("previous_sha256")
        if (before and manifest["first"] != before[1]) or manifest["first"] > manifest["next"]:
            wrong.append("first")
        if checkpoint.size != manifest["next"] or b64(checkpoint.root) != manifest["root"]:
            wrong.append("checkpoint")
        if self.entries_differ(manifest):
            wrong.append("entries")
        for reason in wrong:
            self.report.add("CHAIN_BROKEN", path, reason)
        self.check_inner(path, checkpoint)
        return hashlib.sha256(data).hexdigest(), manifest["next"]

    def entries_differ(self, manifest: dict[str, Any]) -> bool:
        """Whether the entries of a manifest are not those of the ledger, as far as it could be read."""
        start, stop = manifest["first"], manifest["next"]
        known = self.entries.keys() - self.history.unread
        if stop > self.size or any(i not in known for i in range(start, stop)):
            return False
        names = ("seq", "record", "version", "path", "sealed_sha256", "size")
        filed = [f for f in self.history.filings if start <= f["seq"] < stop]
        return manifest["entries"] != [{name: filing[name] for name in names} for filing in filed]

    def check_inner(self, path: str, checkpoint: Checkpoint) -> None:
        """The checkpoint inside a manifest."""
        beyond = checkpoint.size > self.size
        in_use = [self.history.key_at(checkpoint.size)] if self.report.trusted else []
        keys = [*self.keys, *in_use] if beyond or not in_use else in_use
        if not self.signed_by(checkpoint, keys):
            reason = "not signed by the key in use" if in_use else "not signed by a given key"
            self.report.by_ledger("CHECKPOINT_INVALID", path, reason)
        elif not beyond and (root := self.tree.root(0, checkpoint.size)) and root != checkpoint.root:
            self.report.add("FORKED", path, "manifest", size=checkpoint.size)
        if beyond and self.checkpoint:
            self.report.add("BEYOND_CHECKPOINT", path, "manifest", "undetermined", next=checkpoint.size)

    def check_remembered(self) -> None:
        """Step 8."""
        named = [key for _seq, key in self.history.keys] if self.report.trusted else []
        for where, data in self.remembered:
            try:
                earlier = Checkpoint.parse(data)
                if not earlier.signers([*self.keys, *named]):
                    raise Bad("not signed by a known key")
                if self.checkpoint and earlier.origin != self.checkpoint.origin:
                    raise Bad("origin")
            except Bad as error:
                self.report.add("CHECKPOINT_INVALID", where, str(error), "undetermined")
                continue
            root = self.tree.root(0, earlier.size) if earlier.size <= self.size else None
            if self.checkpoint and earlier.size > self.size:
                self.report.add("ROLLED_BACK", where, "remembered", remembered=earlier.size, size=self.size)
            elif root is not None and root != earlier.root:
                self.report.add("FORKED", where, "remembered", size=earlier.size)
            elif root is not None and self.report.trusted and self.checkpoint:
                path = [b64(step) for step in self.tree.consistency(earlier.size, 0, self.size) if step]
                told = {"earlier": earlier.brief(), "newest": self.checkpoint.brief(), "path": path}
                self.report.consistency.append(told)

    # ------------------------------------------------------------ papers (step 9)

    def check_papers(self) -> None:
        """Step 9."""
        for name, batch in self.history.batches.items():
            if batch.withdrawn:
                continue
            folder = f"certificates/{name}/"
            self.refused = batch.refused
            data = self.paper(folder + "catalogue.json", batch.drafted["catalogue_sha256"], batch.started is not None)
            if data is not None:
                batch.catalogue = self.read_catalogue(folder + "catalogue.json", data, name)
            newest = [e for e in batch.statements if e["catalogue_sha256"] == batch.drafted["catalogue_sha256"]]
            signed = [(entry, self.statement(folder, entry)) for entry in newest]
            batch.two_people = self.two_people(batch, [(entry, key) for entry, key in signed if key])
            if batch.completed:
                self.paper(folder + "certificate.json", batch.completed["certificate_sha256"], True)
            for paper, digest in batch.papers.items():
                data = self.paper(folder + paper, digest, True)
                if data is not None and paper in SENT_UP:
                    self.sent_up(folder, paper, data)
        self.refused = set()
        for entry in self.history.confirmed:
            for person, digest in zip(entry["people"], entry["statements"]):
                says = {"kind": "clock", "person": person, "today": entry["today"], "newest": entry["newest"]}
                self.signed(f"certificates/clock/{entry['today']}-{person}.note", digest, entry["seq"], says)

    def sent_up(self, folder: str, paper: str, data: bytes) -> None:
        """The files that a plan or an annotated catalogue names."""
        try:
            papers = read_json(data).get("papers", {})
            if not isinstance(papers, dict) or not all(
                is_id(name) and is_digest(digest) for name, digest in papers.items()
            ):
                raise Bad("papers")
        except Bad as error:
            return self.report.by_ledger("CERTIFICATE_INVALID", folder + paper, str(error))
        for name, digest in papers.items():
            self.paper(folder + name, digest, True)

    def two_people(self, batch: Batch, signed: list[tuple[dict[str, Any], Key]]) -> bool:
        """Whether the statements about the newest drafted catalogue give authority."""
        drafters = batch.drafters | {batch.catalogue["drafted_by"] if batch.catalogue else ""}
        theirs = {key.public for person in drafters for key in self.history.had(person)}
        return two_people_of(batch, signed, drafters, theirs)

    def paper(self, path: str, digest: str, needed: bool) -> bytes | None:
        """A paper that has the digest of the ledger."""
        try:
            data = self.archive.bytes_of(path, "note" if path.endswith(".note") else "paper", "papers")
        except Unread as error:
            if needed or str(error) != "missing":
                self.unread_paper(path, error)
            return None
        if hashlib.sha256(data).hexdigest() != digest:
            self.report.by_ledger("CERTIFICATE_INVALID", path, "digest")
            return None
        return data

    def unread_paper(self, path: str, error: Unread) -> None:
        """A paper that could not be read."""
        if error.verdict() == "undetermined":
            self.refused.add(path.rsplit("/", 1)[1])
            self.report.add("CERTIFICATE_INVALID", path, str(error), "undetermined")
        else:
            self.report.by_ledger("CERTIFICATE_INVALID", path, str(error))

    def read_catalogue(self, path: str, data: bytes, batch: str) -> dict[str, Any] | None:
        """A catalogue in its form."""
        try:
            catalogue = read_json(data)
            check_catalogue(catalogue)
            if catalogue["batch"] != batch:
                raise Bad("batch")
        except Bad as error:
            self.report.by_ledger("CERTIFICATE_INVALID", path, str(error))
            return None
        return catalogue

    def statement(self, folder: str, entry: dict[str, Any]) -> Key | None:
        """The key that signed a statement which is in order."""
        path = f"{folder}statement-{entry['kind']}-{entry['person']}.note"
        says = {name: entry[name] for name in ("batch", "kind", "person", "catalogue_sha256")}
        return self.signed(path, entry["statement_sha256"], entry["seq"], says)

    def signed(self, path: str, digest: str, seq: int, says: dict[str, str]) -> Key | None:
        """The key that signed a statement which is in order at an entry."""
        data = self.paper(path, digest, True)
        if data is None:
            return None
        try:
            note = Note.parse(data)
            signers = note.signers(self.history.in_force(says["person"], seq))
            lines = note.text.split("\n")
            if len(signers) != 1:
                raise Bad("not signed by one key of the person")
            if len(lines) != 3 or lines[0] != "webir-records/statement@v1":
                raise Bad("form")
            said = read_json(lines[1].encode())
            if not is_moment(said.get("at")):
                raise Bad("at")
            if any(said.get(name) != value for name, value in says.items()):
                raise Bad("says something else")
        except Bad as error:
            self.report.by_ledger("CERTIFICATE_INVALID", path, str(error))
            return None
        return signers[0]

    # ------------------------------------------------------------ records (steps 10 and 11)

    def check_records(self) -> None:
        """Step 10."""
        sample = [int(number) for number in re.findall(r"\d+", self.level)]
        chosen = {
            filing["path"]
            for i, filing in enumerate(self.history.filings)
            if self.level == "full" or (sample and i % sample[1] == sample[0] - 1)
        }
        fell = False
        for name, record in self.history.records.items():
            seen = {filing["path"]: self.seen(filing) for filing in record.filings}
            self.report.count("sealed_seen", sum(state != "missing" for state in seen.values()))
            fell = fell or (not record.destroyed and not chosen.isdisjoint(seen))
            state, where = self.judge(name, record, seen)
            if state == "OK":
                state, where = self.judge_content([f for f in record.filings if f["path"] in chosen])
            where = where or name
            self.report.records[state] = self.report.records.get(state, 0) + 1
            if state in ("DESTRUCTION_UNFINISHED", "UNREADABLE"):
                self.report.add(state, where, "record", "undetermined", record=name)
            elif state not in STATES_OK:
                self.report.by_ledger(state, where, "record", record=name)
        if sample and not fell:
            self.report.add("NOTHING_CHECKED", "records", "sample", "undetermined")

    def seen(self, filing: dict[str, Any]) -> str:
        """Whether the sealed file of a filing is there: missing, refused, wrong or there."""
        try:
            size = self.archive.status(filing["path"]).st_size
        except Unread as error:
            return str(error) if str(error) in ("missing", "refused") else "wrong"
        return "there" if size == filing["size"] else "wrong"

    def judge(self, name: str, record: Record, seen: dict[str, str]) -> tuple[str, str]:
        """Steps 10.1 to 10.3: the state of a record and where it shows."""
        gone = [path for path, state in seen.items() if state == "missing"]
        if record.destroyed:
            left = [path for path, state in seen.items() if state not in ("missing", "refused")]
            return ("RESURRECTED", left[0]) if left else (self.lawful(name, record, None), name)
        if gone:
            open_batches = [b for b in self.history.batches.values() if b.started and not b.completed]
            states = [self.lawful(name, record, b) for b in open_batches if item_of(b, name)]
            if not states and any("catalogue.json" in b.refused for b in open_batches):
                return "UNREADABLE", gone[0]
            if "DESTROYED_AUTHORISED" in states:
                return "DESTRUCTION_UNFINISHED", gone[0]
            return (states or ["MISSING"])[0], gone[0]
        for state, told in (("wrong", "CORRUPT"), ("refused", "UNREADABLE")):
            if state in seen.values():
                return told, next(path for path in seen if seen[path] == state)
        return "OK", ""

    def lawful(self, name: str, record: Record, unfinished: Batch | None) -> str:
        """Step 10.1 after RESURRECTED: by the `destroyed` entry, or for the start of a batch."""
        act = unfinished.started if unfinished else record.destroyed
        assert act is not None
        batch = unfinished or self.history.batches.get(act["batch"])
        due = record.due_at(act["seq"])
        if due is None or local_day(act["at"]) < due:
            return "EARLY_DESTROYED"
        if record.held_at(act["seq"]):
            return "HELD_BUT_DESTROYED"
        if batch is None or batch.started is None or batch.started["seq"] > act["seq"]:
            return "MISSING"
        unread = not batch.two_people and any(paper.startswith("statement-") for paper in batch.refused)
        if not batch.two_people and not unread:
            return "MISSING"
        if "B" in [batch.drafted["class"], *(f["class"] for f in record.filings)] and not authority_from_outside(batch):
            return "MISSING"
        item = item_of(batch, name)
        digests = [filing["sealed_sha256"] for filing in record.filings]
        says = act if not unfinished else item
        if batch.catalogue is None and "catalogue.json" in batch.refused:
            same = act["due"] == due and act["versions"] == len(digests)
            return "UNREADABLE" if same else "MISSING"
        if item is None or item["sealed_sha256"] != digests or item["versions"] != len(digests):
            return "MISSING"
        if says is None or says["due"] != due or says["versions"] != len(digests):
            return "MISSING"
        return "UNREADABLE" if unread else "DESTROYED_AUTHORISED"

    def judge_content(self, filings: list[dict[str, Any]]) -> tuple[str, str]:
        """Step 10.4."""
        refused = ""
        for filing in filings:
            digest = hashlib.sha256()
            try:
                for piece in self.archive.pieces(filing["path"], None):
                    digest.update(piece)
            except Unread:
                refused = refused or filing["path"]
                continue
            self.report.count("sealed_read")
            if digest.hexdigest() != filing["sealed_sha256"]:
                return "CORRUPT", filing["path"]
        return ("UNREADABLE", refused) if refused else ("OK", "")

    def check_leftovers(self) -> None:
        """Step 11."""
        named = {filing["path"] for filing in self.history.filings}
        files = self.archive.files("records")
        if not self.entries and not self.report.trusted and files:
            self.report.add("NOTHING_CHECKED", "records", "no entries", "undetermined", count=len(files))
            files = []
        for path in files:
            if path not in named:
                self.report.count("other_files")
                self.report.by_ledger("UNLEDGERED", path, "no entry names it")
        for name, batch in self.history.batches.items():
            if batch.started and not batch.completed:
                self.report.add("DESTRUCTION_UNFINISHED", f"batch {name}", "batch", "undetermined")
        for folder in self.archive.hidden:
            self.report.add("UNREADABLE", folder, "folder", "undetermined")

    def result(self) -> dict[str, Any]:
        """Step 12."""
        whole = self.checkpoint if self.checkpoint and self.checkpoint.note else None
        return {
            "verdict": self.report.verdict(),
            "level": self.level,
            "read": self.report.read,
            "records": self.report.records,
            "findings": self.report.findings,
            "checkpoint": whole.brief() if whole else None,
            "consistency": self.report.consistency,
        }


def read_manifest(data: bytes) -> tuple[dict[str, Any], Checkpoint]:
    """A manifest in its form, and the checkpoint inside."""
    manifest = read_json(data)
    names = {"v", "seq", "previous_sha256", "first", "next", "entries", "root", "checkpoint"}
    counts = all(is_count(manifest.get(name)) for name in ("v", "seq", "first", "next"))
    if set(manifest) != names or manifest["v"] != 1 or not counts or not is_digest(manifest["previous_sha256"]):
        raise Bad("form")
    if not isinstance(manifest["entries"], list) or not isinstance(manifest["checkpoint"], str):
        raise Bad("form")
    return manifest, Checkpoint.parse(manifest["checkpoint"].encode())


def check_catalogue(catalogue: dict[str, Any]) -> None:
    """The form of a catalogue (ledger.md 6)."""
    items = catalogue.pop("items", None)
    check_form(catalogue, "v:first batch:id class:class profile:text drafted_by:id")
    catalogue["items"] = items
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise Bad("items")
    for item in items:
        digests = item.get("sealed_sha256")
        if not isinstance(digests, list) or not all(map(is_digest, digests)):
            raise Bad("items: sealed_sha256")
        rest = {name: value for name, value in item.items() if name != "sealed_sha256"}
        check_form(rest, "record:rid versions:pos form:id form_no:text rule:text due:date")


def item_of(batch: Batch, record: str) -> dict[str, Any] | None:
    """The item of a record in the catalogue of a batch; listed twice is not listed."""
    items = batch.catalogue["items"] if batch.catalogue else []
    found = [item for item in items if item["record"] == record]
    return found[0] if len(found) == 1 else None


def key_text(key: Key) -> str:
    """A verifier key as text."""
    return f"{key.name}+{key.id.hex()}+{b64(bytes([1]) + key.public)}"


def authority_from_outside(batch: Batch) -> bool:
    """Whether an authority had approved the catalogue that was started (step 10.1)."""
    started = batch.started
    return started is not None and any(
        entry["seq"] < started["seq"] and entry["catalogue_sha256"] == started["catalogue_sha256"]
        for entry in batch.approved
    )


def two_people_of(
    batch: Batch, signed: list[tuple[dict[str, Any], Key]], drafters: set[str], theirs: set[bytes]
) -> bool:
    """Step 9, the two people of a started batch; `theirs` are all keys of the drafters."""
    if batch.started is None:
        return False
    free = [(e, key) for e, key in signed if e["person"] not in drafters and key.public not in theirs]
    approvals = [(e, k) for e, k in free if e["kind"] == "approval" and e["seq"] < batch.started["seq"]]
    witnesses = [(e, k) for e, k in free if e["kind"] == "witness"]
    return any(
        one["person"] != other["person"] and key.public != second.public
        for one, key in approvals
        for other, second in witnesses
    )


# ---------------------------------------------------------------- proof of one entry (proof.md)


def read_proof(data: bytes) -> tuple[bytes | None, int, list[bytes], Checkpoint]:
    """Extra data, index, path and checkpoint of a proof file."""
    head, gap, rest = data.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise Bad("head") from error
    if not gap or lines.pop(0) != "c2sp.org/tlog-proof@v1" or not lines:
        raise Bad("head")
    extra = unbase64(lines.pop(0)[6:]) if lines[0].startswith("extra ") else None
    if not lines or not re.fullmatch("index (0|[1-9][0-9]{0,18})", lines[0]) or int(lines[0][6:]) >= 2**63:
        raise Bad("index")
    path = [unbase64(line) for line in lines[1:]]
    if len(path) > 63 or any(len(step) != 32 for step in path):
        raise Bad("path")
    return extra, int(lines[0][6:]), path, Checkpoint.parse(rest)


def check_proof(data: bytes, keys: list[Key]) -> dict[str, Any]:
    """Steps 1 to 5 of proof.md."""
    answer: dict[str, Any] = {"verdict": "invalid", "problem": "malformed", "detail": ""}
    answer |= {"checkpoint": None, "entry": None, "sealed": "not_given"}
    try:
        extra, index, path, checkpoint = read_proof(data)
        answer["problem"] = "refused"
        if not checkpoint.signers(keys):
            raise Bad("not signed by a given key")
        if extra is None:
            raise Bad("no entry")
        if not path_leads(leaf_hash(extra), index, checkpoint.size, path, checkpoint.root):
            raise Bad("path")
        answer["problem"] = "malformed"
        entry = read_entry(extra)
        answer["problem"], answer["entry"] = "entry", entry
        if entry["seq"] != index:
            raise Bad("seq")
    except Bad as error:
        return answer | {"detail": str(error)}
    shown = {"origin": checkpoint.origin} | checkpoint.brief()
    return answer | {"verdict": "valid", "problem": "", "checkpoint": shown}


# ---------------------------------------------------------------- the program


def given_keys(texts: list[str], folder: str | None) -> tuple[list[Key], str]:
    """The given keys, or else those in the archive itself."""
    if texts or folder is None:
        return [Key.parse(text.strip()) for text in texts], "given"
    try:
        data = b"".join(Archive(folder, Report()).pieces("log.vkey", LIMIT["vkey"]))
        return [Key.parse(line) for line in data.decode().splitlines()], "archive"
    except (Unread, Bad, UnicodeDecodeError):
        return [], "archive_unusable"


def good_level(level: str) -> str:
    """Check the level."""
    found = re.fullmatch(r"full|structure|sample:([1-9]\d{0,8})/([1-9]\d{0,8})", level, re.ASCII)
    if not found or (found[1] and int(found[1]) > int(found[2])):
        raise argparse.ArgumentTypeError("full, structure or sample:N/T")
    return level


def whole_file(path: str) -> bytes:
    """A file named on the command line."""
    with open(path, "rb") as stream:
        return stream.read(64 * MIB)


def main(arguments: list[str]) -> int:
    """The program."""
    parser = argparse.ArgumentParser(description=__doc__)
    proof = arguments[:1] == ["proof"]
    parser.add_argument("subject", metavar="FILE" if proof else "DIR")
    parser.add_argument("--key", action="append", default=[], required=proof)
    if not proof:
        parser.add_argument("--remember", "--against", action="append", default=[])
        parser.add_argument("--level", type=good_level, default="full")
    asked = parser.parse_args(arguments[1:] if proof else arguments)
    try:
        keys, source = given_keys(asked.key, None if proof else asked.subject)
        if proof:
            result = check_proof(whole_file(asked.subject), keys)
        else:
            if not os.path.isdir(asked.subject):
                parser.error("not a folder")
            remembered = [(path, whole_file(path)) for path in asked.remember]
            verifier = Verifier(asked.subject, keys, asked.level, remembered)
            verifier.run()
            result = verifier.result() | {"key": source}
    except (OSError, Bad) as error:
        parser.error(str(error))
    print(json.dumps(result))
    return 0 if result["verdict"] == "valid" else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
