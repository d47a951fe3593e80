"""What the linter finds, with its place; the words for people are made elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

AUTHOR: Final = "webir"
"""Who our comments in a template are by; what they say is not part of it."""


class Severity(StrEnum):
    """How bad it is.

    An error: the template cannot be filled, or what comes out is wrong. A warning: somebody should look.
    A hint: good to know.
    """

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


WARNINGS: Final = frozenset({"F406", "F407", "F430", "F442", "F449"})
HINTS: Final = frozenset({"F408", "F409", "F417", "F428", "F443"})


def severity_of(code: str) -> Severity:
    """Return how bad a finding of this code is; every code has one severity."""
    if code in HINTS:
        return Severity.HINT
    return Severity.WARNING if code in WARNINGS else Severity.ERROR


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a finding stands; numbers count from 1, and 0 means that it is not in one.

    Attributes:
        part: name of the part in the package, such as `word/document.xml`; empty for the whole file.
        story: what the part is: `body`, `header`, `footer`, `footnote`, `endnote`, `remark`, or empty.
        story_number: which header or footer, when there are several.
        table: number of the table in its part, in the order of the document.
        cell: number of the cell in its row.
        paragraph: number of the paragraph in its cell, or in the part outside tables.
        box: it stands in a text box.
        text: the text itself.
        index: number of the paragraph in the part from 0, or -1.
        start: first character of the text in its paragraph.
        end: first character after it.
    """

    part: str = ""
    story: str = ""
    story_number: int = 0
    table: int = 0
    row: int = 0
    cell: int = 0
    paragraph: int = 0
    box: bool = False
    text: str = ""
    index: int = -1
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with a template.

    Attributes:
        code: stable code of the message, `F4xx`.
        facts: what the message names.
    """

    code: str
    facts: Mapping[str, str] = field(default_factory=dict[str, str])
    place: Place = Place()

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        return severity_of(self.code)


@dataclass(frozen=True, slots=True)
class Notes:
    """Comments to put into a copy.

    Attributes:
        texts: what to say where.
        moment: when they were made, as `2026-11-23T13:00:00`, or empty.
    """

    texts: tuple[tuple[Place, str], ...]
    moment: str


@dataclass(frozen=True, slots=True)
class FieldUse:
    """Which fields a template prints; names as the form's field list has them.

    Attributes:
        used: what it asks for.
        unused: fields of the form that it does not print.
        missing: those among them that it has to print.
    """

    used: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LintReport:
    """Everything that was found in one template.

    Attributes:
        file: name of the file, as it was given.
        form: id of the form, or empty when the template was looked at alone.
        kind: `docx`, `odt`, or empty when it could not be opened.
    """

    file: str
    form: str
    kind: str
    findings: tuple[Finding, ...]
    fields: FieldUse = FieldUse()

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What keeps the template from being used."""
        return tuple(f for f in self.findings if f.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What somebody should look at."""
        return tuple(f for f in self.findings if f.severity is Severity.WARNING)

    @property
    def hints(self) -> tuple[Finding, ...]:
        """What is good to know."""
        return tuple(f for f in self.findings if f.severity is Severity.HINT)
