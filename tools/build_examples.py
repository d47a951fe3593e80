# ruff: noqa: E501  # tables of Chinese text are read by column; each character counts twice
"""Build examples/: the files of a fictional district office, as messy as offices keep them.

Usage: python tools/build_examples.py [FOLDER]

Running it again writes the same bytes: no clock, no chance, zip members stored with a fixed date.
"""

import csv
import io
import json
import re
import sys
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

from examples_data import (
    AGENCY,
    BUSINESS,
    CANCELLATIONS,
    CODE,
    CONSENT_DAY,
    ITEM_MARKS,
    ITEMS,
    NAMES,
    PRINCIPAL,
    TITLES,
    TRUE_MARKS,
    UNITS,
    application_day,
    full_width,
    national_id,
    spell,
)
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.worksheet import Worksheet

ROOT = Path(__file__).resolve().parents[1]
FIXED_DATE = (2026, 1, 1, 0, 0, 0)
Cell = str | int | date | None
Row = Sequence[Cell]


# ---- writing ---------------------------------------------------------------------------------------------


def same_bytes(workbook: Workbook) -> bytes:
    """Save a workbook without the time of day and without a compressor's version in it."""
    raw, fixed = io.BytesIO(), io.BytesIO()
    workbook.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_STORED) as target:
        for name in sorted(source.namelist()):
            content = source.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2026-01-01T00:00:00Z", content)
            target.writestr(zipfile.ZipInfo(name, FIXED_DATE), content)
    return fixed.getvalue()


def _title_rows(sheet: Worksheet, lines: Sequence[str], width: int) -> None:
    for number, line in enumerate(lines, start=1):
        sheet.cell(number, 1, line)
        sheet.merge_cells(start_row=number, start_column=1, end_row=number, end_column=width)
        sheet.cell(number, 1).alignment = Alignment(horizontal="center" if number == 1 else "left")
    sheet.cell(1, 1).font = Font(name="標楷體", size=16, bold=True)


def sheet_of(title: str, lines: Sequence[str], header: Sequence[str], rows: Iterable[Row]) -> Workbook:
    """Make a list as offices print it: title rows, an empty row, the header, rows with borders."""
    workbook = Workbook()
    sheet = workbook.active
    if not isinstance(sheet, Worksheet):
        raise TypeError("a new workbook has a sheet")
    sheet.title = title
    _title_rows(sheet, lines, len(header))
    thin = Side(style="thin")
    for number, row in enumerate([header, *rows], start=len(lines) + 2):
        for column, value in enumerate(row, start=1):
            if value is None:
                continue
            cell = sheet.cell(number, column, value)
            cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
            cell.font = Font(name="標楷體", size=12)
            if isinstance(value, date):
                cell.number_format = "yyyy/m/d"
    sheet.freeze_panes = f"A{len(lines) + 3}"
    return workbook


# ---- 附件1-2 ---------------------------------------------------------------------------------------------

USER_HEADER = (
    "序號", "帳號", "申請人姓名", "科室", "職務", "進用類別", "填表日期", "申請別", "憑證上傳日", "角色權限", "查調項目",
    "業務項目", "法源依據", "使用目的", "業務關聯性", "受委託", "委託機關名稱", "同意文號", "同意日期", "聯絡電話\n（含分機）",
    "E-mail", "初審結果", "目的符合", "依據符合", "核定業務內容", "帳號無重複", "授權日", "核定權限", "保密切結", "備註",
)  # fmt: skip

# row of the list (from 0): column, wrong value, field, code (docs/errors.md), clause, reason
WRONG: dict[int, tuple[str, Cell, str, str, str, str]] = {
    6: ("進用類別", "委外廠商", "staff_type", "F131", "五(五)", "contractors may never query: a hard stop"),
    11: ("填表日期", "109/02/30", "apply_date", "F123", "五(一)", "no such date"),
    15: ("使用目的", "業務需要", "purpose", "F134", "五(三)", "a stock phrase says nothing"),
    20: ("業務項目", "勞工紓困貸款查核", "business_items", "F133", "五(三)", "not an approved business item"),
    24: (
        "同意文號",
        None,
        "principal_consent_no",
        "F121",
        "五(二)",
        "commissioned without the principal's consent",
    ),
    29: ("帳號", "fa1005", "egov_account", "F139", "五(一)", "the account is taken by row 9"),
}

