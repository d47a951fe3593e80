"""A small agency at work: a real workspace on disk, and what its people do there in a case.

Every case works in a copy of one workspace (conftest.py), founded on 1 September 2019: four applications of
the accounts ta1000 to ta1003, two filed letters of that year (函一, 函二), and people for every role.
"""

import dataclasses
import json
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from retention.reasons import Reason
from signing.findings import Report
from tests.conftest import APPLICATION, CANCELLATION, NAMES, ROOT, Papers, SettableClock
from webir_records.bootstrap import open_workspace
from webir_records.model.errors import InputError, RefusedError
from webir_records.services.cancelling import CancelResult, cancel_accounts
from webir_records.services.context import Machine, Workspace
from webir_records.services.filing import file_records
from webir_records.services.marks import assign_unit
from webir_records.services.records import list_records
from webir_records.services.selecting import RecordQuery
from webir_records.services.verifying import Reading, verify

PASSPHRASE: Final = "correct horse battery"
MANAGER: Final = "mgr-01"
PEOPLE: Final = {
    MANAGER: ("agency_manager",),
    "arch-01": ("archivist",),
    "arch-02": ("archivist", "agency_head"),
    "head-01": ("agency_head",),
    "wit-01": ("witness",),
    "wit-02": ("witness",),
    "eth-01": ("auditor_ethics",),
    "both-01": ("agency_head", "witness"),
    "clk-01": ("clerk",),
    "unit-01": ("unit_manager",),
}
"""The first one is added by the operator, who may not do so any more then."""
FOUNDED: Final = date(2019, 9, 1)
_YEAR: Final = timedelta(days=365)
_NOON: Final = time(4, 0, tzinfo=UTC)  # noon in Taipei
_MONTHS: Final = 1911


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the office was told: the code of the refusal, and the guard's reasons with their records."""

    code: str
    reasons: tuple[Reason, ...] = ()

    def told(self, record: str) -> tuple[tuple[str, str], ...]:
        """Return codes and clauses of the reasons about one record, or about none."""
        return tuple(
            (one.code, one.clause) for one in self.reasons if one.facts.get("record", record) == record
        )


