"""Every table, every column, edited in the database alone: `tables.toml` says what `webir verify` finds."""
# ruff: noqa: S608 - the names in the statements are those of our own tables

import sqlite3
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from webir_records.model.tables import KEY_TABLES, WORK_TABLES

if TYPE_CHECKING:
    from tests.tamper.matrix.conftest import Case, Desk

Row = dict[str, object]
TABLES: Final = {table.name: table for table in (*WORK_TABLES, *KEY_TABLES)}
DATABASE_OF_KEYS: Final = {table.name for table in KEY_TABLES}
DATABASE: Final = {
    table.name: "state/keys.db" if table in KEY_TABLES else "state/webir.db" for table in TABLES.values()
}


@dataclass(frozen=True)
class Edited:
    """One table, edited as a hostile administrator would: no program of ours in between."""

    case: "Case"
    table: str
    which: str

    @property
    def keys(self) -> list[str]:
        return [column.name for column in TABLES[self.table].primary_key.columns]

    def rows(self, connection: sqlite3.Connection) -> list[Row]:
        connection.row_factory = sqlite3.Row
        where = f" WHERE {self.which}" if self.which else ""
        query = f'SELECT * FROM "{self.table}"{where} ORDER BY {", ".join(self.keys)}'
        return [dict(row) for row in connection.execute(query)]

    @contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.case.root / DATABASE[self.table])) as connection, connection:
            yield connection

    def update(self, connection: sqlite3.Connection, row: Row, **values: object) -> None:
        names = ", ".join(f'"{name}" = ?' for name in values)
        where = " AND ".join(f'"{key}" = ?' for key in self.keys)
        done = connection.execute(
            f'UPDATE "{self.table}" SET {names} WHERE {where}',
            [*values.values(), *(row[key] for key in self.keys)],
        )
        assert done.rowcount == 1

    def insert(self, connection: sqlite3.Connection, row: Row) -> None:
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" * len(row))
        connection.execute(f'INSERT INTO "{self.table}" ({names}) VALUES ({marks})', list(row.values()))

    def change(self, column: str) -> None:
        with self.open() as connection:
            row = self.rows(connection)[0]
            self.update(
                connection, row, **{column: _other(row[column], str(TABLES[self.table].c[column].type))}
            )

    def delete(self) -> None:
        with self.open() as connection:
            row = self.rows(connection)[0]
            where = " AND ".join(f'"{key}" = ?' for key in self.keys)
            connection.execute(f'DELETE FROM "{self.table}" WHERE {where}', [row[key] for key in self.keys])

    def add(self) -> None:
        with self.open() as connection:
            row = self.rows(connection)[-1]
            unique = {"record"} if self.table == "issue" else set()
            types = TABLES[self.table].c
            self.insert(
                connection,
                {
                    name: _other(value, str(types[name].type)) if name in {*self.keys, *unique} else value
                    for name, value in row.items()
                },
            )

    def swap(self) -> None:
        with self.open() as connection:
            one, other = self.rows(connection)[:2]
            names = [name for name in one if name not in self.keys and one[name] != other[name]]
            if self.table == "issue":
                names.remove("record")
            assert names
            self.update(connection, one, **{name: other[name] for name in names})
            self.update(connection, other, **{name: one[name] for name in names})

    def replay(self) -> None:
        with closing(sqlite3.connect(self.case.old / DATABASE[self.table])) as yesterday:
            older = Edited(self.case, self.table, "").rows(yesterday)
        with self.open() as connection:
            now = Edited(self.case, self.table, "").rows(connection)
            assert now != older
            connection.execute(f'DELETE FROM "{self.table}"')
            for row in older:
                self.insert(connection, row)


def _other(value: object, kind: str) -> object:
    """Return another value that the column would take."""
    match value:
        case bytes():
            return bytes([value[0] ^ 1]) + value[1:]
        case int():
            return 1 - value if kind == "BOOLEAN" else value + 1000
        case str() if kind == "DATE":
            return "2020-01-01"
        case str():
            return value + "x"
        case _:
            return (
                "2020-01-01" if kind == "DATE" else b"\x01" * 32 if kind == "BLOB" else "2026-11-22T00:00:00Z"
            )


MATRIX: Final = tomllib.loads((Path(__file__).parent / "tables.toml").read_text(encoding="utf-8"))
ACTS: Final[Mapping[str, Callable[[Edited], None]]] = {
    "-delete": Edited.delete,
    "-add": Edited.add,
    "-swap": Edited.swap,
    "-replay": Edited.replay,
}
NOTES: Final = {"which", "why", "lacks"}
CELLS: Final = [(name, act) for name, row in MATRIX.items() for act in row if act not in NOTES]
ALONE: Final = {
    "batch_item",
    "counter",
    "entry",
    "issue",
    "publication",
    "record",
    "version",
    *DATABASE_OF_KEYS,
}
"""Tables that are compared with others: an edit of one may be found in another."""
ANSWERS: Final = {"opinion", "opinion_item", "retention"}
"""Tables that are compared with each other, so that only one of them is edited at a time."""


