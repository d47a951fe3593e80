"""Questions that are not about one record: terms, steps, roles, rule files, deadlines."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from retention.batches import BatchState, check_transition
from retention.errors import PeriodError, ProfileError, RuleMissingError
from retention.files import FileItem, file_due
from retention.grants import check_act, check_roles
from retention.kinds import RecordClass
from retention.periods import shortened_years
from retention.profile import FOLDER, Profile, parse_profile
from retention.reasons import Reason
from retention.schedule import Due, compute_due
from retention.sections import Act
from retention.shortening import Shortened, shortened_due
from retention.triggers import AccountEvent, AccountEventKind, judge_trigger
from tests.disposal.given import PAPERS
from tests.disposal.reading import CaseError, Vocabulary, roc

QUESTION: Final = Vocabulary("問")
STATES: Final = {
    "擬具": BatchState.DRAFTED,
    "會辦": BatchState.OPINIONS,
    "檢選": BatchState.SELECTION,
    "送審": BatchState.SUBMITTED,
    "核准": BatchState.APPROVED,
    "等候": BatchState.COOLING,
    "執行": BatchState.EXECUTING,
    "已銷毀": BatchState.DESTROYED,
    "註記": BatchState.ANNOTATED,
    "結案": BatchState.CLOSED,
    "撤回": BatchState.WITHDRAWN,
}
ACTS: Final = {
    "歸檔": Act.FILE,
    "註銷": Act.CANCEL,
    "保留": Act.HOLD,
    "擬具": Act.DRAFT_DESTRUCTION,
    "核准": Act.APPROVE_DESTRUCTION,
    "監毀": Act.WITNESS_DESTRUCTION,
    "執行": Act.EXECUTE_DESTRUCTION,
}
_TEXT: Final = (FOLDER / "taipei-2017.toml").read_text(encoding="utf-8")


@dataclass
class Asked:
    """A question with its profile, and the answer when it was found."""

    profile: Profile
    answer: str = ""

    def allowed(self, *reasons: Reason | None) -> None:
        """Answer 可, or 不可 with every reason."""
        found = [f"{one.code} {one.clause}" for one in reasons if one is not None]
        self.answer = f"不可：{'、'.join(found)}" if found else "可"


@QUESTION.says("原保存【數】年之檔案，經確認複製儲存後，原檔案至少應保存幾年？")
def _shortened(asked: Asked, years: str) -> None:
    try:
        asked.answer = f"{shortened_years(int(years))}年"
    except PeriodError as error:
        asked.answer = f"不得縮短：{error.code}"


@QUESTION.says(f"類別【A／B／C】之批次，可否由「【{'／'.join(STATES)}】」進入「【{'／'.join(STATES)}】」？")
def _step(asked: Asked, record_class: str, state: str, new: str) -> None:
    asked.allowed(check_transition(STATES[state], STATES[new], RecordClass(record_class)))


@QUESTION.says(f"僅具「【文】」職務者，可否【{'／'.join(ACTS)}】？")
def _act(asked: Asked, title: str, act: str) -> None:
    asked.allowed(check_act(asked.profile, _roles(asked.profile, title), ACTS[act]))


@QUESTION.says("一人可否兼任「【文】」與「【文】」？")
def _both(asked: Asked, one: str, other: str) -> None:
    asked.allowed(*check_roles(asked.profile, _roles(asked.profile, one) | _roles(asked.profile, other)))


@QUESTION.says("規則檔將「【號】」之保存年限改為【數】年，可否採用？")
def _years(asked: Asked, rule: str, years: str) -> None:
    asked.answer = _judged(_changed(rule, r"years = \d+", f"years = {years}"))


@QUESTION.says("規則檔將「【號】」之保存年限改為【數】年，並載明例外依據，可否採用？")
def _exception(asked: Asked, rule: str, years: str) -> None:
    basis = f'years = {years}\nexception_basis = "檔案保存年限基準"'
    asked.answer = _judged(_changed(rule, r"years = \d+", basis))


@QUESTION.says("規則檔將「【號】」之清理處置改為「【文】」，可否採用？")
def _disposition(asked: Asked, rule: str, disposition: str) -> None:
    asked.answer = _judged(_changed(rule, r'disposition = "[^"]+"', f'disposition = "{disposition}"'))


@QUESTION.says("規則檔免除類別 B 之檔案中央主管機關核准，可否採用？")
def _no_authority(asked: Asked) -> None:
    asked.answer = _judged(_TEXT.replace("authority_approval = true ", "authority_approval = false ", 1))


@QUESTION.says("「【號】」至遲多久辦理一次？")
def _deadline(asked: Asked, deadline: str) -> None:
    found = next(one for one in asked.profile.deadlines if one.id == deadline)
    every = f"每{found.every_months}個月" if found.every_months else f"每年{found.month}月{found.day}日前"
    asked.answer = f"{every}（{found.clause}）"


@QUESTION.says(f"【{'／'.join(PAPERS)}】依何規定保存幾年、自何事由起算、如何處置？")
def _rule(asked: Asked, paper: str) -> None:
    rule = asked.profile.rule_for(PAPERS[paper])
    term = f"{rule.years}年" if rule.years else "永久"
    start = {"account_cancelled": "帳號註銷", "file_last_document": "案卷最後文件"}.get(
        rule.trigger or "", "無"
    )
    asked.answer = f"{rule.clause}：{term}、{start}、{rule.disposition.value}"


@QUESTION.says("規則檔未列之表單「【文】」，可否歸檔？")
def _unknown_form(asked: Asked, form: str) -> None:
    try:
        asked.profile.rule_for(form)
        asked.answer = "可"
    except RuleMissingError as error:
        asked.answer = f"不可：{error.code}"


_EVENTS: Final = {
    "註銷": AccountEventKind.CANCELLED,
    "復權": AccountEventKind.REOPENED,
    "撤銷註銷": AccountEventKind.REVOKED,
    "更正註銷日為": AccountEventKind.CORRECTED,
}


@QUESTION.says("帳號之紀事為【文】，期間自何日起算？")
def _trigger(asked: Asked, events: str) -> None:
    judged = judge_trigger(_event(text) for text in events.split("、"))
    codes = "、".join(one.code for one in judged.notices)
    asked.answer = f"{said(judged.on) if judged.on else '不起算'}{f'（{codes}）' if codes else ''}"


def _event(text: str) -> AccountEvent:
    for word, kind in sorted(_EVENTS.items(), key=lambda item: -len(item[0])):
        if text.startswith(word):
            return AccountEvent(kind, roc(text.removeprefix(word)))
    raise CaseError(f"紀事「{text}」不明")


@QUESTION.says("案卷內文件為【文】，何日得銷毀？")
def _file(asked: Asked, items: str) -> None:
    _file_with_schedule(asked, items, "")


@QUESTION.says("案卷內有【文】；區分表定為【文】，何日得銷毀？")
def _file_with_schedule(asked: Asked, items: str, schedule: str) -> None:
    years = int(schedule.removesuffix("年")) if schedule.endswith("年") else None
    found = [_item(asked.profile, text, number) for number, text in enumerate(items.split("、"))]
    due = file_due(found, years, schedule_permanent=schedule == "永久")
    asked.answer = said(due.destroyable_from) if isinstance(due, Due) else f"無：{due.code} {due.clause}"


def _item(profile: Profile, text: str, number: int) -> FileItem:
    """Return the paper of e.g. `查核項目表（110年5月1日）` or `銷毀目錄（無日期）`."""
    paper, _, day = text.removesuffix("）").partition("（")
    document_date = None if day == "無日期" else roc(day)
    return FileItem(f"r-{number}", profile.rule_for(PAPERS[paper]), document_date)


@QUESTION.says("【文】於【日】起算，複製品於【日】確認，原檔案與複製品何日得銷毀？")
def _stored(asked: Asked, paper: str, start: str, confirmed: str) -> None:
    _stored_answer(asked, paper, start, roc(confirmed))


@QUESTION.says("【文】於【日】起算，複製品尚未確認，原檔案可否提前銷毀？")
def _stored_unconfirmed(asked: Asked, paper: str, start: str) -> None:
    _stored_answer(asked, paper, start, None)


def _stored_answer(asked: Asked, paper: str, start: str, confirmed: date | None) -> None:
    rule = asked.profile.rule_for(PAPERS[paper])
    due = compute_due(rule, roc(start))
    assert isinstance(due, Due)
    shortened = shortened_due(rule, due, copy_confirmed_on=confirmed)
    if isinstance(shortened, Shortened):
        original, copy = shortened.original.destroyable_from, shortened.copy_from
        asked.answer = f"原檔案{said(original)}，複製品{said(copy)}"
    else:
        asked.allowed(*shortened)


def said(day: date) -> str:
    """Return e.g. `110年2月28日`."""
    return f"{day.year - 1911}年{day.month}月{day.day}日"


@QUESTION.says("規則檔將「【號】」改為保存【數】年，可否採用？")
def _not_permanent(asked: Asked, rule: str, years: str) -> None:
    term = f'years = {years}\nfloor_years = 3\ntrigger = "file_last_document"\nstrategy = "NEXT_YEAR"'
    text = _changed(rule, r"permanent = true", term).replace("機關永久保存", "依規定程序銷毀")
    asked.answer = _judged(text)


def _changed(rule: str, old: str, new: str) -> str:
    """Return the shipped rule file with one line of one rule changed."""
    start = _TEXT.index(f'id = "{rule}"')
    text, count = re.subn(old, new, _TEXT[start:], count=1)
    assert count == 1
    return _TEXT[:start] + text


def _judged(text: str) -> str:
    try:
        parse_profile(text, "changed.toml")
    except ProfileError as error:
        return f"不可：{'、'.join(problem.code for problem in error.problems)}"
    return "可"


def _roles(profile: Profile, title: str) -> frozenset[str]:
    return frozenset({next(key for key, entry in profile.roles.items() if entry.name.zh == title)})
