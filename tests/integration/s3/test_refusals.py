"""What the bucket or the way to it denies is told with a code, and nothing is half done."""

import socket
from datetime import UTC, datetime, timedelta

import pytest

from webir_records.bootstrap import create_workspace
from webir_records.model.errors import EnvironmentMissingError, FaultError, InputError, WebirError
from webir_records.services.filing import file_records
from webir_records.services.verifying import verify

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def _settings(box, **changes: str) -> None:
    """Point the workspace elsewhere."""
    path = box.root / "webir.toml"
    text = path.read_text(encoding="utf-8")
    for old, new in changes.items():
        assert old.replace("_", "-") in text
        text = text.replace(old.replace("_", "-"), new)
    path.write_text(text, encoding="utf-8")


def _error_of_opening(box) -> WebirError:
    with pytest.raises(WebirError) as caught, box.open():
        pass
    return caught.value


@pytest.mark.parametrize("name", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
def test_missing_credentials_are_named(name: str, bucket_workspace) -> None:
    del bucket_workspace.machine.environment[name]
    error = _error_of_opening(bucket_workspace)
    assert isinstance(error, EnvironmentMissingError)
    assert (error.code, error.facts["missing"]) == ("A172", name)


@pytest.mark.parametrize("name", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
def test_wrong_credentials_are_refused_and_not_repeated_in_the_message(name: str, bucket_workspace) -> None:
    bucket_workspace.machine.environment[name] = "wrong-secret"
    error = _error_of_opening(bucket_workspace)
    assert isinstance(error, EnvironmentMissingError)
    assert error.code == "A174"
    assert "wrong-secret" not in str(error)


def test_missing_bucket_is_not_an_empty_archive(bucket_workspace) -> None:
    bucket_workspace.machine.environment.update(bucket_workspace.server.environment("admin"))
    _settings(bucket_workspace, webir_test="webir-nowhere")
    error = _error_of_opening(bucket_workspace)
    assert isinstance(error, EnvironmentMissingError)
    assert (error.code, error.facts["bucket"]) == ("A175", "webir-nowhere")


def test_server_that_does_not_answer_is_named(bucket_workspace) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    _settings(bucket_workspace, **{str(bucket_workspace.server.ports["s3.port"]): str(port)})
    error = _error_of_opening(bucket_workspace)
    assert isinstance(error, EnvironmentMissingError)
    assert error.code == "A173"
    assert str(port) in error.facts["place"]


def test_server_that_is_silent_is_given_up(bucket_workspace, monkeypatch) -> None:
    monkeypatch.setattr("webir_records.archive.s3_client._READ_S", 0.3)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        _settings(
            bucket_workspace, **{str(bucket_workspace.server.ports["s3.port"]): str(silent.getsockname()[1])}
        )
        error = _error_of_opening(bucket_workspace)
    assert (error.code, error.facts["cause"]) == ("A173", "ReadTimeoutError")


def test_clock_far_off_is_named(bucket_workspace, monkeypatch) -> None:
    """The library signs with the clock of the machine; the server accepts a quarter of an hour."""

    def tomorrow(*_: object, **__: object) -> datetime:
        return datetime.now(UTC).replace(tzinfo=None) + timedelta(days=1)

    monkeypatch.setattr("botocore.auth.get_current_datetime", tomorrow)
    error = _error_of_opening(bucket_workspace)
    assert isinstance(error, EnvironmentMissingError)
    assert error.code == "A177"


def test_bucket_without_lock_takes_no_archive(s3_server, prefix, tmp_path, machine, agency_file) -> None:
    machine.environment.update(s3_server.environment())
    url = s3_server.url(prefix, "webir-unlocked")
    with pytest.raises(EnvironmentMissingError, match="A176") as caught:
        create_workspace(tmp_path / "new", agency_file, store_url=url, machine=machine)
    assert caught.value.facts["missing"] == "versioning, object lock"
    assert not (tmp_path / "new").exists()


def test_prefix_that_holds_an_archive_takes_no_second_one(bucket_workspace, agency_file, tmp_path) -> None:
    before = bucket_workspace.versions()
    url = bucket_workspace.server.url(bucket_workspace.prefix)
    with pytest.raises(InputError, match="A187"):
        create_workspace(tmp_path / "new", agency_file, store_url=url, machine=bucket_workspace.machine)
    assert bucket_workspace.versions() == before
    assert not (tmp_path / "new").exists()


def test_secret_in_the_url_is_refused_and_not_repeated(agency_file, tmp_path, machine) -> None:
    with pytest.raises(InputError, match="A170") as caught:
        create_workspace(
            tmp_path / "new", agency_file, store_url="s3://AKIA1:hush-hush@bucket/x", machine=machine
        )
    assert "hush-hush" not in str(caught.value)


@pytest.mark.parametrize(("moment", "committed"), [(0, False), (2, True), (4, True), (5, True)])
def test_server_killed_in_the_middle_of_filing(
    moment: int,
    committed: bool,  # noqa: FBT001 - from the table
    bucket_workspace,
    papers,
    monkeypatch,
) -> None:
    """Acknowledged acts are whole, others absent: dead at a sealed file, tile, manifest or checkpoint."""
    server, left = bucket_workspace.server, [moment]
    with bucket_workspace.open() as workspace:
        file_records(workspace, "form_1_2", papers.applications(1))
        send = type(workspace.files)._send

        def killing(self, request) -> None:
            if left[0] == 0:
                server.kill()
            left[0] -= 1
            send(self, request)

        monkeypatch.setattr(type(workspace.files), "_send", killing)
        with pytest.raises((EnvironmentMissingError, FaultError)) as caught:
            file_records(workspace, "form_1_2", papers.applications(3))
        monkeypatch.undo()
    assert caught.value.code == ("A113" if committed else "A173")
    server.start()
    with bucket_workspace.open() as workspace:
        checked = verify(workspace, "full")
        assert checked.fine, checked
        assert checked.report.records == {"OK": 3 if committed else 1}
        again = file_records(workspace, "form_1_2", papers.applications(3))
        assert len(again.filed) == (0 if committed else 2)
        assert verify(workspace, "full").report.records == {"OK": 3}
