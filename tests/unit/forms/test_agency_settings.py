import pytest

from webir_records.forms.agency import AgencySettings
from webir_records.forms.checking import CheckContext
from webir_records.model.errors import InputError


def test_settings_survive_writing_and_reading(context: CheckContext) -> None:
    assert AgencySettings.parse(context.agency.as_json()) == context.agency


def test_settings_offer_the_tables_that_forms_name(context: CheckContext) -> None:
    assert context.agency.table("agency.legal_bases") == ("社會救助法第44條之3",)
    assert context.agency.table("agency.business_items") == ("低收入戶資格審查",)
    assert context.agency.table("agency.units") == ("社會救助科",)


def test_everything_wrong_with_the_settings_is_said_at_once(context: CheckContext) -> None:
    value = context.agency.as_json() | {"機關代碼": "3793", "使用單位": [], "電話": "1999"}
    value["核定業務"] = [
        {"業務項目": "甲", "法令依據": "乙", "勞保局核定文號": "丙", "核定日期": "109/02/30"}
    ]
    with pytest.raises(InputError) as caught:
        AgencySettings.parse(value)
    problems = caught.value.facts["problems"].splitlines()
    assert len(problems) == 5
    for part in ("機關代碼", "使用單位", "unknown key 電話", "勞保局核定文號", "核定日期"):
        assert any(part in problem for problem in problems), part


@pytest.mark.parametrize("value", [None, [], "x", 1])
def test_settings_that_are_no_object_are_refused(value: object) -> None:
    with pytest.raises(InputError):
        AgencySettings.parse(value)
