"""The end of a backup: its day has come, one person destroyed it, another one watched and signs."""

from typing import Final

from sqlmodel import Session, col, select

from retention.kinds import Medium, Method
from retention.reasons import Reason
from retention.sections import Act
from signing.canonical import JsonValue
from webir_records.archive.ledger import Event
from webir_records.archive.store import put_unnamed
from webir_records.model.errors import InputError, RefusedError
from webir_records.model.tables import BackupRow
from webir_records.services.attesting import Witness, attest, method_of, refused_method
from webir_records.services.backing_up import Known, plain_backup
from webir_records.services.context import Workspace
from webir_records.services.keys import ESCROW, WORKSPACE, key_copies
from webir_records.services.texts_for_ledger import reason_code

_FILES: Final = (Medium.ELECTRONIC, Medium.MAGNETIC, Medium.OPTICAL)
"""What may carry the file of a backup; nobody tells the program."""


def expire_backup(
    workspace: Workspace, backup: str, *, method: str, actor: str, witness: Witness, reason: str = ""
) -> Known:
    """Enter that a backup was destroyed; see `attesting` for the two people.

    Args:
        workspace: the open workspace.
        backup: id of a backup of the workspace or the keys, or of an escrow sheet.
        method: short word of `attesting.METHODS`, or its name in the law.
        actor: who destroyed it.
        witness: who watched.
        reason: why it went before its day: a short word for the ledger; empty when the day has come.

    Raises:
        InputError: U330 no such backup, U331 it is entered already, U324 the method, U143 the reason;
            U154–U157 about the people.
        RefusedError: U159, U323 the people; U332 its day has not come and no reason was given; U333
            nothing else holds the keys in use; U341 the method is not for its medium. Nothing was changed.
    """
    chosen, code = method_of(method), reason and reason_code(reason)
    with Session(workspace.engine) as session, session.begin():
        row = _open_row(session, backup)
        subject: dict[str, JsonValue] = {"backup": row.id, "method": chosen.value}
        attested = attest(workspace, subject, actor=actor, act=Act.MANAGE_KEYS, witness=witness)
        _refuse_early(workspace, row, code)
        _refuse_last(workspace, row)
        _refuse_method(workspace, row, chosen)
        event: Event = {
            "event": "backup_expired",
            "actor": actor,
            **subject,
            "people": list(attested.people),
            "statement_sha256": attested.sha256,
            **({"reason_code": code} if code else {}),
        }
        row.destroyed_at = workspace.archive.ledger.append(session, [event]).at
        row.method = chosen.value
        session.add(row)
        put_unnamed(workspace.files, attested.path, attested.note)  # after all that may refuse
        done = plain_backup(row, workspace.today())
    workspace.archive.ledger.publish()
    return done


def _open_row(session: Session, backup: str) -> BackupRow:
    row = session.get(BackupRow, backup)
    if row is None:
        raise InputError("U330", backup=backup)
    if row.destroyed_at:
        raise InputError("U331", backup=backup, at=row.destroyed_at)
    return row


def _refuse_early(workspace: Workspace, row: BackupRow, code: str) -> None:
    day, today = row.expires_on, workspace.today()
    if day is not None and today < day and not code:
        raise RefusedError("U332", backup=row.id, day=day.isoformat(), today=today.isoformat())


def _refuse_last(workspace: Workspace, row: BackupRow) -> None:
    """Keep one copy of the keys in use: an expired one may go, the last one never."""
    current = [copy.backup for copy in key_copies(workspace) if not copy.outdated]
    if row.kind != WORKSPACE and current == [row.id]:
        raise RefusedError("U333", backup=row.id)


def _refuse_method(workspace: Workspace, row: BackupRow, method: Method) -> None:
    media = (Medium.PAPER,) if row.kind == ESCROW else _FILES
    refusals = [refused_method(workspace, row.id, medium, method) for medium in media]
    if all(refusals):
        reasons: tuple[Reason, ...] = refusals[0]
        raise RefusedError("U341", reasons, backup=row.id)


def left_behind(session: Session, *, epoch: str, until: str) -> tuple[BackupRow, ...]:
    """Return the copies that were made before an epoch turned and that nobody has destroyed yet.

    Together they open what was destroyed; only people reach them, so witnesses attest to their end.

    Args:
        session: on the working database.
        epoch: the epoch to which the keys turned.
        until: moment of the turn, UTC; empty for now.
    """
    query = select(BackupRow).where(col(BackupRow.epoch) != epoch, BackupRow.destroyed_at == "")
    query = query.where(col(BackupRow.made_at) <= until) if until else query
    return tuple(session.exec(query.order_by(col(BackupRow.size), col(BackupRow.id))))
