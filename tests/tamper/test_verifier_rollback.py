"""Whoever holds the folder, even with the log's key, is found out by a checkpoint kept elsewhere."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from signing.checkpoint import Checkpoint, sign_checkpoint
from signing.entries import Event
from signing.findings import Report, Verdict
from signing.merkle import EMPTY_ROOT
from signing.note import Signer

if TYPE_CHECKING:
    from tests.tamper.conftest import Builder

Found = Callable[[Report], list[str]]


def copy(built: "Builder", aside: Path) -> Path:
    return Path(shutil.copytree(built.root, aside))


def put_back(built: "Builder", aside: Path) -> None:
    shutil.rmtree(built.root)
    aside.rename(built.root)


@pytest.fixture
def older(built: "Builder", tmp_path: Path) -> Path:
    """A copy of the archive, which has gone on since."""
    aside = copy(built, tmp_path / "older")
    built.file("ee05", b"filed after the copy")
    built.publish()
    return aside


def test_archive_that_only_grew_agrees_with_the_remembered_checkpoint(
    built: "Builder", found: Found, older: Path
) -> None:
    remembered = (older / "checkpoint").read_bytes()
    report = built.verify(remembered=remembered)
    assert (report.verdict, found(report)) == (Verdict.VALID, [])
    assert built.verify(remembered=built.checkpoint()).verdict is Verdict.VALID


def test_older_copy_put_back_is_rolled_back_only_for_who_remembers(
    built: "Builder", found: Found, older: Path
) -> None:
    remembered = built.checkpoint()
    put_back(built, older)
    assert built.verify().verdict is Verdict.VALID
    report = built.verify(remembered=remembered)
    assert (report.verdict, found(report)) == (Verdict.INVALID, ["ROLLED_BACK"])
    assert report.findings[0].facts == {"expected": "618", "got": "617"}


def test_older_checkpoint_alone_put_back_is_seen_without_remembering(
    built: "Builder", found: Found, older: Path
) -> None:
    remembered = built.checkpoint()
    built.write("checkpoint", (older / "checkpoint").read_bytes())
    report = built.verify("structure")
    assert {"BEYOND_CHECKPOINT.tiles", "BEYOND_CHECKPOINT.manifest"} <= set(found(report))
    assert report.verdict is Verdict.INVALID  # the file of the newest record has no entry
    assert "ROLLED_BACK" in found(built.verify(remembered=remembered))


def test_files_published_before_their_checkpoint_are_a_broken_run_and_no_contradiction(
    built: "Builder", found: Found
) -> None:
    before = built.checkpoint()
    built.add(Event.EXPORTED, record="aa01", version=1)
    built.publish()
    built.write("checkpoint", before)
    report = built.verify()
    assert report.verdict is Verdict.UNDETERMINED
    assert found(report) == ["BEYOND_CHECKPOINT.manifest", "BEYOND_CHECKPOINT.tiles"]


def test_history_rewritten_with_the_logs_own_key_is_a_fork(built: "Builder", found: Found) -> None:
    remembered = built.checkpoint()
    built.entries[100] = built.entries[100].replace(b"aa01", b"bb02")
    rewrite(built)
    assert built.verify().verdict is Verdict.VALID
    report = built.verify(remembered=remembered)
    assert (report.verdict, found(report)) == (Verdict.INVALID, ["FORKED.remembered"])
    assert report.findings[0].facts["size"] == "617"


def test_history_rewritten_beside_its_old_manifests_is_a_fork_without_remembering(
    built: "Builder", found: Found, tmp_path: Path
) -> None:
    aside = copy(built, tmp_path / "aside")
    built.entries[100] = built.entries[100].replace(b"aa01", b"bb02")
    rewrite(built)
    shutil.rmtree(built.root / "manifests")
    (aside / "manifests").rename(built.root / "manifests")
    assert found(built.verify()) == ["FORKED.manifest", "FORKED.manifest"]


def rewrite(built: "Builder") -> None:
    """Publish the entries as they are now as if they had always been so."""
    for name in ("tile", "manifests"):
        shutil.rmtree(built.root / name)
    ends = [7, 310, 617]
    entries, built.entries = built.entries, []
    built.published = built.manifests = built.covered = 0
    built.previous = "0" * 64
    filed = built.filed
    for end in ends:
        built.entries = entries[:end]
        built.filed = [entry for entry in filed if entry.seq < end]
        built.publish()


def test_tiles_rewritten_without_the_key_contradict_the_checkpoint(built: "Builder", found: Found) -> None:
    checkpoint = built.checkpoint()
    built.entries[100] = built.entries[100].replace(b"aa01", b"bb02")
    rewrite(built)
    built.write("checkpoint", checkpoint)
    report = built.verify()
    assert found(report) == ["CHECKPOINT_INVALID.root"]
    assert report.verdict is Verdict.INVALID


def test_archive_signed_again_with_another_key_is_refused(built: "Builder", found: Found) -> None:
    vkey = built.vkey
    built.log = Signer(built.log.name, b"i" * 32)
    rewrite(built)
    report = built.verify(keys=[vkey])
    assert report.verdict is Verdict.INVALID
    assert found(report) == ["CHECKPOINT_INVALID.in_manifest"] * 3 + ["CHECKPOINT_INVALID.signature"]
    assert report.checkpoint is None


def test_archive_signed_again_and_checked_with_the_new_key_names_another_key_in_its_first_entry(
    built: "Builder", found: Found
) -> None:
    built.log = Signer(built.log.name, b"i" * 32)
    rewrite(built)
    assert found(built.verify()) == ["HISTORY_INVALID.foreign_log"]


def test_archive_without_any_key_is_never_valid(built: "Builder", found: Found) -> None:
    report = built.verify(keys=[])
    assert (report.verdict, found(report)) == (Verdict.UNDETERMINED, ["CHECKPOINT_INVALID.no_key"])


def test_archive_checked_with_the_key_of_another_log_is_refused(built: "Builder", found: Found) -> None:
    report = built.verify(keys=[Signer("another.log", b"a" * 32).vkey])
    assert "CHECKPOINT_INVALID.signature" in found(report)
    assert report.verdict is Verdict.INVALID


@pytest.mark.parametrize("remembered", [b"", b"garbage", b"\xff" * 50])
def test_remembered_checkpoint_that_cannot_be_read_is_said(
    built: "Builder", found: Found, remembered: bytes
) -> None:
    report = built.verify(remembered=remembered)
    assert (report.verdict, found(report)) == (Verdict.UNDETERMINED, ["CHECKPOINT_INVALID.remembered"])


def test_remembered_checkpoint_with_a_forged_signature_does_not_accuse(
    built: "Builder", found: Found
) -> None:
    forged = sign_checkpoint(Checkpoint(built.log.name, 9999, b"r" * 32), Signer(built.log.name, b"f" * 32))
    assert found(built.verify(remembered=forged)) == ["CHECKPOINT_INVALID.remembered"]


def test_remembered_checkpoint_of_another_log_is_said(built: "Builder", found: Found) -> None:
    other = Signer("another.log", b"a" * 32)
    remembered = sign_checkpoint(Checkpoint(other.name, 5, b"r" * 32), other)
    report = built.verify(remembered=remembered, keys=[built.vkey, other.vkey])
    assert found(report) == ["CHECKPOINT_INVALID.other_log"]


def test_empty_log_is_undetermined_because_nothing_was_checked(built: "Builder", found: Found) -> None:
    shutil.rmtree(built.root)
    built.write("checkpoint", sign_checkpoint(Checkpoint(built.log.name, 0, EMPTY_ROOT), built.log))
    report = built.verify()
    assert (report.verdict, found(report)) == (Verdict.UNDETERMINED, ["NOTHING_CHECKED.ledger"])


def test_empty_folder_is_invalid_because_the_checkpoint_is_missing(built: "Builder", found: Found) -> None:
    shutil.rmtree(built.root)
    built.root.mkdir()
    report = built.verify()
    assert report.verdict is Verdict.INVALID
    assert found(report) == ["CHECKPOINT_INVALID.file", "NOTHING_CHECKED.ledger"]
