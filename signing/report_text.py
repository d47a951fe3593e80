"""A report as lines for people and as JSON for programs."""

from collections.abc import Iterator, Mapping

from signing.canonical import JsonValue
from signing.findings import Finding, Report
from signing.message_codes import CODES
from signing.messages import MESSAGES, translator
from signing.note import to_base64


def report_to_json(report: Report) -> dict[str, JsonValue]:
    """Return the object that `--json` prints; the root is base64 as in the checkpoint."""
    checkpoint = report.checkpoint
    return {
        "verdict": report.verdict.value,
        "level": report.level,
        "read": dict(report.read),
        "records": dict(report.records),
        "findings": [
            {
                "code": finding.code,
                "verdict": finding.verdict.value,
                "where": finding.where,
                "facts": dict(finding.facts),
            }
            for finding in report.findings
        ],
        "checkpoint": (
            None if checkpoint is None else {"size": checkpoint.size, "root": to_base64(checkpoint.root)}
        ),
        "consistency": [
            {
                "earlier": {"size": proof.earlier.size, "root": to_base64(proof.earlier.root)},
                "newest": {"size": proof.newest.size, "root": to_base64(proof.newest.root)},
                "path": [to_base64(item) for item in proof.path],
            }
            for proof in report.consistency
        ],
    }


def report_lines(report: Report, *, language: str = "zh-Hant") -> list[str]:
    """Return a report as lines of text, without line ends.

    Args:
        report: what to tell.
        language: `zh-Hant` or `en`.

    Raises:
        UsageError: another language.
    """
    words = Words(language)
    return [
        words.say("verdict", verdict=words.say(f"verdict.{report.verdict}")),
        words.say(f"level.{report.level.partition(':')[0]}", level=report.level),
        _checkpoint_line(report, words),
        *_consistency_lines(report, words),
        words.say("read"),
        *(f"  {words.say(f'read.{name}', count=str(count))}" for name, count in report.read.items()),
        *_record_lines(report.records, words),
        *_finding_lines(report.findings, words),
    ]


class Words:
    """Texts of one language, by the names of `signing.message_codes`."""

    def __init__(self, language: str) -> None:
        self._translate = translator(language)

    def say(self, name: str, /, **facts: str) -> str:
        """Return a text with its facts filled in."""
        return self.say_code(CODES[name], **facts)

    def say_code(self, code: str, /, **facts: str) -> str:
        """Return the text of a message code with its facts filled in; a fact that is missing shows as `?`."""
        return self._translate(MESSAGES[code]).format_map(_Facts(facts))

    def explain(self, finding: Finding) -> tuple[str, str]:
        """Return a finding's text code and its text; a code of another program has none."""
        name = f"{finding.code}.{finding.facts['reason']}" if "reason" in finding.facts else finding.code
        code = CODES.get(name, CODES.get(finding.code, ""))
        if not code:
            return "", " ".join(f"{fact}={value}" for fact, value in finding.facts.items())
        return code, self.say_code(code, **self._spelled_out(finding.facts))

    def _spelled_out(self, facts: Mapping[str, str]) -> dict[str, str]:
        """Replace the words for programs among the facts by texts."""
        spelled = dict(facts)
        for name in ("problem", "problems"):
            if name in facts:
                texts = [self.say(f"problem.{word}") for word in facts[name].split(",")]
                spelled[name] = self.say("list").join(texts)
        return spelled


class _Facts(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "?"


def _checkpoint_line(report: Report, words: Words) -> str:
    checkpoint = report.checkpoint
    if checkpoint is None:
        return words.say("checkpoint.none")
    root = to_base64(checkpoint.root)
    return words.say("checkpoint", origin=checkpoint.origin, size=str(checkpoint.size), root=root)


def _consistency_lines(report: Report, words: Words) -> Iterator[str]:
    for proof in report.consistency:
        sizes = {"size": str(proof.earlier.size), "newest": str(proof.newest.size)}
        yield words.say("consistency", count=str(len(proof.path)), **sizes)
        yield from (f"  {to_base64(item)}" for item in proof.path)


def _record_lines(records: Mapping[str, int], words: Words) -> Iterator[str]:
    if not records:
        yield words.say("records.none")
        return
    yield words.say("records")
    for code, count in records.items():
        label = words.say(f"record.{code}")
        yield f"  {words.say('record.line', label=label, code=code, count=str(count))}"


def _finding_lines(findings: tuple[Finding, ...], words: Words) -> Iterator[str]:
    if not findings:
        yield words.say("findings.none")
        return
    yield words.say("findings", count=str(len(findings)))
    for number, finding in enumerate(findings, 1):
        text_code, text = words.explain(finding)
        yield "  " + words.say(
            "finding.line",
            number=str(number),
            verdict=words.say(f"finding.{finding.verdict}"),
            code=finding.code,
            text_code=text_code or "-",
            where=finding.where,
        )
        yield f"     {text}"
