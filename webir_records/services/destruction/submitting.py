"""Plan and catalogue go up to the archive authority, and its approval comes back (檔案法 §12 II)."""

import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

from sqlmodel import Session

from retention.batches import BatchState
from retention.kinds import Selection
from retention.reasons import Reason
from signing.canonical import JsonValue
from webir_records.archive.store import put_unnamed
from webir_records.model.errors import InputError, RefusedError
from webir_records.model.tables import BatchRow, BatchStepRow, RecordRow
from webir_records.services.context import Workspace
from webir_records.services.destruction.batch_facts import batch_facts
from webir_records.services.destruction.batches import (
    AUTHORITY,
    DRAFTED,
    LETTER,
    SUBMITTED,
    BatchView,
    evidence_path,
    move,
    put_papers,
    selection_of,
    show_batch,
    step_of,
)
from webir_records.services.destruction.catalogue import read_catalogue
from webir_records.services.destruction.facts import FactReader
from webir_records.services.destruction.handling import batch_at, batch_rows, checked_day, permit_handler
from webir_records.services.destruction.plan import NOTHING_ADDED, PLAN, Intention, plan_bytes
from webir_records.services.destruction.truth import read_truth, require_whole_ledger
from webir_records.services.papers.batch_data import batch_data
from webir_records.services.papers.batch_papers import FILES, ITEMS, kept_papers
from webir_records.services.papers.batch_papers import PLAN as PLAN_PAPER
from webir_records.services.texts_for_ledger import authority as checked_authority

SENT: Final = "submitted"
"""What the names of kept papers begin with."""
_LARGEST_LETTER: Final = 50 << 20  # bytes
_LETTERS: Final = frozenset({".pdf", ".docx", ".odt", ".png", ".jpg", ".jpeg", ".tif", ".tiff"})


def submit(
    workspace: Workspace, batch: str, *, letter: str, on: date, actor: str, wish: Intention = NOTHING_ADDED
) -> BatchView:
    """Note that plan and catalogue went up; from here on the catalogue does not change any more.

    Raises:
        InputError: U161; U142 about the letter; U401 the day is before the draft, or to come.
        RefusedError: U159, U164 about the actor; U162 the batch is not at this step; U417 the selection is
            open; U418 nothing is left on the batch; U419 something speaks against a record.
        FaultError: U174 the ledger is not whole.
    """
    letter = checked_authority(letter)
    require_whole_ledger(workspace)
    with Session(workspace.engine) as session, session.begin():
        row = batch_at(session, batch, BatchState.SELECTION)
        permit_handler(workspace, actor, row)
        on = checked_day(workspace, on, after=_day_of(session, batch, DRAFTED))
        rows = batch_rows(session, batch)
        _refuse(workspace, session, row, rows)
        row.place = wish.place
        papers = _papers(workspace, session, row, wish)
        plan = plan_bytes(workspace, session, row, rows, wish, papers=papers)
        digest = hashlib.sha256(plan).hexdigest()
        path = evidence_path(batch, PLAN)
        move(row, BatchState.SUBMITTED)
        session.add(BatchStepRow(batch=batch, step=SUBMITTED, on=on, number=letter, sha256=digest, path=path))
        event: dict[str, JsonValue] = {
            "event": "destruction_submitted",
            "actor": actor,
            "batch": batch,
            "catalogue_sha256": row.catalogue_sha256,
            "plan_sha256": digest,
            "letter": letter,
            "on": on.isoformat(),
        }
        workspace.archive.ledger.append(session, [event])
        put_papers(workspace, batch, {**papers, PLAN: plan})
    workspace.archive.ledger.publish()
    return show_batch(workspace, batch)


