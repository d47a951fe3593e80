"""What must hold for every combination of facts, known or not."""

import dataclasses
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention.facts import AuthorityApproval, BatchFacts, Loan, Person, RecordFacts, StatementFacts
from retention.guard import evaluate, evaluate_batch
from retention.kinds import (
    Appraisal,
    Disposition,
    Medium,
    Method,
    Opinion,
    RecordClass,
    Selection,
    StatementKind,
)
from retention.messages import MESSAGES
from retention.profile import load_profile

Permitted = Callable[[RecordClass], tuple[RecordFacts, BatchFacts]]

MATTERS_TO_ALL = (
    "record_class",
    "disposition",
    "permanent",
    "due",
    "holds",
    "loans",
    "destroyed",
    "integrity_ok",
    "in_catalogue",
)
MATTERS_TO_FILED = ("classified", "destruction_evidence", "medium")
MATTERS_TO_ARCHIVES = ("selection", "opinion")
BATCH_MATTERS_TO_ALL = (
    "record_class",
    "newest_ledger_date",
    "duty",
    "catalogue_drafted",
    "catalogue_now",
    "drafter",
    "other_batches_this_year",
)
BATCH_MATTERS_TO_FILED = ("authority",)

PROFILE = load_profile("taipei-2017")


def unknown(name: str) -> dict[str, Any]:
    return {name: None}


def some_fields_of(facts: RecordFacts | BatchFacts, data: st.DataObject) -> dict[str, Any]:
    """Take up to three fields of random facts, so that now and then the guard permits."""
    names = st.sets(st.sampled_from([field.name for field in dataclasses.fields(facts)]), max_size=3)
    return {name: getattr(facts, name) for name in sorted(data.draw(names))}


days = st.dates()
flags = st.none() | st.booleans()
ids = st.sampled_from(["p-1", "p-2", "p-3"])
digests = st.none() | st.sampled_from(["a" * 64, "b" * 64])
roles = st.none() | st.frozensets(st.sampled_from(["archivist", "agency_head", "witness", "clerk"]))
people = st.builds(Person, person=ids, roles=roles)
records = st.builds(
    RecordFacts,
    record=st.just("r-1"),
    record_class=st.none() | st.sampled_from(RecordClass),
    disposition=st.none() | st.sampled_from(Disposition),
    permanent=flags,
    due=st.none() | days,
    holds=st.none() | st.tuples() | st.tuples(st.just("h-1")),
    loans=st.none()
    | st.tuples()
    | st.tuples(st.builds(Loan, loan=st.just("l-1"), borrower=ids, return_by=days)),
    destroyed=flags,
    integrity_ok=flags,
    in_catalogue=flags,
    classified=flags,
    appraisal=st.none() | st.sampled_from(Appraisal),
    selection=st.none() | st.sampled_from(Selection),
    opinion=st.none() | st.sampled_from(Opinion),
    extended_until=st.none() | days,
    destruction_evidence=flags,
    original_due=st.none() | days,
    copy_reported=flags,
    medium=st.none() | st.sampled_from(Medium),
)
statements = st.builds(
    StatementFacts,
    kind=st.sampled_from(StatementKind),
    by=people,
    catalogue_sha256=digests,
    signed_on=st.none() | days,
    verified=flags,
)
batches = st.builds(
    BatchFacts,
    batch=st.just("b-1"),
    record_class=st.none() | st.sampled_from(RecordClass),
    today=days,
    newest_ledger_date=st.none() | days,
    duty=st.sampled_from([None, *PROFILE.separation.destruction.values()]),
    policy=st.just(PROFILE.destruction),
    catalogue_drafted=digests,
    catalogue_now=digests,
    drafter=st.none() | people,
    statements=st.lists(statements, max_size=4).map(tuple),
    other_batches_this_year=st.none() | st.tuples() | st.tuples(st.just("b-0")),
    reason_code=st.none() | st.just("moved"),
    authority=st.none()
    | st.builds(
        AuthorityApproval,
        number=st.none() | st.just("1"),
        approved_on=st.none() | days,
        catalogue_sha256=digests,
    ),
    method=st.none() | st.sampled_from(Method),
)


@given(records, batches)
def test_guard_never_raises_and_knows_a_text_for_every_reason(record: RecordFacts, batch: BatchFacts) -> None:
    for reason in (*evaluate(record, batch), *evaluate_batch(batch)):
        assert MESSAGES[reason.code].format_map(reason.facts)


