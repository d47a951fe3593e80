import re
import string
from pathlib import Path

import pytest

import signing
from signing.errors import UsageError
from signing.findings import Finding, LedgerCode, RecordState, Report, Verdict
from signing.message_codes import CODES
from signing.messages import MESSAGES, translator
from signing.report_text import report_lines, report_to_json

SOURCES = sorted(Path(signing.__file__).parent.rglob("*.py"))


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("code", MESSAGES)
def test_text_has_a_chinese_translation_with_the_same_facts(code: str) -> None:
    chinese = translator("zh-Hant")(MESSAGES[code])
    assert chinese != MESSAGES[code]
    assert placeholders(chinese) == placeholders(MESSAGES[code])


def test_code_table_names_texts_that_exist_each_once() -> None:
    assert len(set(CODES.values())) == len(CODES)
    assert set(CODES.values()) <= set(MESSAGES)


def test_every_code_of_a_finding_has_a_text() -> None:
    starts = {name.partition(".")[0] for name in CODES}
    states = {RecordState.OK, RecordState.DESTROYED_AUTHORISED}
    assert {*map(str, LedgerCode), *map(str, set(RecordState) - states)} <= starts
    assert {f"record.{state}" for state in RecordState} <= set(CODES)


def test_every_reason_in_the_source_has_a_text() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES if "verifier" in path.parts)
    reasons = set(re.findall(r'reason="(\w+)"', source))
    reasons |= set(
        re.findall(
            r'_(?:corrupt|broken|bad_paper|bad_checkpoint)\((?:[^,()]+(?:\([^()]*\))?, )?"(\w+)"', source
        )
    )
    known = {name.partition(".")[2] for name in CODES}
    assert reasons
    assert reasons <= known


def report(finding: Finding) -> Report:
    return Report(Verdict.INVALID, "full", {"entries": 1}, {"MISSING": 1}, (finding,), None)


@pytest.mark.parametrize("language", ["zh-Hant", "en"])
def test_finding_of_another_program_is_shown_with_its_facts(language: str) -> None:
    finding = Finding("DATABASE_DIFFERS", Verdict.INVALID, "checkpoint", {"files": "1", "database": "2"})
    text = "\n".join(report_lines(report(finding), language=language))
    assert "DATABASE_DIFFERS" in text
    assert "files=1 database=2" in text


def test_words_inside_the_facts_are_translated() -> None:
    facts = {"reason": "no_authority", "problems": "no_approval,same_person", "record": "ab12"}
    text = "\n".join(report_lines(report(Finding("MISSING", Verdict.INVALID, "records/x", facts))))
    assert "沒有有效的核准；核准與監毀為同一人" in text


def test_json_of_a_report_has_the_names_that_programs_rely_on() -> None:
    value = report_to_json(report(Finding("MISSING", Verdict.INVALID, "records/x", {"record": "ab12"})))
    assert list(value) == ["verdict", "level", "read", "records", "findings", "checkpoint", "consistency"]
    assert value["findings"] == [
        {"code": "MISSING", "verdict": "invalid", "where": "records/x", "facts": {"record": "ab12"}}
    ]


def test_unknown_language_is_refused() -> None:
    with pytest.raises(UsageError):
        translator("zh-CN")
