"""Check a file against a form: every problem at once, and the data of what is right."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from retention.profile import Profile
from webir_records.forms.agency import AgencySettings
from webir_records.forms.documents import DocumentChecker
from webir_records.forms.inputs import read_table
from webir_records.forms.mappings import ColumnMapping
from webir_records.forms.problems import CheckResult, FormDocument, Problem, TableReport
from webir_records.forms.reading import Workbook, read_workbook
from webir_records.forms.row_checks import Rules
from webir_records.forms.spec_types import FormSpec, Severity
from webir_records.model.errors import InputError

__all__ = [
    "CheckContext",
    "CheckResult",
    "FormDocument",
    "Problem",
    "Severity",
    "TableReport",
    "check",
    "check_workbook",
]


@dataclass(frozen=True, slots=True)
class CheckContext:
    """What a check needs to know besides the file.

    Attributes:
        today: local calendar day, for dates that may not lie ahead.
        taken_accounts: values of `unique` fields that filed records have already, in small letters.
        mapping: the agency's own decisions about headers, if it saved some.
    """

    agency: AgencySettings
    today: date
    profile: Profile
    taken_accounts: Container[str] = field(default_factory=frozenset[str])
    mapping: ColumnMapping | None = None


def check(spec: FormSpec, path: Path, context: CheckContext) -> CheckResult:
    """Check a file.

    Raises:
        InputError: the file as a whole cannot be used (`F101` … `F116`); wrong rows are problems, not errors.
    """
    return check_workbook(spec, read_workbook(path), context)


def check_workbook(spec: FormSpec, book: Workbook, context: CheckContext) -> CheckResult:
    """Check what was read from a file; see `check`."""
    table = read_table(spec, book, units=context.agency.units, mapping=context.mapping)
    rules = Rules(context.agency, context.profile, context.today, book.date1904)
    checker = DocumentChecker(spec, table, rules, context.taken_accounts)
    documents = checker.run()
    if not checker.count and not table.problems:
        raise InputError("F116", path=book.path.name)
    everything = [*table.problems, *checker.problems]
    broken = any(p.severity is Severity.ERROR for p in table.problems)
    return CheckResult(
        form=spec.id,
        rows=checker.count,
        valid=0 if broken else checker.count - len(checker.bad_rows),
        documents=() if broken else tuple(documents),
        problems=_ordered(everything, Severity.ERROR),
        warnings=_ordered(everything, Severity.WARNING),
        mapping=table.report(),
    )


def _ordered(problems: Iterable[Problem], severity: Severity) -> tuple[Problem, ...]:
    chosen: Sequence[Problem] = [p for p in problems if p.severity is severity]
    return tuple(sorted(chosen, key=lambda p: p.row))
