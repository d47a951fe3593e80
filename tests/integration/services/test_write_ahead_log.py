"""What leads from data to a destroyed record is gone from the write-ahead log, too."""

from sqlmodel import Session, col, select

from webir_records.model.tables import RecordRow
from webir_records.services.cancelling import cancel_accounts
from webir_records.services.destruction import drafting, execution, stating
from webir_records.services.filing import file_records
from webir_records.services.people import add_person

PASSPHRASE = "correct horse battery"


def test_lookup_values_of_the_destroyed_leave_the_write_ahead_log(workspace, papers) -> None:
    file_records(workspace, "form_1_2", papers.applications(2))
    cancel_accounts(workspace, papers.cancellations(2))
    for person, role in (("arch-01", "archivist"), ("wit-01", "witness"), ("mgr-01", "agency_manager")):
        add_person(workspace, person, (role,), PASSPHRASE)
    batch = drafting.draft(workspace, actor="arch-01").batch.batch
    for kind, person in (("approval", "mgr-01"), ("witness", "wit-01")):
        stating.state(workspace, batch, kind=kind, actor=person, passphrase=PASSPHRASE)
    with Session(workspace.engine) as session:
        values = list(session.exec(select(RecordRow.lookup).where(col(RecordRow.lookup).is_not(None))))

    def found() -> list[int]:
        stored = [(workspace.root / "state" / name).read_bytes() for name in ("webir.db", "webir.db-wal")]
        return [data.count(value) for value in values for data in stored if value is not None]

    assert sum(found()) > 0
    execution.execute(workspace, batch, actor="arch-01", confirm=batch)
    assert sum(found()) == 0
