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
    found = {(detail.code, detail.facts["where"], detail.facts["key"]) for detail in caught.value.details}
    assert found == {
        ("F217", "機關設定", "機關代碼"),
        ("F213", "機關設定", "使用單位"),
        ("F216", "機關設定", "電話"),
        ("F217", "核定業務 1", "勞保局核定文號"),
        ("F218", "核定業務 1", "核定日期"),
    }


@pytest.mark.parametrize("value", [None, [], "x", 1])
def test_settings_that_are_no_object_are_refused(value: object) -> None:
    with pytest.raises(InputError):
        AgencySettings.parse(value)
