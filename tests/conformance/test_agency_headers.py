"""Every column header in the files of a real-life agency finds its field."""

import csv
import tomllib
from pathlib import Path

import openpyxl
import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared/data/social-affairs"

pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(not DATA.is_dir(), reason="the example data is not beside the project"),
]


def _names(form: str) -> set[str]:
    document = tomllib.loads((ROOT / "templates" / form / "fields.toml").read_text(encoding="utf-8"))
    return {name for field in document["field"] for name in (field["label"], *field.get("aliases", []))}


@pytest.mark.parametrize(
    ("form", "file", "row"),
    [
        ("form_1_1", "附件1-1_機關管理者申請.xlsx", 1),
        ("form_1_2", "附件1-2_使用者申請.xlsx", 1),
        ("form_3", "附件3_代查授權書.xlsx", 1),
        ("form_2", "登記簿/109年02月_身心障礙者福利科.xlsx", 3),
    ],
)
def test_header_of_a_workbook_maps_to_a_field(form: str, file: str, row: int) -> None:
    book = openpyxl.load_workbook(DATA / file, read_only=True)
    header = next(book.worksheets[0].iter_rows(min_row=row, max_row=row, values_only=True))
    book.close()
    assert [name for name in header if name not in _names(form)] == []


def test_header_of_the_cancellation_list_maps_to_a_field() -> None:
    with (DATA / "註銷通報.csv").open(encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file))
    assert [name for name in header if name not in _names("cancellation")] == []
