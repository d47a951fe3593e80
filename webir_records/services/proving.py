"""Write proofs of a record's ledger entries, one file each, that anybody can check offline."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlmodel import Session, col, func, select

from signing.checkpoint import unverified_checkpoint
from signing.entries import Event, parse_entry
from signing.errors import SigningError
from signing.proof import TlogProof
from signing.proving import make_proof
from webir_records.archive.archive import DESTROYED
from webir_records.model.errors import FaultError, InputError
from webir_records.model.tables import EntryRow, VersionRow
from webir_records.services.context import Workspace
from webir_records.services.records import find_record

DESTRUCTION_PART: Final = ".destroyed"
"""Stands before the suffix of the file that proves the destruction."""


@dataclass(frozen=True, slots=True)
class Proved:
    """One written proof.

    Attributes:
        record: record id.
        seq: ledger entry that is proved.
        event: what that entry says was done.
        size: entries of the ledger that it is proved to stand in.
        path: the file.
    """

    record: str
    seq: int
    event: str
    size: int
    path: Path


def prove_record(workspace: Workspace, name: str, out: Path) -> tuple[Proved, ...]:
    """Write the proof of a record's newest filing; of a destroyed record, that of its destruction too.

    The second file lies beside the first one, with `.destroyed` before its suffix. Nothing in them is
    personal: they hold what the ledger says.

    Args:
        workspace: the open workspace.
        name: record id or form number.
        out: the file to write.

    Raises:
        InputError: U120 no such record, U012 a file is there already, U014 it cannot be written.
        FaultError: U239 the published ledger gives no proof.
    """
    with Session(workspace.engine) as session:
        record = find_record(session, name)
        seqs = [(_newest_filing(session, record.id), out)]
        if record.state == DESTROYED:
            seqs.append((_destruction(session, record.id), _beside(out)))
    for _, path in seqs:
        if path.exists():
            raise InputError("U012", path=str(path))
    proofs = [(_proof(workspace, seq), path) for seq, path in seqs]
    return tuple(_write(record.id, proof, path) for proof, path in proofs)


def _newest_filing(session: Session, record: str) -> int:
    query = select(VersionRow.seq).where(VersionRow.record == record)
    return session.exec(query.order_by(col(VersionRow.version).desc()).limit(1)).one()


def _destruction(session: Session, record: str) -> int:
    """Return the entry of a record's destruction.

    Raises:
        FaultError: U239 the ledger has none.
    """
    rows = session.exec(
        select(EntryRow)
        .where(func.instr(col(EntryRow.body), f'"record":"{record}"'.encode()) > 0)
        .order_by(col(EntryRow.seq).desc())
    )
    for row in rows:
        if parse_entry(row.body).event is Event.DESTROYED:
            return row.seq
    raise FaultError("U239", seq=record, problem=DESTROYED)


def _beside(out: Path) -> Path:
    return out.with_name(f"{out.stem}{DESTRUCTION_PART}{out.suffix}")


def _proof(workspace: Workspace, seq: int) -> TlogProof:
    try:
        return make_proof(workspace.files.reader(), seq)
    except SigningError as error:
        raise FaultError("U239", seq=str(seq), problem=str(error)) from error


def _write(record: str, proof: TlogProof, path: Path) -> Proved:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(proof.to_bytes())
    except OSError as error:
        raise InputError("U014", path=str(path), cause=error.strerror or "") from error
    event = parse_entry(proof.extra or b"").event.value
    size = unverified_checkpoint(proof.checkpoint).size
    return Proved(record, proof.index, event, size, path)
