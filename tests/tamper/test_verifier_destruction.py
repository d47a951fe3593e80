"""Destruction with every kind of missing, late or forged authority: exactly one state for the record."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from signing.entries import Event
from signing.findings import Report, Verdict
from signing.note import Signer
from signing.statement import person_key_name, sign_statement

if TYPE_CHECKING:
    from tests.tamper.conftest import Builder

Found = Callable[[Report], list[str]]
Act = Callable[["Builder"], object]


def lawful(builder: "Builder") -> None:
    catalogue = builder.approve_and_witness("d1", ["bb02"])
    finish(builder, catalogue)


def finish(builder: "Builder", catalogue: str, *, due: str = "2026-01-01", record: str = "bb02") -> None:
    builder.start("d1", catalogue)
    builder.destroy("d1", record, due=due)
    builder.complete("d1")


def state_of(report: Report) -> str:
    """Return the one state besides OK (two other records are in order)."""
    assert report.records["OK"] == 2
    assert sum(report.records.values()) == 3
    (state,) = set(report.records) - {"OK"}
    return state


def test_lawful_destruction_is_authorised_and_valid(unpublished: "Builder", found: Found) -> None:
    lawful(unpublished)
    unpublished.publish()
    report = unpublished.verify()
    assert (report.verdict, found(report), state_of(report)) == (Verdict.VALID, [], "DESTROYED_AUTHORISED")


def no_approval(builder: "Builder") -> None:
    catalogue = builder.draft("d1", ["bb02"])
    builder.state("d1", "witness", "p-witness", catalogue)
    finish(builder, catalogue)


def no_witness(builder: "Builder") -> None:
    catalogue = builder.draft("d1", ["bb02"])
    builder.state("d1", "approval", "p-head", catalogue)
    finish(builder, catalogue)


def same_person(builder: "Builder") -> None:
    catalogue = builder.draft("d1", ["bb02"])
    builder.state("d1", "approval", "p-head", catalogue)
    builder.state("d1", "witness", "p-head", catalogue)
    finish(builder, catalogue)


def same_key_under_two_names(builder: "Builder") -> None:
    twin = Signer(person_key_name(builder.log.name, "p-twin"), builder.people["p-head"].seed)
    builder.people["p-twin"] = twin
    builder.add(Event.PERSON_ADDED, person="p-twin", roles=["witness"], vkey=twin.vkey)
    catalogue = builder.draft("d1", ["bb02"])
    builder.state("d1", "approval", "p-head", catalogue)
    builder.state("d1", "witness", "p-twin", catalogue)
    finish(builder, catalogue)


def same_person_with_two_keys(builder: "Builder") -> None:
    catalogue = builder.draft("d1", ["bb02"])
    builder.state("d1", "approval", "p-head", catalogue)
    builder.add_person("p-head", 9)
    builder.state("d1", "witness", "p-head", catalogue)
    finish(builder, catalogue)


def drafter_approves(builder: "Builder") -> None:
    catalogue = builder.draft("d1", ["bb02"])
    builder.state("d1", "approval", "p-archivist", catalogue)
    builder.state("d1", "witness", "p-witness", catalogue)
    finish(builder, catalogue)


def drafter_witnesses(builder: "Builder") -> None:
    catalogue = builder.draft("d1", ["bb02"])
    builder.state("d1", "approval", "p-head", catalogue)
    builder.state("d1", "witness", "p-archivist", catalogue)
    finish(builder, catalogue)


def approval_after_start(builder: "Builder") -> None:
    catalogue = builder.draft("d1", ["bb02"])
    builder.state("d1", "witness", "p-witness", catalogue)
    builder.start("d1", catalogue)
    builder.state("d1", "approval", "p-head", catalogue)
    builder.destroy("d1", "bb02")
    builder.complete("d1")


def approval_of_another_catalogue(builder: "Builder") -> None:
    other = builder.draft("d1", ["bb02", "cc03"])
    builder.state("d1", "approval", "p-head", other)
    catalogue = builder.draft("d1", ["bb02"])
    builder.state("d1", "witness", "p-witness", catalogue)
    finish(builder, catalogue)


def record_not_in_catalogue(builder: "Builder") -> None:
    catalogue = builder.approve_and_witness("d1", ["cc03"])
    finish(builder, catalogue)


def empty_catalogue(builder: "Builder") -> None:
    finish(builder, builder.approve_and_witness("d1", []))


def catalogue_older_than_a_version(builder: "Builder") -> None:
    catalogue = builder.approve_and_witness("d1", ["bb02"])
    builder.file("bb02", b"annotated", due=date(2026, 1, 1))
    finish(builder, catalogue)


def never_started(builder: "Builder") -> None:
    builder.approve_and_witness("d1", ["bb02"])
    builder.destroy("d1", "bb02")


def never_drafted(builder: "Builder") -> None:
    builder.destroy("d9", "bb02")


def withdrawn(builder: "Builder") -> None:
    builder.approve_and_witness("d1", ["bb02"])
    builder.add(Event.DESTRUCTION_WITHDRAWN, batch="d1", reason_code="error")
    builder.destroy("d1", "bb02")


def another_due_in_the_entry(builder: "Builder") -> None:
    finish(builder, builder.approve_and_witness("d1", ["bb02"]), due="2025-01-01")


MISSING = "MISSING.no_authority"
UNLAWFUL: list[tuple[Act, str]] = [
    (no_approval, "no_approval"),
    (no_witness, "no_witness"),
    (same_person, "same_person"),
    (same_key_under_two_names, "same_person"),
    (same_person_with_two_keys, "same_person"),
    (drafter_approves, "drafter_signed"),
    (drafter_witnesses, "drafter_signed"),
    (approval_after_start, "no_approval"),
    (approval_of_another_catalogue, "no_approval"),
    (record_not_in_catalogue, "not_listed"),
    (empty_catalogue, "not_listed"),
    (catalogue_older_than_a_version, "listed_otherwise"),
    (never_started, "not_started"),
    (never_drafted, "not_started"),
    (withdrawn, "no_batch"),
    (another_due_in_the_entry, "entry_differs"),
]


@pytest.mark.parametrize(("act", "problem"), UNLAWFUL, ids=[act.__name__ for act, _ in UNLAWFUL])
def test_destruction_without_authority_is_missing(
    unpublished: "Builder", found: Found, act: Act, problem: str
) -> None:
    act(unpublished)
    unpublished.publish()
    report = unpublished.verify()
    assert (found(report), state_of(report), report.verdict) == ([MISSING], "MISSING", Verdict.INVALID)
    assert report.findings[0].facts["problems"].split(",")[0] == problem


def test_statement_signed_with_anothers_key_does_not_count(unpublished: "Builder", found: Found) -> None:
    catalogue = unpublished.draft("d1", ["bb02"])
    forged = Signer(person_key_name(unpublished.log.name, "p-head"), b"f" * 32)
    unpublished.state("d1", "approval", "p-head", catalogue, key=forged)
    unpublished.state("d1", "witness", "p-witness", catalogue)
    finish(unpublished, catalogue)
    unpublished.publish()
    assert found(unpublished.verify()) == ["CERTIFICATE_INVALID.signature", MISSING]


@pytest.mark.parametrize(
    "said", [{"batch": "d2"}, {"kind": "witness"}, {"person": "p-witness"}, {"catalogue_sha256": "0" * 64}]
)
def test_statement_about_something_else_does_not_count(
    unpublished: "Builder", found: Found, said: dict[str, str]
) -> None:
    catalogue = unpublished.draft("d1", ["bb02"])
    unpublished.state("d1", "witness", "p-witness", catalogue)
    fields = {"batch": "d1", "kind": "approval", "person": "p-head", "catalogue_sha256": catalogue, **said}
    state_otherwise(unpublished, fields, catalogue)
    finish(unpublished, catalogue)
    unpublished.publish()
    assert found(unpublished.verify()) == ["CERTIFICATE_INVALID.says_otherwise", MISSING]


def state_otherwise(builder: "Builder", fields: dict[str, str], catalogue: str) -> None:
    """Enter a statement as the head's approval although it says something else."""
    note = sign_statement(fields, builder.people["p-head"])
    builder.write("certificates/d1/statement-approval-p-head.note", note)
    builder.add(
        Event.DESTRUCTION_STATED,
        batch="d1",
        kind="approval",
        person="p-head",
        catalogue_sha256=catalogue,
        statement_sha256=sha256(note).hexdigest(),
    )


