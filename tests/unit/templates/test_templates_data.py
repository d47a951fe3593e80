"""The folder of templates: every field has its place, its clause and its source."""

import json
import re
import tomllib
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import jinja2
import pytest
from jinja2 import meta, nodes
from lxml import etree

TEMPLATES: Final = Path(__file__).resolve().parents[3] / "templates"
LISTS: Final = ("cancellation",)
FORMS: Final = tuple(
    sorted(p.parent.name for p in TEMPLATES.glob("*/fields.toml") if p.parent.name not in LISTS)
)
CONTEXT: Final = frozenset(
    {"form_no", "record_id", "agency_name", "agency_code", "notice", "qr", "form_title", "form_number"}
    | {"qr_1", "qr_2", "qr_3", "year_chart"}  # of papers that the program makes
)
W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TAG_KIND: Final = re.compile(r"\{%(?:tr|p|tc|r) ")

_IDENTITY: Final = (
    "form_no apply_date action agency_name agency_code unit title name not_contractor phone email "
    "egov_account moica_uploaded_on moica_ref purpose legal_basis business_items service_items "
    "is_commissioned principal_agency principal_consent_no principal_consent_date pledge "
    "applicant_signature cancelled_on cancel_reason removed_on removed_by retain_until granted_on "
)
EXPECTED: Final = {
    "form_1_1": _IDENTITY
    + (
        "is_it_staff approved_purpose_ref approved_purpose_date previous_manager "
        "previous_manager_account handover_listed deputy unit_head_seal agency_head_seal letter_no "
        "letter_date review_result review_comment granted_scope chief_manager_seal "
    ),
    "form_1_2": _IDENTITY
    + (
        "staff_type relevance role valid_from valid_to unit_head_review unit_head_comment "
        "unit_head_reviewed_on unit_head_seal chk_purpose chk_legal chk_scope chk_unique granted_role "
        "manager_seal cancel_notified_on leave_effective_on last_query_on "
    ),
    "form_2": (
        "agency_name unit period printed_on seq case_no user query_date query_time purpose "
        "legal_basis subject_name subject_id service_item count is_proxy proxy_form_no disposition "
        "disposition_ref supervisor_seal note reg_count log_count diff explanation unit_manager "
        "unit_manager_seal compared_result compared_on "
    ),
    "form_3": (
        "form_no auth_date authoriser authoriser_unit authoriser_title authoriser_scope proxy "
        "proxy_unit proxy_title proxy_account reason_type reason case_no legal_basis business_items "
        "relevance subjects service_items valid_from valid_to max_queries after_use pledge "
        "authoriser_seal proxy_seal head_approval head_seal executed_at count received_at "
        "receiver_seal is_retroactive retro_deadline filing_no file_no "
    ),
    "form_4": (
        "agency_name audit_year audit_half audit_from audit_to audit_date audit_method it_auditor "
        "it_auditor_title ethics_auditor ethics_auditor_title audited_unit escort user_count "
        "account_count log_count reg_count diff sample_count sample_ratio sampling_method sample_seed "
        "no text clause result statement evidence evidence_sha256 defect_type improvement improve_by "
        "owner follow_up closed_on overall defect_count it_auditor_seal ethics_auditor_seal "
        "approval_no approval_date disc_no disc_sha256 letter_no letter_date "
    ),
    "cancellation": (
        "egov_account name cancel_notified_on leave_effective_on cancelled_on cancel_reason "
        "removed_on removed_by "
    ),
    "monthly_comparison": (  # 三, 六(五), 八(一)2
        "agency_name unit period user reg_count log_count diff reg_total log_total diff_total "
        "compared_result compared_on unit_manager unit_manager_seal opinion reported_on "
    ),
    "difference_explanation": (  # 六(一)
        "period user reg_count log_count diff doubt case_nos query_dates explanation user_seal "
    ),
    "cancellation_notice": (  # 五(四); the keys of the list `cancellation`
        "egov_account name cancel_notified_on leave_effective_on cancelled_on cancel_reason "
        "removed_on removed_by noted_on_form application_no data_settled "
    ),
    "audit_memo": (  # 八(一)4, 5
        "audit_year audit_half audit_from audit_to it_auditor ethics_auditor log_count reg_count diff "
        "defect_count findings enclosures disc_no file_no retention agency_head_seal "
    ),
    "report_letter": (  # 八(一)6; 公文程式條例 §6
        "recipient letter_date letter_no speed security enclosures subject explanation to copies signer "
        "file_no retention "
    ),
    "destruction_plan": (  # 銷毀辦法 §10
        "agency_name years file_count volume_count storage_place destroy_time destroy_place methods "
        "shortened access_procedure offsite_backup media_evaluation selection other forward_to "
    ),
    "destruction_catalogue_files": (  # 銷毀辦法 §8 III, §17
        "year_no class_no file_seq volumes title creator date_from date_to retention adjusted_retention "
        "adjust_reason summary selected file_total volume_total approval_no destroyed_on drafter_seal "
        "witness_seal batch "
    ),
    "destruction_catalogue_items": (  # 銷毀辦法 §8 IV, §17
        "file_no title subject correspondent received_no sent_no produced_on retention adjusted_retention "
        "adjust_reason selected file_total volume_total item_total approval_no destroyed_on drafter_seal "
        "witness_seal batch "
    ),
    "destruction_witness": (  # 銷毀辦法 §§12, 13, 17
        "approval_no gathered_at transport destroy_place started_at finished_at methods environment "
        "archive_staff related_staff witnesses present_throughout annotated_on resubmitted_on witness_seal "
    ),
    "kaohsiung_application": (  # GL001604 二
        "name moica_ready business change_reason change_on consent consent_on permission_on "
        "applicant_seal supervisor_seal secretariat_seal "
    ),
    "kaohsiung_register": (  # GL001604 三, 六
        "user registered_on reason legal_basis relevance approval approved_at queried_at supervisor_seal "
        "filing_no "
    ),
    "kaohsiung_proxy": (  # GL001604 三, 六
        "applicant business legal_basis relevance querier_unit querier approval queried_at filing_no "
    ),
    "disc_label": "agency_name media_no made_on security title memo_no",  # 檔案電子儲存管理實施辦法 §13
    "verification_report": (
        "report_no verified_at verifier verdict level log_name checkpoint_size checkpoint_root "
        "manifest_sha256 earlier read records finding_count left_out no code where said agency_head_seal "
    ),
    "submission_letter": (  # 施行細則 §10, 公文程式條例 §6
        "recipient letter_date letter_no path subject explanation enclosures batch catalogue_sha256 to "
    ),
    "opinion_letter": (  # 銷毀辦法 §8
        "unit batch reply_by record_count sheet catalogue_sha256 silence agreed_count extended_count "
        "extensions unit_head_seal "
    ),
    "destruction_selection": (  # 銷毀辦法 §9
        "history_office file_no title date_from date_to retention quantity summary selected answer_no "
    ),
    "incident_report": (  # 銷毀辦法 §§14-16
        "kind clause happened_on place cause course method evidence appraisal measures record file_no title "
        "record_total forward_to agency_head_seal "
    ),
    "yearly_report": (
        "year summary checkpoint part item class_a class_b class_c total overdue holds loans incidents "
        "batches backups agency_head_seal "
    ),
    "escrow_sheet": "epoch epoch_key_1 log_key_1 lookup_key_1 log_vkey maker_seal witness_seal keeper_seal",
    "certificate": (
        "batch record_class catalogue_sha256 count record item_form_no form_title due method place "
        "started_at finished_at drafted_by approvers witnesses authority epoch_from epoch_to "
        "backups_expire_on ledger_size ledger_root statement phase copies key_copies copies_seal paper_seal "
    ),
    "certificate_supplement": (
        "batch record_class count closed_at certificate_sha256 catalogue_sha256 statement phases copies "
        "backups closed_by ledger_size ledger_root drafter_seal witness_seal "
    ),
}
"""The fields that the rule, the law and the siblings give each form and letter."""


