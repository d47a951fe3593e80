"""Find what is wrong with a template before it is filled: everything at once, each with its place."""

from webir_records.forms.linting.annotating import annotate
from webir_records.forms.linting.linter import lint
from webir_records.forms.linting.report import FieldUse, Finding, LintReport, Place, Severity
from webir_records.forms.linting.wording import Say, message_of, report_json, where_of

__all__ = [
    "FieldUse",
    "Finding",
    "LintReport",
    "Place",
    "Say",
    "Severity",
    "annotate",
    "lint",
    "message_of",
    "report_json",
    "where_of",
]
