"""The life of an agency's applications, step by step at random, beside a slow and simple model of it.

The model knows of each paper when its account was cancelled, what holds it and whether it is lent, and asks
the law (law.py) for its first day. The real workspace must agree: what the model forbids is refused and
changes nothing, what it permits is done, and after every step all of the archive is verified.
"""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.disposal.breaking import break_off
from tests.disposal.law import first_day
from tests.disposal.office import PASSPHRASE, Office
from webir_records.bootstrap import open_workspace
from webir_records.model.errors import InputError, RefusedError
from webir_records.services.backing_up import create_backup
from webir_records.services.destruction import drafting, execution, stating
from webir_records.services.destruction.batches import show_batch
from webir_records.services.holding import ask_release, place_hold, release_hold
from webir_records.services.lending import Terms, lend, list_loans, take_back
from webir_records.services.records import list_records
from webir_records.services.restoring.restore import restore_backup
from webir_records.services.triggers import correct_cancellation, revoke_cancellation
from webir_records.services.verifying import Reading, verify

GRANTED = date(2019, 8, 20)
"""Day of the first applications, and of both letters."""
LETTERS_GO = date(2023, 1, 1)
"""Three years from the first of January after the letters (七(三), counted the safe way)."""
LETTER = "府勞資字第1130000001號"
pick = st.integers(min_value=0, max_value=99)
"""Which one of those that are there."""


@dataclass
class Paper:
    """One paper as the model sees it: an application, or a filed letter with its own first day.

    Attributes:
        letter: first day of a filed letter; later when its unit extends it. None for an application.
    """

    record: str
    granted: date
    letter: date | None = None
    cancelled: date | None = None
    holds: list[str] = field(default_factory=list[str])
    lent: bool = False
    destroyed_on: date | None = None

    @property
    def first(self) -> date | None:
        """The first day on which it may go; None while no period runs."""
        if self.letter is not None:
            return self.letter
        return first_day(self.cancelled) if self.cancelled else None

    def may_go(self, day: date) -> bool:
        """Whether the law lets it go on a day."""
        over = self.first is not None and day >= self.first
        return over and not self.holds and not self.lent and self.destroyed_on is None


@dataclass
class Batch:
    """One batch as the model sees it: the papers and versions that its people signed for."""

    name: str
    records: frozenset[str]
    cancelled: dict[str, date | None]
    approved: bool = False
    witnessed: bool = False
    over: bool = False


@dataclass
class Backup:
    """A backup with the keys of its time; `versions` says how much was filed until then."""

    file: Path
    keys: Path
    versions: int


