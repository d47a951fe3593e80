import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.canonical import JsonValue, canonical_bytes
from signing.errors import MalformedError
from signing.manifest import NO_PREVIOUS, Manifest, ManifestEntry, manifest_path, parse_manifest

ENTRY = ManifestEntry(2, "ab12", 1, "records/2026/ab/ab12.1.sealed", "0a" * 32, 10)
MANIFEST = Manifest(1, NO_PREVIOUS, 0, 3, (ENTRY,), b"\x07" * 32, "text\n\n— name c2ln\n".encode())

ENTRIES = st.builds(
    ManifestEntry,
    seq=st.integers(0, 2**50),
    record=st.from_regex(r"[a-z0-9]{2,30}", fullmatch=True),
    version=st.integers(1, 99),
    path=st.just("records/x"),
    sealed_sha256=st.binary(min_size=32, max_size=32).map(bytes.hex),
    size=st.integers(0, 2**50),
)


@given(st.lists(ENTRIES, max_size=4), st.binary(min_size=32, max_size=32))
def test_manifest_of_any_entries_reads_back(entries: list[ManifestEntry], root: bytes) -> None:
    manifest = Manifest(7, "ff" * 32, 3, 9, tuple(entries), root, b"checkpoint\n")
    assert parse_manifest(manifest.to_bytes()) == manifest


def test_manifest_digest_is_the_sha256_of_its_file() -> None:
    assert MANIFEST.sha256() == sha256(MANIFEST.to_bytes()).hexdigest()


def test_manifest_lies_in_the_folder_of_its_year() -> None:
    assert manifest_path(2026, 1) == "manifests/2026/000001.json"
    assert manifest_path(2026, 1_234_567) == "manifests/2026/1234567.json"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("v", 2),
        ("v", True),
        ("seq", 0),
        ("seq", "1"),
        ("previous_sha256", ""),
        ("previous_sha256", "A" * 64),
        ("first", -1),
        ("next", None),
        ("entries", {}),
        ("entries", [1]),
        ("entries", [{}]),
        ("root", "AAAA"),
        ("root", 1),
        ("checkpoint", None),
        ("extra", 1),
    ],
)
def test_manifest_with_an_unusable_field_is_refused(name: str, value: JsonValue) -> None:
    fields = json.loads(MANIFEST.to_bytes()) | {name: value}
    with pytest.raises(MalformedError):
        parse_manifest(canonical_bytes(fields))


@pytest.mark.parametrize(
    "name", ["v", "seq", "previous_sha256", "first", "next", "entries", "root", "checkpoint"]
)
def test_manifest_without_a_field_is_refused(name: str) -> None:
    fields = json.loads(MANIFEST.to_bytes())
    del fields[name]
    with pytest.raises(MalformedError):
        parse_manifest(canonical_bytes(fields))


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"null", b"1", MANIFEST.to_bytes() + b"\n", MANIFEST.to_bytes()[:-1]]
)
def test_bytes_that_are_no_manifest_are_refused(data: bytes) -> None:
    with pytest.raises(MalformedError):
        parse_manifest(data)
