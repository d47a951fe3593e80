"""An `init` that failed, a bucket that locks by itself, and locks that somebody may set aside."""

import dataclasses
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest

from webir_records import bootstrap
from webir_records.bootstrap import create_workspace, open_workspace
from webir_records.model.errors import EnvironmentMissingError, FaultError, InputError
from webir_records.services import creating
from webir_records.services.context import Workspace
from webir_records.services.filing import file_records
from webir_records.services.verifying import verify

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


class PlugPulledError(BaseException):
    """Not an Exception: nothing of ours may handle it."""


def _pull(*_: object, **__: object) -> None:
    raise PlugPulledError


def _break_off(where: tuple[object, str], init: Callable[[], None]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(*where, _pull)
        with pytest.raises(PlugPulledError):
            init()


@pytest.fixture
def init(s3_server, prefix, tmp_path, machine, agency_file) -> Callable[..., None]:
    """Make a workspace in the prefix, as often as wanted."""
    daily = dataclasses.replace(machine, environment=s3_server.environment())

    def make(folder: str = "new", **changes: object) -> None:
        url = s3_server.url(prefix)
        create_workspace(tmp_path / folder, agency_file, **{"store_url": url, "machine": daily} | changes)

    return make


@pytest.fixture
def opened(s3_server, tmp_path, machine) -> Callable[[], AbstractContextManager[Workspace]]:
    daily = dataclasses.replace(machine, environment=s3_server.environment())
    return lambda: open_workspace(tmp_path / "new", machine=daily)


@pytest.fixture
def plain_bucket(s3_server) -> str:
    """A bucket with Object Lock and no term of its own."""
    bucket = f"webir-{secrets.token_hex(4)}"
    s3_server.client().create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=True)
    return bucket


def _lock_for_a_day(s3_server, bucket: str) -> None:
    """Let the bucket lock every new file by itself."""
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}
    configuration = {"ObjectLockEnabled": "Enabled", "Rule": rule}
    s3_server.client().put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration=configuration)


@pytest.mark.parametrize("place", ["record_act", "finish", "publish"])
def test_second_init_in_the_same_folder_goes_on(place: str, init, opened, papers) -> None:
    where = {
        "record_act": (creating, "write_vkeys"),
        "publish": (creating, "enter_own"),
        "finish": (bootstrap, "finish"),
    }[place]
    _break_off(where, init)
    with pytest.raises(InputError, match="U102"):
        opened().__enter__()
    init()
    with opened() as workspace:
        assert len(file_records(workspace, "form_1_2", papers.applications(1)).filed) == 1
        assert verify(workspace, "full").fine


def test_second_init_elsewhere_or_otherwise_is_refused_and_says_how(init, s3_server, prefix) -> None:
    _break_off((bootstrap, "finish"), init)
    with pytest.raises(InputError, match="A187"):
        init("elsewhere")
    with pytest.raises(InputError, match="U101"):
        init(language="en", store_url=s3_server.url(f"{prefix}-other"))


def test_prefix_with_files_but_no_checkpoint_is_taken(init, s3_server, prefix) -> None:
    s3_server.store(prefix, "admin").write("log.vkey", b"left by an init whose folder was deleted\n")
    with pytest.raises(InputError, match="A187"):
        init()


def test_bucket_that_locks_by_itself_takes_no_archive(
    s3_server, prefix, plain_bucket, init, tmp_path, machine
) -> None:
    _lock_for_a_day(s3_server, plain_bucket)
    admin = dataclasses.replace(machine, environment=s3_server.environment("admin"))
    with pytest.raises(EnvironmentMissingError, match="A152") as caught:
        init(store_url=s3_server.url(prefix, plain_bucket), machine=admin)
    assert caught.value.facts["term"] == "GOVERNANCE 1 d"
    assert not (tmp_path / "new").exists()


def test_bucket_that_begins_to_lock_by_itself_does_not_stop_the_archive(
    s3_server, prefix, plain_bucket, machine, tmp_path, agency_file, papers
) -> None:
    """Partial tiles can then not be removed; they harm nobody."""
    machine.environment.update(s3_server.environment("admin"))
    url = s3_server.url(prefix, plain_bucket)
    create_workspace(tmp_path / "new", agency_file, store_url=url, machine=machine)
    _lock_for_a_day(s3_server, plain_bucket)
    with open_workspace(tmp_path / "new", machine=machine) as workspace:
        file_records(workspace, "form_1_2", papers.applications(1))
        file_records(workspace, "form_1_2", papers.applications(1, 姓名="陳試驗"))
        assert verify(workspace, "full").fine


@pytest.mark.parametrize(
    ("bypass", "person", "removed"), [(True, "admin", True), (False, "admin", False), (True, "daily", False)]
)
def test_running_term_is_set_aside_only_if_asked_and_allowed(
    *, bypass: bool, person: str, removed: bool, s3_server, prefix
) -> None:
    store = s3_server.store(prefix, person)
    store.put("records/2026/aa/aa1.1.sealed", b"sealed")
    store.bucket_locks.retain("records/2026/aa/aa1.1.sealed", datetime.now(UTC) + timedelta(hours=1))
    store.bucket_locks.release("records/2026/aa/aa1.1.sealed")
    store.place = dataclasses.replace(store.place, bypass=bypass)
    if removed:
        assert store.remove("records/2026/aa/aa1.1.sealed")
    else:
        with pytest.raises(FaultError, match="A185"):
            store.remove("records/2026/aa/aa1.1.sealed")
    assert store.exists("records/2026/aa/aa1.1.sealed") is not removed
