"""Files: numbers and titles, what comes into them, and the term that governs all of it."""

from datetime import date

import pytest
from sqlmodel import Session, select

from tests.conftest import Papers
from webir_records.model.errors import InputError
from webir_records.model.tables import RecordFileRow, RecordRow
from webir_records.services.cancelling import cancel_accounts
from webir_records.services.comparing import compare_tables
from webir_records.services.context import Workspace
from webir_records.services.files import NewFile, assign_records, list_files, open_file, show_file
from webir_records.services.filing import file_records
from webir_records.services.marks import Mark, mark_records, marks_of
from webir_records.services.records import list_records
from webir_records.services.retention_reports import Obstacle, list_dateless, list_lapsed
from webir_records.services.selecting import RecordQuery
from webir_records.services.verifying import verify

FILE = "115/0601/1"
DUE = date(2024, 3, 1)
TITLE = NewFile(title="勞保資料查詢申請", summary="使用者申請單", producer="試驗局")


def _named(*numbers: int) -> RecordQuery:
    return RecordQuery(records=tuple(f"1-2-115-{number:04d}" for number in numbers))


def _days(workspace: Workspace) -> list[date | None]:
    return [record.due for record in list_records(workspace)]


@pytest.fixture
def filed(workspace: Workspace, papers: Papers) -> Workspace:
    """Three applications, two of them cancelled: on 2021-02-28 and 2022-05-05."""
    file_records(workspace, "form_1_2", papers.applications(3))
    cancel_accounts(workspace, papers.cancellations(1))
    second = {"我的e政府帳號": "ta1001", "姓名": "O'Brien & 李<小>明", "註銷日期": "111/05/05"}
    cancel_accounts(workspace, papers.cancellations(1, **second, 權限移除日期="111/05/05"))
    return workspace


def test_a_record_that_comes_later_moves_the_whole_file(filed: Workspace) -> None:
    open_file(filed, FILE, TITLE)
    assert assign_records(filed, FILE, _named(1)).moved == ()
    second = assign_records(filed, FILE, _named(1, 2))
    assert [(moved.before, moved.after) for moved in second.moved] == [(DUE, date(2025, 5, 6))]
    assert (len(second.assigned), len(second.already)) == (1, 1)
    third = assign_records(filed, FILE, _named(3))
    assert {moved.after for moved in third.moved} == {None}
    assert _days(filed) == [None, None, None]
    causes = [(line.cause, line.waits_for != "") for line in list_dateless(filed)]
    assert causes == [("file_waits", True), ("file_waits", True), ("no_trigger", True)]
    assert list(compare_tables(filed)) == []
    assert verify(filed, "structure").fine


def test_the_last_cancellation_starts_the_period_of_the_whole_file(filed: Workspace, papers: Papers) -> None:
    open_file(filed, FILE, NewFile(title="查詢申請", years=5))
    assign_records(filed, FILE, _named(1, 2, 3))
    third = {"我的e政府帳號": "ta1002", "姓名": "陳試驗", "註銷日期": "112/01/01"}
    result = cancel_accounts(filed, papers.cancellations(1, **third, 權限移除日期="112/01/01"))
    assert len(result.cancelled) == 1
    assert _days(filed) == [date(2028, 1, 2)] * 3
    view = show_file(filed, FILE)
    assert (view.term.years, view.term.newest, view.term.count) == (5, date(2023, 1, 1), 3)
    assert [found.file for found in list_files(filed)] == [FILE]
    assert list(compare_tables(filed)) == []
    assert verify(filed, "structure").fine


