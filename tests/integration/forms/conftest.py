"""The real templates with their specimens, and an agency to fill them for."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from retention.profile import load_profile
from webir_records.forms.agency import AgencySettings
from webir_records.forms.checking import CheckContext
from webir_records.forms.filling import FillContext
from webir_records.forms.specs import FormSpec, list_forms

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"

BASES = {
    "低收入戶資格審查": "社會救助法第44條之3",
    "中低收入老人生活津貼審核": "老人福利法第12條之1",
    "身心障礙者生活補助審核": "身心障礙者權益保障法第71條之1",
    "特殊境遇家庭扶助審核": "特殊境遇家庭扶助條例第15條之1",
}


@pytest.fixture(scope="session")
def agency() -> AgencySettings:
    business = [
        {
            "業務項目": item,
            "法令依據": basis,
            "勞保局核定文號": "保資訊字第10780200101號",
            "核定日期": "107/03/05",
        }
        for item, basis in BASES.items()
    ]
    return AgencySettings.parse(
        {
            "使用機關": "臺北市政府社會局",
            "機關代碼": "379300000A",
            "使用單位": ["社會救助科"],
            "核定業務": business,
            "稽核小組": [],
        }
    )


@pytest.fixture(scope="session")
def fill_context(agency: AgencySettings) -> FillContext:
    return FillContext("r7f3k2", "1-2-109-0001", agency, "本要點業經停止適用；惟紀錄仍應依法保存。")


@pytest.fixture(scope="session")
def check_context(agency: AgencySettings) -> CheckContext:
    return CheckContext(agency, date(2026, 11, 23), load_profile("taipei-2017"))


def fillable() -> list[FormSpec]:
    return [spec for spec in list_forms(TEMPLATES) if spec.fillable]


@pytest.fixture(params=fillable(), ids=lambda spec: spec.id)
def form(request: pytest.FixtureRequest) -> FormSpec:
    spec: FormSpec = request.param
    return spec


@pytest.fixture
def specimen(form: FormSpec) -> Mapping[str, Any]:
    value: dict[str, Any] = json.loads(form.specimen_path.read_text(encoding="utf-8"))
    return value