@dataclass
class Office:
    """One workspace and what its people remember of it.

    Attributes:
        names: what the case calls a record, and its id.
        batch: the batch that was drafted last.
        holds: what the case calls a hold, and its id.
        last: the last refusal, or what kept a record out of the last batch.
    """

    root: Path
    machine: Machine
    papers: Papers
    clock: SettableClock
    names: dict[str, str] = field(default_factory=dict[str, str])
    batch: str = ""
    holds: dict[str, str] = field(default_factory=dict[str, str])
    last: Refusal | None = None
    excluded: dict[str, tuple[Reason, ...]] = field(default_factory=dict[str, tuple[Reason, ...]])
    included: tuple[str, ...] = ()
    sheets: tuple[Path, ...] = ()
    opened: ExitStack = field(default_factory=ExitStack)
    _workspace: Workspace | None = None

    def at(self, root: Path, papers: Path) -> "Office":
        """Return the same office in a copy of its workspace, with a clock of its own."""
        clock = SettableClock(self.clock.moment)
        machine = dataclasses.replace(self.machine, now=clock)
        return Office(root, machine, Papers(papers), clock, dict(self.names))

    @property
    def workspace(self) -> Workspace:
        """The workspace, opened when it is first asked for."""
        if self._workspace is None:
            self._workspace = self.opened.enter_context(open_workspace(self.root, machine=self.machine))
        return self._workspace

    def close(self) -> None:
        """Close the workspace; the next act opens it anew."""
        self._workspace = None
        self.opened.close()

    def set_clock(self, day: date) -> None:
        """Set the clock to noon of a day, whatever the ledger says."""
        self.clock.moment = datetime.combine(day, _NOON)

    def come_to(self, day: date) -> None:
        """Let time pass; the archive is verified once a year and on the new day, which leaves entries."""
        while self.today() + _YEAR < day:
            self.set_clock(self.today() + _YEAR)
            verify(self.workspace, "structure")
        self.set_clock(day)
        verify(self.workspace, "structure")

    def file_applications(self, count: int) -> None:
        """File applications of the accounts ta1000 and up."""
        filed = file_records(self.workspace, "form_1_2", self.papers.applications(count)).filed
        self.names |= {f"ta{1000 + number}": item.record for number, item in enumerate(filed)}

    def file_letters(self) -> None:
        """File two letters of the audit of 2019 (函一, 函二), which are archives."""
        for name in ("函一", "函二"):
            self.file_letter(name, date(2019, 8, 20))

    def file_letter(self, name: str, day: date) -> None:
        """File one letter of an audit, of the unit unit-01."""
        letter = json.loads((ROOT / "templates/report_letter/specimen.json").read_text(encoding="utf-8"))
        changes = {"letter_date": roc_slashes(day), "audit_year": "107", "subject": f"檢送稽核簽（{name}）"}
        (filed,) = file_records(self.workspace, "report_letter", self._write(letter | changes)).filed
        self.names[name] = filed.record
        assign_unit(self.workspace, RecordQuery(records=(filed.record,)), "unit-01")

    def file_application(self, account: str) -> None:
        """File the application of one more account."""
        row = APPLICATION | self._named(account) | {"公務電子郵件": f"{account}@gov.taipei"}
        row |= {"申請日期": roc_slashes(self.today()), "授權日期": roc_slashes(self.today())}
        path = self._write(row)
        (filed,) = file_records(self.workspace, "form_1_2", path).filed
        self.names[account] = filed.record

    def cancel(self, account: str, day: date, **changes: str) -> CancelResult:
        """Note the cancellation of one account."""
        days = dict.fromkeys(("註銷通報日", "離職或異動生效日", "註銷日期", "權限移除日期"), roc_slashes(day))
        path = self._write(CANCELLATION | self._named(account) | days | changes)
        return cancel_accounts(self.workspace, path)

    def today(self) -> date:
        """Return the day in Taipei; the office works at noon."""
        return self.clock.moment.date()

    def state(self, name: str) -> str:
        """Return `filed` or `destroyed`."""
        return next(one.state for one in list_records(self.workspace) if one.record == self.names[name])

    def verified(self) -> Report:
        """Verify all of the archive and return the public verifier's report."""
        return verify(self.workspace, "full", reading=Reading(workers=1)).report

    def refusal(self, act: Callable[[], None], *, nothing_changes: bool) -> Refusal | None:
        """Do something; return how it was refused, and see that this changed nothing."""
        before = self.everything() if nothing_changes else None
        try:
            act()
        except RefusedError as error:
            self.last = Refusal(error.code, tuple(error.reasons))
        except InputError as error:
            self.last = Refusal(error.code)
        else:
            return None
        assert before is None or self.everything() == before, "the refusal changed something"
        return self.last

    def everything(self) -> object:
        """Return what nobody may change by a refused act: files, records, ledger and keys."""
        files = {path: path.read_bytes() for path in (self.root / "archive").rglob("*") if path.is_file()}
        archive = self.workspace.archive
        return archive.ledger.head(), files, list_records(self.workspace), archive.keys.status()

    def _write(self, row: dict[str, str]) -> Path:
        """Write an input file of one row."""
        folder = self.papers.folder
        path = folder / f"{len(list(folder.iterdir()))}.json"
        path.write_text(json.dumps([row], ensure_ascii=False), encoding="utf-8")
        return path

    def _named(self, account: str) -> dict[str, str]:
        number = int(account[2:]) - 1000
        return {"我的e政府帳號": account, "姓名": NAMES[number % len(NAMES)]}


def roc_slashes(day: date) -> str:
    """Return e.g. `110/02/28`."""
    return f"{day.year - _MONTHS}/{day.month:02}/{day.day:02}"


def in_order(items: Sequence[str]) -> str:
    """Return names as people write them in a row."""
    return "、".join(sorted(items))
