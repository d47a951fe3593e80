"""The log's key was replaced: old checkpoints still count, the old key signs nothing new."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from signing.__main__ import main
from signing.checkpoint import Checkpoint, sign_checkpoint
from signing.entries import Event
from signing.findings import Report, Verdict
from signing.merkle import leaf_hash, root_hash
from signing.note import Signer

if TYPE_CHECKING:
    from tests.tamper.conftest import Builder

Found = Callable[[Report], list[str]]


def rotate(builder: "Builder", seed: bytes = b"n") -> None:
    """Replace the log's key: the entry and a checkpoint signed by both, later ones by the new one alone."""
    old, new = builder.log, Signer(builder.log.name, seed * 32)
    builder.add(Event.LOG_KEY_ROTATED, **{"from": old.vkey, "to": new.vkey})
    builder.cosigner = old
    builder.log = new
    builder.publish()
    builder.cosigner = None
    builder.write("log.vkey", f"{new.vkey}\n{old.vkey}\n".encode())


@pytest.fixture
def rotated(built: "Builder") -> "Builder":
    """The archive of `built`, whose key was replaced, and which has gone on since."""
    rotate(built)
    built.file("ee05", b"filed under the new key")
    built.publish()
    return built


def test_new_key_alone_verifies_what_both_keys_signed(rotated: "Builder", found: Found) -> None:
    report = rotated.verify()
    assert (report.verdict, found(report)) == (Verdict.VALID, [])


def test_second_rotation_is_followed_too(rotated: "Builder", found: Found) -> None:
    rotate(rotated, b"m")
    assert found(rotated.verify()) == []


def test_checkpoint_from_before_is_remembered_without_giving_the_old_key(
    built: "Builder", found: Found
) -> None:
    before = built.checkpoint()
    rotate(built)
    report = built.verify(remembered=before)
    assert (report.verdict, found(report)) == (Verdict.VALID, [])
    assert [(one.earlier.size, one.newest.size) for one in report.consistency] == [(617, 618)]


def test_old_key_alone_does_not_trust_the_newest_checkpoint(rotated: "Builder", found: Found) -> None:
    old = Signer(rotated.log.name, bytes([1]) * 32)
    report = rotated.verify(keys=[old.vkey])
    assert report.verdict is Verdict.INVALID
    assert "CHECKPOINT_INVALID.signature" in found(report)


def test_thief_of_the_old_key_signs_nothing_after_the_rotation(rotated: "Builder", found: Found) -> None:
    old = Signer(rotated.log.name, bytes([1]) * 32)
    size = len(rotated.entries)
    forged = sign_checkpoint(Checkpoint(old.name, size, root_hash(map(leaf_hash, rotated.entries))), old)
    rotated.write("checkpoint", forged)
    report = rotated.verify(keys=[rotated.vkey, old.vkey])
    assert (report.verdict, found(report)) == (Verdict.INVALID, ["CHECKPOINT_INVALID.retired_key"])


def test_manifest_that_the_old_key_signed_after_the_rotation_is_found(
    rotated: "Builder", found: Found
) -> None:
    new, rotated.log = rotated.log, Signer(rotated.log.name, bytes([1]) * 32)
    rotated.add(Event.EXPORTED, record="aa01", version=1)
    rotated.publish()
    rotated.log = new
    rotated.add(Event.EXPORTED, record="aa01", version=1)
    rotated.publish()
    assert found(rotated.verify()) == ["CHECKPOINT_INVALID.in_manifest"]


def about_manifests(report: Report) -> dict[str, list[tuple[str, Verdict]]]:
    """Return number of the manifest -> codes and verdicts of what was found of it."""
    found: dict[str, list[tuple[str, Verdict]]] = {}
    for finding in report.findings:
        if finding.where.startswith("manifests/"):
            found.setdefault(finding.where[-6], []).append((finding.code, finding.verdict))
    return found


def lose_one_bit(builder: "Builder") -> None:
    """Change an entry in the middle of the first bundle, so that the ledger is not that of its checkpoint."""
    bundle = builder.root / "tile/entries/000"
    bundle.write_bytes(bundle.read_bytes().replace(b'"actor":"p-clerk"', b'"actor":"p-clesk"', 1))


def test_damaged_ledger_does_not_accuse_manifests_of_an_older_key_nor_of_a_fork(
    rotated: "Builder",
) -> None:
    lose_one_bit(rotated)
    report = rotated.verify()
    assert report.verdict is Verdict.INVALID  # the tile and the root, not the manifests
    older = [("CHECKPOINT_INVALID", Verdict.UNDETERMINED)]
    newer = [("FORKED", Verdict.UNDETERMINED)]
    assert about_manifests(report) == {"1": older, "2": older, "3": older, "4": newer, "5": newer}


def test_wrong_signature_of_a_given_key_is_wrong_whatever_the_ledger_is_worth(rotated: "Builder") -> None:
    lose_one_bit(rotated)
    path = rotated.root / "manifests/2026/000005.json"
    data = bytearray(path.read_bytes())
    at = data.index(b'\\n","entries"') - 20  # inside the signature
    data[at] = ord("A") if data[at] != ord("A") else ord("B")
    path.write_bytes(data)
    assert about_manifests(rotated.verify())["5"] == [("CHECKPOINT_INVALID", Verdict.INVALID)]


@pytest.mark.parametrize("wrong", ["from", "to", "name", "same"])
def test_rotation_that_is_none_does_not_count(built: "Builder", found: Found, wrong: str) -> None:
    stranger = Signer(built.log.name, b"s" * 32)
    renamed = Signer("another.log", b"n" * 32)
    old, new = built.vkey, Signer(built.log.name, b"n" * 32).vkey
    keys = {
        "from": (stranger.vkey, new),
        "to": (old, "garbage"),
        "name": (old, renamed.vkey),
        "same": (old, old),
    }[wrong]
    built.add(Event.LOG_KEY_ROTATED, **dict(zip(("from", "to"), keys, strict=True)))
    built.publish()
    report = built.verify()
    assert (report.verdict, found(report)) == (Verdict.INVALID, ["HISTORY_INVALID.key_order"])


def test_program_takes_all_keys_of_the_folder(rotated: "Builder", capfd: pytest.CaptureFixture[str]) -> None:
    assert main([str(rotated.root), "--level", "structure", "--lang", "en"]) == 0
    assert "proves only that the archive agrees with itself" in capfd.readouterr().out
    (rotated.root / "log.vkey").write_bytes(rotated.vkey.encode() + b"\ngarbage\n")
    assert main([str(rotated.root), "--level", "structure", "--lang", "en"]) == 1
    assert "cannot be used" in capfd.readouterr().out


def test_program_compares_with_several_kept_checkpoints(
    built: "Builder", tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    kept = [tmp_path / "first", tmp_path / "second"]
    kept[0].write_bytes(built.checkpoint())
    rotate(built)
    kept[1].write_bytes(built.checkpoint())
    built.add(Event.EXPORTED, record="aa01", version=1)
    built.publish()
    against = [word for path in kept for word in ("--against", str(path))]
    assert main([str(built.root), "--key", built.vkey, "--level", "structure", "--lang", "en", *against]) == 0
    out = capfd.readouterr().out
    assert "Since the remembered checkpoint of 617 entries the log only grew, to 619; proof of" in out
    assert "Since the remembered checkpoint of 618 entries" in out
