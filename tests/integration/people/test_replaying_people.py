"""A backup learns from the newer ledger what became of people and of their keys."""

from pathlib import Path

from sqlmodel import Session, SQLModel, col, select

from signing.entries import parse_entry
from webir_records.model.database import open_database
from webir_records.model.tables import WORK_TABLES, PersonKeyRow, PersonRow, PersonStateRow
from webir_records.services.people_changes import Loss, leave, replace_key, revoke_key
from webir_records.services.restoring.replaying_people import replay_people

PASSPHRASE = "correct horse battery"
NEW = "another longer passphrase"


def rows_of(session: Session, *tables: type[SQLModel]) -> list[list[dict[str, object]]]:
    return [sorted((row.model_dump() for row in session.exec(select(table))), key=str) for table in tables]


def test_replayed_tables_are_those_of_the_workspace(office, clock, tmp_path: Path) -> None:
    workspace = office.workspace
    for step in (
        lambda: replace_key(workspace, "wit-01", passphrase=NEW, old_passphrase=PASSPHRASE, actor="mgr-01"),
        lambda: revoke_key(workspace, "wit-01", reason=Loss.LOST, actor="wit-01"),
        lambda: replace_key(workspace, "wit-01", passphrase=NEW, old_passphrase=None, actor="mgr-01"),
        lambda: revoke_key(workspace, "arch-01", reason=Loss.STOLEN, actor="mgr-01"),
        lambda: leave(workspace, "arch-01", actor="mgr-01"),
        lambda: leave(workspace, "mgr-02", actor="mgr-01"),
    ):
        clock.forward(minutes=1)
        step()
    office.verify()
    tables = (PersonRow, PersonKeyRow, PersonStateRow)
    engine = open_database(tmp_path / "replayed.db", WORK_TABLES, create=True)
    with Session(engine) as session:
        for _, body in workspace.archive.ledger.bodies():
            replay_people(session, parse_entry(body))
        replayed = rows_of(session, *tables)
    engine.dispose()
    with Session(workspace.engine) as session:
        assert replayed == rows_of(session, *tables)
        states = session.exec(select(PersonKeyRow.state).order_by(col(PersonKeyRow.since))).all()
    assert sorted(states) == ["active", "left", "replaced", "revoked", "revoked"]
