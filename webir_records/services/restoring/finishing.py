"""What a restore still owes when the workspace is opened for the first time with its keys.

The ledger's entry needs the log key, and the turn to a newer epoch needs the key-encryption keys; neither is
part of a backup. Until both are done, nothing else is.
"""

from sqlmodel import Session, col, update

from signing.canonical import JsonValue, canonical_bytes
from webir_records.archive.ledger import Event
from webir_records.model.database import open_database
from webir_records.model.tables import KEY_TABLES, EpochRow, MetaRow
from webir_records.services.context import Workspace
from webir_records.services.own_facts import facts_of

RESTORED = "restored"
"""Row of the table of facts: JSON with backup, size, replayed and the newest epoch of the ledger."""


def restored_mark(backup: str, size: int, replayed: int, epoch: str) -> MetaRow:
    """Return the mark that a restore leaves for the first opening."""
    facts: dict[str, JsonValue] = {"backup": backup, "size": size, "replayed": replayed, "epoch": epoch}
    return MetaRow(key=RESTORED, value=canonical_bytes(facts).decode())


def finish_restore(workspace: Workspace) -> None:
    """Turn to the epoch of the ledger and enter the restore; does nothing in any other workspace."""
    with Session(workspace.engine) as session:
        row = session.get(MetaRow, RESTORED)
    if row is None:
        return
    facts = facts_of(row, {"backup": str, "size": int, "replayed": int, "epoch": str})
    _turn_epoch(workspace, str(facts["epoch"]))
    event: Event = {
        "event": "workspace_restored",
        "actor": "system",
        "backup": facts["backup"],
        "size": facts["size"],
        "replayed": facts["replayed"],
    }
    with Session(workspace.engine) as session, session.begin():
        workspace.archive.ledger.append(session, [event])
        session.delete(session.get_one(MetaRow, RESTORED))
    workspace.archive.ledger.publish()


def _turn_epoch(workspace: Workspace, newest: str) -> None:
    """Wrap what lives under the ledger's epoch; keys whose epoch's key is gone for ever stay unreadable."""
    keys = workspace.archive.keys
    active = keys.active_epoch()
    if not newest or active == newest:
        return
    if {status.epoch: status.key_present for status in keys.status()}[active]:
        keys.rotate(newest)
    else:
        _leave_epoch(workspace, active, newest)


def _leave_epoch(workspace: Workspace, old: str, new: str) -> None:
    engine = open_database(workspace.root / "state" / "keys.db", KEY_TABLES)
    try:
        with Session(engine) as session, session.begin():
            session.exec(update(EpochRow).where(col(EpochRow.id) == old).values(state="destroyed"))
            session.merge(EpochRow(id=new, state="active"))
    finally:
        engine.dispose()
