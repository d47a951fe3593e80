# ruff: noqa: E501  # tables of Chinese text are read by column; each character counts twice
"""The fictional district office of the examples: people, business, queries. Pure data, no files.

Nobody here exists. Identity numbers only satisfy the public checksum.
"""

from datetime import date, timedelta

AGENCY = "臺北市福安區公所"
CODE = "379990000X"
PRINCIPAL = "臺北市政府社會局"
UNITS = ("社會課", "民政課", "人文課", "資訊室")

# 業務項目, 法令依據, 勞保局核定文號, 核定日期, 委託機關同意文號 (empty: the office's own business)
BUSINESS = (
    ("低收入戶及中低收入戶調查", "社會救助法第44條之3", "保資訊字第10610170350號", "106/11/15", "北市社助字第10642210900號"),
    ("中低收入老人生活津貼調查", "老人福利法第12條之1", "保資訊字第10610170361號", "106/11/15", "北市社老字第10647001200號"),
    ("身心障礙者生活補助調查", "身心障礙者權益保障法第71條之1", "保資訊字第10610170372號", "106/11/16", "北市社障字第10648123400號"),
    ("弱勢兒童及少年生活扶助調查", "兒童及少年福利與權益保障法第70條", "保資訊字第10610170383號", "106/11/16", "北市社兒字第10649234500號"),
    ("特殊境遇家庭扶助初審", "特殊境遇家庭扶助條例第15條之1", "保資訊字第10710020019號", "107/01/22", ""),
)  # fmt: skip
CONSENT_DAY = date(2017, 12, 20)

NAMES = (
    "陳怡君", "林𠮷堃", "黃品睿", "張𤋮之", "李玟萱", "O'Brien & 李<小>明", "王昱翔", "吳佩珊", "劉芳瑜", "蔡承恩",
    "楊淑華", "許家豪", "謝明堃", "鄭伊婷", "郭哲瑋", "洪碁峰", "曾鈺婷", "邱顯榮", "廖恒毅", "賴裏香",
    "徐靜宜", "周冠廷", "葉嫺雅", "蘇柏翰", "莊雅筑", "呂政達", "歐陽菲菲", "江俊賢", "何宜蓁", "羅文彥", "高子軒", "蕭郁文",
)  # fmt: skip
TITLES = ("課員", "里幹事", "辦事員", "約僱人員", "書記", "社會工作員")
ITEMS = ("投保資料", "給付資料", "國民年金", "老年給付")
ITEM_MARKS = ("、", "，", ",")
TRUE_MARKS = ("V", "是", "■", "✓", "v")

# account, 註銷日期, 離職或異動生效日, 註銷事由; the first six lapsed before 2026, the others are not due yet
CANCELLATIONS = (
    ("fa1001", date(2021, 1, 29), date(2021, 2, 1), "離職"),
    ("fa1003", date(2021, 2, 28), date(2021, 2, 28), "退休"),
    ("fa1008", date(2021, 12, 31), date(2021, 12, 31), "職務調動"),
    ("fa1010", date(2022, 3, 15), date(2022, 3, 16), "調職"),
    ("fa1014", date(2022, 7, 4), date(2022, 7, 1), "離職"),
    ("fa1017", date(2022, 11, 30), date(2022, 12, 1), "業務異動"),
    ("fa1019", date(2024, 2, 29), date(2024, 3, 1), "職務調動"),
    ("fa1022", date(2024, 10, 1), date(2024, 10, 1), "久未使用"),
    ("fa1023", date(2025, 6, 30), date(2025, 7, 1), "退休"),
    ("fa1026", date(2026, 9, 15), date(2026, 9, 16), "離職"),
)

_LETTERS = "ABCDEFGHJKLMNPQRSTUVXYWZIO"  # in the order of their codes: A is 10


def national_id(number: int) -> str:
    """Make an identity number that satisfies the public checksum and belongs to nobody we know."""
    letter, sex = _LETTERS[number * 7 % 26], 1 + number % 2
    body = f"{10 + _LETTERS.index(letter)}{sex}{(number * 7919 + 31337) % 10_000_000:07d}"
    weights = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1)
    check = -sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 10
    return f"{letter}{body[2:]}{check}"


def full_width(text: str) -> str:
    """Write digits and slashes as a Chinese input method does in full-width mode."""
    return text.translate({ord(char): ord(char) + 0xFEE0 for char in "0123456789/"})


def spell(day: date, habit: int) -> str | date:
    """Write a date in one of the six spellings that stand side by side in real lists."""
    roc, month, number = day.year - 1911, day.month, day.day
    spellings: tuple[str | date, ...] = (
        f"{roc}/{month:02d}/{number:02d}",
        f"{roc}{month:02d}{number:02d}",
        f"民國{roc}年{month}月{number}日",
        f"{roc}.{month}.{number}",
        full_width(f"{roc}/{month:02d}/{number:02d}"),
        day,  # a real date cell
    )
    return spellings[habit % len(spellings)]


def application_day(number: int) -> date:
    """Spread the applications over 107-03 … 109-10, all before the first cancellation."""
    return date(2018, 3, 5) + timedelta(days=number * 30 + number * number % 11)
