"""Numbers that carry a rule of their own: identity, company, agency, document and file numbers.

Every function takes a text in normal form (half-width, no spaces, capitals) and returns what is wrong
with it, or None.
"""

import re
from operator import mul
from typing import Final

from webir_records.forms.issues import Issue

_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVXYWZIO"
"""Letters in the order of their codes: A = 10 … Z = 33, I = 34, O = 35 (DOMAIN 7.7)."""

_ID_WEIGHTS: Final = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)
_BAN_WEIGHTS: Final = (1, 2, 1, 2, 1, 2, 4, 1)

_NATIONAL_ID = re.compile(r"[A-Z][1289]\d{8}")
_OLD_RESIDENT_ID = re.compile(r"[A-Z][A-D]\d{8}")
_AGENCY_CODE = re.compile(r"\d{9}[0-9A-Z]")
_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f"
_DOC_NO = re.compile(rf"[{_HAN}()（）]+字第\d{{6,12}}[A-Z]?(之\d+)?號")
_FILE_NO_PART = re.compile(rf"[0-9A-Za-z{_HAN}\-]+")
_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
_ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@\-]{1,63}")
_EXTENSION = re.compile(r"(?:分機|轉|#|x|ext\.?)[:：]?(\d{1,6})$", re.IGNORECASE)
_LANDLINE = re.compile(r"0(?:2\d{8}|3\d{7,8}|4\d{7,8}|5\d{7}|6\d{7}|7\d{7}|8\d{7,8})")
_MOBILE = re.compile(r"09\d{8}")
_SHORT = re.compile(r"1999|1\d{2,3}")


def national_id_issue(text: str) -> Issue | None:
    """Check a 身分證統一編號 or 居留證統一證號, new or old form (DOMAIN 7.7, 7.8).

    Returns:
        `F141` when the form is wrong, `F142` when the check digit is.
    """
    if not (_NATIONAL_ID.fullmatch(text) or _OLD_RESIDENT_ID.fullmatch(text)):
        return Issue("F141")
    first = _letter_code(text[0])
    second = str(_letter_code(text[1]) % 10) if text[1].isalpha() else text[1]
    digits = f"{first}{second}{text[2:]}"
    total = sum(map(mul, map(int, digits), _ID_WEIGHTS))
    return None if total % 10 == 0 else Issue("F142")


def _letter_code(letter: str) -> int:
    return _LETTERS.index(letter) + 10


def ban_issue(text: str) -> Issue | None:
    """Check a 統一編號 by the rule in force since 2023 (DOMAIN 7.9); returns `F143` when wrong.

    The sum must be divisible by 5, before 2023 by 10.
    """
    if not re.fullmatch(r"\d{8}", text) or text == "00000000":
        return Issue("F143")
    products = (int(digit) * weight for digit, weight in zip(text, _BAN_WEIGHTS, strict=True))
    total = sum(product // 10 + product % 10 for product in products)
    if total % 5 == 0 or (text[6] == "7" and (total + 1) % 5 == 0):
        return None
    return Issue("F143")


def agency_code_issue(text: str) -> Issue | None:
    """Check a 機關代碼: nine digits and one digit or capital (DOMAIN 7.5); returns `F144` when wrong."""
    return None if _AGENCY_CODE.fullmatch(text) else Issue("F144")


def doc_no_issue(text: str) -> Issue | None:
    """Check a 發文字號 such as 府授勞秘字第1106051442號 (DOMAIN 7.6); returns `F145` when wrong."""
    return None if _DOC_NO.fullmatch(text) else Issue("F145")


def file_no_issue(text: str) -> Issue | None:
    """Check a 檔號: three to five parts, the first one the year (DOMAIN 7.4); returns `F146` when wrong."""
    parts = re.split(r"[/=]", text)
    good = 3 <= len(parts) <= 5 and re.fullmatch(r"\d{2,4}", parts[0])
    return None if good and all(_FILE_NO_PART.fullmatch(part) for part in parts) else Issue("F146")


def phone_issue(text: str) -> Issue | None:
    """Check a Taiwan telephone number, extension allowed; returns `F147` when wrong."""
    number = re.sub(r"[()\-\u2010-\u2014.]", "", _EXTENSION.sub("", text))
    number = re.sub(r"^(\+|00)886\(?0?\)?", "0", number)
    good = _LANDLINE.fullmatch(number) or _MOBILE.fullmatch(number) or _SHORT.fullmatch(number)
    return None if good else Issue("F147")


def email_issue(text: str) -> Issue | None:
    """Check an e-mail address in its usual form; returns `F148` when wrong."""
    return None if _EMAIL.fullmatch(text) and ".." not in text else Issue("F148")


def account_issue(text: str) -> Issue | None:
    """Check an account name: 2–64 letters, digits and `. _ @ -`; returns `F149` when wrong."""
    return None if _ACCOUNT.fullmatch(text) else Issue("F149")
