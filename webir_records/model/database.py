"""SQLite as we need it: durable commits, no remains of deleted rows.

`secure_delete=ON` alone leaves deleted rows in the write-ahead log; `forget_deleted` empties it.
"""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Final

from sqlalchemy import URL, Connection, Engine, ExceptionContext, Table, create_engine, event, text
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.pool import PoolProxiedConnection
from sqlmodel import SQLModel

from webir_records.model.errors import FaultError, InputError
from webir_records.model.tables import SCHEMA_VERSION, WORK_TABLES
from webir_records.model.upgrading import add_first_steps

_REFUSALS: Final = (
    "SQLITE_FULL",
    "SQLITE_IOERR",
    "SQLITE_READONLY",
    "SQLITE_BUSY",
    "SQLITE_LOCKED",
    "SQLITE_CANTOPEN",
    "SQLITE_PERM",
)
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA busy_timeout=10000",
)


class Dialect(SQLiteDialect_pysqlite):
    """SQLite where SQLAlchemy, not sqlite3, opens transactions; the workspace's lock keeps other writers out.

    A listener for `begin` would do the same and make every statement slower.
    """

    supports_statement_cache = True

    def do_begin(self, dbapi_connection: PoolProxiedConnection) -> None:
        """Open a transaction."""
        dbapi_connection.cursor().execute("BEGIN")


def open_database(path: Path, tables: Sequence[Table], *, create: bool = False) -> Engine:
    """Open one SQLite file.

    Args:
        path: the file.
        tables: the tables it must hold.
        create: make the file; without it a missing file is an error, never a new empty archive. A file of an
            older version gets the tables, columns and rows that it lacks.

    Raises:
        InputError: A101 the file is missing; A102 it was made by a newer version.
        FaultError: A103 the file is damaged; A112 the disk or another program refuses. Every later use of the
            engine raises these too.
    """
    if not create and not path.is_file():
        raise InputError("A101", path=path.name)
    registry.register("sqlite.webir", __name__, Dialect.__name__)
    engine = create_engine(URL.create("sqlite+webir", database=str(path)))
    _prepare(engine)
    with engine.begin() as connection:
        if create or _outdated(connection, path):
            SQLModel.metadata.create_all(connection, tables=list(tables))
            _add_columns(connection, tables)
            if tables is WORK_TABLES:
                add_first_steps(connection, path.name)
            connection.execute(text(f"PRAGMA user_version={SCHEMA_VERSION}"))
    return engine


def forget_deleted(engine: Engine) -> None:
    """Empty the write-ahead log, so that no deleted row survives in it.

    Raises:
        FaultError: A104 another program still reads the database, so the log cannot be emptied.
    """
    raw = engine.raw_connection()  # outside any transaction
    try:
        cursor = raw.cursor()
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (busy, _, _) = cursor.fetchone() or (1, 0, 0)
    finally:
        raw.close()
    if busy != 0:
        raise FaultError("A104", path=str(engine.url.database))


@contextmanager
def unsynced(engine: Engine) -> Generator[Connection]:
    """Begin a transaction that is not durable when it ends: a power loss may undo it, never tear it.

    Only for what the next start finds out again by itself. The next durable transaction of the same file
    makes it durable too: the log is written and synced in order (sqlite.org/pragma.html#pragma_synchronous).
    """
    with engine.connect() as connection:
        raw = connection.connection.cursor()
        try:
            raw.execute("PRAGMA synchronous=NORMAL")
            with connection.begin():
                yield connection
            raw.execute("PRAGMA synchronous=FULL")
        except BaseException:
            connection.invalidate()  # nobody may get this connection as it is
            raise


def _prepare(engine: Engine) -> None:
    """Set every new connection up, and translate what SQLite says."""

    def connected(connection: SqliteConnection, _record: object) -> None:
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(pragma)

    def failed(context: ExceptionContext) -> None:
        found = _translate(context.original_exception, str(engine.url.database))
        if found is not None:
            raise found from context.original_exception

    event.listen(engine, "connect", connected)
    event.listen(engine, "handle_error", failed)


def _translate(error: BaseException, path: str) -> FaultError | None:
    """Tell a damaged file from a disk that refuses: only the first asks for a backup."""
    name = getattr(error, "sqlite_errorname", "") or ""
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")) or _lacks_a_table(error):
        return FaultError("A103", path=Path(path).name)
    if name.startswith(_REFUSALS):
        return FaultError("A112", path=Path(path).name, cause=str(error))
    return None


def _lacks_a_table(error: BaseException) -> bool:
    """Say whether a file is a database, but not one of ours: another one lies in its place."""
    return str(error).startswith(("no such table", "no such column"))


def _add_columns(connection: Connection, tables: Sequence[Table]) -> None:
    """Give older tables the columns and indexes that they lack; each column is optional or has a default."""
    for table in tables:
        found = connection.exec_driver_sql(f'PRAGMA table_info("{table.name}")')  # a name of ours
        known = {row[1] for row in found}
        for column in table.columns:
            if column.name in known:
                continue
            default = "" if column.nullable else f" NOT NULL DEFAULT {_literal(column.default)}"
            kind = column.type.compile(connection.dialect)
            added = f'ADD COLUMN "{column.name}" {kind}{default}'
            connection.exec_driver_sql(f'ALTER TABLE "{table.name}" {added}')
        for index in table.indexes:
            index.create(connection, checkfirst=True)


def _literal(default: object) -> str:
    """Return a column's fixed default as SQL: an empty or plain text, a number, or no."""
    value = getattr(default, "arg", None)
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, str) and "'" not in value:
        return f"'{value}'"
    raise TypeError("a column that was added later needs a fixed default")


def _outdated(connection: Connection, path: Path) -> bool:
    """Say whether a database was made by an older version: a newer schema has further tables and columns.

    Raises:
        InputError: A102 it was made by a newer version, or is none of ours.
    """
    found = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    if not 1 <= found <= SCHEMA_VERSION:
        raise InputError("A102", path=path.name, found=str(found), expected=str(SCHEMA_VERSION))
    return bool(found < SCHEMA_VERSION)
