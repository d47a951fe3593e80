import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.errors import IntegrityError, MalformedError
from signing.note import Signer, Verifier, generate_signer, open_note, sign_note, strict_base64, to_base64

NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"], exclude_characters="+"), min_size=1)
LINES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
KEY = generate_signer("example.com/log", lambda count: b"k" * count)
OTHER = generate_signer("example.com/other", lambda count: b"o" * count)
TEXT = "first line\n\nthird line — with a dash\n"


@given(NAMES, st.binary(min_size=32, max_size=32))
def test_keys_of_any_name_read_back(name: str, seed: bytes) -> None:
    signer = Signer(name, seed)
    assert Signer.from_skey(signer.to_skey()) == signer
    assert Verifier.parse(signer.vkey) == signer.verifier


@given(st.lists(LINES))
def test_note_of_any_lines_opens_with_its_text(lines: list[str]) -> None:
    text = "".join(f"{line}\n" for line in [*lines, "end"])
    note = open_note(sign_note(text, KEY, OTHER), [OTHER.verifier, KEY.verifier])
    assert (note.text, note.signer_names) == (text, (KEY.name, OTHER.name))


@given(st.data())
def test_note_with_any_bit_flipped_is_refused_or_keeps_its_text(data: st.DataObject) -> None:
    note = sign_note(TEXT, KEY)
    bit = data.draw(st.integers(0, len(note) * 8 - 1))
    tampered = bytearray(note)
    tampered[bit // 8] ^= 1 << bit % 8
    with pytest.raises((IntegrityError, MalformedError)):
        open_note(bytes(tampered), [KEY.verifier])


@given(st.binary(max_size=80))
def test_any_bytes_that_are_no_note_are_refused(data: bytes) -> None:
    with pytest.raises((IntegrityError, MalformedError)):
        open_note(data, [KEY.verifier])


def test_private_key_is_not_shown_by_repr() -> None:
    assert "kkk" not in repr(KEY)
    assert to_base64(KEY.seed) not in repr(KEY)


def test_signature_of_an_unknown_key_is_ignored() -> None:
    note = open_note(sign_note(TEXT, OTHER, KEY), [KEY.verifier])
    assert note.signer_names == (KEY.name,)


def test_note_signed_by_unknown_keys_alone_is_refused() -> None:
    with pytest.raises(IntegrityError):
        open_note(sign_note(TEXT, OTHER), [KEY.verifier])
    with pytest.raises(IntegrityError):
        open_note(sign_note(TEXT, KEY), [])


def test_wrong_signature_of_a_known_key_is_fatal_beside_a_right_one() -> None:
    good = sign_note(TEXT, OTHER)
    forged = sign_note("other text\n", KEY).rpartition(b"\n\n")[2]
    with pytest.raises(IntegrityError):
        open_note(good + forged, [KEY.verifier, OTHER.verifier])


def test_same_key_under_another_name_does_not_count() -> None:
    renamed = Signer("example.com/renamed", KEY.seed)
    with pytest.raises(IntegrityError):
        open_note(sign_note(TEXT, renamed), [KEY.verifier])


@pytest.mark.parametrize("text", ["", "no newline", "a\rb\n", "tab\there\n", "nul\0\n", "bell\x07\n"])
def test_text_that_cannot_be_signed_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        sign_note(text, KEY)


def test_note_without_a_signer_is_refused() -> None:
    with pytest.raises(MalformedError):
        sign_note(TEXT)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u3000b", "\x01"])
def test_key_name_that_would_confuse_a_reader_is_refused(name: str) -> None:
    with pytest.raises(MalformedError):
        generate_signer(name, lambda count: b"k" * count)


@pytest.mark.parametrize(
    "damage",
    [
        lambda note: note[:-1],  # no newline at the end
        lambda note: note + b"\n",
        lambda note: note + b"x\n",
        lambda note: note.replace("— ".encode(), b"- "),
        lambda note: note.replace(b"\n\n\xe2", b"\n\xe2"),  # no blank line
        lambda note: note.rpartition(b"\n\n")[0] + b"\n\n",  # no signature
        lambda note: note + note.rpartition(b"\n\n")[2] * 100,
        lambda note: note.replace(b"=\n", b"\n"),
    ],
)
def test_note_in_a_damaged_form_is_refused(damage: object) -> None:
    note = sign_note("first line\n", KEY)
    assert callable(damage)
    with pytest.raises(MalformedError):
        open_note(damage(note), [KEY.verifier])


@pytest.mark.parametrize("seed_size", [0, 31, 33])
def test_key_of_a_wrong_length_is_refused(seed_size: int) -> None:
    with pytest.raises(MalformedError):
        Signer("a", b"x" * seed_size)
    with pytest.raises(MalformedError):
        Verifier("a", b"x" * seed_size)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "name",
        "name+00000000",
        KEY.vkey.replace("log", "lag"),
        KEY.vkey[:-4],
        KEY.vkey + "\n",
        "example.com/log+00000000+AAAA",
    ],
)
def test_verifier_key_that_does_not_fit_its_hash_is_refused(key: str) -> None:
    with pytest.raises(MalformedError):
        Verifier.parse(key)
    with pytest.raises(MalformedError):
        Signer.from_skey(key)
    with pytest.raises(MalformedError):
        Signer.from_skey(f"PRIVATE+KEY+{key}")


@pytest.mark.parametrize("text", ["A", "AA", "AAA", "AB==", "AA==\n", "A A=", "____", "AAAA=", "ÄÄÄÄ"])
def test_base64_in_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        strict_base64(text)