KEY_NAMES = ("field", "code", "clause", "reason")


def account(number: int) -> str:
    """Return the account of the n-th applicant."""
    return f"fa{1000 + number + 1}"


def user_row(number: int) -> list[Cell]:
    """Make one application; every office clerk has a habit of writing dates and marks."""
    day, habit = application_day(number), number * 5 + number // 6
    item, basis, _no, _day, consent = BUSINESS[number * 3 % len(BUSINESS)]
    mark = TRUE_MARKS[number % len(TRUE_MARKS)]
    services = ITEM_MARKS[number % 3].join(sorted({ITEMS[number % 4], ITEMS[number * 2 % 4]}))
    phone = f"02-2999-{1000 + number:04d}" if number % 3 else full_width(f"02-2999{1000 + number}") + "#21"
    principal: list[Cell] = ["否", None, None, None]
    if consent:
        principal = ["是", PRINCIPAL, consent, spell(CONSENT_DAY, habit)]
    return [
        str(number + 1), account(number), NAMES[number], UNITS[number % 3], TITLES[number % len(TITLES)],
        ("編制內", "約聘僱", "臨時人員")[number % 3], spell(day, habit), "新申請" if number % 4 == 0 else "新增",
        spell(day - timedelta(days=4 + number % 9), habit), "一般查詢", services, item, basis,
        f"{item}所需投保及給付資料之查核", "核對申請人及其家戶人口之投保薪資、就業與給付情形", *principal, phone,
        f"{account(number)}@gov.taipei", "同意", mark, mark, mark, mark, spell(day + timedelta(days=5 + number % 6), habit),
        "一般查詢", "是", "補送憑證影本" if number % 13 == 4 else None,
    ]  # fmt: skip


def user_rows() -> tuple[list[Row], list[dict[str, str | int]]]:
    """Make the list of applications and the key of what is wrong in it."""
    rows: list[Row] = []
    key: list[dict[str, str | int]] = []
    for number in range(len(NAMES)):
        row = user_row(number)
        if number in WRONG:
            header, value, *why = WRONG[number]
            row[USER_HEADER.index(header)] = value
            entry: dict[str, str | int] = {"row": len(rows) + 5, "column": header}
            key.append(entry | dict(zip(KEY_NAMES, why, strict=True)))
        rows.append(row)
        if number == 16:  # the second printed page repeats the header
            rows += [[], USER_HEADER]
    rows.append(["合計", f"{len(NAMES)}人"])
    return rows, key


# ---- 附件1-1, 附件3 --------------------------------------------------------------------------------------

MANAGER_HEADER = (
    "類別", "填表日期", "申請人", "科室", "職務", "是否為資訊專人", "非委外廠商聲明", "申請帳號", "憑證上傳日期", "電話分機",
    "公務信箱", "申請事由", "核定業務項目", "法令依據", "核定字號", "受委託業務", "委託機關名稱", "同意文號", "同意日期",
    "前任管理者", "前任管理者帳號", "移交清冊", "代理人", "切結", "發文日期", "發文字號", "審查結果", "核定權限", "啟用日期",
)  # fmt: skip


def manager_rows() -> list[Row]:
    """Make the two applications of the office's managers: the first one, and his successor."""
    items, bases = ("、".join(business[column] for business in BUSINESS) for column in (0, 1))
    common: list[Cell] = [items, bases, BUSINESS[0][2], "是", PRINCIPAL, BUSINESS[0][4]]
    first: list[Cell] = [
        "新增", full_width("107/2/5"), "沈國棟", "資訊室", "管理師", "是", "是", "famgr01", full_width("107/1/30"), "02-29991000#11",
        "famgr01@gov.taipei", "管理本所使用者帳號並下載查詢紀錄供稽核使用", *common, "106/12/20", None, None, None, "游雅惠", "V",
        "107/02/07", "北市福資字第1076000123號", "符合", "使用機關管理者", "107/02/14",
    ]  # fmt: skip
    second: list[Cell] = [
        "異動", date(2020, 3, 2), "游雅惠", "資訊室", "設計師", "是", "是", "famgr02", date(2020, 2, 24), "02-2999-1000 分機 12",
        "famgr02@gov.taipei", "原管理者職務調動，變更使用機關管理者", *common, date(2017, 12, 20), "沈國棟", "famgr01", "是", "沈國棟", "V",
        "1090304", "北市福資字第1096000456號", "符合", "使用機關管理者", "109年3月12日",
    ]  # fmt: skip
    return [first, second]


