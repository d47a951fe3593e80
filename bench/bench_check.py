"""Read and check a register and applications in xlsx, beside libraries that only read the same file."""

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

import openpyxl
import python_calamine as calamine
from spreadsheets import Value, write_xlsx
from timing import ROOT, Work, arguments, measure, progress, scratch, show

from retention.profile import load_profile
from webir_records.forms.agency import AgencySettings
from webir_records.forms.checking import CheckContext, CheckResult, check
from webir_records.forms.identifiers import national_id_issue
from webir_records.forms.specs import load_form

PEER: Final = "calamine, reading alone"
TODAY: Final = date(2026, 11, 23)
UNITS: Final = ("社會救助科", "老人福利科", "身心障礙者福利科", "婦女福利及兒童托育科")
REGISTER: Final = (
    *(
        "使用單位",
        "登記期間",
        "項次",
        "案件編號",
        "查詢人員",
        "查詢人員帳號",
        "查詢日期",
        "查詢時間",
        "查詢目的",
        "法令依據",
    ),
    *(
        "被查詢人姓名",
        "被查詢人統一編號",
        "查詢項目",
        "查詢筆數",
        "代查",
        "授權書編號",
        "資料處理方式",
        "歸檔文號",
        "備註",
    ),
)
APPLICATION: Final = (
    *("申請日期", "申請類別", "單位", "職稱", "姓名", "人員類別", "非委外廠商", "公務電話", "公務電子郵件"),
    *("我的e政府帳號", "自然人憑證上傳完成日", "申請目的", "法令依據", "承辦業務", "業務與資料關聯性說明"),
    *("申請角色權限", "查詢項目", "是否受委託業務", "同意使用及保密聲明", "單位主管審核", "申請目的符合"),
    *("法令依據符合", "屬核定業務", "帳號未重複", "授權角色", "授權日期"),
)


def main() -> None:
    given = arguments(__doc__ or "", rows=100_000, applications=10_000)
    with scratch() as folder:
        business = _business()
        files = {
            "form_2": (folder / "register.xlsx", given["rows"], REGISTER, _entries),
            "form_1_2": (folder / "applications.xlsx", given["applications"], APPLICATION, _applications),
        }
        for form, (path, count, header, make) in files.items():
            progress(f"writing {count:,} rows for {form}")
            write_xlsx(path, _with_header(header, make(count, business)))
            _compare(form, path, count)


def _compare(form: str, path: Path, count: int) -> None:
    result = _check(form, path)
    lines = measure(
        [
            Work(PEER, lambda: _calamine(path), count),
            Work("openpyxl, read-only, reading alone", lambda: _openpyxl(path), count),
            Work(f"reading and checking, {form}", lambda: _check(form, path), count),
        ]
    )
    notes = {
        "rows": f"{result.rows:,}, of which {result.valid:,} right; documents: {len(result.documents):,}",
        "peak memory of a process that reads and checks": f"{_peak(form, path):,.0f} MB",
    }
    show(f"Checking {count:,} rows of xlsx, {form}", lines, unit="row", peer=PEER, notes=notes)


def _check(form: str, path: Path) -> CheckResult:
    agency = AgencySettings.load(ROOT / "examples" / "機關設定.json")
    context = CheckContext(agency, TODAY, load_profile("taipei-2017"))
    return check(load_form(form, ROOT / "templates"), path, context)


def _calamine(path: Path) -> int:
    return len(calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python())


def _openpyxl(path: Path) -> int:
    book = openpyxl.load_workbook(path, read_only=True)
    count = sum(1 for _ in book.worksheets[0].iter_rows(values_only=True))
    book.close()
    return count


def _peak(form: str, path: Path) -> float:
    """Return the largest memory of a process that does nothing else, in MB."""
    command = [sys.executable, __file__, "--child", form, str(path)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _child(form: str, path: str) -> None:
    _check(form, Path(path))
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    print(next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM")))


def _business() -> dict[str, str]:
    settings = json.loads((ROOT / "examples" / "機關設定.json").read_text(encoding="utf-8"))
    return {item["業務項目"]: item["法令依據"] for item in settings["核定業務"]}


def _with_header(header: tuple[str, ...], rows: Iterator[list[Value]]) -> Iterator[list[Value]]:
    yield list(header)
    yield from rows


def _entries(count: int, business: dict[str, str]) -> Iterator[list[Value]]:
    """Make a year of four units, 60 users, every subject another number."""
    chance = random.Random(1)  # noqa: S311 - invented rows
    numbers: dict[tuple[str, int], int] = {}
    for row in range(count):
        unit, month, day = UNITS[row % 4], row * 12 // count + 1, chance.randrange(1, 29)
        number = numbers[unit, month] = numbers.get((unit, month), 0) + 1
        user, purpose = chance.randrange(60), chance.choice(list(business))
        yield [
            *(unit, f"109年{month}月", number, f"社救字第109{row:07d}號", f"王{user}明", f"sa{1000 + user}"),
            *(f"109/{month:02d}/{day:02d}", f"{chance.randrange(8, 18):02d}:{chance.randrange(60):02d}"),
            *(purpose, business[purpose], f"林{row % 977}𠮷", _national_id(chance), "投保資料"),
            *(chance.choice((1, 1, 1, 2)), "否", "", chance.choice(("歸檔", "立即銷毀", "未列印"))),
            *(f"北市社救字第109{row:07d}號" if row % 3 else "109年1月2日碎紙", "" if row % 10 else "補件"),
        ]


def _applications(count: int, business: dict[str, str]) -> Iterator[list[Value]]:
    chance = random.Random(2)  # noqa: S311 - invented rows
    for row in range(count):
        purpose, month, account = chance.choice(list(business)), row % 12 + 1, f"sa{10_000 + row}"
        yield [
            *(f"108/{month:02d}/16", "新增", chance.choice(UNITS), "科員", f"李{row}華", "編制內", "V"),
            *(f"02-2720{row % 10_000:04d}分機{row % 900 + 100}", f"{account}@gov.taipei", account),
            *(f"108/{month:02d}/12", f"{purpose}所需投保資料查核", business[purpose], purpose),
            *(
                "審核家戶工作收入須以投保資料為準，僅查詢案內人口。",
                "一般查詢",
                "投保資料、老年給付",
                "否",
                "V",
                "同意",
            ),
            *("V", "V", "V", "V", "一般查詢", f"108/{month:02d}/20"),
        ]


def _national_id(chance: random.Random) -> str:
    start = f"{chance.choice('ABCDEFGHJK')}{chance.choice('12')}{chance.randrange(10**7):07d}"
    return next(f"{start}{digit}" for digit in range(10) if national_id_issue(f"{start}{digit}") is None)


if __name__ == "__main__":
    if "--child" in sys.argv:
        _child(*sys.argv[-2:])
    else:
        main()
