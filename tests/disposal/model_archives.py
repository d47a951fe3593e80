"""The same random lives, with filed letters on their long way: units, authority, cooling off, annotation."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.disposal.model import Paper
from tests.disposal.office import PASSPHRASE, Office
from tests.disposal.trial import AgencyOnTrial
from tests.integration.destruction.conftest import fill_sheet
from webir_records.services.destruction import (
    drafting,
    execution,
    finishing,
    opinions,
    selection,
    stating,
    submitting,
)
from webir_records.services.destruction.batches import show_batch

UP = "府勞資字第1120000001號"
COOLING = timedelta(days=7)


@dataclass
class Filed:
    """The batch of filed letters that is on its way; `step` counts what was done of it."""

    name: str
    records: set[str]
    step: int = 0
    approved_on: date | None = None


class AgencyWithArchives(AgencyOnTrial):
    """What people do, with class B beside class A."""

    def __init__(self, office: Office, folder: Path) -> None:
        """Begin as the other one does; nothing filed is on its way."""
        super().__init__(office, folder)
        self.filed: Filed | None = None

    @rule(steps=st.integers(2, 12), extended=st.none() | st.integers(1, 500))
    def filed_letters_go_on(self, steps: int, extended: int | None) -> None:
        """Take some steps of the long way; what the model forbids is refused and ends the walk."""
        for _ in range(steps):
            if not self._go_on(extended):
                return

    def _go_on(self, extended: int | None) -> bool:
        """Take one step; one that comes too early is refused, and taken when the cooling-off is over."""
        batch = self.filed
        if batch is None:
            return self._draft_letters()
        if self._step(batch, extended):
            return True
        if batch.approved_on is None or self.office.today() >= batch.approved_on + COOLING:
            return False
        self._wait_until(batch.approved_on + COOLING)
        return self._step(batch, extended)

    def last_year(self) -> None:
        """As without archives; then the batch of letters goes its way to the end."""
        super().last_year()
        while self._go_on(None) and self.filed is not None:
            pass

    @precondition(lambda self: self.filed is not None and self.filed.step < 7)
    @rule()
    def filed_letters_are_withdrawn(self) -> None:
        """The batch is given up before its execution; its letters stay."""
        assert self.filed is not None
        drafting.withdraw(self.office.workspace, self.filed.name, actor="arch-01", reason_code="not-now")
        self.filed = None

    def _draft_letters(self) -> bool:
        today = self.office.today()
        expected = {paper.record for paper in self._letters() if paper.may_go(today)}
        drafted: list[drafting.Draft] = []

        def draft() -> None:
            drafted.append(
                drafting.draft(self.office.workspace, actor="arch-01", record_class="B", reason_code="yearly")
            )

        self._try(draft, allowed=bool(expected))
        if drafted:
            assert set(drafted[0].batch.records) == expected
            self.filed = Filed(drafted[0].batch.batch, expected)
        return bool(drafted)

    def _step(self, batch: Filed, extended: int | None) -> bool:
        """Take the next step if it is allowed; return whether it was."""
        name, steps = batch.name, self._steps(batch, extended)
        act, allowed = steps[batch.step]
        self._try(act, allowed=allowed)
        if not allowed:
            return False
        batch.step += 1
        if batch.step == len(steps):
            assert show_batch(self.office.workspace, name).state == "closed"
            self.filed = None
        elif not batch.records:
            drafting.withdraw(self.office.workspace, name, actor="arch-01", reason_code="nothing-left")
            self.filed = None
        return True

    def _steps(self, batch: Filed, extended: int | None) -> list[tuple[Callable[[], object], bool]]:
        workspace, name, today = self.office.workspace, batch.name, self.office.today()
        stands = all(self.papers[record].may_go(today) for record in batch.records)
        cooled = batch.approved_on is not None and today - batch.approved_on >= COOLING
        return [
            (lambda: self._ask_units(batch, extended), True),
            (lambda: selection.skip(workspace, name, reason_code="no-value", actor="arch-01"), True),
            (lambda: submitting.submit(workspace, name, letter=UP, on=today, actor="arch-01"), stands),
            (lambda: self._authority(name, today), True),
            (lambda: self._head(batch, today), stands),
            (lambda: self._state(name, "witness", "wit-01"), stands),
            (lambda: self._execute_letters(batch), stands and cooled),
            (lambda: finishing.annotate(workspace, name, actor="arch-01"), True),
            (lambda: finishing.resubmit(workspace, name, letter=UP, on=today, actor="arch-01"), True),
            (lambda: finishing.close(workspace, name, actor="arch-01"), True),
        ]

    def _ask_units(self, batch: Filed, extended: int | None) -> None:
        """Ask the units; one of them may extend one letter, which leaves the batch."""
        folder = self.office.papers.folder / f"sheets-{len(list(self.office.papers.folder.iterdir()))}"
        workspace = self.office.workspace
        asked = opinions.ask(workspace, batch.name, folder, actor="arch-01")
        until = self.office.today() + timedelta(days=extended or 0)
        named = {min(batch.records): until} if extended else {}
        for sheet in asked.sheets:
            fill_sheet(sheet, **named)
            opinions.answer(workspace, batch.name, sheet, actor="arch-01")
        for record in named:
            self.papers[record].letter = until + timedelta(days=1)
            batch.records.discard(record)

    def _authority(self, name: str, today: date) -> None:
        digest = show_batch(self.office.workspace, name).catalogue_sha256
        submitting.approve(
            self.office.workspace,
            name,
            number="檔徵字第1120000002號",
            on=today,
            catalogue_sha256=digest,
            actor="arch-01",
        )

    def _head(self, batch: Filed, today: date) -> None:
        self._state(batch.name, "approval", "head-01")
        batch.approved_on = today

    def _state(self, name: str, kind: str, person: str) -> None:
        stating.state(self.office.workspace, name, kind=kind, actor=person, passphrase=PASSPHRASE)

    def _execute_letters(self, batch: Filed) -> None:
        execution.execute(self.office.workspace, batch.name, actor="arch-01", confirm=batch.name)
        for record in batch.records:
            self.papers[record].destroyed_on = self.office.today()

    def _letters(self) -> list[Paper]:
        return [paper for paper in self.papers.values() if paper.letter is not None]

    def _on_running_batch(self, record: str) -> bool:
        on_its_way = self.filed is not None and record in self.filed.records
        return on_its_way or super()._on_running_batch(record)