def _read(form: str) -> dict[str, Any]:
    return tomllib.loads((TEMPLATES / form / "fields.toml").read_text(encoding="utf-8"))


def _fields(form: str) -> list[dict[str, Any]]:
    fields: list[dict[str, Any]] = _read(form)["field"]
    return fields


def _xml(form: str, part: str) -> etree._Element:
    with zipfile.ZipFile(TEMPLATES / form / "form.docx") as package:
        return etree.fromstring(package.read(part))


def _docx_text(form: str) -> str:
    """The text of the Word layout's body in order."""
    return "".join(
        "\n" if node.tag == f"{W}br" else node.text or ""
        for node in _xml(form, "word/document.xml").iter(f"{W}t", f"{W}br")
    )


def _template_text(form: str) -> str:
    """The text of the body in order, with docxtpl's row and paragraph tags as plain Jinja."""
    return TAG_KIND.sub("{% ", _docx_text(form))


def _names(form: str) -> tuple[set[str], set[str]]:
    """Names used outside loops, and names used of a row `e`."""
    tree = jinja2.Environment(autoescape=True).parse(_template_text(form))
    used = {node.attr for node in tree.find_all(nodes.Getattr) if node.node == nodes.Name("e", "load")}
    return meta.find_undeclared_variables(tree), used


