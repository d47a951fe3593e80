"""Facts under which nothing speaks against a destruction; each test changes what it is about."""

import dataclasses
from collections.abc import Callable
from datetime import date

import pytest

from retention.facts import AuthorityApproval, BatchFacts, Person, RecordFacts, StatementFacts
from retention.kinds import Disposition, Medium, Method, Opinion, RecordClass, Selection, StatementKind
from retention.profile import Profile, load_profile

TODAY = date(2026, 11, 23)
DIGEST = "a" * 64


@pytest.fixture(scope="session")
def profile() -> Profile:
    return load_profile("taipei-2017")


def _record() -> RecordFacts:
    return RecordFacts(
        record="r-1",
        record_class=RecordClass.A,
        disposition=Disposition.DESTROY,
        permanent=False,
        due=date(2024, 3, 1),
        holds=(),
        loans=(),
        destroyed=False,
        integrity_ok=True,
        in_catalogue=True,
        clause="七(二)",
    )


def _archive() -> RecordFacts:
    """Return a filed document; its further facts matter too."""
    return dataclasses.replace(
        _record(),
        record_class=RecordClass.B,
        classified=False,
        selection=Selection.NOT_SELECTED,
        opinion=Opinion.AGREED,
        destruction_evidence=False,
        medium=Medium.ELECTRONIC,
        clause="七(三)",
    )


def _copy() -> RecordFacts:
    return dataclasses.replace(
        _archive(), record_class=RecordClass.C, original_due=date(2024, 3, 1), copy_reported=True
    )


def _statement(kind: StatementKind, person: str, role: str) -> StatementFacts:
    by = Person(person=person, roles=frozenset({role}))
    return StatementFacts(
        kind=kind, by=by, catalogue_sha256=DIGEST, signed_on=date(2026, 11, 16), verified=True
    )


def _batch(profile: Profile, record_class: RecordClass) -> BatchFacts:
    return BatchFacts(
        batch="b-1",
        record_class=record_class,
        today=TODAY,
        newest_ledger_date=date(2026, 11, 20),
        duty=profile.duty(record_class),
        policy=profile.destruction,
        catalogue_drafted=DIGEST,
        catalogue_now=DIGEST,
        drafter=Person(person="p-archivist", roles=frozenset({"archivist"})),
        statements=(
            _statement(StatementKind.APPROVAL, "p-head", "agency_head"),
            _statement(StatementKind.WITNESS, "p-ethics", "auditor_ethics"),
        ),
        other_batches_this_year=(),
        authority=AuthorityApproval(
            number="檔徵字第1號", approved_on=date(2026, 11, 2), catalogue_sha256=DIGEST
        ),
        method=Method.ERASE,
    )


@pytest.fixture(scope="session")
def permitted(profile: Profile) -> Callable[[RecordClass], tuple[RecordFacts, BatchFacts]]:
    """Facts of one record and its batch, for a class, against which nothing speaks."""
    records = {RecordClass.A: _record(), RecordClass.B: _archive(), RecordClass.C: _copy()}

    def facts(record_class: RecordClass) -> tuple[RecordFacts, BatchFacts]:
        batch = _batch(profile, record_class)
        if record_class is RecordClass.A:
            batch = dataclasses.replace(batch, method=None, authority=None)
        return records[record_class], batch

    return facts
