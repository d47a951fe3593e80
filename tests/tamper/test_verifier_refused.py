"""What the system refuses to read contradicts nothing; what is missing does."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from signing.errors import FileError
from signing.findings import Report, Verdict
from signing.report_text import report_lines
from signing.verifier import Level, verify_archive
from signing.verifier.files import Children
from signing.verifier.folder import ArchiveFolder

if TYPE_CHECKING:
    from tests.tamper.conftest import Builder

Found = Callable[[Report], list[str]]
Refused = Callable[..., Report]


class RefusingFolder(ArchiveFolder):
    """A folder of which the system refuses some paths, as it does without access rights."""

    def __init__(self, root: Path, refused: tuple[str, ...]) -> None:
        super().__init__(root)
        self._refused = refused

    def children(self, folder: str) -> Children:
        self._refuse(folder)
        return super().children(folder)

    def read(self, path: str, limit: int) -> bytes:
        self._refuse(path)
        return super().read(path, limit)

    def _refuse(self, path: str) -> None:
        if any(f"{path}/".startswith(f"{one}/") for one in self._refused):
            raise FileError(path, "unreadable")


def _refused(built: "Builder", *paths: str, remembered: tuple[bytes, ...] = ()) -> Report:
    files = RefusingFolder(built.root, paths)
    return verify_archive(files, vkeys=[built.vkey], level=Level.parse("full"), remembered=remembered)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("checkpoint", ["CHECKPOINT_INVALID.file"]),
        ("tile/entries/002.p/105", ["CHAIN_BROKEN.entries", "TILE_CORRUPT.file", "UNLEDGERED"]),
        ("tile/0/001", ["TILE_CORRUPT.file"]),
        ("tile/1", ["UNREADABLE.folder"]),
        ("tile/entries", ["NOTHING_CHECKED.no_entries", "UNREADABLE.folder"]),
        ("manifests/2026/000002.json", ["CHAIN_BROKEN.file"]),
        ("manifests", ["UNREADABLE.folder"]),
        ("certificates/2026-A/certificate.json", ["CERTIFICATE_INVALID.file"]),
        ("certificates/2026-A/catalogue.json", ["CERTIFICATE_INVALID.file", "UNREADABLE.papers"]),
        (
            "certificates/2026-A/statement-approval-p-head.note",
            ["CERTIFICATE_INVALID.file", "UNREADABLE.papers"],
        ),
        ("records/2026/aa", ["UNREADABLE.folder", "UNREADABLE.hidden"]),
        ("records", ["UNREADABLE.folder", *["UNREADABLE.hidden"] * 3]),
    ],
)
def test_what_the_system_refuses_is_undetermined(
    standing: "Builder", found: Found, path: str, expected: list[str]
) -> None:
    assert standing.verify().verdict is Verdict.VALID
    report = _refused(standing, path)
    assert report.verdict is Verdict.UNDETERMINED
    assert found(report) == expected
    assert {finding.verdict for finding in report.findings} == {Verdict.UNDETERMINED}
    assert "\n".join(report_lines(report, language="en"))


@pytest.mark.parametrize(
    ("path", "verdict"),
    [("checkpoint", "undetermined"), ("tile", "undetermined"), ("manifests/2026/000001.json", "invalid")],
)
def test_damage_beside_a_refused_file_is_still_told(
    built: "Builder", found: Found, path: str, verdict: str
) -> None:
    """A changed file contradicts the ledger, so it is certain only where the ledger can be trusted."""
    built.write(built.paths["dd04"][0], b"sealed f0ur")
    report = _refused(built, path)
    assert report.verdict == verdict
    assert ("CORRUPT.digest" in found(report)) == (path != "tile")


def test_destruction_whose_entry_differs_stays_unlawful_with_an_unread_statement(
    unpublished: "Builder", found: Found
) -> None:
    catalogue = unpublished.approve_and_witness("2026-A", ["bb02"])
    unpublished.start("2026-A", catalogue)
    unpublished.destroy("2026-A", "bb02", due="2026-01-02")
    unpublished.complete("2026-A")
    unpublished.publish()
    report = _refused(unpublished, "certificates/2026-A/statement-witness-p-witness.note")
    assert found(report) == ["CERTIFICATE_INVALID.file", "MISSING.no_authority"]
    assert report.findings[-1].facts["problems"] == "statement_unread,entry_differs"
    assert report.verdict is Verdict.INVALID


def test_record_that_is_gone_while_a_catalogue_cannot_be_read_may_be_under_way(
    unpublished: "Builder", found: Found
) -> None:
    catalogue = unpublished.approve_and_witness("2026-A", ["bb02"])
    unpublished.start("2026-A", catalogue)
    unpublished.unlink("bb02")
    unpublished.publish()
    assert "DESTRUCTION_UNFINISHED.record" in found(unpublished.verify())
    report = _refused(unpublished, "certificates/2026-A/catalogue.json")
    assert found(report) == ["CERTIFICATE_INVALID.file", "DESTRUCTION_UNFINISHED.batch", "UNREADABLE.papers"]
    assert report.verdict is Verdict.UNDETERMINED


def test_remembered_checkpoint_is_no_roll_back_if_neither_checkpoint_nor_tiles_can_be_read(
    built: "Builder", found: Found
) -> None:
    remembered = (built.checkpoint(),)
    report = _refused(built, "checkpoint", "tile", remembered=remembered)
    assert "ROLLED_BACK" not in found(report)
    assert report.verdict is Verdict.UNDETERMINED
    shutil.rmtree(built.root / "tile")
    assert "ROLLED_BACK" in found(_refused(built, "checkpoint", remembered=remembered))


def test_log_that_is_gone_is_one_finding_and_not_one_for_each_file(built: "Builder", found: Found) -> None:
    shutil.rmtree(built.root / "tile")
    report = built.verify()
    assert found(report) == ["NOTHING_CHECKED.no_entries", "TILE_CORRUPT.bundles_missing"]
    assert report.findings[-1].facts["count"] == "4"
    assert report.verdict is Verdict.INVALID
