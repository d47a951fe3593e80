"""A small form of each kind, an agency, and a way to check rows without a disk."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest

from retention.profile import load_profile
from webir_records.forms.agency import AgencySettings
from webir_records.forms.checking import CheckContext, CheckResult, check_workbook
from webir_records.forms.issues import Cell
from webir_records.forms.reading import Row, Sheet, Workbook
from webir_records.forms.spec_building import build_form
from webir_records.forms.spec_types import FormSpec

TODAY = date(2026, 11, 23)

AGENCY = {
    "使用機關": "臺北市政府社會局",
    "機關代碼": "379300000A",
    "使用單位": ["社會救助科"],
    "核定業務": [
        {
            "業務項目": "低收入戶資格審查",
            "法令依據": "社會救助法第44條之3",
            "勞保局核定文號": "保資訊字第10780200101號",
            "核定日期": "107/03/05",
        }
    ],
    "稽核小組": [{"姓名": "劉芬惠", "單位": "資訊室", "職稱": "設計師"}],
}


def build(name: str) -> FormSpec:
    document = tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text(encoding="utf-8"))
    problems: list[str] = []
    spec = build_form(document, Path("nowhere"), problems)
    assert problems == []
    return spec


@pytest.fixture(scope="session")
def application() -> FormSpec:
    return build("application")


@pytest.fixture(scope="session")
def register() -> FormSpec:
    return build("register")


@pytest.fixture(scope="session")
def context() -> CheckContext:
    return CheckContext(AgencySettings.parse(AGENCY), TODAY, load_profile("taipei-2017"))


Rows = Sequence[Sequence[Cell]]
CheckRows = Callable[..., CheckResult]


@pytest.fixture
def check_rows(context: CheckContext) -> CheckRows:
    def run(
        spec: FormSpec, rows: Rows, *, extra: Mapping[str, Rows] | None = None, name: str = "Sheet"
    ) -> CheckResult:
        sheets = [Sheet(title, _numbered(cells)) for title, cells in {**(extra or {}), name: rows}.items()]
        return check_workbook(spec, Workbook(Path("rows.xlsx"), tuple(sheets)), context)

    return run


def _numbered(rows: Rows) -> tuple[Row, ...]:
    return tuple(Row(number, tuple(cells)) for number, cells in enumerate(rows, start=1))
