"""Do `webir destruction …`."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from retention.reasons import Reason
from webir_records.cli.failing import Exit, reason_json, reason_line
from webir_records.cli.say import _
from webir_records.cli.session import Session
from webir_records.cli.work.destruction_views import batch_json, show_batch, show_next, signers, state_name
from webir_records.cli.work.secret import passphrase
from webir_records.model.errors import InputError
from webir_records.services.destruction import (
    batches,
    certificate_files,
    drafting,
    execution,
    leaving,
    stating,
)
from webir_records.services.destruction.units import units_in_settings

_OVER: Final = frozenset({"destroyed", "annotated", "closed", "withdrawn"})
"""States after which nothing speaks against an execution any more."""


def draft(session: Session, record_class: str, reason: str, *, thorough: bool = False) -> int:
    """Draft a batch."""
    with session.workspace() as workspace:
        drafted = drafting.draft(
            workspace,
            actor=session.require_actor(),
            record_class=record_class,
            reason_code=reason,
            thorough=thorough,
        )
    output = session.output
    show_batch(session, drafted.batch)
    for item in drafted.excluded:
        output.line(_("Stays out: {form_no}", form_no=item.form_no), style="yellow")
        for why in item.reasons:
            output.line(f"  • {reason_line(why)}")
    show_next(session, drafted.batch)
    excluded = [
        {"record": item.record, "reasons": [reason_json(why) for why in item.reasons]}
        for item in drafted.excluded
    ]
    output.result(batch_json(drafted.batch) | {"excluded": excluded})
    return Exit.DONE


@dataclass(frozen=True, slots=True)
class Approving:
    """What an approval says besides."""

    authority: str = ""
    witnesses: tuple[str, ...] = ()


NOTHING_SAID: Final = Approving()


def sign(
    session: Session, batch: str, kind: str, passphrase_file: Path | None, said: Approving = NOTHING_SAID
) -> int:
    """Approve or witness with a personal key."""
    actor = session.require_actor()
    secret = passphrase(passphrase_file)
    with session.workspace() as workspace:
        view = stating.state(
            workspace,
            batch,
            kind=kind,
            actor=actor,
            passphrase=secret,
            authority=said.authority,
            witnesses=said.witnesses,
        )
    show_batch(session, view)
    show_next(session, view)
    session.output.result(batch_json(view))
    return Exit.DONE


def withdraw(session: Session, batch: str, reason: str) -> int:
    """Withdraw a batch."""
    with session.workspace() as workspace:
        view = drafting.withdraw(workspace, batch, actor=session.require_actor(), reason_code=reason)
    show_batch(session, view)
    session.output.result(batch_json(view))
    return Exit.DONE


def take_off(session: Session, batch: str, records: tuple[str, ...], reason: str) -> int:
    """Take records off a batch."""
    actor = session.require_actor()
    with session.workspace() as workspace:
        view, left = leaving.take_off(workspace, batch, records, reason_code=reason, actor=actor)
    show_batch(session, view)
    for record in left:
        session.output.line(_("Left the batch: {record}", record=record), style="yellow")
    show_next(session, view)
    session.output.result(batch_json(view) | {"left": list(left)})
    return Exit.DONE


def execute(session: Session, batch: str, confirm: str) -> int:
    """Destroy the records of a batch."""
    actor = session.require_actor()
    typed = confirm or _ask_confirmation(session, batch)
    with session.workspace() as workspace, session.output.progress() as progress:
        done = execution.execute(workspace, batch, actor=actor, confirm=typed, progress=progress)
    show_batch(session, done.batch)
    session.output.line(_("Destroyed and certified. In the archive:"), style="bold")
    for path in done.certificate:
        session.output.line(f"  {path}")
    show_next(session, done.batch)
    session.output.result(batch_json(done.batch) | {"certificate": list(done.certificate)})
    return Exit.DONE


def list_all(session: Session) -> int:
    """List the batches."""
    with session.workspace() as workspace:
        views = batches.list_batches(workspace)
    session.output.table(
        (_("Batch"), _("Class"), _("State"), _("Records"), _("Drafted by"), _("Signed by")),
        (
            (v.batch, v.record_class, state_name(v.state), str(len(v.records)), v.drafted_by, signers(v))
            for v in views
        ),
    )
    session.output.result({"batches": [batch_json(view) for view in views]})
    return Exit.DONE


def show(session: Session, batch: str) -> int:
    """Show a batch and what still speaks against it."""
    with session.workspace() as workspace:
        view = batches.show_batch(workspace, batch)
        names = units_in_settings(workspace)
        reasons: tuple[Reason, ...] = ()
        if view.state not in _OVER:
            reasons = execution.refusals(workspace, batch)
    show_batch(session, view, names)
    for record in view.records:
        session.output.line(f"  {record}")
    if reasons:
        session.output.line(_("What still speaks against its execution:"), style="bold yellow")
    for why in reasons:
        session.output.line(f"  • {reason_line(why)}")
    show_next(session, view)
    session.output.result(batch_json(view) | {"reasons": [reason_json(why) for why in reasons]})
    return Exit.DONE


def certificate(session: Session, batch: str, out: Path) -> int:
    """Copy the certificate out of the archive."""
    with session.workspace() as workspace:
        paths = certificate_files.copy_certificate(workspace, batch, out)
    for path in paths:
        session.output.line(str(path))
    session.output.result({"files": [str(path) for path in paths]})
    return Exit.DONE


def _ask_confirmation(session: Session, batch: str) -> str:
    if session.output.as_json or not sys.stdin.isatty():
        raise InputError("U011", batch=batch)
    session.output.note(_("This cannot be undone. Type the batch to destroy its records."), style="bold red")
    return str(click.prompt(_("Batch")))
