"""What went wrong, in the user's words; and the one table of exit codes."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Final

from retention.messages import MESSAGES as RETENTION
from retention.reasons import Reason
from webir_records.archive.messages import MESSAGES as ARCHIVE
from webir_records.cli.output import Output
from webir_records.cli.say import _, spoken
from webir_records.forms.messages import MESSAGES as FORMS
from webir_records.model.errors import (
    EnvironmentMissingError,
    FaultError,
    InputError,
    RefusedError,
    WebirError,
)
from webir_records.services.destruction.messages import MESSAGES as DESTRUCTION
from webir_records.services.messages import MESSAGES as SERVICES
from webir_records.services.papers.messages import MESSAGES as PAPERS
from webir_records.services.retaining.messages import MESSAGES as RETAINING


class Exit(IntEnum):
    """Exit codes of the program (DESIGN section 10)."""

    DONE = 0
    FINDINGS = 1
    INPUT = 2
    REFUSED = 3
    ENVIRONMENT = 4
    FAULT = 5


_CODES: Final[Mapping[type[WebirError], Exit]] = {
    InputError: Exit.INPUT,
    RefusedError: Exit.REFUSED,
    EnvironmentMissingError: Exit.ENVIRONMENT,
    FaultError: Exit.FAULT,
}
_MESSAGES: Final[Mapping[str, str]] = {
    **RETENTION,
    **ARCHIVE,
    **FORMS,
    **SERVICES,
    **RETAINING,
    **PAPERS,
    **DESTRUCTION,
}


def message(code: str, facts: Mapping[str, str]) -> str:
    """Return the text of a code with its facts."""
    return spoken().text(_MESSAGES.get(code, code), **facts)


def exit_of(error: WebirError) -> Exit:
    """Return the exit code of an error."""
    return next((code for kind, code in _CODES.items() if isinstance(error, kind)), Exit.FAULT)


def show_error(output: Output, error: WebirError) -> Exit:
    """Print an error with all its reasons and return the exit code."""
    reasons = error.reasons if isinstance(error, RefusedError) else ()
    code = exit_of(error)
    if output.as_json:
        output.result({"error": _plain(error), "reasons": [reason_json(reason) for reason in reasons]})
        return code
    output.note(f"{_title(code)} {error.code}: {message(error.code, error.facts)}", style="bold red")
    for detail in error.details:
        output.note(f"  • {message(detail.code, detail.facts)}")
    for reason in reasons:
        output.note(f"  • {reason_line(reason)}")
    return code


def reason_line(reason: Reason) -> str:
    """Return one reason with its code and clause."""
    return f"{reason.code} [{reason.clause}] {message(reason.code, reason.facts)}"


def reason_json(reason: Reason) -> dict[str, str]:
    """Return one reason for other programs."""
    return {"code": reason.code, "clause": reason.clause, "message": message(reason.code, reason.facts)}


def _plain(error: WebirError) -> dict[str, object]:
    details = [{"code": d.code, "message": message(d.code, d.facts)} for d in error.details]
    return {
        "code": error.code,
        "message": message(error.code, error.facts),
        "facts": dict(error.facts),
        "details": details,
    }


def _title(code: Exit) -> str:
    titles = {
        Exit.INPUT: _("Error"),
        Exit.REFUSED: _("Refused"),
        Exit.ENVIRONMENT: _("Something is missing on this machine"),
        Exit.FAULT: _("Fault"),
    }
    return titles.get(code, _("Error"))
