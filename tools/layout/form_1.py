"""附件1-1 and 附件1-2: the front is the applicant's, the back is for review and cancellation.

No page break is forced between them: a long purpose moves the end of the front onto the back instead of
leaving a page with one row.
"""

from typing import Final

from layout.blocks import PLEDGE, head, notes
from layout.cells import UNITS, boxes, kept, label, pair, section, sign, tall, value, wide
from layout.model import Block, Layout, Page, Row, Table, paragraph

_PAGE: Final = Page()
_WIDTHS: Final = (803,) * (UNITS - 1) + (_PAGE.width - 803 * (UNITS - 1),)
_TITLE: Final = "臺北市政府使用勞保局 WebIR 申請表"
_NUMBER: Final = "表單編號：{{ form_no }}"


def _table(*rows: Row) -> Table:
    return Table(_WIDTHS, rows)


def _pledge() -> Row:
    agreed = "{{ pledge_box }} 已閱讀並同意上列聲明。"
    return wide("使用及保密\n聲明", (PLEDGE, "FormText"), (agreed, "FormText"))


def _commission() -> tuple[Row, ...]:
    return (
        pair("受他機關\n委託業務", "{{ is_commissioned_boxes }}", "委託機關", "{{ principal_agency }}"),
        pair(
            "委託機關\n同意文號",
            "{{ principal_consent_no }}",
            "委託機關\n同意日期",
            "{{ principal_consent_date }}",
        ),
    )


def _back(*sections: tuple[Row, ...]) -> tuple[Block, ...]:
    """Return the sections that others fill in, each whole on one page: as a rule, the back of the sheet."""
    gap = paragraph("", "FormGap")
    return tuple(block for rows in sections for block in (gap, _table(*kept(rows))))


def _retention(clause: str) -> Row:
    return pair(
        "權限移除\n辦理人", "{{ removed_by }}", "保存期限\n屆滿日", f"{{{{ retain_until }}}}\n（{clause}）"
    )


# ── 附件1-2


_USER_REASONS: Final = (
    ("離職", "退休", "停職", "職務調動", "業務異動"),
    ("不當查詢", "憑證遺失", "久未使用", "其他"),
)
_REVIEW_CHECKS: Final = (
    ("chk_purpose", "申請目的符合"),
    ("chk_legal", "法令依據符合"),
    ("chk_scope", "屬核定業務內容"),
    ("chk_unique", "帳號未重複"),
)
_USER_NOTES: Final = (
    "使用者應先至「我的e政府服務平臺」申請公務人員帳號並上傳自然人憑證，再填具本表送使用機關管理者（五(一)、五(三)）。",
    "使用機關管理者應依申請目的、法令依據及是否為核定之業務內容逐項審查，全部符合始得授權（五(三)）。",
    "帳號限本人使用，不得轉借他人，不得授權委外廠商使用；不得於非辦公時間及非辦公場所查詢（五(五)、六(三)）。",
    "業務係受他機關委託者，須先經委託機關同意（四、五(二)）。",
    "離職或業務異動而無查詢需求時，應於辦理離職、異動程序時通報使用機關管理者，於本表註記註銷日期並移除權限（五(四)）。",
    "查有不當查詢情形者，由使用機關稽核小組註銷帳號使用權並追究責任（六(四)）。",
    "本表於帳號註銷後至少保存三年，期滿始得銷毀（七(二)）。",
)


def _user_front() -> tuple[Row, ...]:
    return (
        section("一、申請人資料"),
        wide("申請類別", "{{ action_boxes }}"),
        pair("使用機關", "{{ agency_name }}", "機關代碼", "{{ agency_code }}"),
        pair("單位", "{{ unit }}", "職稱", "{{ title }}"),
        pair("姓名", "{{ name }}", "申請日期", "{{ apply_date }}"),
        Row(
            (
                label("人員類別"),
                value("{{ staff_type_boxes }}", span=5),
                label("非委外廠商\n人員"),
                value("{{ not_contractor_boxes }}", span=3),
            )
        ),
        pair("公務電話", "{{ phone }}", "公務電子\n郵件", "{{ email }}"),
        pair("我的e政府\n帳號", "{{ egov_account }}", "憑證卡號\n末四碼", "{{ moica_ref }}"),
        wide("自然人憑證\n上傳完成日", "{{ moica_uploaded_on }}"),
        section("二、申請事項"),
        wide("申請目的", "{{ purpose }}", height=760),
        wide("法令依據", "{{ legal_basis }}"),
        wide("承辦業務", "{{ business_items }}"),
        wide("業務與資料\n關聯性說明", "{{ relevance }}", height=760),
        pair("申請角色\n權限", "{{ role }}", "查詢項目", "{{ service_items }}"),
        *_commission(),
        pair("使用期間起", "{{ valid_from }}", "使用期間迄", "{{ valid_to }}"),
        section("三、聲明及簽章"),
        _pledge(),
        tall(label("申請人簽章"), sign("{{ applicant_signature }}", span=10)),
    )


def _user_first_review() -> tuple[Row, ...]:
    return (
        section(f"四、單位主管初審（{_NUMBER}）"),
        pair("初審結果", "{{ unit_head_review_boxes }}", "初審日期", "{{ unit_head_reviewed_on }}"),
        wide("初審意見", "{{ unit_head_comment }}", height=900),
        tall(label("單位主管\n簽章"), sign("{{ unit_head_seal }}", span=10)),
    )


def _user_second_review() -> tuple[Row, ...]:
    checks = "　".join(f"{{{{ {key}_box }}}}{text}" for key, text in _REVIEW_CHECKS)
    return (
        section("五、使用機關管理者複審及授權"),
        wide("審查項目", checks, height=640),
        pair("授權角色", "{{ granted_role }}", "授權日期", "{{ granted_on }}"),
        tall(label("機關管理者\n簽章"), sign("{{ manager_seal }}", span=10)),
    )


