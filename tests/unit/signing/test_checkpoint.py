import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint, unverified_checkpoint
from signing.errors import IntegrityError, MalformedError
from signing.merkle import EMPTY_ROOT
from signing.note import Signer, generate_signer, sign_note

ORIGIN = "webir-records.local/379300000A/0001"
LOG = generate_signer(ORIGIN, lambda count: b"l" * count)
WITNESS = generate_signer("witness.example", lambda count: b"w" * count)
ROOT = b"\x07" * 32
ROOT_TEXT = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc="


@given(st.integers(1, 2**63 - 1), st.binary(min_size=32, max_size=32))
def test_checkpoint_of_any_size_opens_as_it_was_signed(size: int, root: bytes) -> None:
    checkpoint = Checkpoint(ORIGIN, size, root)
    note = sign_checkpoint(checkpoint, LOG, WITNESS)
    assert open_checkpoint(note, [LOG.verifier], origin=ORIGIN) == checkpoint
    assert unverified_checkpoint(note) == checkpoint


def test_checkpoint_has_the_bytes_of_the_specification() -> None:
    note = sign_checkpoint(Checkpoint(ORIGIN, 3, ROOT), LOG)
    assert note.startswith(f"{ORIGIN}\n3\n{ROOT_TEXT}\n\n— {ORIGIN} ".encode())


def test_checkpoint_signed_by_a_witness_alone_is_refused() -> None:
    note = sign_checkpoint(Checkpoint(ORIGIN, 3, ROOT), WITNESS)
    with pytest.raises(IntegrityError):
        open_checkpoint(note, [LOG.verifier, WITNESS.verifier], origin=ORIGIN)


def test_checkpoint_of_another_log_signed_by_this_key_is_refused() -> None:
    note = sign_checkpoint(Checkpoint("another.log", 3, ROOT), LOG)
    with pytest.raises(IntegrityError):
        open_checkpoint(note, [LOG.verifier], origin=ORIGIN)


def test_checkpoint_asked_for_under_another_origin_is_refused() -> None:
    with pytest.raises(IntegrityError):
        open_checkpoint(
            sign_checkpoint(Checkpoint(ORIGIN, 3, ROOT), LOG), [LOG.verifier], origin="another.log"
        )


def test_extension_lines_are_signed_and_otherwise_ignored() -> None:
    note = sign_note(f"{ORIGIN}\n3\n{ROOT_TEXT}\nextension\n", LOG)
    assert open_checkpoint(note, [LOG.verifier], origin=ORIGIN) == Checkpoint(ORIGIN, 3, ROOT)


@pytest.mark.parametrize(
    "text",
    [
        f"{ORIGIN}\n",
        f"{ORIGIN}\n3\n",
        f"\n3\n{ROOT_TEXT}\n",
        f"{ORIGIN}\n03\n{ROOT_TEXT}\n",
        f"{ORIGIN}\n+3\n{ROOT_TEXT}\n",
        f"{ORIGIN}\n-1\n{ROOT_TEXT}\n",
        f"{ORIGIN}\n\u0663\n{ROOT_TEXT}\n",
        f"{ORIGIN}\n9223372036854775808\n{ROOT_TEXT}\n",
        f"{ORIGIN}\n3\n{ROOT_TEXT[:-4]}\n",
        f"{ORIGIN}\n3\n{ROOT_TEXT[:-2]}d=\n",
        f"{ORIGIN}\n0\n{ROOT_TEXT}\n",
        f"{ORIGIN}\n3\n{ROOT_TEXT}\n\nx\n",
    ],
)
def test_text_that_is_no_checkpoint_is_refused_although_it_is_signed(text: str) -> None:
    note = sign_note(text, LOG)
    with pytest.raises(MalformedError):
        open_checkpoint(note, [LOG.verifier], origin=ORIGIN)
    with pytest.raises(MalformedError):
        unverified_checkpoint(note)


@pytest.mark.parametrize(
    "checkpoint", [Checkpoint(ORIGIN, 0, ROOT), Checkpoint(ORIGIN, 3, b"x"), Checkpoint(ORIGIN, -1, ROOT)]
)
def test_checkpoint_that_no_log_can_have_is_not_signed(checkpoint: Checkpoint) -> None:
    with pytest.raises(MalformedError):
        sign_checkpoint(checkpoint, LOG)


def test_checkpoint_of_the_empty_log_has_the_empty_root() -> None:
    note = sign_checkpoint(Checkpoint(ORIGIN, 0, EMPTY_ROOT), LOG)
    assert unverified_checkpoint(note).root == EMPTY_ROOT


def test_checkpoint_signed_with_a_new_key_of_the_same_name_is_refused() -> None:
    impostor = Signer(ORIGIN, b"i" * 32)
    with pytest.raises(IntegrityError):
        open_checkpoint(sign_checkpoint(Checkpoint(ORIGIN, 3, ROOT), impostor), [LOG.verifier], origin=ORIGIN)
