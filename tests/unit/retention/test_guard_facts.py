"""The facts of a refusal are the true ones: what was expected, what was found."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

import pytest

from retention.facts import BatchFacts, RecordFacts
from retention.guard import evaluate, evaluate_batch
from retention.kinds import RecordClass

Permitted = Callable[[RecordClass], tuple[RecordFacts, BatchFacts]]
BatchChange = Callable[[BatchFacts], BatchFacts]
OTHER = "b" * 64


def facts_by_code(record: RecordFacts, batch: BatchFacts) -> dict[str, Mapping[str, str]]:
    return {reason.code: reason.facts for reason in (*evaluate(record, batch), *evaluate_batch(batch))}


def signed_on(batch: BatchFacts, day: date) -> BatchFacts:
    return replace(batch, statements=tuple(replace(s, signed_on=day) for s in batch.statements))


@pytest.mark.parametrize(("batch_class", "shown"), [(RecordClass.A, "A"), (None, "?")])
def test_wrong_class_names_both_classes(
    batch_class: RecordClass | None, shown: str, permitted: Permitted
) -> None:
    record, batch = permitted(RecordClass.B)
    facts = facts_by_code(record, replace(batch, record_class=batch_class))["R250"]
    assert facts == {"record": "r-1", "batch": "b-1", "class": "B", "batch_class": shown}


@pytest.mark.parametrize(("batch_class", "shown"), [(RecordClass.C, "C"), (None, "?")])
def test_missing_duty_names_the_class(
    batch_class: RecordClass | None, shown: str, permitted: Permitted
) -> None:
    record, batch = permitted(RecordClass.C)
    facts = facts_by_code(record, replace(batch, record_class=batch_class, duty=None))["R260"]
    assert facts == {"batch": "b-1", "class": shown}


@pytest.mark.parametrize(
    ("now", "signed", "expected", "got"),
    [(OTHER, "a" * 64, OTHER, "a" * 64), (None, OTHER, "?", OTHER), (OTHER, None, OTHER, "?")],
)
def test_statement_of_another_catalogue_names_both_digests(
    now: str | None, signed: str | None, expected: str, got: str, permitted: Permitted
) -> None:
    record, batch = permitted(RecordClass.A)
    signed_statements = tuple(replace(s, catalogue_sha256=signed) for s in batch.statements)
    facts = facts_by_code(record, replace(batch, catalogue_now=now, statements=signed_statements))["R266"]
    assert (facts["expected"], facts["got"]) == (expected, got)


BATCH_CASES: list[tuple[str, BatchChange, dict[str, str]]] = [
    (
        "R203",
        lambda batch: replace(batch, newest_ledger_date=date(2026, 11, 24)),
        {"batch": "b-1", "today": "2026-11-23", "newest": "2026-11-24"},
    ),
    (
        "R205",
        lambda batch: replace(batch, newest_ledger_date=date(2025, 1, 1)),
        {"batch": "b-1", "today": "2026-11-23", "newest": "2025-01-01", "days": "400", "confirmed": "0"},
    ),
    (
        "R261",
        lambda batch: replace(batch, catalogue_drafted=OTHER),
        {"batch": "b-1", "drafted": OTHER, "now": "a" * 64},
    ),
    (
        "R270",
        lambda batch: replace(batch, statements=batch.statements[1:]),
        {"batch": "b-1", "needed": "1", "got": "0"},
    ),
    (
        "R271",
        lambda batch: replace(batch, statements=batch.statements[:1]),
        {"batch": "b-1", "needed": "1", "got": "0"},
    ),
    (
        "R272",
        lambda batch: signed_on(batch, date(2026, 11, 20)),
        {"batch": "b-1", "person": "p-head", "today": "2026-11-23", "signed": "2026-11-20", "days": "7"},
    ),
    (
        "R280",
        lambda batch: replace(batch, other_batches_this_year=("b-8", "b-9")),
        {"batch": "b-1", "others": "b-8、b-9"},
    ),
]


@pytest.mark.parametrize(("code", "change", "expected"), BATCH_CASES, ids=[case[0] for case in BATCH_CASES])
def test_batch_refusal_names_what_it_found(
    code: str, change: BatchChange, expected: dict[str, str], permitted: Permitted
) -> None:
    record, batch = permitted(RecordClass.B)
    assert facts_by_code(record, change(batch))[code] == expected


def test_role_refusals_list_the_roles_that_may(permitted: Permitted) -> None:
    record, batch = permitted(RecordClass.A)
    assert batch.drafter is not None
    nobody = replace(batch.drafter, roles=frozenset({"clerk"}))
    signers = tuple(replace(s, by=replace(s.by, roles=frozenset({"clerk"}))) for s in batch.statements)
    facts = facts_by_code(record, replace(batch, drafter=nobody, statements=signers[:1]))
    assert facts["R264"]["roles"] == "agency_manager、archivist"
    assert facts["R267"]["roles"] == "agency_head、agency_manager"
    facts = facts_by_code(record, replace(batch, statements=signers[1:]))
    assert facts["R267"]["roles"] == "auditor_ethics、auditor_it、witness"