def _table(name: str) -> str:
    """Return the table of a line; a second line about other rows has a further word."""
    return name.split(maxsplit=1)[0]


def _rounds() -> Iterator[list[tuple[str, str]]]:
    """Yield edits that are done at once: of each table one, each must be found in its own table."""
    queues: dict[str, list[tuple[str, str]]] = {}
    for name, act in CELLS:
        if MATRIX[name][act] == "U177" and _table(name) not in ALONE:
            queue = "answers" if _table(name) in ANSWERS else _table(name)
            queues.setdefault(queue, []).append((name, act))
    for number in range(max(map(len, queues.values()))):
        yield [queue[number] for queue in queues.values() if number < len(queue)]


ROUNDS: Final = list(_rounds())
DATABASE_CODES: Final = {"U173", "U175", "U176", "U177", "U178"}
SINGLE: Final = [cell for cell in CELLS if not any(cell in cells for cells in ROUNDS)]
AT_DESK: Final = [(name, act) for name, act in SINGLE if set(MATRIX[name][act].split()) <= DATABASE_CODES]
OPENED: Final = [cell for cell in SINGLE if cell not in AT_DESK]


def _edit(case: "Case", name: str, act: str) -> None:
    edited = Edited(case, _table(name), MATRIX[name].get("which", ""))
    if act in ACTS:
        ACTS[act](edited)
    else:
        edited.change(act)


def _ids(cells: list[tuple[str, str]]) -> list[str]:
    return [f"{name}.{act}" for name, act in cells]


@pytest.mark.parametrize(("name", "act"), OPENED, ids=_ids(OPENED))
def test_edited_table_is_found_as_the_matrix_says(name: str, act: str, short_case: "Case") -> None:
    """Opened and verified as a whole: the program may refuse, mend, or find nothing."""
    _edit(short_case, name, act)
    short_case.expect(MATRIX[name][act])


@pytest.mark.parametrize(("name", "act"), AT_DESK, ids=_ids(AT_DESK))
def test_edited_row_differs_as_the_matrix_says(name: str, act: str, desk: "Desk") -> None:
    _edit(desk.case, name, act)
    assert " ".join(sorted({code for code, _ in desk.beyond()})) == MATRIX[name][act]


@pytest.mark.parametrize("edits", ROUNDS, ids=["+".join(_ids(edits)) for edits in ROUNDS])
def test_edits_of_many_tables_are_found_each_in_its_own_table(
    edits: list[tuple[str, str]], desk: "Desk"
) -> None:
    for name, act in edits:
        _edit(desk.case, name, act)
    found = desk.beyond()
    assert {code for code, _ in found} <= DATABASE_CODES
    places = {(facts["table"], facts["field"]) for code, facts in found if code == "U177"}
    assert [edit for edit in edits if not _found(places, *edit)] == []


def _found(places: set[tuple[str, str]], name: str, act: str) -> bool:
    """Say whether a table differs; another value of one column in this column or as another row."""
    if _table(name) in ANSWERS:
        return any(table in ANSWERS for table, _ in places)
    fields = {field for table, field in places if table == _table(name)}
    return bool(fields) if act in ACTS else not fields.isdisjoint({act, "row"})


@pytest.mark.parametrize(("name", "act"), [("mark", "-delete"), ("person", "vkey")], ids=["mark", "person"])
def test_verify_says_what_the_comparison_found(name: str, act: str, short_case: "Case") -> None:
    _edit(short_case, name, act)
    short_case.expect(MATRIX[name][act])


def test_no_table_and_no_column_is_missing() -> None:
    assert {_table(name) for name in MATRIX} == TABLES.keys() == TABLES.keys() & MATRIX.keys()
    for name, row in MATRIX.items():
        wanted = set() if name == "pending" else {*TABLES[_table(name)].c.keys(), *ACTS}
        cells = row.keys() - NOTES
        assert cells <= wanted
        assert wanted == cells or "lacks" in row
        assert ("undetected" in row.values()) == ("why" in row)


def test_database_has_no_other_tables(short_case: "Case") -> None:
    for name in ("state/webir.db", "state/keys.db"):
        with closing(sqlite3.connect(short_case.root / name)) as connection:
            found = {
                row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            }
        assert found == {table for table, database in DATABASE.items() if database == name}


def test_trust_table_speaks_of_every_table() -> None:
    text = (Path(__file__).parents[3] / "docs/security.md").read_text(encoding="utf-8")
    assert not [table for table in TABLES if f"`{table}`" not in text]
