"""Importing folders of scans: everything wrong at once, nothing half filed, nothing twice."""

import csv
import json
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import APPLICATION
from webir_records.model.errors import InputError
from webir_records.services.importing.scans import import_scans
from webir_records.services.records import list_records, show_record
from webir_records.services.verifying import verify

PDF = b"%PDF-1.4\nscan\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"pixels"
JPG = b"\xff\xd8\xff\xe0" + b"pixels"
TIFF = b"II*\x00" + b"pixels"


@pytest.fixture
def box(tmp_path) -> Path:
    folder = tmp_path / "scans"
    folder.mkdir()
    return folder


def _index(box: Path, rows: list[dict[str, str]]) -> Path:
    path = box / "索引.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(key for row in rows for key in row)))
        writer.writeheader()
        writer.writerows(rows)
    return path


def _scans(box: Path) -> None:
    (box / "林𠮷堃.pdf").write_bytes(PDF)
    (box / "第二頁").mkdir()
    (box / "第二頁/b.png").write_bytes(PNG)
    (box / "c.jpg").write_bytes(JPG)
    (box / "d.TIFF").write_bytes(TIFF)


OLD_PAPERS = [
    {
        "我的e政府帳號": "ta1000",
        "姓名": "林𠮷堃",
        "註銷日期": "110/02/28",
        "檔名": "林𠮷堃.pdf；第二頁/b.png",
    },
    {"我的e政府帳號": "ta1001", "姓名": "O'Brien & 李<小>明", "註銷日期": "", "檔名": "c.jpg; d.TIFF"},
]


def test_old_papers_become_records_with_their_scans_and_periods(workspace, box) -> None:
    _scans(box)
    _index(box, OLD_PAPERS)
    done = import_scans(workspace, box, "form_1_2", as_scans=True)
    assert [item.form_no for item in done.filed] == ["1-2-115-0001", "1-2-115-0002"]
    first, second = list_records(workspace)
    assert (first.trigger, first.due) == ("account_cancelled", date(2024, 3, 1))
    assert (second.trigger, second.due) == (None, None)
    view = show_record(workspace, first.record)
    assert view.files == ("attachments/01.pdf", "attachments/02.png")
    package = workspace.archive.read(first.record)
    assert package.files["attachments/01.pdf"] == PDF
    assert package.record["medium"] == "scan"
    assert package.data["name"] == "林𠮷堃"
    assert verify(workspace, "full").fine


def test_imported_rows_are_not_filed_twice_and_new_ones_are(workspace, box) -> None:
    _scans(box)
    _index(box, OLD_PAPERS)
    import_scans(workspace, box, "form_1_2", as_scans=True)
    (box / "e.pdf").write_bytes(PDF)
    _index(box, [*OLD_PAPERS, {"我的e政府帳號": "ta1002", "姓名": "王大同", "檔名": "e.pdf"}])
    again = import_scans(workspace, box, "form_1_2", as_scans=True)
    assert (len(again.filed), len(again.already), len(list_records(workspace))) == (1, 2, 3)


def test_rows_of_the_forms_own_index_are_checked_printed_and_get_their_scan(workspace, box) -> None:
    (box / "a.pdf").write_bytes(PDF)
    index = box / "申請.json"
    index.write_text(json.dumps([APPLICATION | {"檔名": "a.pdf"}], ensure_ascii=False), "utf-8")
    (item,) = import_scans(workspace, box, "form_1_2", as_scans=False).filed
    view = show_record(workspace, item.record)
    assert view.files == ("attachments/01.pdf", "renditions/form.docx")
    assert "files" not in view.data


def test_wrong_row_stops_the_whole_import(workspace, box) -> None:
    (box / "a.pdf").write_bytes(PDF)
    (box / "b.pdf").write_bytes(PDF)
    rows = [
        APPLICATION | {"檔名": "a.pdf"},
        APPLICATION | {"我的e政府帳號": "ta1001", "授權日期": "不明", "檔名": "b.pdf"},
    ]
    (box / "申請.json").write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
    done = import_scans(workspace, box, "form_1_2", as_scans=False)
    assert done.check.problems
    assert (done.filed, list_records(workspace)) == ((), ())


def test_everything_wrong_with_the_files_is_said_at_once_and_nothing_is_filed(workspace, box) -> None:
    _scans(box)
    (box / "fake.pdf").write_bytes(b"MZ no pdf")
    (box / "link.pdf").symlink_to(box / "林𠮷堃.pdf")
    (box / "nobody.png").write_bytes(PNG)
    rows = [
        {"我的e政府帳號": "ta1000", "檔名": "林𠮷堃.pdf;none.pdf"},
        {"我的e政府帳號": "ta1001", "檔名": "林𠮷堃.pdf;fake.pdf;link.pdf;../索引.csv"},
    ]
    _index(box, rows)
    before = workspace.archive.ledger.head()
    with pytest.raises(InputError, match="U240") as caught:
        import_scans(workspace, box, "form_1_2", as_scans=True)
    found = {(detail.code, detail.facts["file"]) for detail in caught.value.details}
    assert found == {
        ("U242", "none.pdf"),
        ("U243", "林𠮷堃.pdf"),
        ("U244", "fake.pdf"),
        ("U242", "link.pdf"),
        ("U242", "../索引.csv"),
        ("U245", "第二頁/b.png"),
        ("U245", "c.jpg"),
        ("U245", "d.TIFF"),
        ("U245", "nobody.png"),
    }
    assert workspace.archive.ledger.head() == before


@pytest.mark.parametrize("count", [0, 2])
def test_folder_needs_exactly_one_index(workspace, box, count: int) -> None:
    for number in range(count):
        (box / f"{number}.csv").write_text("檔名\n", "utf-8")
    with pytest.raises(InputError, match="U241"):
        import_scans(workspace, box, "form_1_2", as_scans=True)


def test_row_without_account_or_files_is_a_problem_of_its_row(workspace, box) -> None:
    _scans(box)
    _index(box, [OLD_PAPERS[0], {"姓名": "王大同", "檔名": "c.jpg"}, {"我的e政府帳號": "ta1009"}])
    done = import_scans(workspace, box, "form_1_2", as_scans=True)
    assert {problem.row for problem in done.check.problems} == {3, 4}
    assert list_records(workspace) == ()


def test_names_of_files_stay_inside_the_sealed_package(workspace, workspace_root, box) -> None:
    _scans(box)
    _index(box, OLD_PAPERS)
    import_scans(workspace, box, "form_1_2", as_scans=True)
    needle = "林𠮷堃".encode()
    for path in workspace_root.rglob("*"):
        assert needle not in str(path).encode()
        assert not path.is_file() or needle not in path.read_bytes(), path


def test_register_of_many_rows_is_imported_as_scans(workspace, box) -> None:
    (box / "a.pdf").write_bytes(PDF)
    _index(box, [{"檔名": "a.pdf"}])
    with pytest.raises(InputError, match="U247"):
        import_scans(workspace, box, "form_2", as_scans=False)
