"""Offer a batch to a 史政機關 for selection, or say why not (銷毀辦法 §9)."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final

from sqlmodel import Session

from retention.batches import BatchState
from retention.reasons import Reason
from signing.canonical import JsonValue, canonical_bytes
from signing.shape import is_id
from webir_records.archive.ledger import Event
from webir_records.archive.store import put_unnamed
from webir_records.model.errors import InputError, RefusedError
from webir_records.model.tables import BatchRow, BatchStepRow, MarkRow
from webir_records.services.context import Workspace
from webir_records.services.destruction.batches import (
    ANSWERED,
    NOBODY,
    OFFERED,
    SELECTED,
    SKIPPED,
    BatchView,
    evidence_path,
    item_records,
    move,
    show_batch,
    step_of,
)
from webir_records.services.destruction.catalogue import settle, stage
from webir_records.services.destruction.handling import (
    Handling,
    batch_at,
    leave,
    listed,
    permit_handler,
)
from webir_records.services.destruction.leaving import named_records
from webir_records.services.destruction.opinions import waiting_units
from webir_records.services.texts_for_ledger import authority as checked_authority
from webir_records.services.texts_for_ledger import reason_code as checked_reason

OFFER_FILE: Final = "selection-offered.json"
ANSWER_FILE: Final = "selection-answered.json"


def offer(workspace: Workspace, batch: str, *, office: str, actor: str) -> BatchView:
    """Offer what is on the batch to an office; its list lies beside the catalogue.

    Raises:
        InputError: U161; U404 the office cannot be named so.
        RefusedError: U159, U164 about the actor; U162 the batch is not at this step; U410 a unit has not
            answered and silence does not count. Nothing was changed.
    """
    if not is_id(office):
        raise InputError("U404", got=office)
    with Session(workspace.engine) as session, session.begin():
        act = _begin(workspace, session, batch, actor)
        data = _list(batch, office, item_records(session, batch))
        digest = hashlib.sha256(data).hexdigest()
        path = evidence_path(batch, OFFER_FILE)
        session.add(_step(act, OFFERED, office, digest, path))
        event: dict[str, JsonValue] = {
            "event": "selection_offered",
            "actor": actor,
            "batch": batch,
            "office": office,
            "list_sha256": digest,
        }
        workspace.archive.ledger.append(session, [event])
        put_unnamed(workspace.files, path, data)
    workspace.archive.ledger.publish()
    return show_batch(workspace, batch)


def skip(workspace: Workspace, batch: str, *, reason_code: str, actor: str) -> BatchView:
    """Note that the batch is not offered, and why.

    Raises:
        InputError: U161, U143 the reason is not a short word.
        RefusedError: as for `offer`.
    """
    reason_code = checked_reason(reason_code)
    with Session(workspace.engine) as session, session.begin():
        act = _begin(workspace, session, batch, actor)
        data = canonical_bytes({"v": 1, "batch": batch, "office": NOBODY, "reason_code": reason_code})
        digest = hashlib.sha256(data).hexdigest()
        path = evidence_path(batch, ANSWER_FILE)
        session.add(_step(act, SKIPPED, reason_code, digest, path))
        event: dict[str, JsonValue] = {
            "event": "selection_answered",
            "actor": actor,
            "batch": batch,
            "office": NOBODY,
            "list_sha256": digest,
            "selected": 0,
        }
        workspace.archive.ledger.append(session, [event])
        put_unnamed(workspace.files, path, data)
    workspace.archive.ledger.publish()
    return show_batch(workspace, batch)


def answer(
    workspace: Workspace, batch: str, *, selected: Sequence[str], authority: str, actor: str
) -> BatchView:
    """Take the office's answer: what it selected is marked and leaves, and the catalogue is made anew.

    Args:
        workspace: the open workspace.
        batch: batch id.
        selected: record ids or form numbers; none when nothing was selected.
        authority: number of the office's letter.
        actor: who enters it.

    Raises:
        InputError: U161; U142 about the letter; U411 with every name that is not on it, or named twice.
        RefusedError: U159, U164 about the actor; U162 nothing was offered, or it was answered already.
    """
    authority = checked_authority(authority)
    with Session(workspace.engine) as session, session.begin():
        row = batch_at(session, batch, BatchState.SELECTION)
        permit_handler(workspace, actor, row)
        offered = step_of(session, batch, OFFERED)
        if offered is None or step_of(session, batch, ANSWERED) is not None:
            raise RefusedError("U162", [_not_asked(row)], batch=batch)
        act = Handling(workspace, session, row, actor)
        records = named_records(session, batch, selected)
        data = _list(batch, offered.number, records)
        digest = hashlib.sha256(data).hexdigest()
        path = evidence_path(batch, ANSWER_FILE)
        session.add(_step(act, ANSWERED, authority, digest, path))
        events = [_answered(act, offered.number, authority, digest, len(records))]
        events += _mark(act, records, authority)
        catalogue, drafted = leave(act, records) if records else (b"", None)
        workspace.archive.ledger.append(session, [*events, drafted] if drafted else events)
        put_unnamed(workspace.files, path, data)
        if drafted:
            stage(workspace, row, catalogue)
    workspace.archive.ledger.publish()
    with Session(workspace.engine) as session:
        settle(workspace, batch_at(session, batch, BatchState.SELECTION))
    return show_batch(workspace, batch)


def _begin(workspace: Workspace, session: Session, batch: str, actor: str) -> Handling:
    """Leave the opinions behind, if every unit has answered or silence counts."""
    row = batch_at(session, batch, BatchState.OPINIONS)
    permit_handler(workspace, actor, row)
    waiting = waiting_units(session, batch)
    if waiting and not workspace.profile.destruction.silence_is_consent:
        facts = {"batch": batch, "units": listed(waiting)}
        raise RefusedError("U410", [Reason("U413", "銷毀辦法 §8 II", facts)], batch=batch)
    move(row, BatchState.SELECTION)
    return Handling(workspace, session, row, actor)


def _mark(act: Handling, records: Iterable[str], authority: str) -> Iterable[Event]:
    today = act.workspace.today()
    for record in records:
        act.session.merge(MarkRow(record=record, mark=SELECTED, value="yes", on=today, authority=authority))
        yield {
            "event": "record_marked",
            "actor": act.actor,
            "record": record,
            "mark": SELECTED,
            "batch": act.row.id,
            "authority": authority,
            "on": today.isoformat(),
        }


def _answered(act: Handling, office: str, authority: str, digest: str, count: int) -> Event:
    return {
        "event": "selection_answered",
        "actor": act.actor,
        "batch": act.row.id,
        "office": office,
        "list_sha256": digest,
        "selected": count,
        "authority": authority,
    }


def _list(batch: str, office: str, records: Sequence[str]) -> bytes:
    return canonical_bytes({"v": 1, "batch": batch, "office": office, "records": list(records)})


def _step(act: Handling, step: str, number: str, digest: str = "", path: str = "") -> BatchStepRow:
    today = act.workspace.today()
    return BatchStepRow(batch=act.row.id, step=step, on=today, number=number, sha256=digest, path=path)


def _not_asked(row: BatchRow) -> Reason:
    return Reason("U416", "銷毀辦法 §9", {"batch": row.id})
