"""The guard against its table: one file per case, named after what is wrong."""

import dataclasses
import re
import string
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from retention.facts import (
    AuthorityApproval,
    BatchFacts,
    Loan,
    Person,
    RecordFacts,
    StatementFacts,
)
from retention.guard import Reason, evaluate, evaluate_batch
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

VECTORS = Path(__file__).resolve().parents[2] / "vectors" / "retention" / "guard"
FILES = sorted(VECTORS.glob("*.toml"))
Permitted = Callable[[RecordClass], tuple[RecordFacts, BatchFacts]]
Table = Mapping[str, Any]

KINDS: Mapping[str, Callable[[Any], object]] = {
    "record_class": RecordClass,
    "disposition": Disposition,
    "appraisal": Appraisal,
    "selection": Selection,
    "opinion": Opinion,
    "medium": Medium,
    "method": Method,
    "holds": tuple,
    "loans": lambda loans: tuple(Loan(**loan) for loan in loans),
    "other_batches_this_year": tuple,
    "clock_confirmed_by": tuple,
    "approved_witnesses": frozenset,
}


def as_is(value: object) -> object:
    return value


def person(table: Table) -> Person:
    roles = table.get("roles")
    return Person(person=table["person"], roles=None if roles is None else frozenset(roles))


def statement(table: Table) -> StatementFacts:
    return StatementFacts(
        kind=StatementKind(table["kind"]),
        by=person(table),
        catalogue_sha256=table.get("catalogue_sha256"),
        signed_on=table.get("signed_on"),
        verified=table.get("verified"),
    )


def authority(table: Table) -> AuthorityApproval:
    names = ("number", "approved_on", "catalogue_sha256")
    return AuthorityApproval(**{name: table.get(name) for name in names})


def changed_batch(batch: BatchFacts, table: Table) -> BatchFacts:
    changes: dict[str, Any] = {}
    for name, value in table.items():
        match name:
            case "statements":
                changes[name] = tuple(statement(item) for item in value)
            case "drafter":
                changes[name] = person(value)
            case "authority":
                changes[name] = authority(value)
            case "duty":
                assert batch.duty is not None
                changes[name] = batch.duty.model_copy(update=value)
            case "policy":
                changes[name] = batch.policy.model_copy(update=value)
            case _:
                changes[name] = KINDS.get(name, as_is)(value)
    return dataclasses.replace(batch, **changes)


def changed_record(record: RecordFacts, table: Table) -> RecordFacts:
    changes: dict[str, Any] = {name: KINDS.get(name, as_is)(value) for name, value in table.items()}
    return dataclasses.replace(record, **changes)


def unknown(names: list[str]) -> dict[str, Any]:
    return dict.fromkeys(names)


def reasons_of(path: Path, permitted: Permitted) -> tuple[tuple[Reason, ...], list[str]]:
    case = tomllib.loads(path.read_text(encoding="utf-8"))
    record, batch = permitted(RecordClass(case["base"]))
    record = changed_record(record, case.get("record", {}))
    record = dataclasses.replace(record, **unknown(case.get("unknown_record", [])))
    batch = changed_batch(batch, case.get("batch", {}))
    batch = dataclasses.replace(batch, **unknown(case.get("unknown_batch", [])))
    return (*evaluate(record, batch), *evaluate_batch(batch)), case["expect"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_guard_gives_exactly_the_expected_reasons_in_order(path: Path, permitted: Permitted) -> None:
    reasons, expected = reasons_of(path, permitted)
    assert [reason.code for reason in reasons] == expected


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_reason_has_a_clause_and_all_facts_of_its_text(path: Path, permitted: Permitted) -> None:
    reasons, _ = reasons_of(path, permitted)
    for reason in reasons:
        named = {name for _, name, _, _ in string.Formatter().parse(MESSAGES[reason.code]) if name}
        assert named <= set(reason.facts), reason.code
        assert reason.clause


def test_file_names_say_the_code_that_they_expect() -> None:
    for path in FILES:
        expected = tomllib.loads(path.read_text(encoding="utf-8"))["expect"]
        code = re.match(r"R\d{3}", path.stem)
        assert code.group() in expected if code else not expected or path.stem.startswith("all-"), path.stem


def test_every_code_of_the_guard_has_a_vector() -> None:
    expected = {code for path in FILES for code in tomllib.loads(path.read_text(encoding="utf-8"))["expect"]}
    assert expected == {code for code in MESSAGES if code.startswith("R2")}


def test_not_due_reason_names_both_days_and_the_rules_clause(permitted: Permitted) -> None:
    record, batch = permitted(RecordClass.A)
    (reason,) = evaluate(dataclasses.replace(record, due=date(2026, 11, 24)), batch)
    facts = {"record": "r-1", "due": "2026-11-24", "today": "2026-11-23"}
    assert reason == Reason("R201", "七(二)", facts)
    (unruled,) = evaluate(dataclasses.replace(record, due=date(2026, 11, 24), clause=""), batch)
    assert unruled.clause == "檔案法 §12 I"


def test_several_holds_are_named_in_one_reason(permitted: Permitted) -> None:
    record, batch = permitted(RecordClass.A)
    (reason,) = evaluate(dataclasses.replace(record, holds=("h-1", "h-2")), batch)
    assert reason.facts["holds"] == "h-1、h-2"


def test_reason_can_be_put_into_a_set() -> None:
    assert len({Reason("R201", "七(二)", {"a": "1"}), Reason("R201", "七(二)", {"a": "1"})}) == 1


def test_facts_and_reasons_cannot_be_changed_after_the_decision(permitted: Permitted) -> None:
    record, batch = permitted(RecordClass.A)
    for value, name in ((record, "due"), (batch, "today"), (Reason("R201", "七(二)"), "code")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, name, None)
