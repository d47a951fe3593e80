from datetime import date

import pytest
from sqlmodel import Session, select

from webir_records.model.errors import InputError
from webir_records.model.tables import RecordRow
from webir_records.services.cancelling import cancel_accounts
from webir_records.services.exporting.single import export_record
from webir_records.services.filing import file_records
from webir_records.services.filling import fill
from webir_records.services.records import list_records, show_record
from webir_records.services.retention_dates import list_due, show_due


def test_filed_application_opens_with_its_data_and_document(workspace, papers) -> None:
    result = file_records(workspace, "form_1_2", papers.applications(2))
    assert [item.form_no for item in result.filed] == ["1-2-115-0001", "1-2-115-0002"]
    view = show_record(workspace, "1-2-115-0002")
    assert view.data["name"] == "O'Brien & 李<小>明"
    assert view.files == ("renditions/form.docx",)


def test_same_sheet_filed_twice_makes_no_second_record(workspace, papers) -> None:
    sheet = papers.applications(3)
    first = file_records(workspace, "form_1_2", sheet)
    again = file_records(workspace, "form_1_2", sheet)
    assert (len(again.filed), len(again.already)) == (0, 3)
    assert {item.record for item in again.already} == {item.record for item in first.filed}


def test_paper_filled_before_carries_the_number_under_which_it_is_filed(workspace, papers, tmp_path) -> None:
    sheet = papers.applications()
    written = fill(workspace, "form_1_2", sheet, tmp_path / "out").written
    filed = file_records(workspace, "form_1_2", sheet).filed
    assert (written[0].record, written[0].form_no) == (filed[0].record, filed[0].form_no)
    package = workspace.archive.read(filed[0].record)
    assert package.files["renditions/form.docx"] == written[0].path.read_bytes()


def test_file_names_of_documents_hold_no_personal_data(workspace, papers, tmp_path) -> None:
    (written,) = fill(workspace, "form_1_2", papers.applications(), tmp_path / "out").written
    assert written.path.name == f"{written.form_no}_{written.record}.docx"


def test_second_application_for_a_running_account_is_refused(workspace, papers) -> None:
    file_records(workspace, "form_1_2", papers.applications())
    again = file_records(workspace, "form_1_2", papers.applications(職稱="股長"))
    assert not again.filed
    (problem,) = again.check.problems
    assert (problem.code, problem.field, problem.facts["form_no"]) == ("U180", "egov_account", "1-2-115-0001")
    assert again.check.valid == 0


def test_cancellation_makes_version_two_and_starts_the_period(workspace, papers) -> None:
    file_records(workspace, "form_1_2", papers.applications())
    result = cancel_accounts(workspace, papers.cancellations())
    (done,) = result.cancelled
    assert (done.cancelled_on, done.due) == (date(2021, 2, 28), date(2024, 3, 1))
    view = show_record(workspace, done.record)
    assert [version.version for version in view.versions] == [1, 2]
    assert view.data["cancelled_on"] == "2021-02-28"
    assert view.data["retain_until"] == "2024-02-29"
    assert "cancelled_on" not in workspace.archive.read(done.record, 1).data


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"我的e政府帳號": "nobody"}, "U130", "egov_account"),
        ({"姓名": "別人"}, "U132", "name"),
        (
            {"註銷日期": "108/01/01", "離職或異動生效日": "108/01/01", "權限移除日期": "108/01/02"},
            "U133",
            "cancelled_on",
        ),
    ],
    ids=["unknown account", "another name", "before the grant"],
)
def test_cancellation_that_contradicts_the_archive_changes_nothing(
    workspace, papers, changes, code, field
) -> None:
    file_records(workspace, "form_1_2", papers.applications())
    before = workspace.archive.ledger.head()
    result = cancel_accounts(workspace, papers.cancellations(**changes))
    assert (code, field) in {(p.code, p.field) for p in result.problems}
    assert not result.cancelled
    assert workspace.archive.ledger.head() == before


def test_account_cancelled_twice_is_refused_the_second_time(workspace, papers) -> None:
    file_records(workspace, "form_1_2", papers.applications())
    cancel_accounts(workspace, papers.cancellations())
    again = cancel_accounts(workspace, papers.cancellations())
    assert [p.code for p in again.problems] == ["U131"]


def test_record_without_cancellation_is_never_due(workspace, papers) -> None:
    file_records(workspace, "form_1_2", papers.applications())
    due = list_due(workspace, date(2999, 1, 1))
    assert (due.lapsed, due.untriggered) == ((), 1)
    assert show_due(workspace, "1-2-115-0001").end is None


def test_record_is_due_on_the_day_after_its_period_and_not_before(workspace, papers) -> None:
    file_records(workspace, "form_1_2", papers.applications())
    cancel_accounts(workspace, papers.cancellations())
    assert not list_due(workspace, date(2024, 2, 29)).lapsed
    assert len(list_due(workspace, date(2024, 3, 1)).lapsed) == 1


def test_database_holds_the_account_only_as_keyed_digest(workspace, papers) -> None:
    file_records(workspace, "form_1_2", papers.applications())
    with Session(workspace.engine) as session:
        (row,) = session.exec(select(RecordRow)).all()
    assert row.lookup is not None
    assert len(row.lookup) == 32
    assert "ta1000" not in repr(row)


def test_export_writes_the_package_and_a_ledger_entry(workspace, papers, tmp_path) -> None:
    file_records(workspace, "form_1_2", papers.applications())
    size = workspace.archive.ledger.head().size
    paths = export_record(workspace, "1-2-115-0001", tmp_path / "export")
    assert {path.name for path in paths} == {"record.json", "data.json", "form.docx"}
    assert workspace.archive.ledger.head().size == size + 2  # exported, and registered as a copy


def test_list_can_be_narrowed_to_a_form_and_a_state(workspace, papers) -> None:
    file_records(workspace, "form_1_2", papers.applications(2))
    assert len(list_records(workspace, form="form_1_2", state="filed")) == 2
    assert not list_records(workspace, form="form_3")
    assert not list_records(workspace, state="destroyed")


@pytest.mark.parametrize("form", ["certificate", "cancellation"])
def test_papers_of_the_program_are_not_for_people_to_fill(workspace, papers, form) -> None:
    with pytest.raises(InputError, match="U111"):
        file_records(workspace, form, papers.applications())