def test_two_approvals_suffice_when_one_is_the_witness_too(unpublished: "Builder", found: Found) -> None:
    catalogue = unpublished.approve_and_witness("d1", ["bb02"])
    unpublished.state("d1", "approval", "p-witness", catalogue)
    finish(unpublished, catalogue)
    unpublished.publish()
    assert found(unpublished.verify()) == []


def test_destruction_one_day_before_its_time_is_early(unpublished: "Builder", found: Found) -> None:
    unpublished.file("bb02", b"annotated", due=date(2026, 1, 3))
    unpublished.now = datetime(2026, 1, 2, 15, 50, tzinfo=UTC)  # 23:50 in Taipei
    finish(unpublished, unpublished.approve_and_witness("d1", ["bb02"]), due="2026-01-03")
    unpublished.publish()
    report = unpublished.verify()
    assert (found(report), state_of(report)) == (["EARLY_DESTROYED"], "EARLY_DESTROYED")
    facts = report.findings[0].facts
    assert (facts["destroyed_on"], facts["due"], facts["problems"]) == ("2026-01-02", "2026-01-03", "early")


def test_destruction_on_the_first_local_day_is_lawful(unpublished: "Builder", found: Found) -> None:
    unpublished.file("bb02", b"annotated", due=date(2026, 1, 3))
    unpublished.now = datetime(2026, 1, 2, 16, 0, tzinfo=UTC)  # midnight in Taipei
    finish(unpublished, unpublished.approve_and_witness("d1", ["bb02"]), due="2026-01-03")
    unpublished.publish()
    assert found(unpublished.verify()) == []


