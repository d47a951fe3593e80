"""Write the vectors beside this file: `python tests/vectors/signing/generate.py` (the same bytes every time).

A vector is a header (`format:`, `expect:` with `ok` or an error code, `why:`), an empty line, and the bytes.
Keys are made from fixed seeds; they are published here and protect nothing.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from signing.checkpoint import Checkpoint, sign_checkpoint
from signing.manifest import NO_PREVIOUS, Manifest, ManifestEntry
from signing.merkle import EMPTY_ROOT
from signing.note import Signer, sign_note
from signing.statement import person_key_name, sign_statement

FOLDER = Path(__file__).parent
ORIGIN = "webir-records.local/379300000A/vectors"
LOG = Signer(ORIGIN, bytes(range(32)))
IMPOSTOR = Signer(ORIGIN, bytes(32))
HEAD = Signer(person_key_name(ORIGIN, "p-head"), b"\1" * 32)
WITNESS = Signer(person_key_name(ORIGIN, "p-witness"), b"\2" * 32)
ROOT = bytes.fromhex("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")  # leaf of nothing
DIGEST = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

FILED = (
    b'{"actor":"p-clerk","at":"2026-11-23T05:00:00Z","batch":"b1","class":"A","due":"2024-03-01",'
    b'"event":"filed","form":"form_1_2","form_no":"A-115-000001","path":"records/2026/ab/ab12.1.sealed",'
    b'"profile":"taipei-2017","record":"ab12","rule":"user-application","sealed_sha256":"'
    + DIGEST.encode()
    + b'","seq":1,"size":0,"trigger":"account_cancelled","trigger_date":"2021-02-28","v":1,"version":1}'
)
MANIFEST = Manifest(
    seq=1,
    previous_sha256=NO_PREVIOUS,
    first=0,
    next=1,
    entries=(ManifestEntry(0, "ab12", 1, "records/2026/ab/ab12.1.sealed", DIGEST, 0),),
    root=ROOT,
    checkpoint=sign_checkpoint(Checkpoint(ORIGIN, 1, ROOT), LOG),
).to_bytes()
STATED = {"batch": "A2026-1", "kind": "approval", "person": "p-head", "catalogue_sha256": DIGEST}

Vector = tuple[str, str, str, bytes]  # name, expectation, why, bytes


def canonical() -> Iterator[Vector]:
    yield "utf16-order", "ok", "U+20BB7 stands before U+FB33", '{"𠮷":1,"\ufb33":2}'.encode()
    yield "code-point-order", "S001", "names ordered by code points", '{"\ufb33":2,"𠮷":1}'.encode()
    yield "duplicate-name", "S001", "the same name twice", b'{"a":1,"a":1}'
    yield "float", "S001", "a number with a fraction", b'{"a":1.5}'
    yield "integer-beyond-2-53", "S001", "an integer that others round", b"9007199254740992"
    yield "largest-integer", "ok", "the largest integer", b"9007199254740991"
    yield "escaped-solidus", "S001", "an escape that is not needed", b'"\\/"'
    yield "newline-at-end", "S001", "a newline after the value", b"{}\n"
    yield "lone-surrogate", "S001", "half a character", b'"\\ud800"'


def entries() -> Iterator[Vector]:
    yield "filed", "ok", "a filing with its due date", FILED
    yield (
        "unknown-name",
        "S001",
        "a name outside the vocabulary",
        FILED.replace(b'"v":1', b'"user":"x","v":1'),
    )
    yield "path-outside", "S001", "a path out of the archive", FILED.replace(b"records/2026/ab/", b"../")
    yield (
        "annotated-as-first",
        "S001",
        "an annotation needs version 2",
        FILED.replace(b'"filed"', b'"annotated"'),
    )
    yield "due-no-day", "S001", "30 February", FILED.replace(b"2024-03-01", b"2024-02-30")
    yield "local-time", "S001", "a time that is not UTC", FILED.replace(b"00:00Z", b"00:00+08:00")


def checkpoints() -> Iterator[Vector]:
    good = sign_checkpoint(Checkpoint(ORIGIN, 1, ROOT), LOG)
    root = good.split(b"\n")[2].decode()
    yield "good", "ok", "size 1", good
    yield "empty-log", "ok", "size 0", sign_checkpoint(Checkpoint(ORIGIN, 0, EMPTY_ROOT), LOG)
    yield "extension", "ok", "an extension line", sign_note(f"{ORIGIN}\n1\n{root}\nmore\n", LOG)
    yield (
        "other-key",
        "S002",
        "signed by another key of the same name",
        sign_checkpoint(Checkpoint(ORIGIN, 1, ROOT), IMPOSTOR),
    )
    yield "other-size", "S002", "the size was changed after signing", good.replace(b"\n1\n", b"\n2\n")
    yield "leading-zero", "S001", "the size is 01", sign_note(f"{ORIGIN}\n01\n{root}\n", LOG)
    yield "short-root", "S001", "the root has 3 bytes", sign_note(f"{ORIGIN}\n1\nAAAA\n", LOG)
    yield "empty-log-with-root", "S001", "size 0 with a root", sign_note(f"{ORIGIN}\n0\n{root}\n", LOG)
    yield "no-signature", "S001", "no signature line", good.rpartition(b"\n\n")[0] + b"\n\n"


def manifests() -> Iterator[Vector]:
    yield "good", "ok", "one filing", MANIFEST
    yield "seq-zero", "S001", "manifests are counted from 1", MANIFEST.replace(b'"seq":1', b'"seq":0')
    yield "other-version", "S001", "a version that is not known", MANIFEST.replace(b'"v":1', b'"v":2')
    yield (
        "upper-case-digest",
        "S001",
        "a digest in capitals",
        MANIFEST.replace(DIGEST.encode(), DIGEST.upper().encode()),
    )
    yield "cut-off", "S001", "the last byte is missing", MANIFEST[:-1]


def statements() -> Iterator[Vector]:
    good = sign_statement(STATED, HEAD)
    text = good.rpartition(b"\n\n")[0].decode() + "\n"
    yield "good", "ok", "an approval", good
    yield "unknown-person", "S002", "signed with an unknown key", sign_statement(STATED, WITNESS)
    yield "changed", "S002", "changed after signing", good.replace(b"approval", b"witness!")
    yield "other-version", "S001", "version 2", sign_note(text.replace("@v1", "@v2"), HEAD)
    yield (
        "checkpoint",
        "S001",
        "a checkpoint is no statement",
        sign_checkpoint(Checkpoint("x", 1, ROOT), HEAD),
    )


FORMATS = {
    "canonical": canonical,
    "entry": entries,
    "checkpoint": checkpoints,
    "manifest": manifests,
    "statement": statements,
}


def vectors() -> dict[str, bytes]:
    """Return file name and content of every vector."""
    return {
        f"{name_of_format}-{name}.vector": (
            f"format: {name_of_format}\nexpect: {expect}\nwhy: {why}\n\n".encode() + data
        )
        for name_of_format, make in FORMATS.items()
        for name, expect, why, data in make()
    }


if __name__ == "__main__":
    for old in FOLDER.glob("*.vector"):
        old.unlink()
    for file_name, content in vectors().items():
        (FOLDER / file_name).write_bytes(content)