class Agency(RuleBasedStateMachine):
    """What people do, in any order."""

    def __init__(self, office: Office, folder: Path) -> None:
        """Begin with a copy of the agency.

        Args:
            office: the agency of 1 September 2019, in a folder of its own.
            folder: for backups and restored workspaces.
        """
        super().__init__()
        self.office, self.folder = office, folder
        self.papers = {
            record: Paper(record, GRANTED, letter=LETTERS_GO if name.startswith("函") else None)
            for name, record in office.names.items()
        }
        self.accounts = {record: account for account, record in office.names.items()}
        self.batches: list[Batch] = []
        self.backup: Backup | None = None
        self.versions = len(self.papers)
        self.sound = False

    @initialize(days=st.integers(110, 600), more=st.booleans(), after=st.integers(-1, 20))
    def years_pass(self, days: int, more: object, after: int) -> None:
        """Two or three accounts are cancelled on one day, and about their terms the office opens again."""
        self.office.come_to(self.office.today() + timedelta(days=days))
        cancelled_on = self.office.today()
        for paper in self.applications()[: 3 if more else 2]:
            self._cancel(paper, cancelled_on)
        self._wait_until(first_day(cancelled_on) + timedelta(days=after))

    # ---- papers -------------------------------------------------------------------------------------------

    @rule()
    def file(self) -> None:
        """A new application comes in."""
        account = f"ta{1000 + len(self.applications())}"
        self.office.file_application(account)
        record = self.office.names[account]
        self.papers[record] = Paper(record, self.office.today())
        self.accounts[record] = account
        self.versions += 1

    @rule(which=pick, what=st.sampled_from(["cancel", "revoke", "correct"]), days=st.integers(1, 40))
    def dates_change(self, which: int, what: str, days: int) -> None:
        """Somebody notes a cancellation, takes it back or corrects it."""
        {"cancel": self.cancel, "correct": self.correct}.get(what, self.revoke)(which, days)

    def cancel(self, which: int, back: int) -> None:
        """An account is cancelled, perhaps some days ago."""
        paper = self._one(which, self.applications())
        on = max(paper.granted, self.office.today() - timedelta(days=back))
        self._cancel(paper, on)

    def revoke(self, which: int, _days: int) -> None:
        """A cancellation is taken back."""
        paper = self._one(which, self.applications())
        allowed = paper.cancelled is not None and paper.destroyed_on is None
        self._try(
            lambda: revoke_cancellation(
                self.office.workspace, paper.record, authority=LETTER, reason_code="mistake"
            ),
            allowed=allowed,
        )
        paper.cancelled = None if allowed else paper.cancelled

    def correct(self, which: int, days: int) -> None:
        """A cancellation gets a later date; never one to come."""
        paper = self._one(which, self.applications())
        if paper.cancelled is None:
            return
        on = paper.cancelled + timedelta(days=days)
        allowed = paper.destroyed_on is None and on <= self.office.today()
        self._try(
            lambda: correct_cancellation(self.office.workspace, paper.record, on, reason_code="wrong-date"),
            allowed=allowed,
        )
        if allowed:
            paper.cancelled, self.versions = on, self.versions + 1

    @rule(which=pick, what=st.sampled_from(["hold", "release", "lend"]))
    def papers_are_kept(self, which: int, what: str) -> None:
        """Somebody asks for a hold, its release, or the paper itself."""
        {"hold": self.hold, "release": self.release}.get(what, self.lend_or_take_back)(which)

    def hold(self, which: int) -> None:
        """Somebody asks for a record to be kept."""
        paper = self._one(which)

        def place() -> None:
            paper.holds.append(place_hold(self.office.workspace, paper.record, authority=LETTER).hold)

        self._try(place, allowed=paper.destroyed_on is None)

    def release(self, which: int) -> None:
        """One hold is released by two people."""
        held = [paper for paper in self.papers.values() if paper.holds]
        if not held:
            return
        paper = held[which % len(held)]
        hold = paper.holds[which % len(paper.holds)]
        self._try(lambda: release_hold(self.office.workspace, hold, actor="head-01"), allowed=False)
        self._release(paper, hold)

    def release_all(self, paper: Paper) -> None:
        """Release every hold of a paper."""
        while paper.holds:
            self._release(paper, paper.holds[0])

    def _release(self, paper: Paper, hold: str) -> None:
        ask_release(self.office.workspace, hold, actor="arch-01")
        release_hold(self.office.workspace, hold, actor="head-01")
        paper.holds.remove(hold)

    def lend_or_take_back(self, which: int) -> None:
        """A record goes out, or comes back whole; one on a running batch stays."""
        paper = self._one(which)
        terms = Terms("p-audit", "audit", self.office.today() + timedelta(days=30))
        if paper.lent:
            open_loans = [one for one in list_loans(self.office.workspace) if not one.returned_at]
            (loan,) = [one for one in open_loans if one.record == paper.record]
            take_back(self.office.workspace, loan.loan, condition="intact")
            paper.lent = False
            return
        allowed = paper.destroyed_on is None and not self._on_running_batch(paper.record)
        self._try(lambda: lend(self.office.workspace, paper.record, terms), allowed=allowed)
        paper.lent = allowed

    # ---- batches ------------------------------------------------------------------------------------------

    @rule()
    def draft(self) -> None:
        """A batch holds exactly what the law lets go today."""
        today = self.office.today()
        expected = {paper.record for paper in self.applications() if paper.may_go(today)}
        drafted: list[drafting.Draft] = []
        self._try(lambda: drafted.append(self._draft()), allowed=bool(expected))
        if drafted:
            view = drafted[0].batch
            assert set(view.records) == expected
            dates = {record: self.papers[record].cancelled for record in expected}
            self.batches.append(Batch(view.batch, frozenset(view.records), dates))

    def _draft(self) -> drafting.Draft:
        return drafting.draft(self.office.workspace, actor="arch-01", reason_code="yearly")

    @precondition(lambda self: self.open_batches())
    @rule(which=pick, kind=st.sampled_from(["approval", "witness"]))
    def sign(self, which: int, kind: str) -> None:
        """A batch is signed, once of each kind, while nothing speaks against it."""
        batch = self._batch(which)
        signed = batch.approved if kind == "approval" else batch.witnessed
        allowed = not signed and self._stands(batch)
        self._try(lambda: self._sign(batch, kind), allowed=allowed)

    @precondition(lambda self: self.open_batches())
    @rule(which=pick)
    def execute(self, which: int) -> None:
        """A batch is destroyed if two people signed it and nothing speaks against any record of it."""
        batch = self._batch(which)
        self._try(lambda: self._execute(batch), allowed=self._permitted(batch))
        if self._permitted(batch):
            self._destroyed(batch)

    @rule()
    def whole_way(self) -> None:
        """Draft, sign and execute in one go: what lets go today is gone."""
        before = len(self.batches)
        self.draft()
        if len(self.batches) > before:
            batch = self.batches[-1]
            for kind in ("approval", "witness"):
                self._sign(batch, kind)
            self._execute(batch)
            self._destroyed(batch)

    @precondition(lambda self: self.open_batches())
    @rule(which=pick)
    def withdraw(self, which: int) -> None:
        """A batch is given up; its records stay."""
        batch = self._batch(which)
        drafting.withdraw(self.office.workspace, batch.name, actor="arch-01", reason_code="not-now")
        batch.over = True

    # ---- misfortunes --------------------------------------------------------------------------------------

    @rule(which=pick, nth=st.integers(1, 30), kept=st.booleans())
    def power_is_lost_while_destroying(self, which: int, nth: int, kept: bool) -> None:  # noqa: FBT001 - drawn
        """A broken destruction destroys only what was permitted, and is finished by the same command."""
        if not self.open_batches():
            self.draft()
        if not self.open_batches():
            return
        batch = self._batch(which)
        for kind in ("approval", "witness"):
            if self._stands(batch) and not (batch.approved if kind == "approval" else batch.witnessed):
                self._sign(batch, kind)
        permitted = self._permitted(batch)
        if not permitted:
            self._try(lambda: self._execute(batch), allowed=False)
            return
        break_off(
            self.office,
            lambda workspace: execution.execute(workspace, batch.name, actor="arch-01", confirm=batch.name),
            nth=nth,
            kept=kept,
        )
        gone = {one.record for one in list_records(self.office.workspace) if one.state == "destroyed"}
        assert gone <= {r for r, paper in self.papers.items() if paper.destroyed_on} | batch.records
        if show_batch(self.office.workspace, batch.name).state != "closed":
            self._execute(batch)
        self._destroyed(batch)

    @rule(which=pick, nth=st.integers(1, 12), kept=st.booleans())
    def power_is_lost_while_holding(self, which: int, nth: int, kept: bool) -> None:  # noqa: FBT001 - drawn
        """A broken hold is there or not; when its caller was told, it is there."""
        paper = self._one(which)
        if paper.destroyed_on is not None:
            return
        told = break_off(
            self.office,
            lambda workspace: place_hold(workspace, paper.record, authority=LETTER),
            nth=nth,
            kept=kept,
        )
        found = next(one for one in list_records(self.office.workspace) if one.record == paper.record)
        assert set(found.holds) >= set(paper.holds)
        assert len(found.holds) - len(paper.holds) in ({1} if told else {0, 1})
        paper.holds = list(found.holds)

    @rule(days=st.sampled_from([1, 1, 2, 30, 365, 366, 800]))
    def time_passes(self, days: int) -> None:
        """Days go by; the archive is verified at least once a year."""
        self._wait_until(self.office.today() + timedelta(days=days))

    @rule(days=st.integers(1, 800))
    def clock_runs_backwards(self, days: int) -> None:
        """With a clock behind the ledger nothing is drafted and nothing destroyed."""
        today = self.office.today()
        self.office.set_clock(today - timedelta(days=days))
        self._try(self._draft, allowed=False)
        for batch in self.batches[-1:]:
            self._try(lambda batch=batch: self._execute(batch), allowed=False)
        self.office.set_clock(today)

    @rule()
    def back_up(self) -> None:
        """A backup of the workspace, and of its keys."""
        self.office.close()
        place = self.folder / f"backup-{len(list(self.folder.iterdir()))}"
        place.mkdir()
        made = create_backup(
            lambda: open_workspace(self.office.root, machine=self.office.machine), place / "backup.tar"
        )
        keys = Path(shutil.copytree(self.office.root / "keys", place / "keys"))
        self.backup = Backup(made.path, keys, self.versions)

    @precondition(lambda self: self.backup is not None and self.backup.versions == self.versions)
    @rule()
    def restore(self) -> None:
        """Backup and newer ledger stand in for the workspace; what was destroyed stays destroyed."""
        assert self.backup is not None
        self.office.close()
        root = self.folder / f"restored-{len(list(self.folder.iterdir()))}"
        restore_backup(self.backup.file, root, newer=self.office.root / "archive")
        shutil.copytree(self.backup.keys, root / "keys", dirs_exist_ok=True)
        self.office.root = root

    # ---- what must be so after every step -----------------------------------------------------------------

    @invariant()
    def archive_is_whole(self) -> None:
        """All of it verifies, and says of each record what the model says."""
        checked = verify(self.office.workspace, "full", reading=Reading(workers=1))
        assert checked.fine, (checked.report.findings, checked.beyond)
        gone = sum(paper.destroyed_on is not None for paper in self.papers.values())
        expected = {"DESTROYED_AUTHORISED": gone, "OK": len(self.papers) - gone}
        assert dict(checked.report.records) == {kind: count for kind, count in expected.items() if count}

    @invariant()
    def nothing_is_lost_or_gone_early(self) -> None:
        """Every paper lies there with its dates and holds, or was destroyed on a day on which it might go."""
        found = {one.record: one for one in list_records(self.office.workspace)}
        assert set(found) == set(self.papers)
        for record, paper in self.papers.items():
            assert (found[record].state == "destroyed") is (paper.destroyed_on is not None)
            if paper.destroyed_on is None:
                assert found[record].trigger_date == (GRANTED if paper.letter else paper.cancelled)
                assert sorted(found[record].holds) == sorted(paper.holds)
                assert found[record].due == paper.first
                assert self.office.workspace.archive.read(record).data

    @invariant()
    def certificates_count_right(self) -> None:
        """Each certificate counts the records of its batch, and all together those that are gone."""
        folder = self.office.root / "archive" / "certificates"
        papers = [json.loads(path.read_bytes()) for path in folder.glob("*/certificate.json")]
        assert all(paper["count"] == len(paper["items"]) for paper in papers)
        gone = sum(paper.destroyed_on is not None for paper in self.papers.values())
        assert sum(paper["count"] for paper in papers) == gone
        self.sound = True

    def last_year(self) -> None:
        """In the end all are asked: what is held is released, what is lent comes back, what may go goes."""
        for which in range(len(self.papers)):
            paper = self._one(which)
            if paper.lent:
                self.lend_or_take_back(which)
            self.release_all(paper)
        self._wait_until(self.office.today() + timedelta(days=366))
        self.trial()
        self.whole_way()

    def trial(self) -> None:
        """Ask what a kind of agency must answer before its last batch; this one is asked nothing."""

    def teardown(self) -> None:
        """Live the last year, if all was well until now, and close the workspace."""
        try:
            if self.sound:
                self.sound = False
                self.last_year()
                self.archive_is_whole()
                self.nothing_is_lost_or_gone_early()
                self.certificates_count_right()
        finally:
            self.office.close()

    # ---- how the steps are taken --------------------------------------------------------------------------

    def _try(self, act: Callable[[], Any], *, allowed: bool) -> None:
        """Do what is allowed; see that the rest is refused and changes nothing."""
        if allowed:
            act()
            return
        before = self.office.everything()
        try:
            act()
        except (RefusedError, InputError):
            assert self.office.everything() == before
        else:
            raise AssertionError("the model forbids it, and it was done")

    def _cancel(self, paper: Paper, on: date) -> None:
        if paper.destroyed_on is not None or paper.cancelled is not None:
            assert self.office.cancel(self.accounts[paper.record], on).problems
            return
        assert not self.office.cancel(self.accounts[paper.record], on).problems
        paper.cancelled = on
        self.versions += 1

    def _sign(self, batch: Batch, kind: str) -> None:
        person = "head-01" if kind == "approval" else "wit-01"
        stating.state(self.office.workspace, batch.name, kind=kind, actor=person, passphrase=PASSPHRASE)
        batch.approved |= kind == "approval"
        batch.witnessed |= kind == "witness"

    def _execute(self, batch: Batch) -> None:
        execution.execute(self.office.workspace, batch.name, actor="arch-01", confirm=batch.name)

    def _destroyed(self, batch: Batch) -> None:
        for record in batch.records:
            self.papers[record].destroyed_on = self.office.today()
        batch.over = True

    def _stands(self, batch: Batch) -> bool:
        """Whether every paper may go today, and is still what the catalogue says."""
        return not batch.over and all(
            self.papers[record].may_go(self.office.today())
            and self.papers[record].cancelled == batch.cancelled[record]
            for record in batch.records
        )

    def _permitted(self, batch: Batch) -> bool:
        return batch.approved and batch.witnessed and self._stands(batch)

    def _one(self, which: int, papers: list[Paper] | None = None) -> Paper:
        chosen = papers or list(self.papers.values())
        return chosen[which % len(chosen)]

    def applications(self) -> list[Paper]:
        return [paper for paper in self.papers.values() if paper.letter is None]

    def _on_running_batch(self, record: str) -> bool:
        return any(record in batch.records and not batch.over for batch in self.batches)

    def open_batches(self) -> list[Batch]:
        return [batch for batch in self.batches if not batch.over]

    def _batch(self, which: int) -> Batch:
        batches = self.open_batches()
        return batches[which % len(batches)]

    def _wait_until(self, day: date) -> None:
        while self.office.today() < day:
            self.office.come_to(min(day, self.office.today() + timedelta(days=365)))
