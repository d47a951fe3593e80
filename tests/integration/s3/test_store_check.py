"""The self-test of a bucket tells a good one from a bad one, and cleans up behind itself."""

import dataclasses
import json
import secrets
from datetime import timedelta

import pytest

from webir_records.archive.bucket_trials import try_bucket
from webir_records.archive.s3_store import BucketStore
from webir_records.archive.trials import Outcome
from webir_records.services.store_check import check_store

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.fixture(autouse=True)
def _clock_of_the_server(clock, s3_server) -> None:
    """The store is tried by real time."""
    from webir_records.archive.s3_client import server_time

    clock.moment = server_time(s3_server.client(), s3_server.place(""))


def test_good_bucket_proves_all_that_can_be_proven(bucket_workspace) -> None:
    before = bucket_workspace.versions()
    with bucket_workspace.open() as workspace:
        report = check_store(workspace)
    assert report.fine
    outcomes = {proof.name: proof.outcome for proof in report.proofs}
    unproven = {name for name, outcome in outcomes.items() if outcome is not Outcome.PROVEN}
    assert unproven == {"owner_of_the_account", "durability"}
    assert len(outcomes) == 16
    assert bucket_workspace.versions() == before
    secret = bucket_workspace.machine.environment["AWS_SECRET_ACCESS_KEY"]
    assert secret not in json.dumps(dataclasses.asdict(report), default=str)


def test_credentials_that_may_bypass_and_a_clock_that_is_off_are_named(s3_server, prefix, clock) -> None:
    store = s3_server.store(prefix, "admin")
    clock.moment += timedelta(minutes=9)
    outcomes = {proof.name: proof.outcome for proof in try_bucket(store, clock, secrets.token_hex(4))}
    assert outcomes["bypass"] is Outcome.NOT_PROVEN
    assert outcomes["clock"] is Outcome.FAILED
    assert not list(store.list("self-test"))


class _Careless(BucketStore):
    """A store that forgets the condition and the hold, as a server would that ignores them."""

    def _send_first(self, path: str, data: bytes) -> None:
        self._send(self._request(path, data))


def test_server_that_ignores_conditions_and_locks_fails(s3_server, prefix, clock, monkeypatch) -> None:
    good = s3_server.store(prefix)
    store = _Careless(good.place, good.client, good.bucket_locks)
    monkeypatch.setattr(type(store.bucket_locks), "retain", lambda *_: None)
    proofs = try_bucket(store, clock, secrets.token_hex(4))
    failed = {proof.name for proof in proofs if proof.outcome is Outcome.FAILED}
    assert failed == {
        "put_if_absent",
        "put_never_replaces",
        "hold_refuses_deletion",
        "overwriting_keeps_the_original",
        "retention_refuses_deletion",
        "retention_is_not_shortened",
    }


def test_bucket_with_a_term_of_its_own_is_named(s3_server, prefix, clock) -> None:
    """Every file would be kept a day: destruction has to wait for it, and the report says so."""
    bucket = f"webir-{secrets.token_hex(4)}"
    admin = s3_server.client()
    admin.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=True)
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}
    admin.put_object_lock_configuration(
        Bucket=bucket, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule}
    )
    store = s3_server.store(prefix, "admin", bucket)
    proof = next(p for p in try_bucket(store, clock, "x") if p.name == "default_retention")
    assert (proof.outcome, proof.facts["got"]) == (Outcome.NOT_PROVEN, "GOVERNANCE 1 d")