def _printable(fields: list[dict[str, Any]]) -> Iterator[str]:
    for field in fields:
        yield field["key"]
        if field.get("values") or field["type"] == "bool":
            yield f"{field['key']}_boxes"
        if field["type"] == "bool":
            yield f"{field['key']}_box"


@pytest.mark.parametrize("form", EXPECTED)
def test_form_has_every_field_that_the_rule_and_its_siblings_give_it(form: str) -> None:
    missing = set(EXPECTED[form].split()) - {field["key"] for field in _fields(form)}
    assert not missing


@pytest.mark.parametrize("form", [*FORMS, *LISTS])
def test_field_of_the_rule_names_its_clause_and_a_sibling_field_its_sibling(form: str) -> None:
    for field in _fields(form):
        assert field["origin"] in {"rule", "law", "sibling", "reconstruction"}, field["key"]
        assert field["origin"] not in {"rule", "law"} or field["clause"], field["key"]
        assert field["origin"] != "sibling" or field["source"], field["key"]


@pytest.mark.parametrize("form", [*FORMS, *LISTS])
def test_header_name_belongs_to_one_field_only(form: str) -> None:
    names = Counter(name for f in _fields(form) for name in {f["label"], *f.get("aliases", [])})
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("form", [*FORMS, *LISTS])
def test_hard_demand_comes_from_the_rule_or_from_what_the_form_needs_to_exist(form: str) -> None:
    needed = {"apply_date", "action", "unit", "staff_type", "auth_date", "audit_date", "subjects"}
    needed |= {"explained_on", "drafted_on", "plan_date", "batch"}  # of the letters
    hard = {f["key"] for f in _fields(form) if f.get("required") and f["origin"] not in {"rule", "law"}}
    assert form == "certificate" or hard <= needed


@pytest.mark.parametrize("form", [*FORMS, *LISTS])
def test_signature_cell_is_never_asked_of_a_spreadsheet(form: str) -> None:
    for field in _fields(form):
        if field["type"] == "sign":
            assert not field.get("required"), field["key"]
            assert not field.get("aliases"), field["key"]


@pytest.mark.parametrize("form", FORMS)
def test_layout_names_only_fields_and_what_the_program_gives(form: str) -> None:
    fields = _fields(form)
    rows_key = _read(form)["form"].get("rows_key", "")
    outside, of_row = _names(form)
    document = [f for f in fields if f.get("scope", "document") == "document"]
    rows = [f for f in fields if f.get("scope") == "row"]
    assert outside <= {*_printable(document), *CONTEXT, rows_key}
    assert of_row <= set(_printable(rows))


@pytest.mark.parametrize("form", FORMS)
def test_every_field_has_its_place_in_the_layout(form: str) -> None:
    outside, of_row = _names(form)
    for field in _fields(form):
        places = of_row if field.get("scope") == "row" else outside
        assert set(_printable([field])) & places, field["key"]


@pytest.mark.parametrize("form", FORMS)
def test_layout_prints_number_and_record_code(form: str) -> None:
    outside, _ = _names(form)
    assert {"form_no", "record_id", "qr"} <= outside


@pytest.mark.parametrize("form", FORMS)
def test_only_papers_of_the_taipei_rule_print_the_notice_on_its_end(form: str) -> None:
    outside, _ = _names(form)
    assert ("notice" in outside) == (_read(form)["form"]["set"] in {"taipei-2017", "letters"})


@pytest.mark.parametrize("form", FORMS)
def test_layout_is_a4_in_kai_and_traditional_chinese(form: str) -> None:
    size = _xml(form, "word/document.xml").find(f".//{W}pgSz")
    assert size is not None
    assert {size.get(f"{W}w"), size.get(f"{W}h")} == {"11906", "16838"}
    styles = _xml(form, "word/styles.xml")
    fonts, language = styles.find(f".//{W}rFonts"), styles.find(f".//{W}lang")
    assert fonts is not None
    assert language is not None
    assert {fonts.get(f"{W}{kind}") for kind in ("ascii", "hAnsi", "eastAsia")} == {"標楷體"}
    assert language.get(f"{W}eastAsia") == "zh-TW"


@pytest.mark.parametrize("form", FORMS)
def test_no_row_of_the_layout_may_be_cut_by_the_end_of_a_page(form: str) -> None:
    rows = list(_xml(form, "word/document.xml").iter(f"{W}tr"))
    assert rows
    assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)


