"""The backup file of the keys: nothing of it can be changed, and a weak passphrase never gets one."""

import hashlib
import os
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webir_records.archive.key_backup import (
    DEFAULT_COST,
    BackupHeader,
    Cost,
    open_backup,
    parse_backup,
    require_strong,
    seal_backup,
)
from webir_records.model.errors import InputError

HEADER: Final = BackupHeader("webir-records.local/379300000A/1", "k7f3q2", "2026-11-23T05:00:00Z", "2026")
FILES: Final = {
    "kek-2026.key": b"webir-kek/v1 2026 00\n",
    "log.key": b"PRIVATE+KEY+x\n",
    "lookup.key": b"00\n",
}
PASSPHRASE: Final = "林𠮷堃的貓在屋頂上睡午覺"
CHEAP: Final = Cost(2)


@pytest.fixture(scope="module")
def sealed() -> bytes:
    return seal_backup(HEADER, FILES, PASSPHRASE, random=os.urandom, cost=CHEAP)


def _wide(text: str) -> str:
    """As an input method may type it: in full width."""
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


def _digested(body: bytes) -> bytes:
    """Make the last line fit, as somebody would who wants the change to pass."""
    return body + f"\nsha256: {hashlib.sha256(body).hexdigest()}\n".encode()


def test_backup_gives_its_files_back(sealed: bytes) -> None:
    backup = parse_backup(sealed, path="x")
    assert backup.header == HEADER
    assert open_backup(backup, PASSPHRASE, path="x") == FILES


def test_passphrase_may_be_typed_in_full_width_or_composed_otherwise() -> None:
    sealed = seal_backup(HEADER, FILES, "Café 12 horses & <battery>", random=os.urandom, cost=CHEAP)
    typed = _wide("Cafe") + "\u0301\u3000" + _wide("12") + " horses & <battery>"
    assert open_backup(parse_backup(sealed, path="x"), typed, path="x") == FILES


def test_every_flipped_byte_is_refused(sealed: bytes) -> None:
    for at in range(len(sealed)):
        for bit in (0x01, 0x20, 0x80):
            changed = sealed[:at] + bytes([sealed[at] ^ bit]) + sealed[at + 1 :]
            with pytest.raises(InputError, match=r"A136|A137"):
                parse_backup(changed, path="x")


def test_every_flipped_byte_is_refused_even_with_a_digest_that_fits(sealed: bytes) -> None:
    body = sealed.rpartition(b"\nsha256: ")[0]
    for at in range(len(body)):
        changed = _digested(body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :])
        with pytest.raises(InputError, match=r"A136|A137|A138"):
            open_backup(parse_backup(changed, path="x"), PASSPHRASE, path="x")


def test_half_a_backup_is_refused_at_every_length(sealed: bytes) -> None:
    for length in range(len(sealed)):
        with pytest.raises(InputError, match=r"A136|A137"):
            parse_backup(sealed[:length], path="x")


@given(st.binary(min_size=1, max_size=40))
def test_longer_backup_is_refused(rest: bytes) -> None:
    sealed = seal_backup(HEADER, FILES, PASSPHRASE, random=bytes, cost=CHEAP)
    with pytest.raises(InputError, match=r"A137"):
        parse_backup(sealed + rest, path="x")


def test_wrong_passphrase_is_told_from_a_damaged_file(sealed: bytes) -> None:
    with pytest.raises(InputError, match=r"A138"):
        open_backup(parse_backup(sealed, path="x"), PASSPHRASE + "?", path="x")


@pytest.mark.parametrize("cost", ["n=2097152 r=8", "n=1048576 r=99"])
def test_hostile_cost_takes_no_memory(sealed: bytes, cost: str) -> None:
    body = sealed.rpartition(b"\nsha256: ")[0].replace(b"n=2 r=8", cost.encode())
    with pytest.raises(InputError, match=r"A137"):
        parse_backup(_digested(body), path="x")


def test_cost_that_scrypt_does_not_take_is_refused(sealed: bytes) -> None:
    body = sealed.rpartition(b"\nsha256: ")[0].replace(b"n=2 r=8", b"n=3 r=8")
    with pytest.raises(InputError, match=r"A137"):
        open_backup(parse_backup(_digested(body), path="x"), PASSPHRASE, path="x")


def test_default_cost_is_that_of_the_specification() -> None:
    assert (DEFAULT_COST.n, DEFAULT_COST.r, DEFAULT_COST.p) == (1 << 17, 8, 1)


@pytest.mark.parametrize(
    "weak",
    [
        "",
        "correct horse",  # too short
        "aaaaaaaaaaaaaaaaaaaaaaaa",
        "abababababababababab",  # few different ones
        "1234567890123456789",  # a run
        "abcdefghijklmnopqrstuvwxyz",
        "林林林林林林林林林林",
        _wide("123456789123456789"),
    ],
)
def test_weak_passphrase_is_refused_with_the_rule(weak: str) -> None:
    with pytest.raises(InputError, match=r"A139") as caught:
        require_strong(weak)
    assert caught.value.facts == {"length": "16", "different": "8"}


@pytest.mark.parametrize("strong", ["correct horse battery", "林𠮷堃的貓在屋頂上睡午覺", "x7$Kq!v2Lw9&Zr4p"])
def test_strong_passphrase_is_accepted(strong: str) -> None:
    require_strong(strong)
