"""Every finding has words in both languages, with every fact that they name, and a stable JSON."""

import json
import re
import string
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from webir_records.forms.linting import lint, message_of, report_json
from webir_records.forms.linting.messages import KINDS, MESSAGES, PLACES
from webir_records.forms.linting.report import HINTS, WARNINGS, Severity, severity_of
from webir_records.forms.spec_types import FormSpec
from webir_records.model.texts import Texts

TEXTS = {lang: Texts.load(lang) for lang in ("en", "zh-Hant")}


def test_codes_lie_in_their_range_and_have_one_severity() -> None:
    assert list(MESSAGES) == [f"F{number}" for number in range(400, 450)]
    assert WARNINGS.isdisjoint(HINTS)
    assert set(MESSAGES) >= WARNINGS | HINTS
    assert severity_of("F440") is Severity.ERROR


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_text_has_a_translation_with_the_same_facts(code: str) -> None:
    facts = {name: f"<{name}>" for _, name, _, _ in string.Formatter().parse(MESSAGES[code]) if name}
    english, chinese = (TEXTS[lang].text(MESSAGES[code], **facts) for lang in ("en", "zh-Hant"))
    assert english != chinese
    assert re.search(r"[\u4e00-\u9fff]", chinese)
    assert all(fact in chinese for fact in facts.values())


@pytest.mark.parametrize("text", [*PLACES.values(), *KINDS.values()])
def test_word_for_a_place_has_a_translation(text: str) -> None:
    assert TEXTS["zh-Hant"].text(text) != TEXTS["en"].text(text)


@pytest.mark.parametrize("lang", ["en", "zh-Hant"])
def test_message_of_a_finding_leaves_no_fact_open(
    template: Callable[..., bytes], good: list[Any], spec: FormSpec, lang: str
) -> None:
    blocks = [
        "{{ untt }}",
        "{{ unit }",
        [["{%tr if unit %}", "甲"]],
        "{%tc if unit %}",
        "{{ entries }}{{ seq }}",
    ]
    blocks += [
        "{% for x in unit %}{{ x | uper }}{% endif %}",
        "{{r unit }}",
        "{% iff %}",
        [["{{ un", "it }}"]],
    ]
    report = lint(template("docx", [*good, *blocks]), "form.docx", spec)
    assert len(report.findings) > 10
    for finding in report.findings:
        said = message_of(finding, TEXTS[lang].text)
        outside = said
        for fact in sorted(finding.facts.values(), key=len, reverse=True):
            outside = outside.replace(fact, "")
        assert not re.search(r"\{[a-z]+\}", outside), said


def test_json_has_the_agreed_shape(template: Callable[..., bytes], good: list[Any], spec: FormSpec) -> None:
    report = lint(template("docx", [*good, [["甲", "{{ untt }}"]]]), "我的表.docx", spec)
    made = json.loads(json.dumps(report_json(report, TEXTS["zh-Hant"].text)))
    assert made == {
        "file": "我的表.docx",
        "form": "register",
        "findings": [
            {
                "code": "F440",
                "severity": "error",
                "message": made["findings"][0]["message"],
                "place": {
                    "where": "本文 表格 2 第 1 列 第 2 格",
                    "part": "word/document.xml",
                    "table": 2,
                    "row": 1,
                    "cell": 2,
                    "paragraph": 1,
                    "text": "{{ untt }}",
                },
            }
        ],
        "fields": {
            "used": made["fields"]["used"],
            "unused": ["agency"],
            "missing": [],
        },
    }
    assert "沒有「untt」這個欄位" in made["findings"][0]["message"]
    assert {"unit", "seq", "case_no", "qr", "record_id", "form_no"} <= set(made["fields"]["used"])


def test_page_for_clerks_explains_every_code_once_and_names_its_severity() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "forms" / "lint.md").read_text(encoding="utf-8")
    rows = {line[2:6]: line for line in page.splitlines() if re.match(r"\| F4\d\d \|", line)}
    assert sorted(rows) == sorted(MESSAGES)
    assert {code for code, row in rows.items() if "（警告）" in row} == WARNINGS
    assert {code for code, row in rows.items() if "（提示）" in row} == HINTS