def approve(
    workspace: Workspace,
    batch: str,
    *,
    number: str,
    on: date,
    catalogue_sha256: str,
    actor: str,
    file: Path | None = None,
) -> BatchView:
    """Enter the authority's approval: number, day, and of which catalogue.

    Args:
        workspace: the open workspace.
        batch: batch id.
        number: 核准文號.
        on: date of the letter.
        catalogue_sha256: digest of the approved catalogue, hex, as it stands on the submitted papers.
        actor: who enters it.
        file: the letter itself, kept for ever beside the catalogue (銷毀辦法 §18).

    Raises:
        InputError: U161; U142 about the number; U401 the day is before the submission, or to come; U420 the
            letter's file cannot be used.
        RefusedError: U159, U164 about the actor; U162 the batch is not at this step; U421 another catalogue
            was approved, or the approval has lapsed. Nothing was changed.
    """
    number = checked_authority(number)
    letter = _letter(file)
    with Session(workspace.engine) as session, session.begin():
        row = batch_at(session, batch, BatchState.SUBMITTED)
        permit_handler(workspace, actor, row)
        on = checked_day(workspace, on, after=_day_of(session, batch, SUBMITTED))
        _refuse_approval(workspace, row, on, catalogue_sha256.lower())
        move(row, BatchState.APPROVED)
        approved = row.catalogue_sha256
        session.add(BatchStepRow(batch=batch, step=AUTHORITY, on=on, number=number, sha256=approved))
        event: dict[str, JsonValue] = {
            "event": "authority_approved",
            "actor": actor,
            "batch": batch,
            "number": number,
            "approved_on": on.isoformat(),
            "catalogue_sha256": row.catalogue_sha256,
            "count": len(batch_rows(session, batch)),
        }
        digest, path = _letter_place(batch, file, letter)
        if letter is not None:
            session.add(BatchStepRow(batch=batch, step=LETTER, on=on, sha256=digest, path=path))
            event |= {"letter_sha256": digest, "letter_format": path.rpartition(".")[2]}
        workspace.archive.ledger.append(session, [event])
        if letter is not None:
            put_unnamed(workspace.files, path, letter)
    workspace.archive.ledger.publish()
    return show_batch(workspace, batch)


def _papers(workspace: Workspace, session: Session, row: BatchRow, wish: Intention) -> dict[str, bytes]:
    """Return plan and catalogues as they go up; they are kept for ever (銷毀辦法 §18)."""
    data = batch_data(workspace, session, row)
    return kept_papers(workspace, data, (PLAN_PAPER, FILES, ITEMS), prefix=SENT, planned_on=wish.planned_on)


def _refuse(workspace: Workspace, session: Session, row: BatchRow, rows: Sequence[RecordRow]) -> None:
    if selection_of(session, row.id) in {None, Selection.PENDING}:
        raise RefusedError("U162", [Reason("U417", "銷毀辦法 §9", {"batch": row.id})], batch=row.id)
    if not rows:
        raise RefusedError("U418", batch=row.id)
    truth = read_truth(session)
    facts = batch_facts(workspace, session, row, truth)
    catalogue = read_catalogue(workspace, row)
    reader = FactReader(workspace, session, row.id, truth, catalogue, thorough=True)
    reasons = [reason for _, found in reader.refusals(rows, facts) for reason in found]
    if reasons:
        raise RefusedError("U419", reasons, batch=row.id)


def _refuse_approval(workspace: Workspace, row: BatchRow, on: date, digest: str) -> None:
    if digest != row.catalogue_sha256:
        facts = {"batch": row.id, "expected": row.catalogue_sha256, "got": digest}
        raise RefusedError("U421", [Reason("U422", "檔案法 §12 II", facts)], batch=row.id)
    days, today = workspace.profile.destruction.approval_valid_days, workspace.today()
    if days is not None and (today - on).days > days:
        facts = {
            "batch": row.id,
            "approved_on": on.isoformat(),
            "days": str(days),
            "today": today.isoformat(),
        }
        reason = Reason("R277", workspace.profile.destruction.clause, facts)
        raise RefusedError("U421", [reason], batch=row.id)


def _day_of(session: Session, batch: str, step: str) -> date | None:
    found = step_of(session, batch, step)
    return found.on if found else None


def _letter(file: Path | None) -> bytes | None:
    """Read the letter.

    Raises:
        InputError: U420 it is not there, too large, empty, or of another kind.
    """
    if file is None:
        return None
    expected = "、".join(sorted(_LETTERS))
    if (
        not file.is_file()
        or file.suffix.lower() not in _LETTERS
        or not 0 < file.stat().st_size <= _LARGEST_LETTER
    ):
        raise InputError("U420", path=file.name, expected=expected)
    return file.read_bytes()


def _letter_place(batch: str, file: Path | None, letter: bytes | None) -> tuple[str, str]:
    if file is None or letter is None:
        return "", ""
    name = f"authority-letter{file.suffix.lower()}"
    return hashlib.sha256(letter).hexdigest(), evidence_path(batch, name)
