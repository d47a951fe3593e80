"""Findings in words: the place and the message in the reader's language, and the report as JSON."""

from collections.abc import Mapping
from typing import Final, Protocol

from signing.canonical import JsonValue
from webir_records.forms.linting.messages import KINDS, MESSAGES, PLACES
from webir_records.forms.linting.report import Finding, LintReport, Place
from webir_records.forms.messages import MESSAGES as ENGINE_MESSAGES

ENGINE: Final = "F439"
"""What the engine says against a template; its own message is part of ours."""

_WORDS_FOR: Final = {"needs": KINDS, "kind": KINDS, "mark": KINDS}
"""Facts that are words of a language themselves."""


class Say(Protocol):
    """Says a text with its facts in the reader's language, such as `Texts.text`."""

    def __call__(self, msgid: str, /, **facts: object) -> str:
        """Return the text."""
        ...


def where_of(place: Place, say: Say) -> str:
    """Return where something stands, such as 「本文 表格 2 第 5 列 第 3 格」."""
    story = place.story or "file"
    numbered = f"{story}_number" if place.story_number and f"{story}_number" in PLACES else story
    pieces = [say(PLACES[numbered], number=place.story_number)]
    pieces += [say(PLACES["box"])] if place.box else []
    if place.table:
        pieces.append(say(PLACES["cell"], table=place.table, row=place.row, cell=place.cell))
        pieces += [say(PLACES["paragraph"], paragraph=place.paragraph)] if place.paragraph > 1 else []
    elif place.paragraph:
        pieces.append(say(PLACES["paragraph"], paragraph=place.paragraph))
    return " ".join(pieces)


def message_of(finding: Finding, say: Say) -> str:
    """Return what is wrong and what to do, without the place."""
    facts = {
        name: say(_WORDS_FOR[name][value]) if name in _WORDS_FOR and value in _WORDS_FOR[name] else value
        for name, value in finding.facts.items()
    }
    if finding.code == ENGINE:
        engine = finding.facts["engine"]
        facts["problem"] = say(ENGINE_MESSAGES.get(engine, engine), **finding.facts)
    return say(MESSAGES[finding.code], **facts)


def report_json(report: LintReport, say: Say) -> Mapping[str, JsonValue]:
    """Return the report for other programs; `message` and `where` are in the reader's language."""
    return {
        "file": report.file,
        "form": report.form,
        "findings": [_finding_json(finding, say) for finding in report.findings],
        "fields": {
            "used": list(report.fields.used),
            "unused": list(report.fields.unused),
            "missing": list(report.fields.missing),
        },
    }


def _finding_json(finding: Finding, say: Say) -> Mapping[str, JsonValue]:
    place = finding.place
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": message_of(finding, say),
        "place": {
            "where": where_of(place, say),
            "part": place.part,
            "table": place.table,
            "row": place.row,
            "cell": place.cell,
            "paragraph": place.paragraph,
            "text": place.text,
        },
    }
