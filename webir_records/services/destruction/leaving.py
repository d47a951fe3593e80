"""Take single records off a batch before it goes up, e.g. because of a hold, a loan or damage.

What leaves stays in the archive, and may stand on a later batch. The catalogue is made anew, so what was
signed about the older one counts no more; a batch that was signed or sent up is withdrawn and drafted anew,
because its approval is that of the catalogue (檔案法 §12 II).
"""

from collections.abc import Sequence

from sqlmodel import Session

from retention.batches import BatchState
from retention.kinds import RecordClass
from retention.reasons import Reason
from signing.canonical import JsonValue
from webir_records.model.errors import Detail, InputError, RefusedError
from webir_records.model.tables import BatchRow
from webir_records.services.context import Workspace
from webir_records.services.destruction.batches import BatchView, require_batch, show_batch, statements_of
from webir_records.services.destruction.catalogue import settle, stage
from webir_records.services.destruction.handling import Handling, batch_rows, leave, permit_handler
from webir_records.services.settling import with_their_files
from webir_records.services.texts_for_ledger import reason_code as checked_reason

_BEFORE: dict[str, tuple[BatchState, ...]] = {
    RecordClass.A.value: (BatchState.DRAFTED,),
    RecordClass.B.value: (BatchState.DRAFTED, BatchState.OPINIONS, BatchState.SELECTION),
}
"""States in which nothing was approved yet."""


def take_off(
    workspace: Workspace, batch: str, records: Sequence[str], *, reason_code: str, actor: str
) -> tuple[BatchView, tuple[str, ...]]:
    """Take records off a batch, and with each the others of its file (案卷), which goes as one.

    Args:
        workspace: the open workspace.
        batch: batch id.
        records: record ids or form numbers.
        reason_code: why, for the ledger.
        actor: who makes the new catalogue; they are a drafter from now on.

    Returns:
        The batch, and every record that left.

    Raises:
        InputError: U161; U143 the reason is not a short word; U411 with every name that is not on it, or
            named twice, or when none is named.
        RefusedError: U159, U164 about the actor; U162 the batch was signed or sent up already; U418 nothing
            would be left on it. Nothing was changed.
    """
    reason_code = checked_reason(reason_code)
    with Session(workspace.engine) as session, session.begin():
        row = require_batch(session, batch)
        permit_handler(workspace, actor, row)
        _require_early(session, row)
        if not records:
            raise InputError("U411", [Detail("U414", {"record": "–", "batch": batch})], batch=batch)
        named = named_records(session, batch, records)
        on_batch = {record.id for record in batch_rows(session, batch)}
        leaving = sorted(set(with_their_files(session, named)) & on_batch)
        if len(leaving) == len(on_batch):
            raise RefusedError("U418", batch=batch)
        catalogue, drafted = leave(Handling(workspace, session, row, actor), leaving)
        names: list[JsonValue] = [*leaving]
        workspace.archive.ledger.append(session, [{**drafted, "left": names, "left_because": reason_code}])
        stage(workspace, row, catalogue)
    workspace.archive.ledger.publish()
    with Session(workspace.engine) as session:
        settle(workspace, require_batch(session, batch))
    return show_batch(workspace, batch), tuple(leaving)


def named_records(session: Session, batch: str, names: Sequence[str]) -> list[str]:
    """Return the records of a batch that are named by id or form number, each once.

    Raises:
        InputError: U411 with every name that is not on the batch, or stands twice.
    """
    known = {name: row.id for row in batch_rows(session, batch) for name in (row.id, row.form_no)}
    records: list[str] = []
    wrong: list[Detail] = []
    for name in names:
        if name not in known:
            wrong.append(Detail("U414", {"record": name, "batch": batch}))
        elif known[name] in records:
            wrong.append(Detail("U415", {"record": name}))
        else:
            records.append(known[name])
    if wrong:
        raise InputError("U411", wrong, batch=batch)
    return sorted(records)


def _require_early(session: Session, row: BatchRow) -> None:
    allowed = _BEFORE.get(row.record_class, ())
    if BatchState(row.state) in allowed and not statements_of(session, row.id):
        return
    facts = {"batch": row.id, "state": row.state, "expected": "、".join(state.value for state in allowed)}
    raise RefusedError("U162", [Reason("U427", "檔案法 §12 II", facts)], batch=row.id)
