"""Answers of units and of the authority that cannot be: refused, and nothing changed."""

from datetime import date, timedelta

import pytest

from tests.integration.destruction.conftest import fill_sheet
from webir_records.model.errors import InputError, RefusedError


def test_extended_record_leaves_and_the_catalogue_changes(steps) -> None:
    steps.draft()
    before = steps.view().catalogue_sha256
    steps.answer_all(b0000doc=date(2028, 12, 31))
    view = steps.view()
    assert "b0000doc" not in view.records
    assert (len(view.records), view.catalogue_sha256 == before) == (5, False)


def test_unit_answers_once(steps, staffed) -> None:
    steps.draft()
    sheet = steps.ask().sheets[0]
    fill_sheet(sheet)
    steps.answer(sheet)
    head = staffed.archive.ledger.head()
    with pytest.raises(InputError, match="U405") as caught:
        steps.answer(sheet)
    assert "U407" in {detail.code for detail in caught.value.details}
    assert staffed.archive.ledger.head() == head


def test_silent_rows_are_refused_by_this_profile(steps, staffed) -> None:
    steps.draft()
    sheet, head = steps.ask().sheets[0], staffed.archive.ledger.head()
    with pytest.raises(InputError) as caught:
        steps.answer(sheet)
    assert [detail.code for detail in caught.value.details] == ["U409"] * 3
    assert staffed.archive.ledger.head() == head


def test_approval_of_another_catalogue_or_before_the_submission_is_refused(steps, staffed) -> None:
    steps.up_to("submitted")
    head = staffed.archive.ledger.head()
    with pytest.raises(RefusedError, match="U421"):
        steps.approve(digest="0" * 64)
    with pytest.raises(InputError, match="U401"):
        steps.approve(on=staffed.today() - timedelta(days=1))
    assert staffed.archive.ledger.head() == head
