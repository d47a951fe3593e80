"""Mark what is wrong with a template in a copy of it."""

from typing import Final
from zoneinfo import ZoneInfo

from webir_records.forms.linting import LintReport, annotate
from webir_records.model.texts import Texts
from webir_records.services.context import Machine

_ZONE: Final = ZoneInfo("Asia/Taipei")
"""A template is looked at without a workspace, so that no profile says the zone."""


def mark(data: bytes, report: LintReport, texts: Texts, *, machine: Machine) -> bytes:
    """Return a copy of a template with a comment for each finding, which carries the time of this run.

    Args:
        data: the template that the report is about.
        report: what was found in it.
        texts: the language of the comments.
        machine: its clock.

    Raises:
        InputError: `F303`, the file cannot be opened.
    """
    return annotate(data, report, texts, at=machine.now().astimezone(_ZONE))
