"""Open a bucket, and ask whether it is one that an archive may lie in."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from botocore.exceptions import ClientError

from webir_records.archive.s3_client import code_of, connect, shown, translated
from webir_records.archive.s3_locks import BucketLocks
from webir_records.archive.s3_store import BucketStore
from webir_records.archive.store import Store
from webir_records.archive.store_url import BucketPlace
from webir_records.model.errors import EnvironmentMissingError

_NO_LOCK: Final = frozenset({"404", "ObjectLockConfigurationNotFoundError", "NoSuchObjectLockConfiguration"})


def open_bucket(
    place: BucketPlace, environment: Mapping[str, str], zone: ZoneInfo, now: Callable[[], datetime]
) -> BucketStore:
    """Return the store of a bucket; nothing is sent yet.

    Raises:
        EnvironmentMissingError: A172 the environment holds no credentials.
    """
    client = connect(place, environment)
    return BucketStore(place, client, BucketLocks(place, client, zone, now))


def require_lockable(store: Store) -> None:
    """See that a bucket keeps versions and knows Object Lock.

    Raises:
        EnvironmentMissingError: A176 it does not; A152 it locks every new file by itself; A173–A177 it cannot
            be used.
    """
    if not isinstance(store, BucketStore):
        raise TypeError("only a bucket has Object Lock")
    missing = [name for name, there in bucket_settings(store).items() if not there]
    if missing:
        raise EnvironmentMissingError("A176", place=shown(store.place), missing=", ".join(missing))
    term = default_retention(store)
    if term:
        raise EnvironmentMissingError("A152", place=shown(store.place), term=term)


def bucket_settings(store: BucketStore) -> dict[str, bool]:
    """Return whether a bucket keeps versions, and whether Object Lock is on."""
    with translated(store.place):
        versioning = store.client.get_bucket_versioning(Bucket=store.place.bucket).get("Status")
    return {"versioning": versioning == "Enabled", "object lock": _object_lock(store)}


def default_retention(store: BucketStore) -> str:
    """Return what the bucket does to every new file by itself, e.g. `GOVERNANCE 30 d`; mostly nothing."""
    with translated(store.place):
        try:
            answer = store.client.get_object_lock_configuration(Bucket=store.place.bucket)
        except ClientError as error:
            if code_of(error) in _NO_LOCK:
                return ""
            raise
    rule = answer.get("ObjectLockConfiguration", {}).get("Rule", {}).get("DefaultRetention", {})
    length = f"{rule['Days']} d" if "Days" in rule else f"{rule.get('Years', 0)} y"
    return f"{rule.get('Mode', '')} {length}" if rule else ""


def _object_lock(store: BucketStore) -> bool:
    with translated(store.place):
        try:
            answer = store.client.get_object_lock_configuration(Bucket=store.place.bucket)
        except ClientError as error:
            if code_of(error) in _NO_LOCK:
                return False
            raise
    return answer.get("ObjectLockConfiguration", {}).get("ObjectLockEnabled") == "Enabled"
