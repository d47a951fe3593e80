from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.checkpoint import Checkpoint, sign_checkpoint
from signing.errors import FileError, IntegrityError, MalformedError, ProofError
from signing.merkle import inclusion_path, leaf_hash, root_hash
from signing.note import Signer, sign_note, to_base64
from signing.proof import TlogProof, parse_proof, verify_proof
from signing.proving import make_proof
from signing.tiles import published_files

LOG = Signer("example.com/log", b"l" * 32)
WITNESS = Signer("witness.example/w1", b"w" * 32)
ENTRIES = [b"entry %d" % number for number in range(300)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
HASH = to_base64(b"h" * 32)


def checkpoint(size: int = 300, signer: Signer = LOG, *, origin: str = LOG.name) -> bytes:
    return sign_checkpoint(Checkpoint(origin, size, root_hash(LEAVES[:size])), signer)


def proof(at: int, **changes: object) -> TlogProof:
    fields = {
        "index": at,
        "path": tuple(inclusion_path(LEAVES, at, 300)),
        "checkpoint": checkpoint(),
        "extra": ENTRIES[at],
    }
    return TlogProof(**{**fields, **changes})  # type: ignore[arg-type] - tests change any of them


@given(
    st.integers(0, 2**63 - 1),
    st.lists(st.binary(min_size=32, max_size=32), max_size=63),
    st.none() | st.binary(max_size=100),
)
def test_any_proof_reads_back_and_has_one_spelling(
    index: int, path: list[bytes], extra: bytes | None
) -> None:
    written = TlogProof(index, tuple(path), checkpoint(), extra)
    assert parse_proof(written.to_bytes()) == written


def test_file_has_the_lines_that_the_specification_shows() -> None:
    path = (b"h" * 32, b"i" * 32)
    lines = TlogProof(7, path, checkpoint(), b"extra").to_bytes().decode().split("\n")
    assert lines[:6] == [
        "c2sp.org/tlog-proof@v1",
        "extra ZXh0cmE=",
        "index 7",
        HASH,
        to_base64(b"i" * 32),
        "",
    ]
    assert lines[6:8] == [LOG.name, "300"]


@pytest.mark.parametrize("index", [0, 1, 255, 256, 299])
def test_proof_of_any_entry_holds(index: int) -> None:
    found = verify_proof(parse_proof(proof(index).to_bytes()), [LOG.verifier])
    assert (found.origin, found.size, found.root) == (LOG.name, 300, root_hash(LEAVES))


def test_entry_may_come_from_elsewhere() -> None:
    bare = proof(5, extra=None)
    assert verify_proof(bare, [LOG.verifier], entry=ENTRIES[5]).size == 300
    with pytest.raises(MalformedError):
        verify_proof(bare, [LOG.verifier])
    with pytest.raises(ProofError):
        verify_proof(proof(5), [LOG.verifier], entry=ENTRIES[6])


@pytest.mark.parametrize(
    "changes",
    [
        {"extra": b"entry 6"},
        {"index": 6},
        {"index": 300},
        {"path": ()},
        {"path": (b"x" * 32, *inclusion_path(LEAVES, 5, 300)[1:])},
        {"path": tuple(inclusion_path(LEAVES, 5, 300)[:-1])},
        {"path": (*inclusion_path(LEAVES, 5, 300), b"x" * 32)},
        {"checkpoint": checkpoint(299)},
        {"checkpoint": checkpoint(signer=WITNESS)},
        {"checkpoint": checkpoint(signer=Signer(LOG.name, b"f" * 32))},
        {"checkpoint": checkpoint(origin="example.com/other")},
    ],
)
def test_changed_proof_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(IntegrityError):
        verify_proof(proof(5, **changes), [LOG.verifier])


def test_witness_alone_proves_nothing_even_when_its_key_is_given() -> None:
    signed = checkpoint(signer=WITNESS)
    with pytest.raises(IntegrityError):
        verify_proof(proof(5, checkpoint=signed), [LOG.verifier, WITNESS.verifier])


def cosigned() -> bytes:
    """A checkpoint with cosignatures of both kinds of tlog-cosignature, by keys that nobody here knows."""
    ed25519, mldsa = b"\xaa\xbb\xcc\xdd" + bytes(8) + bytes(64), b"\x01\x02\x03\x04" + bytes(8) + bytes(2420)
    lines = "".join(f"— witness.example/{n} {to_base64(blob)}\n" for n, blob in enumerate((ed25519, mldsa)))
    return checkpoint() + lines.encode()


def test_cosignatures_of_unknown_witnesses_are_carried_and_ignored() -> None:
    written = proof(5, checkpoint=cosigned())
    read = parse_proof(written.to_bytes())
    assert verify_proof(read, [LOG.verifier]).size == 300
    assert read.checkpoint == cosigned()


def test_wrong_signature_of_the_log_beside_a_right_one_is_fatal() -> None:
    forged = sign_note("other\n", LOG).rpartition(b"\n\n")[2]
    good = sign_checkpoint(Checkpoint(LOG.name, 300, root_hash(LEAVES)), WITNESS, LOG)
    body, _, lines = good.rpartition(b"\n\n")
    with pytest.raises(IntegrityError):
        verify_proof(proof(5, checkpoint=body + b"\n\n" + forged + lines), [LOG.verifier])


HEAD = b"c2sp.org/tlog-proof@v1\n"
LONG = to_base64(b"h" * 64).encode()


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"wrong-header\nindex 0\n",
        b"c2sp.org/tlog-proof@v2\nindex 0\n",
        HEAD,
        HEAD + b"extra !!notbase64!!\nindex 0\n",
        HEAD + b"extra ZXh0cmE\nindex 0\n",
        HEAD + b"extra ZXh0cmE=\n",
        HEAD + b"index 0\nextra ZXh0cmE=\n",
        HEAD + b"extra ZXh0cmE=\nextra ZXh0cmE=\nindex 0\n",
        HEAD + b"index notanumber\n",
        HEAD + b"index -5\n",
        HEAD + b"index +5\n",
        HEAD + b"index 05\n",
        HEAD + b"index \n",
        HEAD + b"index 9223372036854775808\n",
        HEAD + b"index\t0\n",
        HEAD + b"index 0\r\n",
        HEAD + b"index 0\n!!notbase64!!\n",
        HEAD + b"index 0\n" + LONG + b"\n",
        HEAD + b"index 0\n" + b"a" * 65 * 1024 + b"\n",
        HEAD + b"index 0\n" + (HASH.encode() + b"\n") * 64,
        HEAD + "index ０\n".encode(),
    ],
)
def test_head_that_is_none_is_refused(head: bytes) -> None:
    with pytest.raises(MalformedError):
        parse_proof(head + b"\n" + checkpoint())