@given(records, batches, st.integers(1, 36_500))
def test_guard_refuses_every_record_before_its_due_day(
    record: RecordFacts, batch: BatchFacts, early: int
) -> None:
    today = date(2026, 11, 23)
    record = dataclasses.replace(record, due=today + timedelta(days=early))
    assert "R201" in {reason.code for reason in evaluate(record, dataclasses.replace(batch, today=today))}


@given(st.data(), st.sampled_from(RecordClass))
def test_an_empty_answer_means_that_every_fact_that_matters_is_known(
    permitted: Permitted, data: st.DataObject, record_class: RecordClass
) -> None:
    base, batch = permitted(record_class)
    record = dataclasses.replace(base, **some_fields_of(data.draw(records), data))
    if not evaluate(record, batch):
        assert record.due is not None
        assert record.due <= batch.today
        assert record.holds == ()
        assert record.loans == ()
        assert record.integrity_ok
        assert record.in_catalogue
        assert (record.permanent, record.destroyed) == (False, False)
        assert record.record_class is batch.record_class
        assert record.disposition in {Disposition.DESTROY, Disposition.APPRAISE}


@given(st.data(), st.sampled_from(RecordClass))
def test_an_empty_batch_answer_means_three_different_people_and_one_catalogue(
    permitted: Permitted, data: st.DataObject, record_class: RecordClass
) -> None:
    _, base = permitted(record_class)
    batch = dataclasses.replace(base, **some_fields_of(data.draw(batches), data))
    if not evaluate_batch(batch):
        assert batch.drafter is not None
        approvers = {s.by.person for s in batch.statements if s.kind is StatementKind.APPROVAL}
        witnesses = {s.by.person for s in batch.statements if s.kind is StatementKind.WITNESS}
        assert approvers
        assert witnesses
        assert not approvers & witnesses
        assert batch.drafter.person not in approvers | witnesses
        digests_seen = {s.catalogue_sha256 for s in batch.statements}
        assert digests_seen == {batch.catalogue_now} == {batch.catalogue_drafted}


@given(records, batches)
def test_a_further_hold_never_removes_a_reason(record: RecordFacts, batch: BatchFacts) -> None:
    before = {reason.code for reason in evaluate(record, batch)} - {"R226"}
    held = dataclasses.replace(record, holds=(*(record.holds or ()), "h-9"))
    assert before | {"R225"} == {reason.code for reason in evaluate(held, batch)}


@given(records, batches)
def test_the_same_facts_give_the_same_reasons_in_the_same_order(
    record: RecordFacts, batch: BatchFacts
) -> None:
    assert evaluate(record, batch) == evaluate(record, batch)
    assert evaluate_batch(batch) == evaluate_batch(batch)


@pytest.mark.parametrize("record_class", RecordClass)
@pytest.mark.parametrize("name", MATTERS_TO_ALL)
def test_an_unknown_fact_refuses_the_record_in_every_class(
    name: str, record_class: RecordClass, permitted: Permitted
) -> None:
    record, batch = permitted(record_class)
    assert not evaluate(record, batch)
    assert evaluate(dataclasses.replace(record, **unknown(name)), batch)


@pytest.mark.parametrize("record_class", [RecordClass.B, RecordClass.C])
@pytest.mark.parametrize("name", MATTERS_TO_FILED)
def test_an_unknown_archive_fact_refuses_filed_documents(
    name: str, record_class: RecordClass, permitted: Permitted
) -> None:
    record, batch = permitted(record_class)
    assert evaluate(dataclasses.replace(record, **unknown(name)), batch)


@pytest.mark.parametrize("name", MATTERS_TO_ARCHIVES)
def test_units_and_historians_are_asked_about_archives_only(name: str, permitted: Permitted) -> None:
    filed, batch = permitted(RecordClass.B)
    assert evaluate(dataclasses.replace(filed, **unknown(name)), batch)
    copy, copies = permitted(RecordClass.C)
    assert not evaluate(dataclasses.replace(copy, **unknown(name)), copies)


@pytest.mark.parametrize("name", BATCH_MATTERS_TO_ALL)
@pytest.mark.parametrize("record_class", RecordClass)
def test_an_unknown_fact_refuses_the_batch(
    name: str, record_class: RecordClass, permitted: Permitted
) -> None:
    _, batch = permitted(record_class)
    assert not evaluate_batch(batch)
    assert evaluate_batch(dataclasses.replace(batch, **unknown(name)))


@pytest.mark.parametrize("name", BATCH_MATTERS_TO_FILED)
def test_an_unknown_archive_fact_refuses_the_batch_of_filed_documents(
    name: str, permitted: Permitted
) -> None:
    _, batch = permitted(RecordClass.B)
    assert evaluate_batch(dataclasses.replace(batch, **unknown(name)))
