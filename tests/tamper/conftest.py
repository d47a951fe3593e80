"""A builder of small archives, independent of `webir_records`: only formats, no database."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from signing.canonical import JsonValue, canonical_bytes
from signing.checkpoint import Checkpoint, sign_checkpoint
from signing.entries import Entry, Event, sealed_path
from signing.findings import Report
from signing.manifest import NO_PREVIOUS, Manifest, ManifestEntry, manifest_path
from signing.merkle import leaf_hash, root_hash
from signing.note import Signer, generate_signer
from signing.statement import person_key_name, sign_statement
from signing.tiles import published_files, superseded_files
from signing.verifier import Level, verify_archive

ORIGIN = "webir-records.local/379300000A/0123456789abcdef"
START = datetime(2026, 1, 2, 1, 0, tzinfo=UTC)


def signer(name: str, seed: int) -> Signer:
    return generate_signer(name, lambda count: bytes([seed]) * count)


class Builder:
    """Writes an archive step by step; every method can be used wrongly on purpose."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.log = signer(ORIGIN, 1)
        self.cosigner: Signer | None = None  # signs checkpoints too: the old key during a rotation
        self.people: dict[str, Signer] = {}
        self.now = START
        self.entries: list[bytes] = []
        self.filed: list[ManifestEntry] = []
        self.published = 0
        self.manifests = 0
        self.previous = NO_PREVIOUS
        self.covered = 0
        self.digests: dict[str, list[str]] = {}
        self.paths: dict[str, list[str]] = {}

    @property
    def vkey(self) -> str:
        return self.log.vkey

    def write(self, path: str, data: bytes) -> None:
        full = self.root / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_bytes(data)

    def add(self, event: Event, *, actor: str = "p-clerk", **fields: JsonValue) -> int:
        self.now += timedelta(seconds=1)
        seq = len(self.entries)
        self.entries.append(Entry(seq, self.now, event, actor, fields).to_bytes())
        return seq

    def create(self) -> None:
        self.add(
            Event.ARCHIVE_CREATED,
            agency="379300000A",
            profile="taipei-2017",
            origin=ORIGIN,
            vkey=self.vkey,
        )
        self.write("log.vkey", (self.vkey + "\n").encode())

    def add_person(self, person: str, seed: int) -> None:
        self.people[person] = signer(person_key_name(ORIGIN, person), seed)
        self.add(Event.PERSON_ADDED, person=person, roles=["archivist"], vkey=self.people[person].vkey)

    def file(self, record: str, content: bytes, *, due: date | None = None, **more: JsonValue) -> str:
        version = len(self.digests.setdefault(record, [])) + 1
        path = sealed_path(record, version, 2026)
        digest = sha256(content).hexdigest()
        fields: dict[str, JsonValue] = {
            "record": record,
            "version": version,
            "form": "form_1_2",
            "form_no": "A-115-000001",
            "class": "A",
            "profile": "taipei-2017",
            "rule": "user-application",
            "sealed_sha256": digest,
            "size": len(content),
            "path": path,
            "batch": "b-1",
            **more,
        }
        if due is not None:
            fields |= {"trigger": "account_cancelled", "trigger_date": "2022-01-01", "due": due.isoformat()}
        event = Event.FILED
        if version > 1:
            event, fields["reason_code"] = Event.ANNOTATED, "cancelled"
        self.write(path, content)
        seq = self.add(event, **fields)
        self.filed.append(ManifestEntry(seq, record, version, path, digest, len(content)))
        self.digests[record].append(digest)
        self.paths.setdefault(record, []).append(path)
        return path

    def publish(self) -> None:
        size = len(self.entries)
        for path, data in published_files(
            old_size=self.published,
            new_size=size,
            entries=lambda start, stop: self.entries[start:stop],
            read=lambda path: (self.root / path).read_bytes(),
        ):
            self.write(path, data)
        checkpoint = Checkpoint(ORIGIN, size, root_hash(map(leaf_hash, self.entries)))
        cosigners = (self.cosigner,) if self.cosigner else ()
        note = sign_checkpoint(checkpoint, self.log, *cosigners)
        self.manifests += 1
        manifest = Manifest(
            seq=self.manifests,
            previous_sha256=self.previous,
            first=self.covered,
            next=size,
            entries=tuple(entry for entry in self.filed if entry.seq >= self.covered),
            root=checkpoint.root,
            checkpoint=note,
        )
        self.write(manifest_path(2026, self.manifests), manifest.to_bytes())
        self.previous, self.covered = manifest.sha256(), size
        self.write("checkpoint", note)
        for path in superseded_files(self.published, size):
            (self.root / path).unlink()
        self.published = size

    def draft(
        self, batch: str, records: list[str], *, actor: str = "p-archivist", record_class: str = "A"
    ) -> str:
        items: list[JsonValue] = [
            {
                "record": record,
                "versions": len(self.digests[record]),
                "form": "form_1_2",
                "form_no": "A-115-000001",
                "rule": "user-application",
                "due": "2026-01-01",
                "sealed_sha256": list(self.digests[record]),
            }
            for record in records
        ]
        catalogue = canonical_bytes(
            {
                "v": 1,
                "batch": batch,
                "class": record_class,
                "profile": "taipei-2017",
                "drafted_by": actor,
                "items": items,
            }
        )
        digest = sha256(catalogue).hexdigest()
        self.write(f"certificates/{batch}/catalogue.json", catalogue)
        fields: dict[str, JsonValue] = {
            "batch": batch,
            "class": record_class,
            "catalogue_sha256": digest,
            "count": len(records),
        }
        self.add(Event.DESTRUCTION_DRAFTED, actor=actor, **fields)
        return digest

    def state(
        self,
        batch: str,
        kind: str,
        person: str,
        catalogue: str,
        *,
        key: Signer | None = None,
        **said: JsonValue,
    ) -> None:
        fields: dict[str, JsonValue] = {
            "batch": batch,
            "kind": kind,
            "person": person,
            "catalogue_sha256": catalogue,
            "at": "2026-01-02T01:00:00Z",
            **said,
        }
        note = sign_statement(fields, key or self.people[person])
        self.write(f"certificates/{batch}/statement-{kind}-{person}.note", note)
        self.add(
            Event.DESTRUCTION_STATED,
            actor=person,
            batch=batch,
            kind=kind,
            person=person,
            catalogue_sha256=catalogue,
            statement_sha256=sha256(note).hexdigest(),
        )

    def start(self, batch: str, catalogue: str, count: int = 1) -> None:
        self.add(Event.DESTRUCTION_STARTED, batch=batch, catalogue_sha256=catalogue, count=count)

    def destroy(self, batch: str, record: str, *, due: str = "2026-01-01", unlink: bool = True) -> None:
        if unlink:
            self.unlink(record)
        self.add(
            Event.DESTROYED,
            record=record,
            versions=len(self.digests[record]),
            batch=batch,
            authority="approval p-head",
            method="erase",
            due=due,
        )

    def unlink(self, record: str) -> None:
        for path in self.paths[record]:
            (self.root / path).unlink(missing_ok=True)

    def complete(self, batch: str, count: int = 1) -> None:
        certificate = canonical_bytes({"v": 1, "batch": batch})
        self.write(f"certificates/{batch}/certificate.json", certificate)
        self.add(
            Event.DESTRUCTION_COMPLETED,
            batch=batch,
            count=count,
            certificate_sha256=sha256(certificate).hexdigest(),
        )

    def paper(self, batch: str, name: str, **facts: JsonValue) -> str:
        """Write a paper of a step; returns its digest."""
        data = canonical_bytes({"v": 1, "batch": batch, **facts})
        self.write(f"certificates/{batch}/{name}", data)
        return sha256(data).hexdigest()

    def approve_and_witness(self, batch: str, records: list[str]) -> str:
        catalogue = self.draft(batch, records)
        self.state(batch, "approval", "p-head", catalogue)
        self.state(batch, "witness", "p-witness", catalogue)
        return catalogue

    def verify(
        self, level: str = "full", *, remembered: bytes | None = None, keys: list[str] | None = None
    ) -> Report:
        return verify_archive(
            self.root,
            vkeys=[self.vkey] if keys is None else keys,
            level=Level.parse(level),
            remembered=() if remembered is None else (remembered,),
        )

    def checkpoint(self) -> bytes:
        return (self.root / "checkpoint").read_bytes()


