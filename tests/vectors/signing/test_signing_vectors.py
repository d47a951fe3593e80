"""Each file says what a reader of its format must answer; a new reader in another language can use them."""

import runpy
from collections.abc import Callable
from pathlib import Path

import pytest

from signing.canonical import parse_canonical
from signing.checkpoint import open_checkpoint
from signing.entries import parse_entry
from signing.errors import SigningError
from signing.manifest import parse_manifest
from signing.note import Signer
from signing.statement import open_statement

FOLDER = Path(__file__).parent
ORIGIN = "webir-records.local/379300000A/vectors"
LOG = Signer(ORIGIN, bytes(range(32))).verifier
HEAD = Signer(f"{ORIGIN}/person/p-head", b"\1" * 32).verifier
READERS: dict[str, Callable[[bytes], object]] = {
    "canonical": parse_canonical,
    "entry": parse_entry,
    "checkpoint": lambda data: open_checkpoint(data, [LOG], origin=ORIGIN),
    "manifest": parse_manifest,
    "statement": lambda data: open_statement(data, [HEAD]),
}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.vector")), ids=lambda path: path.stem)
def test_vector_is_answered_as_it_expects(path: Path) -> None:
    head, _, data = path.read_bytes().partition(b"\n\n")
    header = dict(line.split(": ", 1) for line in head.decode().splitlines())
    assert list(header) == ["format", "expect", "why"]
    answer = "ok"
    try:
        READERS[header["format"]](data)
    except SigningError as error:
        answer = error.code
    assert answer == header["expect"]


def test_vectors_are_those_that_the_program_beside_them_writes() -> None:
    written = runpy.run_path(str(FOLDER / "generate.py"))["vectors"]()
    assert written == {path.name: path.read_bytes() for path in FOLDER.glob("*.vector")}
