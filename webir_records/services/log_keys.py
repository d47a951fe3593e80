"""Which keys the log has had, and how a change of the log key is finished after a crash.

The table of facts names the log's keys, newest first, from the transaction on that enters the change into
the ledger. The new key waits in `keys/log.next.key` until then; afterwards it takes the place of `log.key`.
The old private key is not kept: nothing needs it any more, and whoever finds it could only sign a past that
others remember otherwise. The old *verifier* key stays known for ever.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Engine
from sqlmodel import Session

from signing.canonical import JsonValue, canonical_bytes
from signing.entries import parse_entry
from signing.note import Signer, Verifier, generate_signer
from signing.shape import integer_of, list_of
from webir_records.archive.disk import TEMPORARY_SUFFIX, Disk, LocalDisk
from webir_records.archive.key_files import LOG_KEY, NEXT_LOG_KEY, format_log_key, parse_log_key
from webir_records.model.errors import FaultError
from webir_records.model.tables import EntryRow, MetaRow
from webir_records.services.context import Workspace
from webir_records.services.own_facts import facts_of

LOG_KEYS: Final = "log_keys"
"""Row of the table of facts: JSON with `keys`, verifier keys newest first, and `since`, an entry's number."""

VKEY_FILE: Final = "log.vkey"


@dataclass(frozen=True, slots=True)
class LogKeys:
    """The log's verifier keys, newest first, and the entry with which the newest began."""

    vkeys: tuple[str, ...]
    since: int

    def row(self) -> MetaRow:
        """Return the row of the table of facts."""
        value = canonical_bytes({"keys": list(self.vkeys), "since": self.since})
        return MetaRow(key=LOG_KEYS, value=value.decode())


def read_log_keys(engine: Engine) -> LogKeys:
    """Return the keys that the database knows: those of the table of facts, else that of the first entry."""
    with Session(engine) as session:
        row = session.get(MetaRow, LOG_KEYS)
        first = session.get(EntryRow, 0)
    if row is None:
        return LogKeys((parse_entry(first.body).string("vkey"),) if first else (), 0)
    value = facts_of(row, {"keys": list, "since": int})
    return LogKeys(tuple(map(str, list_of(value, "keys"))), integer_of(value, "since"))


def settle_log_key(disk: Disk, known: LogKeys) -> Signer:
    """Return the log key; a change that the ledger has entered is carried through, another one undone.

    Args:
        disk: the folder `keys/`.
        known: what the database says.

    Raises:
        FaultError: A134 the file is missing or damaged.
    """
    disk.remove(NEXT_LOG_KEY + TEMPORARY_SUFFIX)  # half a key of a run that was broken
    if disk.exists(NEXT_LOG_KEY):
        data = disk.read(NEXT_LOG_KEY)
        if known.vkeys and parse_log_key(data).vkey == known.vkeys[0]:
            disk.write_many([(LOG_KEY, data)])  # `finish_log_key` removes the other one
        else:
            disk.remove(NEXT_LOG_KEY)
    try:
        return parse_log_key(disk.read(LOG_KEY))
    except OSError as error:
        raise FaultError("A134", path=f"keys/{LOG_KEY}") from error


def older_verifiers(known: LogKeys) -> tuple[Verifier, ...]:
    """Return the keys that the log had before."""
    return tuple(Verifier.parse(vkey) for vkey in known.vkeys[1:])


def finish_log_key(workspace: Workspace) -> None:
    """Tell the archive's readers about a new log key, once it is published; does nothing otherwise."""
    disk = keys_disk(workspace)
    if disk.exists(NEXT_LOG_KEY):
        write_vkeys(workspace, workspace.archive.ledger.vkeys)
        disk.remove(NEXT_LOG_KEY)


def change_log_key(workspace: Workspace, *, actor: str, reason_code: str) -> str:
    """Make a new log key; returns its verifier key. See `services.keys.rotate_log_key` for who may."""
    ledger = workspace.archive.ledger
    ledger.require_agreement()
    new, disk = generate_signer(ledger.origin, workspace.machine.random), keys_disk(workspace)
    disk.write(NEXT_LOG_KEY, format_log_key(new))
    event: dict[str, JsonValue] = {
        "event": "log_key_rotated",
        "actor": actor,
        "from": ledger.vkey,
        "to": new.vkey,
        "reason_code": reason_code,
    }
    with Session(workspace.engine) as session, session.begin():
        added = ledger.append(session, [event], co_signers=[new])
        session.merge(LogKeys((new.vkey, *ledger.vkeys), added.numbers[0]).row())
    disk.write(LOG_KEY, format_log_key(new))
    ledger.turn(new)
    ledger.publish()
    finish_log_key(workspace)
    return new.vkey


def write_vkeys(workspace: Workspace, vkeys: Sequence[str]) -> None:
    """Publish the verifier keys, newest first, one a line."""
    workspace.files.write(VKEY_FILE, "".join(f"{vkey}\n" for vkey in vkeys).encode())


def keys_disk(workspace: Workspace) -> LocalDisk:
    """Return the folder `keys/`."""
    return LocalDisk(workspace.root / "keys", mode=0o600)