PROXY_HEADER = (
    "編號", "填表日期", "請託人", "請託人單位", "請託人帳號", "代查人員", "代查人員單位", "代查人員帳號", "代查事由類別", "代查原因",
    "案號", "法源依據", "業務範圍", "關聯性說明", "被查詢人", "身分證字號", "查調項目", "授權起日", "授權迄日", "授權查詢次數",
    "處理方式", "保密聲明", "主管核准", "文號", "檔案號",
)  # fmt: skip
SUBJECTS = ("杜仁傑", "鍾美芳", "𡍼阿土", "范姜大年", "康永生", "湯緣", "卓越", "石敢當")
PROXIES = ((0, 4, "公務需求"), (8, 12, "急迫性需要"), (18, 4, "公務需求"), (21, 22, "急迫性需要"))


def proxy_rows() -> list[Row]:
    """Make four proxy authorisations between people whose applications are in order."""
    rows: list[Row] = []
    for number, (asking, querying, kind) in enumerate(PROXIES):
        day = date(2020, 11, 3) + timedelta(days=number * 9)
        item, basis, *_ = BUSINESS[asking * 3 % len(BUSINESS)]
        people = range(number * 3, number * 3 + 1 + number % 2)
        rows.append([
            f"福代字{109001 + number}", spell(day, number), NAMES[asking], UNITS[asking % 3], account(asking),
            NAMES[querying], UNITS[querying % 3], account(querying), kind, "請託人公出，案件須於當日審結，無法自行查詢",
            f"福社字第10960{4000 + number * 37}號", basis, item, "核對家戶人口之投保薪資與給付情形，以計算家庭總收入",
            "、".join(SUBJECTS[n % len(SUBJECTS)] for n in people),
            "、".join(national_id(n + 900) for n in people), ITEMS[number % 4], spell(day, number), spell(day, number + 3),
            len(people), "歸檔" if number % 2 else "銷毀", "是", "同意", f"北市福社字第1096{number:03d}321號", f"109/0503/1/1/{number + 1}",
        ])  # fmt: skip
    return rows


# ---- 附件2 -----------------------------------------------------------------------------------------------

REGISTER_HEADER = (
    "流水號", "科室", "查調日期", "時間", "查詢人", "使用者代碼", "收文號", "查調事由", "相關法令依據", "查詢對象", "身分證字號",
    "查調項目", "筆數", "是否代查", "授權書編號", "處理方式", "歸檔文號／銷毀日期及方式", "備考",
)  # fmt: skip
QUERIERS = (0, 1, 2, 3, 4, 5, 8, 9)  # authorised before the months of the registers


MARCH, APRIL = 44, 24  # queries in the two registers


def fits_cp950(text: str) -> bool:
    """Tell whether a csv file written by Excel in Taiwan can hold a text."""
    return text.encode("cp950", "ignore").decode("cp950") == text


