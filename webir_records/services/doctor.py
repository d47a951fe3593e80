"""Look a workspace over: what is fine, what deserves a look, what is wrong, and what to do about each.

Nothing is mended here. What cannot be opened is reported like everything else, and the rest is looked at.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

from sqlmodel import Session, col, func, select

from signing.entries import parse_entry
from webir_records.archive.disk import TEMPORARY_SUFFIX
from webir_records.archive.key_files import check_key_files
from webir_records.archive.ledger import Standing
from webir_records.forms.printing.office import list_fonts
from webir_records.model.errors import FaultError, WebirError
from webir_records.model.tables import EntryRow, VersionRow
from webir_records.services.backing_up import Known, list_backups
from webir_records.services.comparing import compare_keys
from webir_records.services.context import Machine, Workspace, utc_text
from webir_records.services.keys import ESCROW, FILE, WORKSPACE
from webir_records.services.lending import list_loans

_LITTLE: Final = 1 << 30  # bytes free below which work may stop any day
_SCARCE: Final = 5 << 30  # bytes free below which somebody should look
_BACKUP_AGE: Final = timedelta(days=31)
_VERIFICATION_AGE: Final = timedelta(days=92)  # the rule wants an audit at least every three months
_CLOCK_GAP: Final = timedelta(days=400)  # without any act in between: more likely a wrong clock
_FONT_WAIT_S: Final = 20.0
_FONTS: Final = (("TW-Kai", "全字庫正楷體"), ("Noto Sans CJK", "Noto Serif CJK", "TW-Sung", "全字庫正宋體"))
_PAGE: Final = 500  # values in one query


class State(StrEnum):
    """How a check went."""

    FINE = "fine"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at; the text, with what to do, comes from the catalogue by the code."""

    check: str
    state: State
    code: str
    facts: Mapping[str, str]


Opener = Callable[[], AbstractContextManager[Workspace]]


def examine(root: Path, machine: Machine, opener: Opener) -> tuple[Line, ...]:
    """Look at everything; a check that cannot be made is a problem, never silence."""
    lines = [*_permissions(root), *_space(root), *_office(machine), *_fonts(machine)]
    try:
        with opener() as workspace:
            for check in _CHECKS:
                lines += check(workspace)
    except WebirError as error:
        lines.append(Line("workspace", State.PROBLEM, error.code, error.facts))
    return tuple(lines)


def _line(check: str, state: State, code: str, **facts: str) -> Line:
    return Line(check, state, code, facts)


# --- without opening anything


def _permissions(root: Path) -> Iterator[Line]:
    """Say who could read the keys; opening the workspace closes them."""
    found = check_key_files(root)
    yield from (Line("permissions", State.WARNING, code, facts) for code, facts in found)
    if not found:
        yield _line("permissions", State.FINE, "U260")


def _space(root: Path) -> Iterator[Line]:
    try:
        free = shutil.disk_usage(root).free
    except OSError as error:
        yield _line("space", State.PROBLEM, "U014", path=str(root), cause=error.strerror or "")
        return
    state = State.PROBLEM if free < _LITTLE else State.WARNING if free < _SCARCE else State.FINE
    code = "U261" if state is State.FINE else "U262"
    yield _line("space", state, code, free=f"{free / (1 << 30):.1f}")


def _office(machine: Machine) -> Iterator[Line]:
    if machine.soffice is None:
        yield _line("office", State.WARNING, "U264")
    else:
        yield _line("office", State.FINE, "U263", path=str(machine.soffice))


def _fonts(machine: Machine) -> Iterator[Line]:
    with tempfile.TemporaryDirectory(prefix="webir-fonts-") as home:
        try:
            listing = list_fonts(machine.environment, Path(home), _FONT_WAIT_S)
        except FaultError as error:
            yield Line("fonts", State.WARNING, error.code, error.facts)
            return
    if listing is None:
        yield _line("fonts", State.WARNING, "U267")
        return
    missing = [names[0] for names in _FONTS if not any(name in listing for name in names)]
    if missing:
        yield _line("fonts", State.WARNING, "U266", fonts=", ".join(missing))
    else:
        yield _line("fonts", State.FINE, "U265")


# --- in the open workspace


def _ledger(workspace: Workspace) -> Iterator[Line]:
    standing = workspace.archive.ledger.standing()
    if standing is Standing.AGREES:
        size = str(workspace.archive.ledger.head().size)
        yield _line("ledger", State.FINE, "U268", size=size)
    else:
        yield _line("ledger", State.PROBLEM, "A210" if standing is Standing.AHEAD else "A211")