@pytest.mark.parametrize(
    ("number", "facts", "code"),
    [
        ("115/0601", TITLE, "U372"),
        ("115/0601/林試驗", TITLE, "U372"),
        ("115/A123456789/1", TITLE, "U372"),
        (FILE, NewFile(title="林試驗先生申請案"), "U375"),
        (FILE, NewFile(title="王君等申請案"), "U375"),
        (
            FILE,
            NewFile(title="查詢申請", summary="\uff21\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19"),
            "U375",
        ),
        (FILE, NewFile(title="查詢申請", summary="電話 02-2720-8889"), "U375"),
        (FILE, NewFile(title=""), "U375"),
        (FILE, NewFile(title="查詢申請", years=4), "U376"),
        (FILE, NewFile(title="查詢申請", disposition="丟掉"), "U376"),
        (FILE, NewFile(title="查詢申請", years=10, disposition="機關永久保存"), "U376"),
    ],
)
def test_a_file_that_cannot_be_opened_leaves_nothing(
    workspace: Workspace, number: str, facts: NewFile, code: str
) -> None:
    head = workspace.archive.ledger.head()
    with pytest.raises(InputError, match=code):
        open_file(workspace, number, facts)
    assert (list_files(workspace), workspace.archive.ledger.head()) == ((), head)


def test_a_record_lies_in_one_file_and_all_come_or_none(filed: Workspace) -> None:
    open_file(filed, "\uff11\uff11\uff15/0601/2", TITLE)
    open_file(filed, FILE, TITLE)
    with pytest.raises(InputError, match="U373"):
        open_file(filed, FILE, TITLE)
    assign_records(filed, "115/0601/2", _named(2))
    head = filed.archive.ledger.head()
    for query, code in ((_named(1, 2), "U377"), (_named(1, 9), "U120"), (RecordQuery(), "U370")):
        with pytest.raises(InputError, match=code):
            assign_records(filed, FILE, query)
    with pytest.raises(InputError, match="U374"):
        assign_records(filed, "115/0601/9", _named(1))
    with Session(filed.engine) as session:
        assert len(session.exec(select(RecordFileRow)).all()) == 1
    assert filed.archive.ledger.head() == head


def test_papers_and_documents_are_kept_apart(filed: Workspace) -> None:
    open_file(filed, FILE, TITLE)
    with Session(filed.engine) as session, session.begin():
        session.exec(select(RecordRow).where(RecordRow.form_no == "1-2-115-0002")).one().record_class = "B"
    with pytest.raises(InputError, match="U378"):
        assign_records(filed, FILE, _named(1, 2))


def test_marks_are_read_in_bulk_and_a_national_archive_has_no_date(filed: Workspace) -> None:
    records = [record.record for record in list_records(filed)]
    mark_records(filed, _named(1, 2), Mark.CLASSIFIED, authority="府機字第1號")
    mark_records(filed, _named(2), Mark.DECLASSIFIED, authority="府機字第2號", on=date(2026, 1, 2))
    mark_records(filed, _named(2), Mark.APPRAISED_KEEP, authority="鑑定會議")
    mark_records(filed, _named(1), Mark.NATIONAL, authority="檔案管理局")
    with Session(filed.engine) as session:
        found = marks_of(session, records)
    told = [(mark.classified, mark.national, mark.appraisal) for mark in found.values()]
    assert told == [(True, True, None), (False, False, "keep"), (None, False, None)]
    assert _days(filed) == [None, date(2025, 5, 6), None]
    for mark, authority, code in (("secret", "府機字第1號", "U384"), (Mark.NATIONAL, "", "U142")):
        with pytest.raises(InputError, match=code):
            mark_records(filed, _named(2), mark, authority=authority)
    assert list(compare_tables(filed)) == []
    assert verify(filed, "structure").fine


def test_overdue_records_say_since_when_and_why(filed: Workspace) -> None:
    mark_records(filed, _named(2), Mark.CLASSIFIED, authority="府機字第1號", on=DUE)
    first, second = list_lapsed(filed)
    assert (first.since, first.days, first.obstacles) == (DUE, 997, (Obstacle("no_batch"),))
    assert (second.since, second.obstacles) == (
        date(2025, 5, 6),
        (Obstacle("classified", "府機字第1號", since=DUE),),
    )
    assert (first.overdue, second.overdue) == (True, False)
    assert [line.since for line in list_lapsed(filed, date(2025, 12, 31))] == [DUE]