def register_rows(first: date, last: date, count: int, *, plain: bool) -> list[Row]:
    """Make the register of one month, grouped by unit and numbered within the unit.

    Args:
        first: first working day used.
        last: last day used.
        count: number of queries.
        plain: only names that CP950 has (a csv file written by Excel).
    """
    queriers = [number for number in QUERIERS if fits_cp950(NAMES[number]) or not plain]
    subjects = [name for name in SUBJECTS if fits_cp950(name) or not plain]
    entries: list[tuple[str, date, int, int, str]] = []
    for number in range(count):
        day = first + timedelta(days=number * (last - first).days // count)
        day -= timedelta(days=max(0, day.weekday() - 4))  # Saturday and Sunday: the office is closed
        querier = queriers[number % len(queriers)]
        entries.append((UNITS[querier % 3], day, number, querier, subjects[number * 3 % len(subjects)]))
    rows: list[Row] = []
    for unit in UNITS[:3]:
        own = sorted(entry[1:] for entry in entries if entry[0] == unit)
        rows += [_register_row(seq, unit, entry) for seq, entry in enumerate(own, start=1)]
    return rows


def _register_row(seq: int, unit: str, entry: tuple[date, int, int, str]) -> Row:
    day, number, querier, subject = entry
    item, basis, *_ = BUSINESS[querier * 3 % len(BUSINESS)]
    filed = number % 3 == 0
    roc = day.year - 1911
    after = f"北市福社字第{roc}6{number:03d}100號" if filed else f"{roc}.{day.month}.{day.day} 碎紙"
    identity = national_id(number)
    return [
        seq, unit, spell(day, querier), f"{9 + number % 8:02d}:{number * 7 % 60:02d}", NAMES[querier], account(querier),
        f"福社字第{roc}60{1000 + number * 13}號", f"{item}：核對家戶投保薪資", basis, subject,
        full_width(identity) if number % 11 == 5 else identity, ITEMS[number % 4], 1, "否", None,
        "歸檔" if filed else "立即銷毀", after, None,
    ]  # fmt: skip


def csv_bytes(rows: Iterable[Row], encoding: str) -> bytes:
    """Write a csv file as Excel in Taiwan does: CP950, CRLF."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(
        [["" if cell is None else cell for cell in row] for row in rows]
    )
    return text.getvalue().encode(encoding)


# ---- 附件4, 註銷通報, 機關設定 ---------------------------------------------------------------------------

DEFECTS = {
    "A9": (
        "部分符合",
        "有1個帳號逾6個月未使用，尚未停用",
        "函請所屬單位確認後停用，並改為每季清查",
        "109/02/28",
    ),
    "C2": (
        "不符合",
        "抽核1份列印資料留存於承辦人抽屜，未歸檔亦未銷毀",
        "當場銷毀並作成紀錄，於課務會議重申",
        "109/01/31",
    ),
}


def audit(checklist: str) -> dict[str, object]:
    """Make the audit sheet of the second half of 108 from the items of the form's checklist."""
    items: list[dict[str, str]] = []
    for no in re.findall(r'^no = "([A-Z]\d+)"$', checklist, re.MULTILINE):
        row = {"項次": no, "查核結果": "符合", "查核情形說明": "抽核相關表單，未發現缺失"}
        if no == "D7":
            row |= {"查核結果": "不適用", "查核情形說明": "本所採登記簿逐筆比對，未訂替代方式"}
        if no in DEFECTS:
            result, text, fix, by = DEFECTS[no]
            row |= {
                "查核結果": result,
                "查核情形說明": text,
                "改善措施": fix,
                "改善期限": by,
                "負責人": "社會課課長",
            }
        items.append(row)
    return {
        "稽核年度": 108, "稽核期別": "下半年", "稽核期間起": "108/07/01", "稽核期間迄": "108/12/31", "稽核日期": "109/01/14",
        "稽核方式": ["書面", "實地"], "資訊單位稽核人員": "丁本立", "資訊單位名稱": "資訊室", "資訊單位稽核人員職稱": "主任",
        "政風單位稽核人員": "方正言", "政風單位名稱": "政風室", "政風單位稽核人員職稱": "主任", "受稽核單位": "社會課、民政課、人文課",
        "陪同人員": "社會課課長", "使用人數": 18, "帳號數": 18, "系統查詢筆數": 412, "登記簿筆數": 412, "抽核筆數": 12, "抽核比率": "2.9%",
        "抽樣方法": "依登記簿流水號隨機抽樣", "抽樣亂數種子": "20200114", "總評": "大致符合規定，缺失2件，列入追蹤。",
        "簽報核定文號": "福政簽字第1096000021號", "簽報核定日期": "109/01/20", "光碟編號": "1090120_V001",
        "函送總管理機關文號": "北市福政字第1096000789號", "函送總管理機關日期": "109/03/13", "items": items,
    }  # fmt: skip


def cancellation_rows() -> list[Row]:
    """Make the list of cancelled accounts; the list of people comes from their applications."""
    header = (
        "帳號",
        "使用者姓名",
        "通報日期",
        "離職／異動生效日",
        "註銷日",
        "註銷原因",
        "權限移除日",
        "承辦人",
    )
    names = {account(number): name for number, name in enumerate(NAMES)}
    rows: list[Row] = [header]
    for number, (who, cancelled, leaves, reason) in enumerate(CANCELLATIONS):
        notified = min(cancelled, leaves) - timedelta(days=number % 4)
        habit = number % 5  # a csv file has no real date cells
        days = [spell(day, habit) for day in (notified, leaves, cancelled, cancelled)]
        rows.append([who, names[who], *days[:3], reason, days[3], "游雅惠"])
    return rows


def settings() -> dict[str, object]:
    """Make 機關設定.json, the input of `webir init --agency`."""
    keys = ("業務項目", "法令依據", "勞保局核定文號", "核定日期")
    return {
        "使用機關": AGENCY,
        "機關代碼": CODE,
        "使用單位": list(UNITS),
        "核定業務": [dict(zip(keys, business[:4], strict=True)) for business in BUSINESS],
        "稽核小組": [
            {"姓名": "丁本立", "單位": "資訊室", "職稱": "主任"},
            {"姓名": "方正言", "單位": "政風室", "職稱": "主任"},
        ],
    }


def answers(bad: list[dict[str, str | int]]) -> dict[str, object]:
    """Make the key: what a check must find and what is due on which day."""
    lapsed = [who for who, day, *_ in CANCELLATIONS if day.year < 2023]
    return {
        "form_1_1": {"rows": 2, "valid": 2, "documents": 2},
        "form_1_2": {
            "rows": len(NAMES),
            "valid": len(NAMES) - len(WRONG),
            "documents": len(NAMES) - len(WRONG),
            "bad_rows": bad,
        },
        "form_2": {
            "108年03月": {"rows": MARCH, "valid": MARCH, "documents": 3},
            "108年04月": {"rows": APRIL, "valid": APRIL, "documents": 3},
        },
        "form_3": {"rows": len(PROXIES), "valid": len(PROXIES), "documents": len(PROXIES)},
        "form_4": {"rows": 35, "valid": 35, "documents": 1},
        "cancellation": {
            "rows": len(CANCELLATIONS),
            "valid": len(CANCELLATIONS),
            "cancelled": {who: day.isoformat() for who, day, *_ in CANCELLATIONS},
            "late": ["fa1014"],
            "due_on_2026-11-23": lapsed,
            "last_day_of_fa1003": "2024-02-29",
        },
    }


def json_bytes(value: object) -> bytes:
    """Write JSON that people can read."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def build(root: Path) -> dict[str, bytes]:
    """Make every generated file of examples/, by name."""
    users, bad = user_rows()
    made_by = "製表：資訊室　游雅惠　　第 1 頁"
    march = register_rows(date(2019, 3, 4), date(2019, 3, 29), MARCH, plain=False)
    april = register_rows(date(2019, 4, 8), date(2019, 4, 30), APRIL, plain=True)
    checklist = (root / "templates/form_4/checklist.toml").read_text(encoding="utf-8")
    books = {
        "附件1-1_機關管理者申請.xlsx": sheet_of("管理者", [f"{AGENCY}　機關管理者申請一覽"], MANAGER_HEADER, manager_rows()),
        "附件1-2_使用者申請.xlsx": sheet_of("使用者", [f"{AGENCY} 使用勞保局WebIR 使用者申請清冊", made_by], USER_HEADER, users),
        "附件2_查詢資料登記簿_108年03月.xlsx": sheet_of(
            "108年3月", ["勞保局WebIR查詢資料登記簿", f"使用機關：{AGENCY}　登記期間：108年3月"], REGISTER_HEADER, [*march, ["合計", len(march)]]
        ),
        "附件3_代查授權書.xlsx": sheet_of("代查", [f"{AGENCY}　代查授權書清冊"], PROXY_HEADER, proxy_rows()),
    }  # fmt: skip
    return {name: same_bytes(book) for name, book in books.items()} | {
        "機關設定.json": json_bytes(settings()),
        "附件2_查詢資料登記簿_108年04月.csv": csv_bytes([REGISTER_HEADER, *april], "cp950"),
        "附件4_查核項目表_108年下半年.json": json_bytes(audit(checklist)),
        "註銷通報.csv": csv_bytes(cancellation_rows(), "cp950"),
        "answers.json": json_bytes(answers(bad)),
    }


def main(arguments: list[str]) -> None:
    folder = Path(arguments[0]) if arguments else ROOT / "examples"
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in build(ROOT).items():
        (folder / name).write_bytes(content)
        print(f"{name}: {len(content):,} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