LONG: Final = [f for f in FORMS if _read(f)["form"].get("mode") == "grouped"]


@pytest.mark.parametrize("form", LONG)
def test_heading_rows_of_a_long_form_repeat_on_every_page(form: str) -> None:
    body = _xml(form, "word/document.xml")
    loops = [t for t in body.iter(f"{W}tbl") if any("{%tr for" in (x.text or "") for x in t.iter(f"{W}t"))]
    assert loops
    for table in loops:
        first = table.find(f"{W}tr")
        assert first is not None
        assert first.find(f"{W}trPr/{W}tblHeader") is not None


@pytest.mark.parametrize("form", FORMS)
def test_document_properties_say_that_the_layout_is_reconstructed(form: str) -> None:
    text = "|".join(str(t) for t in _xml(form, "docProps/core.xml").itertext())
    assert "reconstructed layout v1" in text
    assert "webir-records" in text


@pytest.mark.parametrize("form", FORMS)
def test_specimen_fills_only_known_fields_and_uses_allowed_values(form: str) -> None:
    specimen = json.loads((TEMPLATES / form / "specimen.json").read_text(encoding="utf-8"))
    fields = {f["key"]: f for f in _fields(form)}
    rows = specimen.pop(_read(form)["form"].get("rows_key", ""), [])
    for record in (specimen, *rows):
        for key, value in record.items():
            allowed = fields[key].get("values")
            given: list[Any] = [*value] if isinstance(value, list) else [value]
            assert not allowed or all(one in allowed for one in given), f"{key}: {value}"


@pytest.mark.parametrize("form", FORMS)
def test_specimen_leaves_only_signatures_and_rare_fields_empty(form: str) -> None:
    specimen = json.loads((TEMPLATES / form / "specimen.json").read_text(encoding="utf-8"))
    rows = specimen.get(_read(form)["form"].get("rows_key", ""), [])
    given = {*specimen, *(key for row in rows for key in row)}
    wanted = {f["key"] for f in _fields(form) if f.get("required") or f.get("recommended")}
    assert wanted <= given | {f["key"] for f in _fields(form) if f["type"] == "sign"}


def test_specimens_hold_the_names_that_break_programs() -> None:
    text = "".join((TEMPLATES / form / "specimen.json").read_text(encoding="utf-8") for form in FORMS)
    assert "O'Brien & 李<小>明" in text
    assert "𠮷" in text


def test_register_specimen_runs_over_several_pages() -> None:
    specimen = json.loads((TEMPLATES / "form_2/specimen.json").read_text(encoding="utf-8"))
    assert len(specimen["entries"]) >= 60
    assert sum(entry["count"] for entry in specimen["entries"]) == specimen["reg_count"]
    assert specimen["log_count"] - specimen["reg_count"] == specimen["diff"]


def test_checklist_has_all_items_of_the_audit_and_the_specimen_answers_each() -> None:
    checklist = tomllib.loads((TEMPLATES / "form_4/checklist.toml").read_text(encoding="utf-8"))
    specimen = json.loads((TEMPLATES / "form_4/specimen.json").read_text(encoding="utf-8"))
    expected = [
        f"{part}{n}"
        for part, last in zip("ABCDE", (10, 10, 6, 7, 2), strict=True)
        for n in range(1, last + 1)
    ]
    assert [item["no"] for item in checklist["item"]] == expected
    assert [item["no"] for item in specimen["items"]] == expected
    assert all(
        item["text"] and item["clause"] and item["origin"] in {"rule", "sibling"}
        for item in checklist["item"]
    )


@pytest.mark.parametrize("form", FORMS)
def test_source_page_sorts_every_field_by_its_origin(form: str) -> None:
    page = (TEMPLATES / form / "SOURCE.md").read_text(encoding="utf-8")
    by_law = any(field["origin"] == "law" for field in _fields(form))
    for origin in ("rule", *(["law"] if by_law else []), "sibling", "reconstruction"):
        line = re.search(rf"^- \*\*{origin}\*\* \(.*?\): (.+)$", page, re.MULTILINE)
        assert line is not None
        labels = [f["label"] for f in _fields(form) if f["origin"] == origin]
        assert line[1] == ("、".join(labels) or "–")


@pytest.mark.parametrize("form", [f for f in FORMS if f.startswith("form_")])
def test_pledge_of_the_layout_is_named_a_reconstruction(form: str) -> None:
    if any(field["key"] == "pledge" for field in _fields(form)):
        assert "pledge" in (TEMPLATES / form / "SOURCE.md").read_text(encoding="utf-8")
