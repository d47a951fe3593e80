"""What an agency does to one workspace in two days, so that every table holds rows of both."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from retention.schedule import Due, compute_due
from tests.integration.destruction.conftest import fill_sheet
from webir_records.archive.archive import NewVersion
from webir_records.archive.package import Package
from webir_records.services.attesting import Witness
from webir_records.services.closing import advance
from webir_records.services.context import Workspace
from webir_records.services.copies import Description, add_copy, destroy_copy
from webir_records.services.destruction import (
    drafting,
    execution,
    finishing,
    opinions,
    selection,
    stating,
    submitting,
)
from webir_records.services.expiring import expire_backup
from webir_records.services.files import NewFile, assign_records, open_file
from webir_records.services.marks import assign_unit, mark_records
from webir_records.services.papers.incidents import NewIncident, report_incident
from webir_records.services.people import add_person
from webir_records.services.people_changes import Loss, leave, replace_key, revoke_key
from webir_records.services.selecting import RecordQuery
from webir_records.services.triggers import revoke_cancellation

PASSPHRASE: Final = "correct horse battery"
PEOPLE: Final = {
    "arch-01": "archivist",
    "wit-01": "witness",
    "mgr-01": "agency_manager",
    "head-01": "agency_head",
    "clk-01": "clerk",
    "old-01": "clerk",
}
WITNESS: Final = Witness("wit-01", PASSPHRASE)
FORM: Final = "form_4"


def add_people(workspace: Workspace) -> None:
    """Register everybody; one loses a key, one leaves."""
    for person, role in PEOPLE.items():
        add_person(workspace, person, (role,), PASSPHRASE, actor=_manager(person))
    retire(workspace, "clk-01", "old-01")


def retire(workspace: Workspace, loser: str, leaver: str) -> None:
    """Replace one person's lost key, and let another one leave."""
    revoke_key(workspace, loser, reason=Loss.LOST, actor="mgr-01")
    replace_key(workspace, loser, passphrase=PASSPHRASE, old_passphrase=None, actor="mgr-01")
    leave(workspace, leaver, actor="mgr-01")


def _manager(person: str) -> str:
    return "operator" if person in {"arch-01", "wit-01", "mgr-01"} else "mgr-01"


def file_documents(
    workspace: Workspace, names: Sequence[str], unit: str, on: date = date(2021, 5, 1)
) -> tuple[str, ...]:
    """File documents of class B for a unit; returns their ids."""
    rule = workspace.profile.rule_for(FORM)
    due = compute_due(rule, on)
    assert isinstance(due, Due)
    versions = [
        NewVersion(
            record=name,
            version=1,
            package=Package({"record": name}, {"name": "林𠮷堃"}, {"renditions/form.docx": name.encode()}),
            form=FORM,
            form_no=f"D{name}",
            record_class=rule.record_class.value,
            profile=workspace.profile.edition,
            rule=rule.id,
            trigger=due.trigger,
            trigger_date=on,
            due=due.destroyable_from,
        )
        for name in names
    ]
    workspace.archive.store(versions, actor="operator", batch="filing", year=2026)
    assign_unit(workspace, RecordQuery(records=tuple(names)), unit)
    return tuple(names)


def put_into_file(workspace: Workspace, number: str, records: Sequence[str], years: int) -> None:
    """Open a file for these records."""
    open_file(workspace, number, NewFile(title="查核項目表", years=years))
    assign_records(workspace, number, RecordQuery(records=tuple(records)))


def ask_units(workspace: Workspace, folder: Path, extend: str, *, only: str = "", **more: str) -> str:
    """Draft a batch of class B and take the answers: one record is kept longer. Returns the batch."""
    batch = drafting.draft(workspace, actor="arch-01", record_class="B", **more).batch.batch
    for sheet in opinions.ask(workspace, batch, folder / batch, actor="arch-01").sheets:
        if only in sheet.name:
            fill_sheet(sheet, **{extend: date(2035, 6, 30)})
            opinions.answer(workspace, batch, sheet, actor="arch-01")
    return batch


def finish_documents(workspace: Workspace, batch: str, selected: str, letter: Path, clock: object) -> None:
    """Take a batch of class B from the answers to the end."""
    selection.offer(workspace, batch, office="history-01", actor="arch-01")
    selection.answer(workspace, batch, selected=[selected], authority="史字第1號", actor="arch-01")
    today = workspace.today()
    submitting.submit(workspace, batch, letter="府勞資字第1150000001號", on=today, actor="arch-01")
    digest = drafting.show_batch(workspace, batch).catalogue_sha256
    number = "檔徵字第1150000002號"
    submitting.approve(
        workspace, batch, number=number, on=today, catalogue_sha256=digest, actor="arch-01", file=letter
    )
    stating.state(workspace, batch, kind="approval", actor="head-01", passphrase=PASSPHRASE)
    stating.state(workspace, batch, kind="witness", actor="wit-01", passphrase=PASSPHRASE)
    clock.moment += timedelta(days=7)
    execution.execute(workspace, batch, actor="arch-01", confirm=batch)
    finishing.annotate(workspace, batch, actor="arch-01")
    on = workspace.today()
    finishing.resubmit(workspace, batch, letter="府勞資字第1150000003號", on=on, actor="arch-01")
    finishing.close(workspace, batch, actor="arch-01")
    advance(workspace, batch, actor="arch-01")


def destroy_papers(workspace: Workspace, *, reason: str = "") -> str:
    """Destroy whatever of class A has lapsed; returns the batch."""
    batch = drafting.draft(workspace, actor="arch-01", reason_code=reason).batch.batch
    for kind, person in (("approval", "mgr-01"), ("witness", "wit-01")):
        stating.state(workspace, batch, kind=kind, actor=person, passphrase=PASSPHRASE)
    execution.execute(workspace, batch, actor="arch-01", confirm=batch)
    return batch


def copy_on_discs(workspace: Workspace, record: str, number: str) -> None:
    """Burn two discs of a record and destroy one of them."""
    add_copy(workspace, [record], Description("disc", number=f"{number}_V001", holder="chen-02"))
    gone = add_copy(workspace, [record], Description("disc", number=f"{number}_V002", holder="chen-02"))
    destroy_copy(workspace, gone.copy, method="smash", actor="arch-01", witness=WITNESS)


def mark(workspace: Workspace, record: str, word: str, authority: str = "府密字第1號") -> None:
    """Enter what was found out about a record."""
    query = RecordQuery(records=(record,))
    mark_records(workspace, query, word, authority=authority, on=date(2026, 11, 20))


def revoke(workspace: Workspace, record: str) -> None:
    """Take a cancellation back."""
    revoke_cancellation(workspace, record, authority="府勞資字第9號", reason_code="wrong-person")


def report_damage(workspace: Workspace, record: str) -> None:
    """Report that a paper was damaged."""
    told = NewIncident(
        kind="damage", on=date(2026, 11, 20), records=(record,), cause="水損", appraisal="可修復"
    )
    report_incident(workspace, told)


def expire(workspace: Workspace, methods: Mapping[str, str]) -> None:
    """Destroy copies of the keys of an older epoch."""
    for backup, method in methods.items():
        expire_backup(workspace, backup, method=method, actor="mgr-01", witness=WITNESS, reason="key-rotated")