def test_destruction_of_a_record_whose_retention_never_began_is_early(
    unpublished: "Builder", found: Found
) -> None:
    finish(unpublished, unpublished.approve_and_witness("d1", ["aa01"]), record="aa01")
    unpublished.publish()
    report = unpublished.verify()
    assert (found(report), state_of(report)) == (["EARLY_DESTROYED.no_due"], "EARLY_DESTROYED")


def test_destruction_while_a_hold_is_open_is_held_but_destroyed(unpublished: "Builder", found: Found) -> None:
    unpublished.add(Event.HOLD_PLACED, record="bb02", hold="h1")
    unpublished.add(Event.HOLD_PLACED, record="bb02", hold="h2")
    unpublished.add(Event.HOLD_RELEASED, record="bb02", hold="h1")
    lawful(unpublished)
    unpublished.publish()
    report = unpublished.verify()
    assert (found(report), state_of(report)) == (["HELD_BUT_DESTROYED"], "HELD_BUT_DESTROYED")


def test_destruction_after_all_holds_are_released_is_lawful(unpublished: "Builder", found: Found) -> None:
    unpublished.add(Event.HOLD_PLACED, record="bb02", hold="h1")
    unpublished.add(Event.HOLD_RELEASED, record="bb02", hold="h1")
    lawful(unpublished)
    unpublished.publish()
    assert found(unpublished.verify()) == []


@pytest.mark.parametrize("content", [b"sealed two", b"", b"something else"])
def test_file_of_a_destroyed_record_that_is_there_again_is_resurrected(
    unpublished: "Builder", found: Found, content: bytes
) -> None:
    lawful(unpublished)
    unpublished.publish()
    unpublished.write(unpublished.paths["bb02"][0], content)
    report = unpublished.verify("structure")
    assert (found(report), state_of(report)) == (["RESURRECTED"], "RESURRECTED")


