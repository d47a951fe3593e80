"""Show what a check found."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from webir_records.cli.failing import Exit, message
from webir_records.cli.output import Output
from webir_records.cli.say import _
from webir_records.forms.inputs import column_letter
from webir_records.forms.problems import CheckResult, Problem
from webir_records.model.errors import FaultError, InputError
from webir_records.services.rendering import NotMade

_TABLE_ROWS: Final = 200
"""Nobody reads a longer table on a screen; what is left out is counted below it."""

_NAMED_ROWS: Final = 20
"""Rows that are named where only the fact counts that they were left out."""


def require_new(copy: Path, ending: str) -> None:
    """Refuse a name for a marked copy that is taken, or that calls it another kind of file than it will be.

    Raises:
        InputError: U005 it has another ending, U012 there is such a file.
    """
    if copy.suffix.lower() != ending.lower():
        problem = _("the copy must end in {ending}, not in {got}", ending=ending, got=copy.suffix or "—")
        raise InputError("U005", name="--annotate", problem=problem, command="webir forms")
    if copy.exists():
        raise InputError("U012", path=str(copy))


def problem_json(problem: Problem) -> dict[str, Any]:
    """Return a problem for other programs (DESIGN section 10)."""
    return {
        "row": problem.row,
        "column": problem.column,
        "field": problem.field,
        "code": problem.code,
        "message": message(problem.code, problem.facts),
        "clause": problem.clause,
        "sheet": problem.sheet,
        "cell": problem.cell,
    }


def check_json(result: CheckResult, problems: Sequence[Problem] | None = None) -> dict[str, Any]:
    """Return a check for other programs; `problems` replaces the check's own list."""
    return {
        "form": result.form,
        "rows": result.rows,
        "valid": result.valid,
        "problems": [problem_json(p) for p in (result.problems if problems is None else problems)],
        "warnings": [problem_json(p) for p in result.warnings],
        "ignored_columns": list(result.mapping.ignored),
        "mapping": [
            {"column": column_letter(column.index), "header": column.header, "field": column.field}
            for column in (result.mapping.header.columns if result.mapping.header else ())
        ],
    }


def failed_json(failed: Sequence[NotMade]) -> list[dict[str, Any]]:
    """Return the documents that could not be made for other programs."""
    return [
        {
            "form_no": item.issued.form_no,
            "rows": list(item.issued.document.rows),
            "code": item.error.code,
            "message": message(item.error.code, item.error.facts),
        }
        for item in failed
    ]


def show_failed(output: Output, failed: Sequence[NotMade]) -> None:
    """Print which documents could not be made although their rows are right, and why."""
    output.table(
        (_("Row"), _("Form number"), _("What is wrong and what to do"), _("Code")),
        (
            (
                _rows(item.issued.document.rows),
                item.issued.form_no,
                message(item.error.code, item.error.facts),
                item.error.code,
            )
            for item in failed
        ),
        title=_("Documents that could not be made"),
    )


def exit_after(result: CheckResult, failed: Sequence[NotMade] = ()) -> Exit:
    """Return the exit code of work on a file: our own fault counts more than what a row has wrong."""
    if any(isinstance(item.error, FaultError) for item in failed):
        return Exit.FAULT
    return Exit.FINDINGS if result.problems or failed else Exit.DONE


def show_check_briefly(output: Output, result: CheckResult) -> None:
    """Print which rows were left out and the count; `forms check` says the rest."""
    if result.problems:
        codes = _codes_by_row(result.problems)
        text = _(
            "{count} rows left out: {rows}. For the reasons: `webir forms check`",
            count=len(codes),
            rows=", ".join(f"{row} ({', '.join(found)})" for row, found in list(codes.items())[:_NAMED_ROWS])
            + (" …" if len(codes) > _NAMED_ROWS else ""),
        )
        output.line(text, style="yellow")
    _count(output, result.rows, result.valid, result.problems)


def _codes_by_row(problems: Sequence[Problem]) -> dict[int, dict[str, None]]:
    codes: dict[int, dict[str, None]] = {}
    for problem in problems:
        codes.setdefault(problem.row, {})[problem.code] = None
    return codes


def show_check(
    output: Output,
    result: CheckResult,
    problems: Sequence[Problem] | None = None,
    *,
    all_in: str = "--json",
) -> None:
    """Print what is wrong, what to look at, and the count.

    Args:
        output: where to.
        result: what was found.
        problems: replaces the result's own list.
        all_in: options of the command that give every problem, however many there are.
    """
    wrong = result.problems if problems is None else problems
    if wrong:
        _show_problems(output, wrong, all_in)
    if result.warnings:
        _show_warnings(output, result.warnings)
    if result.mapping.ignored:
        output.note(_("Columns that were not used: {columns}", columns=_("; ").join(result.mapping.ignored)))
    bad = len({(problem.sheet, problem.row) for problem in wrong})
    valid = result.valid if problems is None else max(0, result.rows - bad)
    if valid == result.rows and not result.documents:
        valid = 0  # what is wrong is the head that all rows share
    _count(output, result.rows, valid, wrong)


def _count(output: Output, rows: int, valid: int, wrong: Sequence[Problem]) -> None:
    if wrong and not valid:
        text = _("{rows} rows: none can be used before this is corrected.", rows=rows)
    else:
        text = _("{rows} rows: {valid} right, {bad} wrong.", rows=rows, valid=valid, bad=rows - valid)
    output.line(text, style="bold yellow" if wrong else "bold green")


def _show_problems(output: Output, problems: Sequence[Problem], all_in: str) -> None:
    """Print one line for each problem, by row, and how many there are beyond what a table can show."""
    output.table(
        (_("Row"), _("Column"), _("Value"), _("What is wrong and what to do"), _("Clause"), _("Code")),
        (
            (
                f"{p.sheet} {p.row}".strip(),
                f"{p.column} ({p.cell})" if p.cell else p.column,
                p.value,
                message(p.code, p.facts),
                p.clause,
                p.code,
            )
            for p in problems[:_TABLE_ROWS]
        ),
        title=_("Rows that cannot be used"),
    )
    more = len(problems) - _TABLE_ROWS
    if more > 0:
        output.line(
            _("{more} more problems are not shown; to have all: {options}", more=more, options=all_in),
            style="bold",
        )


def _show_warnings(output: Output, warnings: Sequence[Problem]) -> None:
    """Print one line for each kind of warning: the same remark about every row says nothing new."""
    kinds: dict[tuple[str, str], list[Problem]] = {}
    for problem in warnings:
        kinds.setdefault((problem.code, problem.column), []).append(problem)
    for (code, column), found in kinds.items():
        text = message(code, found[0].facts)
        rows = _rows([problem.row for problem in found])
        named = text if column in text else f"{column}{_(': ')}{text}"
        output.note(_("Please note — {text} (rows {rows})", text=named, rows=rows))


def _rows(rows: Sequence[int]) -> str:
    shown = ", ".join(str(row) for row in rows[:8])
    return f"{shown} … ({len(rows)})" if len(rows) > 8 else shown
