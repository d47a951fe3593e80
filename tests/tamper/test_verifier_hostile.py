"""Folders made to hurt the verifier: it reports, and neither follows, hangs nor raises."""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signing.checkpoint import Checkpoint, sign_checkpoint
from signing.errors import UsageError
from signing.findings import Report, Verdict
from signing.report_text import report_lines, report_to_json
from signing.verifier import Level, verify_archive

if TYPE_CHECKING:
    from tests.tamper.conftest import Builder

Found = Callable[[Report], list[str]]


@pytest.mark.parametrize("size", [10**6, 2**40, 2**63 - 1])
def test_checkpoint_with_a_mad_size_costs_nothing(built: "Builder", found: Found, size: int) -> None:
    built.write("checkpoint", sign_checkpoint(Checkpoint(built.log.name, size, b"r" * 32), built.log))
    report = built.verify("structure")
    assert "TILE_CORRUPT.bundles_missing" in found(report)
    assert report.verdict is Verdict.INVALID


def test_folder_replaced_by_a_link_is_not_followed(built: "Builder", tmp_path: Path) -> None:
    for name in ("tile", "manifests", "records", "certificates"):
        (built.root / name).rename(tmp_path / name)
        (built.root / name).symlink_to(tmp_path / name)
    report = built.verify()
    assert report.verdict is Verdict.INVALID
    assert (report.read["entries"], report.read["sealed_read"], report.read["certificates"]) == (0, 0, 0)


@pytest.mark.parametrize("folder", ["certificates", "certificates/2026-A"])
def test_papers_behind_a_linked_folder_are_not_read(
    built: "Builder", found: Found, tmp_path: Path, folder: str
) -> None:
    (built.root / folder).rename(tmp_path / "papers")
    (built.root / folder).symlink_to(tmp_path / "papers")
    report = built.verify("structure")
    assert found(report) == ["CERTIFICATE_INVALID.file"] * 4 + ["MISSING.no_authority"]
    assert {finding.facts.get("problem", "not_a_file") for finding in report.findings} == {"not_a_file"}
    assert report.read["certificates"] == 0


def test_folder_inside_records_replaced_by_a_link_is_not_followed(
    built: "Builder", found: Found, tmp_path: Path
) -> None:
    (built.root / "records/2026/aa").rename(tmp_path / "aa")
    (built.root / "records/2026/aa").symlink_to(tmp_path / "aa")
    assert found(built.verify()) == ["MISSING.no_entry", "MISSING.no_entry", "UNLEDGERED"]


@pytest.mark.skipif(sys.platform == "win32", reason="named pipes in a folder are a POSIX matter")
def test_named_pipe_in_place_of_a_file_does_not_stop_the_verifier(built: "Builder", found: Found) -> None:
    for path in ("checkpoint", "records/2026/aa/aa01.1.sealed", "manifests/2026/000003.json"):
        (built.root / path).unlink()
        os.mkfifo(built.root / path)
    report = built.verify()
    assert {"CHECKPOINT_INVALID.file", "CORRUPT.not_a_file", "CHAIN_BROKEN.file"} <= set(found(report))


@pytest.mark.skipif(sys.platform == "win32", reason="such names cannot exist there")
def test_file_name_that_would_play_tricks_on_a_terminal_is_shown_as_escapes(built: "Builder") -> None:
    built.write("records/2026/\x1b[31mred\n.sealed", b"")
    name = os.fsdecode(b"records/2026/\xff.sealed")
    built.write(name, b"")
    report = built.verify("structure")
    text = "\n".join(report_lines(report))
    assert "\x1b" not in text
    assert "\\x1b[31mred\\n" in text
    text.encode("utf-8")


def test_files_larger_than_their_kind_can_be_are_not_read(built: "Builder") -> None:
    before = built.verify("structure").read["bytes"]
    for path in (
        "checkpoint",
        "tile/0/000",
        "tile/entries/000",
        "certificates/2026-A/statement-approval-p-head.note",
    ):
        with (built.root / path).open("r+b") as file:
            file.truncate(1 << 33)  # sparse: takes no room
    report = built.verify("structure")
    assert report.verdict is Verdict.INVALID
    assert report.read["bytes"] < before


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)
@given(data=st.data())
def test_garbage_in_any_file_gives_findings_and_never_an_error(
    standing: "Builder", data: st.DataObject
) -> None:
    names = [path for path in standing.root.rglob("*") if path.is_file() and path.name != "log.vkey"]
    path = data.draw(st.sampled_from(sorted(names)))
    before = path.read_bytes()
    garbage = data.draw(
        st.binary(max_size=400) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
    )
    if garbage == before:
        return
    try:
        path.write_bytes(garbage)
        report = standing.verify()
        assert report.verdict is Verdict.INVALID
        assert report_lines(report, language="en")
        assert report_to_json(report)["verdict"] == "invalid"
    finally:
        path.write_bytes(before)


def test_folder_that_does_not_exist_is_an_error_of_use(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        verify_archive(tmp_path / "nothing", vkeys=[], level=Level.parse("full"))


def test_key_that_is_no_key_is_an_error_of_use(built: "Builder") -> None:
    with pytest.raises(UsageError):
        built.verify(keys=["garbage"])


def test_verification_changes_nothing(built: "Builder", tmp_path: Path) -> None:
    shutil.copytree(built.root, tmp_path / "before")
    built.verify()
    before = {
        p.relative_to(tmp_path / "before"): p.read_bytes()
        for p in (tmp_path / "before").rglob("*")
        if p.is_file()
    }
    after = {p.relative_to(built.root): p.read_bytes() for p in built.root.rglob("*") if p.is_file()}
    assert before == after


def test_progress_counts_the_sealed_files_that_are_read(built: "Builder") -> None:
    seen: list[tuple[int, int]] = []
    verify_archive(
        built.root,
        vkeys=[built.vkey],
        level=Level.parse("full"),
        progress=lambda step, done, total: seen.append((done, total)) if step == "content" else None,
    )
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


@pytest.mark.parametrize("workers", [1, 2, 7])
def test_many_files_on_any_number_of_threads_give_the_same_findings(
    unpublished: "Builder", workers: int
) -> None:
    for number in range(300):
        unpublished.file(f"f{number:03}", b"content %d" % number)
    unpublished.publish()
    for number in (7, 70, 299):
        path = unpublished.root / unpublished.paths[f"f{number:03}"][0]
        path.write_bytes(path.read_bytes()[::-1])
    report = verify_archive(
        unpublished.root, vkeys=[unpublished.vkey], level=Level.parse("full"), workers=workers
    )
    assert [finding.facts["record"] for finding in report.findings] == ["f007", "f070", "f299"]
    assert report.read["sealed_read"] == 303