def test_record_that_is_gone_without_any_entry_is_missing(unpublished: "Builder", found: Found) -> None:
    unpublished.publish()
    unpublished.unlink("bb02")
    report = unpublished.verify("structure")
    assert (found(report), state_of(report)) == (["MISSING.no_entry"], "MISSING")


def test_record_that_is_gone_during_its_own_batch_is_unfinished_and_not_lost(
    unpublished: "Builder", found: Found
) -> None:
    catalogue = unpublished.approve_and_witness("d1", ["bb02", "cc03"])
    unpublished.start("d1", catalogue, 2)
    unpublished.publish()
    unpublished.unlink("bb02")
    report = unpublished.verify()
    assert report.verdict is Verdict.UNDETERMINED
    assert found(report) == ["DESTRUCTION_UNFINISHED.batch", "DESTRUCTION_UNFINISHED.record"]
    assert report.records == {"OK": 2, "DESTRUCTION_UNFINISHED": 1}


def test_record_that_is_gone_during_anothers_batch_is_missing(unpublished: "Builder", found: Found) -> None:
    catalogue = unpublished.approve_and_witness("d1", ["cc03"])
    unpublished.start("d1", catalogue)
    unpublished.publish()
    unpublished.unlink("bb02")
    report = unpublished.verify()
    assert found(report) == ["DESTRUCTION_UNFINISHED.batch", "MISSING.no_entry"]
    assert report.verdict is Verdict.INVALID


def test_unfinished_batch_without_approval_excuses_nothing(unpublished: "Builder", found: Found) -> None:
    catalogue = unpublished.draft("d1", ["bb02"])
    unpublished.start("d1", catalogue)
    unpublished.publish()
    unpublished.unlink("bb02")
    assert found(unpublished.verify()) == ["DESTRUCTION_UNFINISHED.batch", MISSING]


def test_unfinished_batch_before_its_time_is_early(unpublished: "Builder", found: Found) -> None:
    unpublished.file("bb02", b"annotated", due=date(2027, 1, 1))
    catalogue = unpublished.approve_and_witness("d1", ["bb02"])
    unpublished.start("d1", catalogue)
    unpublished.publish()
    unpublished.unlink("bb02")
    assert found(unpublished.verify()) == ["DESTRUCTION_UNFINISHED.batch", "EARLY_DESTROYED"]


def test_approval_given_before_the_person_was_registered_does_not_count(
    unpublished: "Builder", found: Found
) -> None:
    newcomer = Signer(person_key_name(unpublished.log.name, "p-new"), b"n" * 32)
    unpublished.people["p-new"] = newcomer
    catalogue = unpublished.draft("d1", ["bb02"])
    unpublished.state("d1", "witness", "p-witness", catalogue)
    unpublished.state("d1", "approval", "p-new", catalogue)
    unpublished.add(Event.PERSON_ADDED, person="p-new", roles=[], vkey=newcomer.vkey)
    finish(unpublished, catalogue)
    unpublished.publish()
    assert found(unpublished.verify()) == ["CERTIFICATE_INVALID.signature", MISSING]


def test_catalogue_that_lists_a_record_twice_gives_no_authority(unpublished: "Builder", found: Found) -> None:
    finish(unpublished, unpublished.approve_and_witness("d1", ["bb02", "bb02"]))
    unpublished.publish()
    assert found(unpublished.verify()) == ["CERTIFICATE_INVALID.malformed", MISSING]


def test_drafted_batch_that_was_never_started_is_no_finding(unpublished: "Builder", found: Found) -> None:
    unpublished.approve_and_witness("d1", ["bb02"])
    unpublished.publish()
    assert found(unpublished.verify()) == []


def test_destroyed_record_needs_its_papers_for_ever(unpublished: "Builder", found: Found) -> None:
    lawful(unpublished)
    unpublished.publish()
    for path in Path(unpublished.root / "certificates/d1").iterdir():
        path.unlink()
    report = unpublished.verify("structure")
    assert found(report) == ["CERTIFICATE_INVALID.file"] * 4 + [MISSING]
    assert report.findings[-1].facts["problems"] == "catalogue_missing,no_approval,no_witness"
