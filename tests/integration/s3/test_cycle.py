"""The life of records in a bucket: filed, found whole, cancelled, destroyed, gone in every version."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from signing.findings import Verdict
from webir_records.model.errors import FaultError
from webir_records.model.tables import VersionRow
from webir_records.services.cancelling import cancel_accounts
from webir_records.services.destruction import drafting, execution, stating
from webir_records.services.filing import file_records
from webir_records.services.holding import place_hold
from webir_records.services.people import add_person
from webir_records.services.records import show_record
from webir_records.services.verifying import verify

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
PASSPHRASE = "correct horse battery"
DAYS = ("註銷通報日", "離職或異動生效日", "註銷日期", "權限移除日期")
RECENT = dict.fromkeys(DAYS, "115/02/27")  # its period still runs; that of the usual paper is over


def _paths(workspace, record: str | None = None) -> list[str]:
    with Session(workspace.engine) as session:
        rows = session.exec(select(VersionRow)).all()
    return sorted(row.path for row in rows if record in {None, row.record})


def _destroy_what_lapsed(workspace) -> str:
    for person, role in (("arch-01", "archivist"), ("wit-01", "witness"), ("mgr-01", "agency_manager")):
        add_person(workspace, person, (role,), PASSPHRASE)
    batch = drafting.draft(workspace, actor="arch-01").batch.batch
    for kind, person in (("approval", "mgr-01"), ("witness", "wit-01")):
        stating.state(workspace, batch, kind=kind, actor=person, passphrase=PASSPHRASE)
    execution.execute(workspace, batch, actor="arch-01", confirm=batch)
    return batch


def test_whole_life_in_a_bucket(bucket_workspace, papers) -> None:
    with bucket_workspace.open() as workspace:
        assert len(file_records(workspace, "form_1_2", papers.applications(3)).filed) == 3
        first = verify(workspace, "full")
        assert first.fine, first
        assert first.report.records == {"OK": 3}
        cancelled = cancel_accounts(workspace, papers.cancellations(2)).cancelled
        gone = [path for item in cancelled for path in _paths(workspace, item.record)]
        assert len(gone) == 4
        assert all(bucket_workspace.store.locks.held(path) for path in _paths(workspace))
        batch = _destroy_what_lapsed(workspace)
    with bucket_workspace.open() as workspace:
        after = verify(workspace, "full")
        assert after.fine, after
        assert after.report.records == {"DESTROYED_AUTHORISED": 2, "OK": 1}
        (living,) = set(_paths(workspace)) - set(gone)
        assert show_record(workspace, living.split("/")[-1].split(".")[0]).data["name"] == "陳試驗"
    left = {line.split(" ")[0] for line in bucket_workspace.versions()}
    assert not left & set(gone)
    assert {path for path in left if path.startswith("records/")} == {living}
    assert f"certificates/{batch}/certificate.json" in left
    assert not (bucket_workspace.root / "archive").exists()


def test_every_lasting_file_is_held_and_nothing_else(bucket_workspace, papers) -> None:
    with bucket_workspace.open() as workspace:
        file_records(workspace, "form_1_2", papers.applications(2))
        store = bucket_workspace.store
        held = {path: store.locks.held(path) for path in store.list("")}
    passing = {path for path in held if ".p/" in path} | {"checkpoint", "log.vkey"}
    assert {path for path, on in held.items() if not on} == passing
    assert sum(path.startswith("records/") for path in held) == 2


def test_running_period_is_the_buckets_word_too(bucket_workspace, papers) -> None:
    """The due day begins at midnight in Taipei, for every version of the record."""
    with bucket_workspace.open() as workspace:
        file_records(workspace, "form_1_2", papers.applications(1))
        (done,) = cancel_accounts(workspace, papers.cancellations(1, **RECENT)).cancelled
        assert done.due.isoformat() == "2029-02-28"
        paths = _paths(workspace, done.record)
        locks = bucket_workspace.store.locks
        ends = {locks.retained_until(path) for path in paths}
        assert len(paths) == 2
        assert ends == {datetime(2029, 2, 27, 16, tzinfo=UTC)}
        locks.release(paths[0])
        with pytest.raises(FaultError, match="A185") as caught:
            workspace.files.remove(paths[0])
        assert caught.value.facts["until"].startswith("2029-02-27T16:00:00")
        assert verify(workspace, "full").fine


def test_retention_that_a_broken_run_did_not_set_is_set_at_the_next_start(
    bucket_workspace, papers, monkeypatch
) -> None:
    def broken(*_: object) -> None:
        raise FaultError("A178", path="x", cause="broken")

    with bucket_workspace.open() as workspace:
        file_records(workspace, "form_1_2", papers.applications(1))
        with monkeypatch.context() as patch:
            patch.setattr(type(workspace.files.locks), "retain_until", broken)
            with pytest.raises(FaultError, match="A113"):
                cancel_accounts(workspace, papers.cancellations(1, **RECENT))
    locks = bucket_workspace.store.locks
    with bucket_workspace.open() as workspace:
        assert all(locks.retained_until(path) for path in _paths(workspace))


def test_record_put_on_hold_is_held_even_if_somebody_lifted_it(bucket_workspace, papers) -> None:
    with bucket_workspace.open() as workspace:
        (filed,) = file_records(workspace, "form_1_2", papers.applications(1)).filed
        (path,) = _paths(workspace)
        locks = bucket_workspace.store.locks
        locks.release(path)
        assert not locks.held(path)
        place_hold(workspace, filed.record, authority="北院忠刑字第1130000001號")
        assert locks.held(path)


@pytest.mark.parametrize("how", ["overwritten", "deleted"])
def test_what_is_done_behind_our_back_is_seen_and_the_bucket_still_has_the_original(
    how: str, bucket_workspace, papers
) -> None:
    with bucket_workspace.open() as workspace:
        file_records(workspace, "form_1_2", papers.applications(2))
        path = _paths(workspace)[0]
        client, place = bucket_workspace.server.client(), bucket_workspace.store.place
        original = workspace.files.read(path)
        if how == "overwritten":
            client.put_object(Bucket=place.bucket, Key=place.key(path), Body=original[:-1] + b"x")
        else:
            client.delete_object(Bucket=place.bucket, Key=place.key(path))
        checked = verify(workspace, "full")
        assert checked.report.verdict is Verdict.INVALID
        assert checked.report.records == {"CORRUPT" if how == "overwritten" else "MISSING": 1, "OK": 1}
        kept = [version for version in bucket_workspace.store.locks.versions(path) if not version.marker]
        bodies = [
            client.get_object(Bucket=place.bucket, Key=place.key(path), VersionId=version.id)["Body"].read()
            for version in kept
        ]
        assert original in bodies


def test_destruction_takes_what_was_laid_over_a_record_too(bucket_workspace, papers, clock) -> None:
    """Versions and delete markers that somebody else made are copies of the paper as well."""
    with bucket_workspace.open() as workspace:
        file_records(workspace, "form_1_2", papers.applications(1))
        (done,) = cancel_accounts(workspace, papers.cancellations(1)).cancelled
        path = _paths(workspace, done.record)[0]
        client, place = bucket_workspace.server.client(), bucket_workspace.store.place
        original = workspace.files.read(path)
        client.put_object(Bucket=place.bucket, Key=place.key(path), Body=original)
        client.delete_object(Bucket=place.bucket, Key=place.key(path))
        client.put_object(Bucket=place.bucket, Key=place.key(path), Body=original)
        assert len(bucket_workspace.store.locks.versions(path)) == 4
        clock.moment += timedelta(minutes=1)
        _destroy_what_lapsed(workspace)
        assert not bucket_workspace.store.locks.versions(path)
        assert verify(workspace, "full").report.records == {"DESTROYED_AUTHORISED": 1}