def _user_cancellation() -> tuple[Row, ...]:
    reasons = tuple(boxes("cancel_reason", line) for line in _USER_REASONS)
    return (
        section("六、註銷註記"),
        pair("註銷通報日", "{{ cancel_notified_on }}", "離職或異動\n生效日", "{{ leave_effective_on }}"),
        wide("註銷事由", *reasons, height=760),
        pair("註銷日期", "{{ cancelled_on }}", "權限移除\n日期", "{{ removed_on }}"),
        _retention("七(二)"),
        wide("最後查詢日", "{{ last_query_on }}"),
    )


def user() -> Layout:
    """Draw 附件1-2."""
    front = (*head("附件1-2", [_TITLE], _PAGE, subtitle="（使用者版）"), _table(*_user_front()))
    back = _back(_user_first_review(), _user_second_review(), _user_cancellation())
    body = (*front, *back, *notes("填表說明：", _USER_NOTES))
    return Layout("附件1-2", f"{_TITLE}（使用者版）", body, _PAGE)


# ── 附件1-1


_MANAGER_NOTES: Final = (
    "使用機關應指派資訊專人擔任使用機關管理者；管理者異動時，須向總管理機關申請變更（三）。",
    "管理者應先至「我的e政府服務平臺」申請公務人員帳號並上傳自然人憑證，再填具本表（五(一)）。",
    "本表應敘明申請目的及業務項目法令依據，函報總管理機關進行業務目的審查及權限授權（五(一)）。",
    "業務係受他機關委託者，須先經委託機關同意，再行函報（四、五(二)）。",
    "帳號限本人使用，不得轉借他人，不得授權委外廠商使用（五(五)、六(三)）。",
    "註銷註記準用使用者之規定：註記註銷日期並移除權限（五(四)）。",
    "本表於帳號註銷後至少保存三年，期滿始得銷毀（七(二)）。",
)


def _manager_front() -> tuple[Row, ...]:
    return (
        section("一、申請人資料"),
        pair("申請類別", "{{ action_boxes }}", "申請日期", "{{ apply_date }}"),
        pair("使用機關", "{{ agency_name }}", "機關代碼", "{{ agency_code }}"),
        pair("單位", "{{ unit }}", "職稱", "{{ title }}"),
        pair("姓名", "{{ name }}", "職務代理人", "{{ deputy }}"),
        pair("資訊專人", "{{ is_it_staff_boxes }}", "非委外廠商\n人員", "{{ not_contractor_boxes }}"),
        pair("公務電話", "{{ phone }}", "公務電子\n郵件", "{{ email }}"),
        pair("我的e政府\n帳號", "{{ egov_account }}", "憑證卡號\n末四碼", "{{ moica_ref }}"),
        wide("自然人憑證\n上傳完成日", "{{ moica_uploaded_on }}"),
        section("二、申請事項"),
        wide("申請目的", "{{ purpose }}", height=640),
        wide("業務項目", "{{ business_items }}", height=640),
        wide("法令依據", "{{ legal_basis }}", height=640),
        pair(
            "勞保局\n核定文號",
            "{{ approved_purpose_ref }}",
            "勞保局\n核定日期",
            "{{ approved_purpose_date }}",
        ),
        wide("申請查詢\n項目", "{{ service_items }}"),
        *_commission(),
        section("三、管理者變更（申請類別為異動者填寫）"),
        pair("原管理者", "{{ previous_manager }}", "原管理者\n帳號", "{{ previous_manager_account }}"),
        wide("資料移交\n清冊已列冊", "{{ handover_listed_boxes }}"),
        section("四、聲明"),
        _pledge(),
    )


def _manager_seals() -> tuple[Row, ...]:
    tags = ("applicant_signature", "unit_head_seal", "agency_head_seal")
    names = ("申請人簽章", "單位主管核章", "機關首長核章")
    return (
        section(f"五、核章及函報（{_NUMBER}）"),
        Row(tuple(label(name, 4) for name in names), 400),
        Row(tuple(sign(f"{{{{ {tag} }}}}") for tag in tags), 1600),
        pair("函報日期", "{{ letter_date }}", "函報字號", "{{ letter_no }}"),
    )


def _manager_review() -> tuple[Row, ...]:
    return (
        section("六、總管理機關審查（臺北市政府勞動局）"),
        pair("審查結果", "{{ review_result_boxes }}", "授權日期", "{{ granted_on }}"),
        wide("審查意見", "{{ review_comment }}", height=1300),
        wide("核定權限", "{{ granted_scope }}", height=900),
        tall(label("總管理者\n簽章"), sign("{{ chief_manager_seal }}", span=10)),
    )


def _manager_cancellation() -> tuple[Row, ...]:
    return (
        section("七、註銷註記"),
        wide("註銷事由", "{{ cancel_reason_boxes }}"),
        pair("註銷日期", "{{ cancelled_on }}", "權限移除\n日期", "{{ removed_on }}"),
        _retention("七(二)"),
    )


def manager() -> Layout:
    """Draw 附件1-1."""
    front = (*head("附件1-1", [_TITLE], _PAGE, subtitle="（機關管理者版）"), _table(*_manager_front()))
    back = _back(_manager_seals(), _manager_review(), _manager_cancellation())
    body = (*front, *back, *notes("填表說明：", _MANAGER_NOTES))
    return Layout("附件1-1", f"{_TITLE}（機關管理者版）", body, _PAGE)


LAYOUTS: Final = {
    "form_1_1": manager,
    "form_1_2": user,
}
