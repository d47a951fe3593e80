"""Read the cases: data files that an archivist writes and reads (README.md)."""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).resolve().parent / "cases"
TODAY: Final = date(2026, 11, 23)
"""The day of a case that names none."""

KEYS: Final = frozenset(
    {
        "題名",
        "條文",
        "日期",
        "前提",
        "經過",
        "決定",
        "理由",
        "系統理由",
        "本件",
        "得銷毀日",
        "無得銷毀日",
        "另一算法",
        "問",
        "答",
    }
)
_ANSWERS: Final = ("決定", "得銷毀日", "無得銷毀日", "答")
_ROC: Final = re.compile(r"(\d{1,3})年(\d{1,2})月(\d{1,2})日")
_REASON: Final = re.compile(r"([RU]\d{3})(?: (.+))?")

ALLOWED: Final = "得銷毀"
FORBIDDEN: Final = "不得銷毀"

Reasons = tuple[tuple[str, str], ...]
"""Codes with their clauses."""


class CaseError(Exception):
    """A case that cannot be read: which one, and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Case:
    """One case.

    Attributes:
        name: file and running number, e.g. `rule-7-2-04`.
        title: what it says, for people.
        clauses: where that stands.
        day: the day on which the decision is taken.
        given: what is so.
        acts: what people do in a real workspace, one after the other.
        decision: whether the record may be destroyed; empty for a question.
        reasons: every reason of the guard, in its order.
        told: reasons of the last refusal in the workspace, where they differ.
        first_day: first day on which it may be destroyed.
        no_day: code of why there is none.
        other_day: first day under the other way of counting.
        question: what is asked, when it is not about one record.
        answer: what is to be answered.
        about: which record of the workspace the decision is about, when it is not ta1000.
    """

    name: str
    title: str
    clauses: tuple[str, ...]
    day: date
    given: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    decision: str = ""
    reasons: Reasons = ()
    told: Reasons = ()
    first_day: date | None = None
    no_day: str = ""
    other_day: date | None = None
    question: str = ""
    answer: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence that the cases may use, with places to fill in."""

    text: str
    pattern: re.Pattern[str]
    read: Callable[..., None]


@dataclass(slots=True)
class Vocabulary:
    """All sentences of one kind; a sentence that nobody knows is a mistake in the case."""

    kind: str
    phrases: list[Phrase] = field(default_factory=list[Phrase])

    def says(self, text: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
        """Register what a sentence does; 【日】, 【數】, 【號】, 【文】, 【甲／乙】 are places to fill in."""

        def register(read: Callable[..., None]) -> Callable[..., None]:
            self.phrases.append(Phrase(text, _pattern(text), read))
            return read

        return register

    def tell(self, sentence: str, world: object) -> None:
        """Do what the sentence says.

        Raises:
            CaseError: no phrase fits, or several do.
        """
        found = [(phrase, match) for phrase in self.phrases if (match := phrase.pattern.fullmatch(sentence))]
        if len(found) != 1:
            raise CaseError(f"{self.kind}「{sentence}」：{len(found)} 種讀法，應為 1 種")
        ((phrase, match),) = found
        phrase.read(world, *match.groups())


_PLACES: Final = {
    "日": r"(\d{1,3}年\d{1,2}月\d{1,2}日)",
    "數": r"(\d+)",
    "號": r"([A-Za-z0-9_-]+|函[一二三])",
    "文": r"(.+)",
}


def _pattern(text: str) -> re.Pattern[str]:
    parts = re.split(r"【([^】]+)】", text)
    return re.compile("".join(_place(part) if odd % 2 else re.escape(part) for odd, part in enumerate(parts)))


def _place(part: str) -> str:
    choices = "|".join(map(re.escape, part.split("／")))
    return _PLACES.get(part, f"({choices})")


def roc(text: str) -> date:
    """Return the day of e.g. `110年2月28日`.

    Raises:
        CaseError: it is no such day.
    """
    match = _ROC.fullmatch(text)
    if match is None:
        raise CaseError(f"日期「{text}」：應如 110年2月28日")
    year, month, day = map(int, match.groups())
    return date(year + 1911, month, day)


def reason(text: str) -> tuple[str, str]:
    """Return code and clause of e.g. `R225 檔案法 §24`.

    Raises:
        CaseError: it is no such text.
    """
    match = _REASON.fullmatch(text)
    if match is None:
        raise CaseError(f"理由「{text}」：應如 R225 檔案法 §24")
    return match.group(1), match.group(2) or ""


def load_cases() -> tuple[Case, ...]:
    """Return every case of every file, in order."""
    return tuple(
        _case(f"{path.stem}-{number:02}", table)
        for path in sorted(FOLDER.glob("*.toml"))
        for number, table in enumerate(_tables(path), start=1)
    )


def _tables(path: Path) -> list[dict[str, Any]]:
    value = tomllib.loads(path.read_text(encoding="utf-8"))
    if set(value) != {"案例"}:
        raise CaseError(f'{path.name}：應只有 [["案例"]]')
    tables: list[dict[str, Any]] = value["案例"]
    return tables


def _case(name: str, table: dict[str, Any]) -> Case:
    strange = set(table) - KEYS
    answers = [key for key in _ANSWERS if key in table]
    if strange or len(answers) != 1 or not table.get("題名") or not table.get("條文"):
        raise CaseError(f"{name}：欄位 {sorted(strange)} 不明，或題名、條文、{'、'.join(_ANSWERS)} 不全")
    return Case(
        name=name,
        title=table["題名"],
        clauses=tuple(table["條文"]),
        day=roc(table["日期"]) if "日期" in table else TODAY,
        given=tuple(table.get("前提", ())),
        acts=tuple(table.get("經過", ())),
        decision=_decision(name, table),
        reasons=tuple(reason(text) for text in table.get("理由", ())),
        told=tuple(reason(text) for text in table.get("系統理由", table.get("理由", ()))),
        first_day=roc(table["得銷毀日"]) if "得銷毀日" in table else None,
        no_day=table.get("無得銷毀日", ""),
        other_day=roc(table["另一算法"]) if "另一算法" in table else None,
        question=table.get("問", ""),
        answer=table.get("答", ""),
        about=table.get("本件", ""),
    )


def _decision(name: str, table: dict[str, Any]) -> str:
    decision = str(table.get("決定", ""))
    if decision not in {"", ALLOWED, FORBIDDEN}:
        raise CaseError(f"{name}：決定應為「{ALLOWED}」或「{FORBIDDEN}」")
    if "決定" in table and bool(table.get("理由")) is (decision == ALLOWED):
        raise CaseError(f"{name}：「{FORBIDDEN}」應有理由，「{ALLOWED}」不應有")
    return decision
