"""Do `webir doctor`."""

from webir_records.cli.failing import Exit, message
from webir_records.cli.say import _
from webir_records.cli.session import Session
from webir_records.services.doctor import Line, State, examine


def doctor(session: Session) -> int:
    """Print one line for each check; a problem is a finding, a warning is not."""
    lines = examine(session.folder, session.machine, session.workspace)
    session.output.table(
        (_("Check"), _("State"), _("What was found, and what to do")),
        ((_check(line), _state(line.state), message(line.code, line.facts)) for line in lines),
    )
    problems = sum(line.state is State.PROBLEM for line in lines)
    warnings = sum(line.state is State.WARNING for line in lines)
    session.output.line(_("{problems} problems, {warnings} warnings.", problems=problems, warnings=warnings))
    session.output.result(
        {"problems": problems, "warnings": warnings, "checks": [_json(line) for line in lines]}
    )
    return Exit.FINDINGS if problems else Exit.DONE


def _json(line: Line) -> dict[str, object]:
    return {
        "check": line.check,
        "state": line.state.value,
        "code": line.code,
        "message": message(line.code, line.facts),
        "facts": dict(line.facts),
    }


def _state(state: State) -> str:
    return {State.FINE: _("fine"), State.WARNING: _("warning"), State.PROBLEM: _("problem")}[state]


def _check(line: Line) -> str:
    names = {
        "workspace": _("Workspace"),
        "permissions": _("Permissions of keys"),
        "space": _("Free space"),
        "office": "LibreOffice",
        "fonts": _("Fonts"),
        "ledger": _("Ledger"),
        "clock": _("Clock"),
        "keys": _("Keys"),
        "backup": _("Backup of the workspace"),
        "key backup": _("Backup of the keys"),
        "expired copy": _("Copies that should be gone"),
        "verification": _("Verification"),
        "leftovers": _("Leftovers"),
        "loans": _("Loans"),
    }
    return names.get(line.check, line.check)
