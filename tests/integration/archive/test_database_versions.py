"""Databases of older and newer versions of the program."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import inspect

from webir_records.model.database import open_database
from webir_records.model.errors import InputError
from webir_records.model.tables import SCHEMA_VERSION, WORK_TABLES


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "webir.db"
    open_database(made, WORK_TABLES, create=True).dispose()
    return made


def _mark(path: Path, version: int, *statements: str) -> None:
    with sqlite3.connect(path) as connection:
        for statement in (*statements, f"PRAGMA user_version={version}"):
            connection.execute(statement)


def test_older_database_gets_the_tables_that_it_lacks_and_keeps_its_rows(path: Path) -> None:
    _mark(
        path,
        1,
        "DROP TABLE loan",
        "DROP TABLE backup",
        "INSERT INTO meta (key, value) VALUES ('kept', 'yes')",
    )
    engine = open_database(path, WORK_TABLES)
    with engine.connect() as connection:
        assert {"loan", "backup"} <= set(inspect(connection).get_table_names())
        assert connection.exec_driver_sql("SELECT value FROM meta WHERE key = 'kept'").scalar_one() == "yes"
        assert connection.exec_driver_sql("PRAGMA user_version").scalar_one() == SCHEMA_VERSION
    engine.dispose()


@pytest.mark.parametrize("version", [0, SCHEMA_VERSION + 1])
def test_database_of_a_newer_version_or_none_of_ours_is_refused_unchanged(path: Path, version: int) -> None:
    _mark(path, version)
    with pytest.raises(InputError) as caught:
        open_database(path, WORK_TABLES)
    assert caught.value.code == "A102"
    assert caught.value.facts["found"] == str(version)
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (version,)
