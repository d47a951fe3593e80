"""Articles of law that allow the query: one article, many spellings.

`社會救助法第44條之3`, `社會救助法第44之3條`, `社會救助法 §44-3` and `社會救助法第四十四條之三`
are the same article.
"""

import re
from collections.abc import Iterable
from typing import Final

from webir_records.forms.dates import arabic_number, squeeze

READY_MADE: Final = (
    "社會救助法第44條之3",
    "特殊境遇家庭扶助條例第15條之1",
    "老人福利法第12條之1",
    "身心障礙者權益保障法第71條之1",
    "兒童及少年福利與權益保障法第70條",
    "家庭暴力防治法第58條",
    "精神衛生法第89條",
)
"""Statutes that let an agency have the data and demand the audit (DOMAIN 0, finding 6)."""

_SHORT_NAMES: Final = {
    "兒少法": "兒童及少年福利與權益保障法",
    "兒少福權法": "兒童及少年福利與權益保障法",
    "兒少權法": "兒童及少年福利與權益保障法",
    "身權法": "身心障礙者權益保障法",
    "身障權益保障法": "身心障礙者權益保障法",
    "特境條例": "特殊境遇家庭扶助條例",
    "特境家庭扶助條例": "特殊境遇家庭扶助條例",
    "家暴法": "家庭暴力防治法",
    "社救法": "社會救助法",
}

_NUMBER: Final = "[0-9\u3007零一二三四五六七八九十百]+"
_ARTICLE = re.compile(
    rf"(?P<law>.*?(?:法|條例|辦法|規則|細則|要點|標準|規程|注意事項))"
    rf"(?:第|§|art\.?)*(?P<article>{_NUMBER})"
    rf"(?:條?(?:之|-|–|—|_)(?P<sub>{_NUMBER}))?條?(?P<rest>.*)",
    re.IGNORECASE,
)


def basis_key(text: str) -> str:
    """Return what two spellings of one article have in common; another text comes back squeezed."""
    squeezed = re.sub("[「」『』《》〈〉。]", "", squeeze(text))
    match = _ARTICLE.fullmatch(squeezed)
    if match is None:
        return squeezed.casefold()
    parts = [_SHORT_NAMES.get(match["law"], match["law"]), arabic_number(match["article"])]
    if match["sub"]:
        parts.append(arabic_number(match["sub"]))
    return f"{' '.join(parts)} {_rest(match['rest'])}".strip().casefold()


def find_basis(text: str, allowed: Iterable[str]) -> str | None:
    """Return the allowed article that a text means, or None."""
    wanted = basis_key(text)
    return next((basis for basis in allowed if basis_key(basis) == wanted), None)


def _rest(text: str) -> str:
    """Return paragraph and item with their numbers in digits: `第一項第2款`."""
    return re.sub(_NUMBER, lambda match: arabic_number(match[0]), text)
