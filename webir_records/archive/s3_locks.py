"""Object Lock of a bucket: legal hold and governance retention, of every version of a file."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from botocore.exceptions import ClientError

from webir_records.archive.s3_client import code_of, translated
from webir_records.archive.store_url import BucketPlace

if TYPE_CHECKING:  # the stubs are not there when the program runs
    from types_boto3_s3 import S3Client

_NO_LOCK: Final = frozenset(  # AWS says the first, others what they like
    {
        "NoSuchObjectLockConfiguration",
        "NoSuchObjectLegalHold",
        "NoSuchObjectRetention",
        "ObjectLockConfigurationNotFoundError",
    }
)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a file, or a delete marker over it."""

    id: str
    marker: bool = False


class BucketLocks:
    """The locks of a bucket's files.

    Args:
        place: which bucket.
        client: connection to its server.
        zone: where the days of the rule begin.
        now: the clock, aware UTC.
    """

    def __init__(
        self, place: BucketPlace, client: "S3Client", zone: ZoneInfo, now: Callable[[], datetime]
    ) -> None:
        self._place = place
        self._client = client
        self._zone = zone
        self._now = now

    def hold(self, path: str) -> None:
        """Put the newest version of a file on legal hold; `FileNotFoundError` when it is not there."""
        self.set_hold(path, None, on=True)

    def set_hold(self, path: str, version: str | None, *, on: bool) -> None:
        """Put a version of a file (the newest when None) on legal hold, or lift its hold."""
        which = {"VersionId": version} if version else {}
        with translated(self._place, path):
            self._client.put_object_legal_hold(
                Bucket=self._place.bucket,
                Key=self._place.key(path),
                LegalHold={"Status": "ON" if on else "OFF"},
                **which,  # type: ignore[arg-type]  # the stub knows each name by itself only
            )

    def held(self, path: str) -> bool:
        """Tell whether the newest version of a file is on legal hold."""
        with translated(self._place, path):
            try:
                answer = self._client.get_object_legal_hold(
                    Bucket=self._place.bucket, Key=self._place.key(path)
                )
            except ClientError as error:
                if code_of(error) in _NO_LOCK:
                    return False
                raise
        return answer.get("LegalHold", {}).get("Status") == "ON"

    def retain_until(self, path: str, day: date) -> None:
        """Let the bucket refuse deletion until a day begins; a longer term stays, a past day says nothing."""
        moment = datetime.combine(day, time.min, self._zone)
        if moment <= self._now():
            return
        running = self.retained_until(path)
        if running is None or running < moment:
            self.retain(path, moment)

    def retain(self, path: str, moment: datetime) -> None:
        """Set the end of a file's governance retention."""
        with translated(self._place, path):
            self._client.put_object_retention(
                Bucket=self._place.bucket,
                Key=self._place.key(path),
                Retention={"Mode": "GOVERNANCE", "RetainUntilDate": moment},
            )

    def retained_until(self, path: str, version: str | None = None) -> datetime | None:
        """Return the end of the retention of a version (the newest when None), if there is one."""
        which = {"VersionId": version} if version else {}
        with translated(self._place, path):
            try:
                answer = self._client.get_object_retention(
                    Bucket=self._place.bucket,
                    Key=self._place.key(path),
                    **which,  # type: ignore[arg-type]  # the stub knows each name by itself only
                )
            except ClientError as error:
                if code_of(error) in _NO_LOCK:
                    return None
                raise
        return answer.get("Retention", {}).get("RetainUntilDate")

    def release(self, path: str) -> None:
        """Lift the hold of every version of a file; a running retention stays."""
        for version in self.versions(path):
            if not version.marker:
                self.set_hold(path, version.id, on=False)

    def versions(self, path: str) -> tuple[Version, ...]:
        """Return every version of a file and every delete marker."""
        key = self._place.key(path)
        pages = self._client.get_paginator("list_object_versions")
        found: list[Version] = []
        with translated(self._place, path):
            for page in pages.paginate(Bucket=self._place.bucket, Prefix=key):
                real = (v for v in page.get("Versions", ()) if v.get("Key") == key)
                found += [Version(version.get("VersionId", "")) for version in real]
                marks = (m for m in page.get("DeleteMarkers", ()) if m.get("Key") == key)
                found += [Version(mark.get("VersionId", ""), marker=True) for mark in marks]
        return tuple(found)
