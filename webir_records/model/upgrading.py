"""What a database of an older version lacks beyond tables and columns: rows that its entries tell."""

from typing import Final

from sqlalchemy import Connection, insert, select

from signing.entries import Event, parse_entry
from signing.errors import SigningError
from webir_records.model.errors import FaultError
from webir_records.model.tables import WORK_TABLES

_TABLES: Final = {table.name: table for table in WORK_TABLES}
_FIRST_STEP: Final = "drafted"
_DRAFTED: Final = f'"event":"{Event.DESTRUCTION_DRAFTED.value}"'.encode()


def add_first_steps(connection: Connection, path: str) -> None:
    """Give every batch the step that it began with: before schema 3 only the ledger told of it.

    Raises:
        FaultError: A103 an entry cannot be read.
    """
    entries, steps = _TABLES["entry"], _TABLES["batch_step"]
    known = set(connection.execute(select(steps.c.batch).where(steps.c.step == _FIRST_STEP)).scalars())
    for body in connection.execute(select(entries.c.body).order_by(entries.c.seq)).scalars():
        if _DRAFTED not in body:
            continue
        try:
            entry = parse_entry(body)
        except SigningError as error:
            raise FaultError("A103", path=path) from error
        batch = entry.string("batch")
        if batch not in known:
            known.add(batch)
            row = {"batch": batch, "step": _FIRST_STEP, "on": entry.local_day, "number": "", "path": ""}
            connection.execute(insert(steps), row | {"sha256": entry.string("catalogue_sha256")})
