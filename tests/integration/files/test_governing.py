"""What governs a record's first day: rule, ledger and database, its file, and what was set later."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import Session, col, select

from tests.conftest import Papers
from webir_records.model.tables import FileRow, RecordFileRow, RecordRow, RetentionRow
from webir_records.services.cancelling import cancel_accounts
from webir_records.services.context import Workspace
from webir_records.services.filing import file_records
from webir_records.services.governing import Governing, governing

Rows = Callable[[Session], list[RecordRow]]
DUE = date(2024, 3, 1)  # cancelled on 2021-02-28, three years


@pytest.fixture
def cancelled(workspace: Workspace, papers: Papers) -> Workspace:
    file_records(workspace, "form_1_2", papers.applications(3))
    cancel_accounts(workspace, papers.cancellations(3))
    return workspace


def _rows(session: Session) -> list[RecordRow]:
    return list(session.exec(select(RecordRow).order_by(col(RecordRow.form_no))))


def _answers(workspace: Workspace, session: Session) -> list[Governing]:
    session.flush()
    rows = _rows(session)
    found = governing(workspace, session, rows)
    return [found[row.id] for row in rows]


def test_rule_and_ledger_give_the_day(cancelled: Workspace) -> None:
    with Session(cancelled.engine) as session:
        first = _answers(cancelled, session)[0]
    assert (first.due, first.cause, first.own, first.years) == (DUE, "rule", DUE, 3)
    assert first.clause
    assert first.permanent is False


def test_a_day_that_the_database_moves_forward_changes_nothing(cancelled: Workspace) -> None:
    with Session(cancelled.engine) as session:
        _rows(session)[0].due = date(2022, 1, 1)
        assert _answers(cancelled, session)[0].due == DUE


def test_a_later_day_in_the_database_governs_unless_it_is_computed_afresh(cancelled: Workspace) -> None:
    with Session(cancelled.engine) as session:
        row = _rows(session)[0]
        row.due = date(2030, 1, 1)
        assert _answers(cancelled, session)[0].due == date(2030, 1, 1)
        assert governing(cancelled, session, [row], afresh=True)[row.id].due == DUE


def test_a_trigger_of_which_the_ledger_knows_nothing_starts_no_period(
    workspace: Workspace, papers: Papers
) -> None:
    file_records(workspace, "form_1_2", papers.applications())
    with Session(workspace.engine) as session:
        row = _rows(session)[0]
        row.trigger_date, row.due = date(2021, 2, 28), DUE
        found = _answers(workspace, session)[0]
    assert (found.due, found.cause) == (None, "no_trigger")


def test_the_newest_document_of_a_file_governs_all_of_it(cancelled: Workspace) -> None:
    with Session(cancelled.engine) as session:
        rows = _rows(session)
        session.add(FileRow(id="115/0601/1", title="查詢申請"))
        session.add_all(RecordFileRow(record=row.id, file="115/0601/1") for row in rows[:2])
        rows[1].trigger_date = date(2023, 5, 5)
        answers = _answers(cancelled, session)
    assert [(found.due, found.cause) for found in answers] == [
        (date(2026, 5, 6), "file"),
        (date(2026, 5, 6), "rule"),
        (DUE, "rule"),
    ]


def test_the_longest_term_of_a_file_governs_and_a_shorter_one_changes_nothing(cancelled: Workspace) -> None:
    with Session(cancelled.engine) as session:
        file = FileRow(id="115/0601/1", title="查詢申請", years=1)
        session.add(file)
        session.add_all(RecordFileRow(record=row.id, file=file.id) for row in _rows(session))
        assert {found.due for found in _answers(cancelled, session)} == {DUE}
        file.years = 10
        answers = _answers(cancelled, session)
    assert {(found.due, found.years) for found in answers} == {(date(2031, 3, 1), 10)}


def test_a_file_waits_for_its_last_paper(workspace: Workspace, papers: Papers) -> None:
    file_records(workspace, "form_1_2", papers.applications(2))
    cancel_accounts(workspace, papers.cancellations(1))
    with Session(workspace.engine) as session:
        rows = _rows(session)
        session.add_all(RecordFileRow(record=row.id, file="115/0601/1") for row in rows)
        answers = _answers(workspace, session)
        assert [(found.due, found.cause) for found in answers] == [(None, "file_waits"), (None, "no_trigger")]
        assert answers[0].waits_for == rows[1].id


def test_a_permanent_file_gives_no_day(cancelled: Workspace) -> None:
    with Session(cancelled.engine) as session:
        session.add(FileRow(id="115/0601/1", title="查詢申請", disposition="機關永久保存"))
        session.add(RecordFileRow(record=_rows(session)[0].id, file="115/0601/1"))
        first, *_, last = _answers(cancelled, session)
    assert (first.due, first.cause, first.permanent) == (None, "permanent", True)
    assert last.due == DUE


def test_the_latest_of_what_was_set_later_governs(cancelled: Workspace) -> None:
    with Session(cancelled.engine) as session:
        record = _rows(session)[0].id
        session.add(RetentionRow(record=record, cause="extended", due=date(2028, 1, 1)))
        session.add(RetentionRow(record=record, cause="profile_changed", due=date(2027, 1, 1)))
        found = _answers(cancelled, session)[0]
        assert (found.due, found.cause, found.own) == (date(2028, 1, 1), "extended", DUE)
        session.add(RetentionRow(record=record, cause="trigger_revoked"))
        stopped = _answers(cancelled, session)[0]
    assert (stopped.due, stopped.cause) == (None, "trigger_revoked")


def test_a_stored_copy_makes_a_term_shorter_when_the_ledger_says_so(cancelled: Workspace) -> None:
    with Session(cancelled.engine) as session:
        row = _rows(session)[0]
        session.add(RetentionRow(record=row.id, cause="stored_copy", due=date(2023, 3, 1)))
        assert _answers(cancelled, session)[0].due == DUE
        changed = {"event": "retention_changed", "actor": "arch-01", "record": row.id, "due": "2023-03-01"}
        cancelled.archive.ledger.append(session, [changed | {"cause": "stored_copy"}])
        assert _answers(cancelled, session)[0].due == date(2023, 3, 1)
