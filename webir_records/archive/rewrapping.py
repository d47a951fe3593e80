"""Wrap the keys of one epoch under another, inside the database (docs/adr/0010).

SQLite walks through the table and calls us for each key: nothing is fetched, nothing is sent back. Keys move
some at a time, by their places in the table, each step in a transaction; memory does not grow with them.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from sqlite3 import Connection as SqliteConnection
from typing import Final

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from webir_records.model.errors import FaultError

Told = Callable[[int, int], None]
"""Told how many keys are wrapped anew, and of how many."""

_SPAN: Final = "SELECT count(*), min(rowid), max(rowid) FROM record_key WHERE epoch = ?"
_MOVE: Final = (  # the plus keeps the index on epochs, which the statement changes, out of the search
    "UPDATE record_key SET epoch = ?, wrapped = rewrap(record, wrapped) "
    "WHERE rowid >= ? AND rowid < ? AND +epoch = ?"
)
_CACHE: Final = "PRAGMA cache_size"
_CACHE_KIB: Final = 32 * 1024  # pages of a step are touched in three trees


@dataclass(frozen=True, slots=True)
class Turn:
    """From which epoch to which, with their key-encryption keys, 32 bytes each."""

    old: str
    old_kek: bytes
    new: str
    new_kek: bytes


def span(engine: Engine, epoch: str) -> tuple[int, range]:
    """Return how many keys an epoch has, and the places of the table between which they lie."""
    with engine.connect() as connection:
        count, first, last = connection.exec_driver_sql(_SPAN, (epoch,)).one()
    return count, range(first, last + 1) if count else range(0)


def rewrap(engine: Engine, turn: Turn, *, at_once: int, told: Told | None = None) -> int:
    """Move every key of the old epoch to the new one; durable after each step.

    Args:
        engine: the key store's database.
        turn: from where to where.
        at_once: places of the table that one transaction walks through.
        told: called after each step.

    Returns:
        How many keys moved.

    Raises:
        FaultError: A132 a key does not open; what was moved before stays moved.
    """
    (total, places), moved = span(engine, turn.old), 0
    with engine.connect() as connection, _wrapping(connection, turn):
        for start in range(places.start, places.stop, at_once):
            with connection.begin():
                step = (turn.new, start, start + at_once, turn.old)
                moved += connection.exec_driver_sql(_MOVE, step).rowcount
            if told is not None:
                told(moved, total)
    return moved


@contextmanager
def _wrapping(connection: Connection, turn: Turn) -> Generator[None]:
    """Let the database call us by the name of `rewrap`, and give it room for the pages of one step."""
    driver, broken = _driver(connection), list[str]()

    def wrap(record: str, wrapped: bytes) -> bytes:
        try:
            return aes_key_wrap(turn.new_kek, aes_key_unwrap(turn.old_kek, wrapped))
        except (InvalidUnwrap, TypeError):
            broken.append(record)
            raise

    (before,) = driver.execute(_CACHE).fetchone()
    driver.execute(f"{_CACHE} = -{_CACHE_KIB}")
    driver.create_function("rewrap", 2, wrap)
    try:
        yield
    except OperationalError as error:
        if not broken:
            raise
        raise FaultError("A132", record=broken[0], epoch=turn.old) from error
    finally:
        driver.create_function("rewrap", 2, None)  # so it is removed
        driver.execute(f"{_CACHE} = {before}")


def _driver(connection: Connection) -> SqliteConnection:
    driver = connection.connection.driver_connection
    if not isinstance(driver, SqliteConnection):
        raise TypeError("the key store lies in SQLite")
    return driver