@pytest.mark.parametrize("tail", [b"", b"\n", b"\ncheckpoint\n", b"\n\n" + checkpoint()])
def test_proof_without_a_checkpoint_after_one_blank_line_is_refused(tail: bytes) -> None:
    with pytest.raises(MalformedError):
        parse_proof(HEAD + b"index 0\n" + tail)


@given(st.data())
def test_no_flipped_bit_makes_another_proof_that_holds(data: st.DataObject) -> None:
    good = proof(5).to_bytes()
    bit = data.draw(st.integers(0, len(good) * 8 - 1))
    bad = bytearray(good)
    bad[bit // 8] ^= 1 << bit % 8
    with pytest.raises((MalformedError, IntegrityError)):
        verify_proof(parse_proof(bytes(bad)), [LOG.verifier])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = dict(
        published_files(
            old_size=0, new_size=300, entries=lambda start, stop: ENTRIES[start:stop], read=lambda _: b""
        )
    )
    for path, content in {**files, "checkpoint": checkpoint()}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    return tmp_path


@pytest.mark.parametrize("index", [0, 255, 256, 299])
def test_proof_made_from_an_archive_holds(folder: Path, index: int) -> None:
    made = make_proof(folder, index)
    assert made == proof(index)
    assert verify_proof(made, [LOG.verifier]).size == 300


def test_archive_without_the_entry_or_a_tile_gives_no_proof(folder: Path) -> None:
    with pytest.raises(ProofError):
        make_proof(folder, 300)
    tile = folder / "tile/0/000"
    tile.write_bytes(bytes(8192))
    with pytest.raises(ProofError):
        make_proof(folder, 5)
    tile.unlink()
    with pytest.raises(FileError):
        make_proof(folder, 5)
