"""The copies of a bucket are its versions: none may be left when a batch says that they are gone."""

import pytest

from webir_records.services.cancelling import cancel_accounts
from webir_records.services.closing import Phase, advance
from webir_records.services.destruction import drafting, execution, stating
from webir_records.services.filing import file_records
from webir_records.services.people import add_person

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
PASSPHRASE = "correct horse battery"


def test_phase_of_copies_waits_for_every_version_in_the_bucket(bucket_workspace, papers) -> None:
    with bucket_workspace.open() as workspace:
        file_records(workspace, "form_1_2", papers.applications(2))
        cancel_accounts(workspace, papers.cancellations(1))
        for person, role in (("arch-01", "archivist"), ("wit-01", "witness"), ("mgr-01", "agency_manager")):
            add_person(workspace, person, (role,), PASSPHRASE)
        batch = drafting.draft(workspace, actor="arch-01").batch
        for kind, person in (("approval", "mgr-01"), ("witness", "wit-01")):
            stating.state(workspace, batch.batch, kind=kind, actor=person, passphrase=PASSPHRASE)
        paths = [path for path in workspace.files.list("records") if batch.records[0] in path]
        execution.execute(workspace, batch.batch, actor="arch-01", confirm=batch.batch)
        owner = bucket_workspace.store
        owner.write(paths[0], b"an older version")
        owner.client.delete_object(Bucket=owner.place.bucket, Key=owner.place.key(paths[0]))
        assert not workspace.files.exists(paths[0])  # hidden behind a mark of deletion, and still there
        waiting = advance(workspace, batch.batch, actor="arch-01")
        assert waiting.phase is Phase.KEY_DESTROYED
        left = [(code, facts["path"], facts["count"]) for code, facts in waiting.open]
        assert left == [("U337", paths[0], "2")]
        owner.remove(paths[0])
        assert advance(workspace, batch.batch, actor="arch-01").phase is Phase.CLOSED
