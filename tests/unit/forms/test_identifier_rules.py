import pytest
from hypothesis import given
from hypothesis import strategies as st

from webir_records.forms import identifiers as ids


@pytest.mark.parametrize("number", ["A123456789", "A800000014", "AB12345677"])
def test_identity_number_with_right_check_digit_is_accepted(number: str) -> None:
    assert ids.national_id_issue(number) is None


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("A123456780", "F142"),
        ("A323456789", "F141"),
        ("AE12345677", "F141"),
        ("A12345678", "F141"),
        ("", "F141"),
        ("a123456789", "F141"),
    ],
)
def test_identity_number_is_refused_for_its_form_or_its_check_digit(number: str, code: str) -> None:
    issue = ids.national_id_issue(number)
    assert issue is not None
    assert issue.code == code


@given(
    st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    st.sampled_from("1289"),
    st.text("0123456789", min_size=7, max_size=7),
)
def test_every_identity_number_has_exactly_one_right_check_digit(letter: str, kind: str, middle: str) -> None:
    right = [
        digit for digit in "0123456789" if ids.national_id_issue(f"{letter}{kind}{middle}{digit}") is None
    ]
    assert len(right) == 1


@pytest.mark.parametrize("number", ["04595257", "22099131", "12345675", "04595252"])
def test_company_number_is_accepted_by_the_rule_of_2023(number: str) -> None:
    assert ids.ban_issue(number) is None


@pytest.mark.parametrize("number", ["12345678", "00000000", "1234567", "123456789", "1234567A"])
def test_company_number_that_breaks_the_rule_is_refused(number: str) -> None:
    assert ids.ban_issue(number) is not None


@pytest.mark.parametrize("code", ["379000000A", "301020800G", "3790000001"])
def test_agency_code_of_nine_digits_and_one_mark_is_accepted(code: str) -> None:
    assert ids.agency_code_issue(code) is None


@pytest.mark.parametrize("code", ["379000000a", "37900000A", "379000000AB", "A79000000A"])
def test_agency_code_in_another_form_is_refused(code: str) -> None:
    assert ids.agency_code_issue(code) is not None


@pytest.mark.parametrize(
    "number",
    [
        "府授勞秘字第1106051442號",
        "高市府研資字第10670057100號",
        "院授發檔(資)字第1090022610號",
        "北市地登字第1126002154號",
        "台人(一)字第0930171846A號",
        "臺會人字第0940003578之1號",
        "保資訊字第10780200101號",
        "𠮷字第1090022610號",
    ],
)
def test_document_number_of_real_letters_is_accepted(number: str) -> None:
    assert ids.doc_no_issue(number) is None


@pytest.mark.parametrize(
    "number",
    ["字第1106051442號", "府授勞秘字第號", "府授勞秘字第110號", "1106051442", "府授勞秘字第1106051442"],
)
def test_document_number_that_is_not_whole_is_refused(number: str) -> None:
    assert ids.doc_no_issue(number) is not None


@pytest.mark.parametrize(
    "number", ["100/010102/001/ED01/001", "0099/1551/09900250/2/12", "109/0503/1", "109=0503=1=1"]
)
def test_file_number_of_three_to_five_parts_is_accepted(number: str) -> None:
    assert ids.file_no_issue(number) is None


@pytest.mark.parametrize("number", ["109/0503", "109//1", "abc/0503/1", "109/1/2/3/4/5", ""])
def test_file_number_with_a_missing_part_is_refused(number: str) -> None:
    assert ids.file_no_issue(number) is not None


@pytest.mark.parametrize(
    "number",
    [
        "02-27208889",
        "02-2720-8889分機1600",
        "(02)27208889#1600",
        "0912-345-678",
        "1999",
        "+886-2-27208889",
        "04-22289111轉123",
        "037-123456",
        "089-123456",
        "049-2123456",
    ],
)
def test_telephone_number_of_taiwan_is_accepted(number: str) -> None:
    assert ids.phone_issue(number) is None


@pytest.mark.parametrize("number", ["227208889", "02-2720888", "0912345", "電話", "", "0912-345-6789"])
def test_telephone_number_that_lost_digits_is_refused(number: str) -> None:
    assert ids.phone_issue(number) is not None


@pytest.mark.parametrize("address", ["sa1000@gov.taipei", "a.b-c@mail.dgpa.gov.tw"])
def test_mail_address_is_accepted(address: str) -> None:
    assert ids.email_issue(address) is None


@pytest.mark.parametrize(
    "address", ["sa1000", "@gov.taipei", "a@b", "a b@gov.tw", "a..b@gov.tw", "王@gov.tw"]
)
def test_mail_address_in_another_form_is_refused(address: str) -> None:
    assert ids.email_issue(address) is not None


@pytest.mark.parametrize("account", ["sa1000", "mgr-001", "a.b_c@gov"])
def test_account_is_accepted(account: str) -> None:
    assert ids.account_issue(account) is None


@pytest.mark.parametrize("account", ["a", "帳號", "a b", "-abc", "x" * 65])
def test_account_in_another_form_is_refused(account: str) -> None:
    assert ids.account_issue(account) is not None