DUE = date(2026, 1, 1)


def start_archive(root: Path) -> Builder:
    """Return an archive with its people and three records due, nothing published yet."""
    builder = Builder(root)
    builder.create()
    for seed, person in enumerate(("p-archivist", "p-head", "p-witness"), 2):
        builder.add_person(person, seed)
    builder.file("aa01", b"sealed one " * 50)
    builder.file("bb02", b"sealed two", due=DUE)
    builder.file("cc03", b"sealed three", due=DUE)
    return builder


@pytest.fixture
def unpublished(tmp_path: Path) -> Builder:
    """An archive in which nothing was destroyed and nothing published yet."""
    return start_archive(tmp_path / "archive")


@pytest.fixture
def built(tmp_path: Path) -> Builder:
    """An archive of some 600 entries: a filing, an annotation, a lawful destruction, a released hold."""
    return build_archive(tmp_path / "archive")


def build_archive(root: Path) -> Builder:
    """Build the archive of the fixture `built`."""
    builder = start_archive(root)
    builder.publish()
    builder.file("aa01", b"sealed one, annotated")
    builder.add(Event.HOLD_PLACED, record="aa01", hold="h-1")
    builder.add(Event.HOLD_RELEASED, record="aa01", hold="h-1")
    for _ in range(300):
        builder.add(Event.EXPORTED, record="aa01", version=1)
    builder.publish()
    catalogue = builder.approve_and_witness("2026-A", ["cc03"])
    builder.start("2026-A", catalogue)
    builder.destroy("2026-A", "cc03")
    builder.complete("2026-A")
    for _ in range(300):
        builder.add(Event.EXPORTED, record="bb02", version=1)
    builder.file("dd04", b"sealed four")
    builder.publish()
    return builder


def codes(report: Report) -> list[str]:
    """Return the code of every finding, with its reason, sorted."""
    return sorted(
        f"{finding.code}.{finding.facts['reason']}" if "reason" in finding.facts else finding.code
        for finding in report.findings
    )


@pytest.fixture
def found() -> Callable[[Report], list[str]]:
    """What a report found, as sorted `CODE.reason`."""
    return codes


@pytest.fixture(scope="session")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Builder:
    """The archive of `built`, made once; whoever damages it puts it right again."""
    return build_archive(tmp_path_factory.mktemp("standing") / "archive")
