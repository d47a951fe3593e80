"""Every class of file, every kind of damage: the verdict is exact, and nothing goes unnoticed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signing.findings import Report, Verdict

if TYPE_CHECKING:
    from tests.tamper.conftest import Builder

Found = Callable[[Report], list[str]]

FULL_BUNDLE, LAST_BUNDLE = "tile/entries/000", "tile/entries/002.p/105"
FULL_TILE, LAST_TILE, TOP_TILE = "tile/0/000", "tile/0/002.p/105", "tile/1/000.p/2"
FIRST, MIDDLE, NEWEST = (f"manifests/2026/00000{number}.json" for number in (1, 2, 3))
SEALED = "records/2026/aa/aa01.1.sealed"
CATALOGUE = "certificates/2026-A/catalogue.json"
APPROVAL = "certificates/2026-A/statement-approval-p-head.note"
WITNESS = "certificates/2026-A/statement-witness-p-witness.note"
CERTIFICATE = "certificates/2026-A/certificate.json"
ALL = (
    "checkpoint",
    FULL_BUNDLE,
    LAST_BUNDLE,
    FULL_TILE,
    LAST_TILE,
    TOP_TILE,
    FIRST,
    MIDDLE,
    NEWEST,
    SEALED,
    CATALOGUE,
    APPROVAL,
    WITNESS,
    CERTIFICATE,
)


def test_archive_without_damage_is_valid_and_says_what_was_read(built: "Builder", found: Found) -> None:
    report = built.verify()
    assert (report.verdict, found(report)) == (Verdict.VALID, [])
    assert report.records == {"OK": 3, "DESTROYED_AUTHORISED": 1}
    assert report.read == {
        "entries": 617,
        "bundles": 3,
        "tiles": 4,
        "manifests": 3,
        "certificates": 4,
        "sealed_files": 4,
        "sealed_read": 4,
        "sealed_taken_over": 0,
        "other_files": 0,
        "bytes": sum(path.stat().st_size for path in built.root.rglob("*") if path.is_file())
        - (built.root / "log.vkey").stat().st_size,
    }
    assert report.checkpoint is not None
    assert report.checkpoint.size == 617


def test_fixture_has_a_file_of_every_class(built: "Builder") -> None:
    assert all((built.root / path).is_file() for path in ALL)


def flip(path: Path, at: int | None = None) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2 if at is None else at] ^= 1
    path.write_bytes(data)


def cut(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def grow(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"x")


def replace_by_link(path: Path) -> None:
    target = path.with_name("elsewhere")
    path.rename(target)
    path.symlink_to(target)


def replace_by_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


TILE_GONE, TILE_SHORT = ["TILE_CORRUPT.file"], ["TILE_CORRUPT.length"]
NO_AUTHORITY = ["CERTIFICATE_INVALID.file", "MISSING.no_authority"]
CHANGED_PAPER = ["CERTIFICATE_INVALID.differs", "MISSING.no_authority"]
DAMAGE = [
    (Path.unlink, "checkpoint", ["CHECKPOINT_INVALID.file"]),
    (empty, "checkpoint", ["CHECKPOINT_INVALID.malformed"]),
    (cut, "checkpoint", ["CHECKPOINT_INVALID.malformed"]),
    (grow, "checkpoint", ["CHECKPOINT_INVALID.malformed"]),
    (replace_by_link, "checkpoint", ["CHECKPOINT_INVALID.file"]),
    (replace_by_folder, "checkpoint", ["CHECKPOINT_INVALID.file"]),
    (Path.unlink, FULL_TILE, TILE_GONE),
    (Path.unlink, LAST_TILE, TILE_GONE),
    (Path.unlink, TOP_TILE, TILE_GONE),
    (empty, FULL_TILE, TILE_SHORT),
    (cut, LAST_TILE, TILE_SHORT),
    (cut, TOP_TILE, TILE_SHORT),
    (grow, TOP_TILE, TILE_SHORT),
    (replace_by_link, FULL_TILE, TILE_GONE),
    (flip, FULL_TILE, ["TILE_CORRUPT.hashes_differ"]),
    (flip, LAST_TILE, ["TILE_CORRUPT.hashes_differ"]),
    (flip, TOP_TILE, ["TILE_CORRUPT.hashes_differ"]),
    (Path.unlink, MIDDLE, ["CHAIN_BROKEN.manifests_missing"]),
    (Path.unlink, FIRST, ["CHAIN_BROKEN.manifests_missing"]),
    (Path.unlink, NEWEST, ["CHAIN_BROKEN.uncovered"]),
    (empty, MIDDLE, ["CHAIN_BROKEN.malformed", "CHAIN_BROKEN.previous"]),
    (cut, NEWEST, ["CHAIN_BROKEN.malformed"]),
    (replace_by_link, NEWEST, ["CHAIN_BROKEN.file"]),
    (Path.unlink, SEALED, ["MISSING.no_entry"]),
    (cut, SEALED, ["CORRUPT.size"]),
    (grow, SEALED, ["CORRUPT.size"]),
    (flip, SEALED, ["CORRUPT.digest"]),
    (replace_by_link, SEALED, ["CORRUPT.not_a_file", "UNLEDGERED"]),
    (replace_by_folder, SEALED, ["MISSING.no_entry"]),
    (Path.unlink, CATALOGUE, NO_AUTHORITY),
    (flip, CATALOGUE, CHANGED_PAPER),
    (replace_by_link, CATALOGUE, NO_AUTHORITY),
    (Path.unlink, APPROVAL, NO_AUTHORITY),
    (flip, APPROVAL, CHANGED_PAPER),
    (Path.unlink, WITNESS, NO_AUTHORITY),
    (cut, WITNESS, CHANGED_PAPER),
    (Path.unlink, CERTIFICATE, ["CERTIFICATE_INVALID.file"]),
    (grow, CERTIFICATE, ["CERTIFICATE_INVALID.differs"]),
]


@pytest.mark.parametrize(
    ("damage", "path", "expected"), DAMAGE, ids=[f"{damage.__name__}-{path}" for damage, path, _ in DAMAGE]
)
def test_damaged_file_gives_exactly_its_findings(
    built: "Builder", found: Found, damage: Callable[[Path], object], path: str, expected: list[str]
) -> None:
    damage(built.root / path)
    report = built.verify()
    assert found(report) == expected
    assert report.verdict is Verdict.INVALID


@pytest.mark.parametrize("path", [FULL_BUNDLE, LAST_BUNDLE])
@pytest.mark.parametrize("damage", [Path.unlink, empty, cut, grow, flip, replace_by_link, replace_by_folder])
def test_damaged_bundle_makes_the_ledger_invalid_and_the_records_uncertain(
    built: "Builder", damage: Callable[[Path], object], path: str
) -> None:
    damage(built.root / path)
    (built.root / SEALED).unlink()
    report = built.verify()
    assert report.verdict is Verdict.INVALID
    assert any(finding.code == "TILE_CORRUPT" for finding in report.findings)
    about_records = [finding for finding in report.findings if finding.where.startswith("records/")]
    assert {finding.verdict for finding in about_records} <= {Verdict.UNDETERMINED}


def test_changed_entry_is_named_and_contradicts_the_signed_root(built: "Builder", found: Found) -> None:
    path = built.root / FULL_BUNDLE
    path.write_bytes(path.read_bytes().replace(b'"version":1}', b'"version":2}', 1))
    report = built.verify()
    assert "CHECKPOINT_INVALID.root" in found(report)
    assert report.findings[0].where == FULL_TILE


def test_bundle_without_its_last_entry_is_found_by_its_count(built: "Builder", found: Found) -> None:
    path = built.root / LAST_BUNDLE
    path.write_bytes(path.read_bytes()[: -2 - len(built.entries[-1])])
    report = built.verify()
    assert "TILE_CORRUPT.count" in found(report)
    assert report.verdict is Verdict.INVALID


def test_content_change_that_keeps_the_size_is_not_seen_without_reading(
    built: "Builder", found: Found
) -> None:
    flip(built.root / SEALED)
    report = built.verify("structure")
    assert (report.verdict, report.read["sealed_read"]) == (Verdict.VALID, 0)
    assert found(built.verify("full")) == ["CORRUPT.digest"]


def test_samples_of_all_parts_together_find_what_full_finds(built: "Builder") -> None:
    for path in (
        "records/2026/aa/aa01.1.sealed",
        "records/2026/aa/aa01.2.sealed",
        "records/2026/dd/dd04.1.sealed",
    ):
        flip(built.root / path)
    reports = [built.verify(f"sample:{part}/2") for part in (1, 2)]
    assert sum(report.read["sealed_read"] for report in reports) == 4
    assert sum(len(report.findings) for report in reports) == 3


def test_sample_without_any_file_in_it_says_that_nothing_was_checked(built: "Builder", found: Found) -> None:
    report = built.verify("sample:9/9")
    assert (report.verdict, found(report)) == (Verdict.UNDETERMINED, ["NOTHING_CHECKED.content"])


def test_swapped_sealed_files_are_both_corrupt(built: "Builder", found: Found) -> None:
    one, other = (built.root / f"records/2026/{name}.sealed" for name in ("bb/bb02.1", "dd/dd04.1"))
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)
    assert found(built.verify()) == ["CORRUPT.size", "CORRUPT.size"]


def test_swapped_manifests_break_the_chain(built: "Builder", found: Found) -> None:
    one, other = built.root / FIRST, built.root / MIDDLE
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)
    report = built.verify()
    assert report.verdict is Verdict.INVALID
    assert {"CHAIN_BROKEN.number", "CHAIN_BROKEN.previous", "CHAIN_BROKEN.range"} <= set(found(report))


def test_manifest_with_another_entry_list_is_found_at_the_entry(built: "Builder", found: Found) -> None:
    path = built.root / NEWEST
    path.write_bytes(path.read_bytes().replace(b'"size":11', b'"size":12'))
    report = built.verify()
    assert found(report) == ["CHAIN_BROKEN.entries"]
    assert report.findings[0].facts["entry"] == "616"


def test_same_manifest_number_in_two_years_is_found(built: "Builder", found: Found) -> None:
    built.write("manifests/2027/000002.json", (built.root / MIDDLE).read_bytes())
    assert found(built.verify()) == ["CHAIN_BROKEN.number_twice"]


def test_file_that_nobody_filed_is_unledgered(built: "Builder", found: Found) -> None:
    built.write("records/2026/zz/zz99.1.sealed", b"planted")
    report = built.verify("structure")
    assert (report.verdict, found(report)) == (Verdict.INVALID, ["UNLEDGERED"])
    assert report.records["UNLEDGERED"] == 1
    assert report.findings[0].where == "records/2026/zz/zz99.1.sealed"


def test_leftover_partial_tiles_that_agree_are_no_finding(built: "Builder", found: Found) -> None:
    built.write("tile/0/002.p/7", (built.root / LAST_TILE).read_bytes()[: 7 * 32])
    built.write("tile/0/001.p/200", (built.root / "tile/0/001").read_bytes()[: 200 * 32])
    assert found(built.verify()) == []


def test_leftover_partial_tile_that_contradicts_is_found(built: "Builder", found: Found) -> None:
    built.write("tile/0/002.p/7", b"x" * 7 * 32)
    built.write("tile/entries/002.p/2", b"\0\1a\0\1b")
    assert found(built.verify()) == ["TILE_CORRUPT.bundles_differ", "TILE_CORRUPT.hashes_differ"]


def test_other_files_are_counted_and_not_judged(built: "Builder") -> None:
    built.write("tile/README", b"x")
    built.write("manifests/notes.txt", b"x")
    report = built.verify()
    assert (report.verdict, report.read["other_files"]) == (Verdict.VALID, 2)


@contextmanager
def changed(path: Path, data: bytes | None) -> Iterator[None]:
    """Change a file, or remove it, and put it back afterwards."""
    before = path.read_bytes()
    try:
        if data is None:
            path.unlink()
        else:
            path.write_bytes(data)
        yield
    finally:
        path.write_bytes(before)


def judged_files(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file() and path.name != "log.vkey")


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=150)
@given(data=st.data())
def test_no_flipped_bit_anywhere_leaves_the_archive_valid(standing: "Builder", data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(judged_files(standing.root)))
    content = bytearray(path.read_bytes())
    bit = data.draw(st.integers(0, len(content) * 8 - 1))
    content[bit // 8] ^= 1 << bit % 8
    with changed(path, bytes(content)):
        assert standing.verify().verdict is Verdict.INVALID


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=80)
@given(data=st.data())
def test_no_file_can_be_cut_or_removed_unnoticed(standing: "Builder", data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(judged_files(standing.root)))
    content = path.read_bytes()
    kept = data.draw(st.none() | st.integers(0, len(content) - 1))
    with changed(path, None if kept is None else content[:kept]):
        assert standing.verify("structure").verdict is Verdict.INVALID


def test_manifest_that_lists_in_another_order_is_found(unpublished: "Builder", found: Found) -> None:
    unpublished.publish()
    path = unpublished.root / FIRST
    one, other = (entry.to_bytes() for entry in unpublished.filed[:2])
    path.write_bytes(path.read_bytes().replace(one + b"," + other, other + b"," + one))
    report = unpublished.verify()
    assert found(report) == ["CHAIN_BROKEN.entries"]
