"""An archive's files in a bucket with Object Lock (docs/adr/0009-store-seam.md).

One PUT is whole or absent, and durable when the server has answered: no temporary names are needed. The
checksum travels with the bytes, the server refuses what arrived otherwise, and its answer is compared.
What is put is held (legal hold) from its first moment, in the same request.
"""

import base64
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from signing.verifier.files import ArchiveFiles
from webir_records.archive.locks import Locks
from webir_records.archive.s3_client import WORKERS, code_of, translated
from webir_records.archive.s3_files import BucketFiles
from webir_records.archive.s3_locks import BucketLocks, Version
from webir_records.archive.store_url import BucketPlace
from webir_records.model.errors import EnvironmentMissingError, FaultError

if TYPE_CHECKING:  # the stubs are not there when the program runs
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import PutObjectRequestTypeDef

_TAKEN: Final = frozenset({"412", "PreconditionFailed"})
_RACING: Final = frozenset({"409", "ConditionalRequestConflict"})
_RACES: Final = 5  # how often a put is repeated while another one of the same name is under way
_PARTIAL_TILE: Final = ".p/"


class BucketStore:
    """A bucket, or the part of it below a prefix; it passes for a `Store`.

    Args:
        place: which bucket.
        client: connection to its server.
        bucket_locks: its locks.
    """

    def __init__(self, place: BucketPlace, client: "S3Client", bucket_locks: BucketLocks) -> None:
        self.place = place
        self.client = client
        self.bucket_locks = bucket_locks

    @property
    def locks(self) -> Locks | None:
        """The bucket's Object Lock."""
        return self.bucket_locks

    def close(self) -> None:
        """Close the connections."""
        self.client.close()

    def reader(self) -> ArchiveFiles:
        """Return what a verifier reads through."""
        return BucketFiles(self.place, self.client)

    def read(self, path: str) -> bytes:
        """Return the whole file; `FileNotFoundError` when it is not there.

        Raises:
            EnvironmentMissingError: A173–A177 the bucket cannot be used.
            FaultError: A178 the server failed.
        """
        with translated(self.place, path):
            answer = self.client.get_object(Bucket=self.place.bucket, Key=self.place.key(path))
            return answer["Body"].read()

    def exists(self, path: str) -> bool:
        """Tell whether the file is there."""
        try:
            with translated(self.place, path):
                self.client.head_object(Bucket=self.place.bucket, Key=self.place.key(path))
        except FileNotFoundError:
            return False
        return True

    def list(self, prefix: str) -> Iterator[str]:
        """Yield every file below a folder, in the order of their names."""
        pages = self.client.get_paginator("list_objects_v2")
        folder = f"{prefix}/" if prefix else ""
        with translated(self.place, prefix):
            for page in pages.paginate(Bucket=self.place.bucket, Prefix=self.place.key(folder)):
                yield from (self.place.path(item.get("Key", "")) for item in page.get("Contents", ()))

    def write(self, path: str, data: bytes) -> None:
        """Write or replace one file; what was there before stays as an older version."""
        with translated(self.place, path):
            self._send(self._request(path, data))

    def write_many(self, files: Iterable[tuple[str, bytes]]) -> None:
        """Write or replace files, several at a time."""
        _at_once(self.write, files)

    def put(self, path: str, data: bytes) -> None:
        """Put one file that may never change, and hold it.

        Raises:
            EnvironmentMissingError: A173–A177 the bucket cannot be used; it is not known whether the file
                is there, and putting it again is safe.
            FaultError: A179 other bytes lie there; A184 the bucket stored something else; A178.
        """
        with translated(self.place, path):
            for _ in range(_RACES):
                try:
                    self._send_first(path, data)
                except ClientError as error:
                    if code_of(error) in _RACING:
                        continue
                    if code_of(error) not in _TAKEN:
                        raise
                    self._accept(path, data)
                return
        raise FaultError("A178", path=path, cause="ConditionalRequestConflict")

    def put_many(self, files: Iterable[tuple[str, bytes]]) -> None:
        """Put files that may never change, several at a time; raises as `put`."""
        _at_once(self.put, files)

    def remove(self, path: str) -> bool:
        """Remove every version of a file and every delete marker, and see that they are gone.

        Raises:
            FaultError: A185 a lock keeps it; A186 versions are left.
        """
        found = self.bucket_locks.versions(path)
        for version in found:
            self._remove_version(path, version)
        if found and self.bucket_locks.versions(path):
            raise FaultError("A186", path=path)
        return bool(found)

    def remove_many(self, paths: Sequence[str]) -> None:
        """Remove files, several at a time; raises as `remove`."""
        with ThreadPoolExecutor(WORKERS) as pool:
            for _ in pool.map(self.remove, paths):
                pass

    def discard(self, paths: Sequence[str]) -> None:
        """Remove files that nobody needs; here that is durable at once.

        What a lock keeps stays: the bucket may lock every new file by itself, and nobody is harmed.
        """
        for path in paths:
            try:
                self.remove(path)
            except FaultError as error:
                if error.code != "A185":
                    raise

    def _request(self, path: str, data: bytes) -> "PutObjectRequestTypeDef":
        checksum = base64.b64encode(hashlib.sha256(data).digest()).decode()
        key = self.place.key(path)
        return {"Bucket": self.place.bucket, "Key": key, "Body": data, "ChecksumSHA256": checksum}

    def _send_first(self, path: str, data: bytes) -> None:
        """Send a file for a name that nobody has yet; held, unless it gives way to the next one."""
        request = self._request(path, data)
        request["IfNoneMatch"] = "*"
        if is_lasting(path):
            request["ObjectLockLegalHoldStatus"] = "ON"
        self._send(request)

    def _send(self, request: "PutObjectRequestTypeDef") -> None:
        answer = self.client.put_object(**request)
        if answer.get("ChecksumSHA256") != request.get("ChecksumSHA256"):
            raise FaultError("A184", path=self.place.path(request["Key"]))

    def _accept(self, path: str, data: bytes) -> None:
        """Accept what was put before: the same bytes, held."""
        if self.read(path) != data:
            raise FaultError("A179", path=path)
        if is_lasting(path):
            self.bucket_locks.hold(path)

    def _remove_version(self, path: str, version: Version) -> None:
        bypass = {"BypassGovernanceRetention": True} if self.place.bypass else {}
        try:
            with translated(self.place, path):
                self.client.delete_object(
                    Bucket=self.place.bucket,
                    Key=self.place.key(path),
                    VersionId=version.id,
                    **bypass,  # type: ignore[arg-type]  # the stub knows each name by itself only
                )
        except EnvironmentMissingError as error:
            if error.code != "A174":
                raise
            raise FaultError("A185", path=path, until=self._until(path, version)) from error

    def _until(self, path: str, version: Version) -> str:
        until = None if version.marker else self.bucket_locks.retained_until(path, version.id)
        return until.isoformat(timespec="seconds") if until else "?"


def is_lasting(path: str) -> bool:
    """Tell whether a file that is put stays until lawful destruction; partial tiles give way to full ones."""
    return _PARTIAL_TILE not in path


def _at_once(act: Callable[[str, bytes], None], files: Iterable[tuple[str, bytes]]) -> None:
    """Do something with every file, several at a time; the first error stops what has not begun."""
    with ThreadPoolExecutor(WORKERS) as pool:
        running = [pool.submit(act, path, data) for path, data in files]
        try:
            for future in running:
                future.result()
        finally:
            pool.shutdown(cancel_futures=True)