def _clock(workspace: Workspace) -> Iterator[Line]:
    with Session(workspace.engine) as session:
        newest = workspace.archive.ledger.newest_time(session)
    now = workspace.machine.now()
    facts = {"now": utc_text(now), "newest": newest}
    if utc_text(now) < newest:
        yield Line("clock", State.PROBLEM, "A201", facts)
    elif now - datetime.fromisoformat(newest) > _CLOCK_GAP:
        yield Line("clock", State.WARNING, "U270", facts)
    else:
        yield Line("clock", State.FINE, "U269", facts)


def _keys(workspace: Workspace) -> Iterator[Line]:
    found = list(compare_keys(workspace))
    yield from (Line("keys", State.PROBLEM, code, facts) for code, facts in found)
    if not found:
        yield _line("keys", State.FINE, "U271", epoch=workspace.archive.keys.active_epoch())


def _backups(workspace: Workspace) -> Iterator[Line]:
    known = [copy for copy in list_backups(workspace) if not copy.destroyed_at]
    epoch = workspace.archive.keys.active_epoch()
    for check, kinds in (("backup", (WORKSPACE,)), ("key backup", (FILE, ESCROW))):
        newest = next((copy for copy in known if copy.kind in kinds), None)
        yield _newest_copy(workspace, check, newest, epoch)
    for copy in known:
        if copy.expired:
            facts = {"backup": copy.backup, "day": str(copy.expires_on)}
            yield Line("expired copy", State.WARNING, "U275", facts)


def _newest_copy(workspace: Workspace, check: str, newest: Known | None, epoch: str) -> Line:
    command = "webir backup create" if check == "backup" else "webir keys backup"
    if newest is None:
        return _line(check, State.PROBLEM, "U272", command=command)
    facts = {"made_at": newest.made_at, "epoch": epoch, "command": command}
    if newest.epoch != epoch:
        return Line(check, State.PROBLEM, "U273", facts)
    age = workspace.machine.now() - datetime.fromisoformat(newest.made_at)
    if check == "backup" and age > _BACKUP_AGE:
        return Line(check, State.WARNING, "U276", facts)
    return Line(check, State.FINE, "U274", facts)


def _verification(workspace: Workspace) -> Iterator[Line]:
    marked = func.instr(EntryRow.body, b'"event":"verified"') > 0
    with Session(workspace.engine) as session:
        row = session.exec(select(EntryRow).where(marked).order_by(col(EntryRow.seq).desc())).first()
    if row is None:
        yield _line("verification", State.WARNING, "U277")
        return
    entry = parse_entry(row.body)
    facts = {"at": utc_text(entry.at), "level": entry.string("level"), "verdict": entry.string("verdict")}
    if entry.string("verdict") != "valid":
        yield Line("verification", State.PROBLEM, "U278", facts)
    elif workspace.machine.now() - entry.at > _VERIFICATION_AGE:
        yield Line("verification", State.WARNING, "U279", facts)
    else:
        yield Line("verification", State.FINE, "U280", facts)


def _leftovers(workspace: Workspace) -> Iterator[Line]:
    """Files of the archive that no entry names; recovery takes only away what it knows to be unfinished."""
    found = list(_unnamed(workspace))
    yield from (_line("leftovers", State.PROBLEM, "U281", path=path) for path in found)
    if not found:
        yield _line("leftovers", State.FINE, "U282")


def _unnamed(workspace: Workspace) -> Iterator[str]:
    chunk: list[str] = []
    for path in workspace.files.list("records"):
        if path.endswith(TEMPORARY_SUFFIX):
            yield path
            continue
        chunk.append(path)
        if len(chunk) == _PAGE:
            yield from _unknown(workspace, chunk)
            chunk = []
    yield from _unknown(workspace, chunk)


def _unknown(workspace: Workspace, paths: list[str]) -> list[str]:
    with Session(workspace.engine) as session:
        query = select(VersionRow.path).where(col(VersionRow.path).in_(paths))
        known = set(session.exec(query))
    return [path for path in paths if path not in known]


def _loans(workspace: Workspace) -> Iterator[Line]:
    overdue = list_loans(workspace, overdue=True)
    for loan in overdue:
        facts = {"record": loan.record, "borrower": loan.borrower, "return_by": loan.return_by.isoformat()}
        yield Line("loans", State.WARNING, "U284", facts)
    if not overdue:
        yield _line("loans", State.FINE, "U283")


_CHECKS: Final[tuple[Callable[[Workspace], Iterator[Line]], ...]] = (
    _ledger,
    _clock,
    _keys,
    _backups,
    _verification,
    _leftovers,
    _loans,
)
