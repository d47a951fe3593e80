"""Copy a template with the findings as comments at their places, for Word and for LibreOffice."""

import re
from datetime import datetime
from typing import Final

from webir_records.forms.linting.messages import PLACES
from webir_records.forms.linting.odf_comments import odf_copy
from webir_records.forms.linting.packages import UnreadableError, open_package
from webir_records.forms.linting.report import Finding, LintReport, Notes
from webir_records.forms.linting.word_comments import word_copy
from webir_records.forms.linting.wording import Say, message_of, where_of
from webir_records.model.errors import InputError
from webir_records.model.texts import Texts

CANNOT_ANNOTATE: Final = "F303"


JOINER: Final = "\u2060"
"""Stands between the two braces of a tag in a comment: nobody sees it, and nothing takes it for a tag."""

_TAG_SIGNS: Final = re.compile(r"\{[{%#]|[}%#]\}")


def annotate(data: bytes, report: LintReport, texts: Texts, *, at: datetime | None = None) -> bytes:
    """Return a copy of a template with a comment for each finding; its own text is unchanged.

    Args:
        data: the template that the report is about.
        report: what `lint` found in it.
        texts: the language of the comments.
        at: the time that the comments carry, or None for none.

    Raises:
        InputError: `F303`, the file cannot be opened; the report says why.
    """
    try:
        opened = open_package(data, report.file)
    except UnreadableError as error:
        raise InputError(CANNOT_ANNOTATE, path=report.file) from error
    say = texts.text
    notes = Notes(tuple((finding.place, _comment(finding, say)) for finding in report.findings), _moment(at))
    copy = word_copy if opened.kind == "docx" else odf_copy
    return copy(data, opened, notes)


def _moment(at: datetime | None) -> str:
    """Return a time as both formats write it: of the day and place where it was given, without its zone."""
    return at.replace(tzinfo=None, microsecond=0).isoformat() if at is not None else ""


def _comment(finding: Finding, say: Say) -> str:
    where, message = where_of(finding.place, say), message_of(finding, say)
    text = say(PLACES["note"], code=finding.code, where=where, message=message)
    return _TAG_SIGNS.sub(lambda signs: JOINER.join(signs[0]), text)
