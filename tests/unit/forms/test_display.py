"""What canonical values look like on paper."""

import pytest

from signing.canonical import JsonValue
from webir_records.forms.display import boxes, field_context, mask_id, mask_name, show_value
from webir_records.forms.spec_types import FieldSpec, FieldType, FormSpec


def _field(kind: str, **more: object) -> FieldSpec:
    return FieldSpec(key="f", label="欄", type=FieldType(kind), **more)  # type: ignore[arg-type] # test shorthand


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("date", "2019-08-16", "中華民國108年8月16日"),
        ("month", "2020-01", "109年1月"),
        ("bool", True, "是"),
        ("bool", False, "否"),
        ("datetime", "2020-01-02T09:20", "中華民國109年1月2日 09:20"),
        ("int", 0, "0"),
        ("list", ["甲", "乙"], "甲、乙"),
        ("str", None, ""),
        ("date", None, ""),
        ("sign", None, ""),
    ],
)
def test_value_is_printed_as_forms_print_it(kind: str, value: JsonValue, text: str) -> None:
    assert show_value(_field(kind), value) == text


@pytest.mark.parametrize(
    ("name", "masked"), [("王小明", "王○明"), ("王明", "王○"), ("歐陽小明", "歐○○明"), ("𠮷", "𠮷"), ("", "")]
)
def test_name_is_masked_but_for_its_ends(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("number", "masked"), [("A123456789", "A12****789"), ("12345678", "123**678"), ("A123", "****")]
)
def test_identity_number_is_masked_in_the_middle(number: str, masked: str) -> None:
    assert mask_id(number) == masked


def test_masked_field_prints_masked_and_never_whole() -> None:
    subjects = _field("list", mask="id", item_type=FieldType.NATIONAL_ID)
    context = field_context([subjects], {"f": ["A123456789", "B123456780"]})
    assert context["f"] == "A12****789、B12****780"
    assert "A123456789" not in "".join(context.values())


def test_boxes_tick_what_was_chosen() -> None:
    kinds = _field("enum", values=("新增", "異動"))
    assert boxes(kinds, "異動") == "□新增　■異動"
    assert boxes(kinds, None) == "□新增　□異動"
    assert boxes(_field("list", values=("書面", "實地")), ["書面", "實地"]) == "■書面　■實地"
    assert [boxes(_field("bool"), v) for v in (True, False, None)] == ["■是　□否", "□是　■否", "□是　□否"]


def test_every_field_can_be_said_by_key_and_by_label(application: FormSpec) -> None:
    context = field_context(application.fields, {"name": "王小明", "chk_a": True})
    assert context["name"] == context["姓名"] == "王○明"
    assert context["chk_a_box"] == "■"
    assert context["chk_b_box"] == "□"
    assert {f.key for f in application.fields} <= context.keys()
