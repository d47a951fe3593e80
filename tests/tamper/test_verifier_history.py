"""Entries that are rightly signed and contradict each other, or are no entries at all."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from signing.entries import Event
from signing.findings import Report, Verdict
from signing.note import Signer

if TYPE_CHECKING:
    from tests.tamper.conftest import Builder

Found = Callable[[Report], list[str]]
DIGEST = "0a" * 32


def file_again(builder: "Builder") -> None:
    del builder.digests["aa01"]
    builder.file("aa01", b"other content" * 9)


def skip_a_version(builder: "Builder") -> None:
    builder.digests["aa01"] = ["x", "y"]
    builder.file("aa01", b"third version")


def annotate_unknown(builder: "Builder") -> None:
    builder.digests["zz99"] = ["x"]
    builder.file("zz99", b"second version of nothing")


def shorten_due(builder: "Builder") -> None:
    builder.file("bb02", b"annotated", due=date(2025, 12, 31))


def shorten_due_behind_a_version_without(builder: "Builder") -> None:
    builder.file("bb02", b"annotated")
    builder.file("bb02", b"annotated again", due=date(2025, 12, 31))


def hold_twice(builder: "Builder") -> None:
    builder.add(Event.HOLD_PLACED, record="aa01", hold="h1")
    builder.add(Event.HOLD_PLACED, record="aa01", hold="h1")


def step_back(builder: "Builder") -> None:
    builder.now -= timedelta(seconds=60)
    builder.add(Event.EXPORTED, record="aa01", version=1)


def create_again(builder: "Builder") -> None:
    builder.create()


def add_foreign_key(builder: "Builder") -> None:
    builder.add(Event.PERSON_ADDED, person="p-x", roles=[], vkey=Signer("p-x", b"x" * 32).vkey)


def add_garbage_key(builder: "Builder") -> None:
    builder.add(Event.PERSON_ADDED, person="p-x", roles=[], vkey="garbage")


def state_without_draft(builder: "Builder") -> None:
    builder.state("never-drafted", "approval", "p-head", DIGEST)


def start_another_catalogue(builder: "Builder") -> None:
    builder.approve_and_witness("d1", ["bb02"])
    builder.start("d1", DIGEST)
    builder.complete("d1", 0)


def start_after_withdrawal(builder: "Builder") -> None:
    catalogue = builder.approve_and_witness("d1", ["bb02"])
    builder.add(Event.DESTRUCTION_WITHDRAWN, batch="d1", reason_code="error")
    builder.start("d1", catalogue)


def withdraw_after_start(builder: "Builder") -> None:
    catalogue = builder.approve_and_witness("d1", ["bb02"])
    builder.start("d1", catalogue)
    builder.add(Event.DESTRUCTION_WITHDRAWN, batch="d1", reason_code="error")
    builder.destroy("d1", "bb02")
    builder.complete("d1")


def complete_without_start(builder: "Builder") -> None:
    builder.approve_and_witness("d1", ["bb02"])
    builder.complete("d1", 0)


def complete_with_another_count(builder: "Builder") -> None:
    catalogue = builder.approve_and_witness("d1", ["bb02"])
    builder.start("d1", catalogue)
    builder.destroy("d1", "bb02")
    builder.complete("d1", 2)


def annotate_after_destruction(builder: "Builder") -> None:
    catalogue = builder.approve_and_witness("d1", ["bb02"])
    builder.start("d1", catalogue)
    builder.destroy("d1", "bb02")
    builder.complete("d1")
    builder.add(Event.EXPORTED, record="bb02", version=1)


def lend(builder: "Builder", loan: str, record: str = "aa01") -> None:
    builder.add(
        Event.LENT,
        record=record,
        version=1,
        loan=loan,
        borrower="p-9",
        reason_code="audit",
        return_by="2026-12-01",
    )


def take_back(builder: "Builder", loan: str, record: str = "aa01") -> None:
    builder.add(Event.RETURNED, record=record, loan=loan, condition="intact")


def lend_twice(builder: "Builder") -> None:
    lend(builder, "l1")
    lend(builder, "l2")


def return_another_loan(builder: "Builder") -> None:
    lend(builder, "l1")
    take_back(builder, "l2")


def return_twice(builder: "Builder") -> None:
    lend(builder, "l1")
    take_back(builder, "l1")
    take_back(builder, "l1")


def lend_after_destruction(builder: "Builder") -> None:
    annotate_after_destruction(builder)
    del builder.entries[-1]
    lend(builder, "l1", "bb02")


def back_up(builder: "Builder", backup: str, size: int) -> None:
    builder.add(Event.WORKSPACE_BACKED_UP, backup=backup, size=size, backup_sha256=DIGEST)


def back_up_twice(builder: "Builder") -> None:
    back_up(builder, "w1", 3)
    back_up(builder, "w1", 3)


def restore_more_than_the_backup_held(builder: "Builder") -> None:
    back_up(builder, "w1", 3)
    builder.add(Event.WORKSPACE_RESTORED, backup="w1", size=4, replayed=0)


CONTRADICTIONS: list[tuple[Callable[["Builder"], object], list[str]]] = [
    (file_again, ["CORRUPT.size", "HISTORY_INVALID.filed_twice"]),
    (skip_a_version, ["HISTORY_INVALID.version_gap"]),
    (annotate_unknown, ["HISTORY_INVALID.version_gap"]),
    (shorten_due, ["HISTORY_INVALID.due_shortened"]),
    (shorten_due_behind_a_version_without, ["HISTORY_INVALID.due_shortened"]),
    (lambda b: b.add(Event.EXPORTED, record="zz99", version=1), ["HISTORY_INVALID.unknown_record"]),
    (lambda b: b.add(Event.HOLD_PLACED, record="zz99", hold="h"), ["HISTORY_INVALID.unknown_record"]),
    (lambda b: b.add(Event.HOLD_RELEASED, record="aa01", hold="h"), ["HISTORY_INVALID.hold_not_open"]),
    (hold_twice, ["HISTORY_INVALID.hold_twice"]),
    (lend_twice, ["HISTORY_INVALID.lent_twice"]),
    (return_another_loan, ["HISTORY_INVALID.not_lent"]),
    (return_twice, ["HISTORY_INVALID.not_lent"]),
    (lambda b: take_back(b, "l1"), ["HISTORY_INVALID.not_lent"]),
    (lambda b: lend(b, "l1", "zz99"), ["HISTORY_INVALID.unknown_record"]),
    (lambda b: b.add(Event.OPENED, record="zz99", version=1), ["HISTORY_INVALID.unknown_record"]),
    (lend_after_destruction, ["HISTORY_INVALID.after_destruction"]),
    (back_up_twice, ["HISTORY_INVALID.backup_twice"]),
    (lambda b: back_up(b, "w1", 99), ["HISTORY_INVALID.backup_size"]),
    (restore_more_than_the_backup_held, ["HISTORY_INVALID.backup_size"]),
    (step_back, ["HISTORY_INVALID.time_backwards"]),
    (create_again, ["HISTORY_INVALID.creation_misplaced"]),
    (add_foreign_key, ["HISTORY_INVALID.bad_key"]),
    (add_garbage_key, ["HISTORY_INVALID.bad_key"]),
    (state_without_draft, ["HISTORY_INVALID.batch_order"]),
    (start_another_catalogue, ["HISTORY_INVALID.batch_order"]),
    (start_after_withdrawal, ["HISTORY_INVALID.batch_order"]),
    (withdraw_after_start, ["HISTORY_INVALID.batch_order"]),
    (complete_without_start, ["HISTORY_INVALID.batch_order"]),
    (complete_with_another_count, ["HISTORY_INVALID.count_differs"]),
    (annotate_after_destruction, ["HISTORY_INVALID.after_destruction"]),
]


@pytest.mark.parametrize(("contradict", "expected"), CONTRADICTIONS)
def test_contradiction_in_a_signed_ledger_is_found(
    unpublished: "Builder", found: Found, contradict: Callable[["Builder"], object], expected: list[str]
) -> None:
    contradict(unpublished)
    unpublished.publish()
    report = unpublished.verify()
    assert found(report) == expected
    assert report.verdict is Verdict.INVALID


def test_longer_due_of_a_later_version_governs_silently(unpublished: "Builder", found: Found) -> None:
    unpublished.file("bb02", b"annotated", due=date(2029, 1, 1))
    unpublished.publish()
    assert found(unpublished.verify()) == []


@pytest.mark.parametrize("garbage", [b"", b"garbage", b"{}", b"\xff\xfe", b"[" * 60_000])
def test_garbage_signed_as_an_entry_is_found_at_its_place(
    unpublished: "Builder", found: Found, garbage: bytes
) -> None:
    unpublished.entries.append(garbage)
    unpublished.publish()
    report = unpublished.verify()
    assert (report.verdict, found(report)) == (Verdict.INVALID, ["ENTRY_INVALID.malformed"])
    assert report.findings[0].where == "entry 7"


def test_entry_with_another_number_is_found(unpublished: "Builder", found: Found) -> None:
    unpublished.entries.append(unpublished.entries[-1].replace(b'"seq":6', b'"seq":5'))
    unpublished.entries[-1] = unpublished.entries[-1].replace(b"cc03", b"ff03").replace(b"/cc/", b"/ff/")
    unpublished.write("records/2026/ff/ff03.1.sealed", b"sealed three")
    unpublished.publish()
    assert "ENTRY_INVALID.position" in found(unpublished.verify())


def test_filing_with_a_path_outside_the_archive_is_never_opened(unpublished: "Builder", found: Found) -> None:
    outside = unpublished.root.parent / "outside"
    outside.write_bytes(b"sealed three")
    last = unpublished.entries.pop()
    unpublished.filed.pop()
    unpublished.entries.append(last.replace(b"records/2026/cc/cc03.1.sealed", b"../outside"))
    unpublished.publish()
    report = unpublished.verify()
    assert found(report) == ["ENTRY_INVALID.malformed", "UNLEDGERED"]
    assert report.read["sealed_read"] == 2


def test_unpublished_ledger_without_creation_is_found(unpublished: "Builder", found: Found) -> None:
    del unpublished.entries[0]
    unpublished.entries = [
        entry.replace(b'"seq":%d,' % (number + 1), b'"seq":%d,' % number)
        for number, entry in enumerate(unpublished.entries)
    ]
    unpublished.filed = []
    unpublished.publish()
    assert "HISTORY_INVALID.creation_misplaced" in found(unpublished.verify())


@pytest.mark.parametrize(
    "moment", [b"2026-12-31T24:00:00Z", b"2026-12-32T01:00:00Z", b"2027-02-29T01:00:00Z"]
)
def test_moment_that_does_not_exist_is_no_entry(unpublished: "Builder", found: Found, moment: bytes) -> None:
    unpublished.add(Event.EXPORTED, record="aa01", version=1)
    entry = unpublished.entries[-1]
    unpublished.entries[-1] = entry.replace(entry[entry.index(b'"at":"') + 6 :][:20], moment)
    unpublished.publish()
    assert found(unpublished.verify()) == ["ENTRY_INVALID.malformed"]
