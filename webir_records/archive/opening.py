"""Open the store that a URL names; what a bucket needs is loaded only for a bucket."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from webir_records.archive.disk import LocalDisk
from webir_records.archive.store import Store
from webir_records.archive.store_url import SELF_TEST, BucketPlace, FolderPlace, parse_store_url
from webir_records.model.errors import EnvironmentMissingError, InputError


def open_store(
    url: str, root: Path, *, environment: Mapping[str, str], zone: ZoneInfo, now: Callable[[], datetime]
) -> Store:
    """Open a store; a bucket is not asked yet.

    Args:
        url: `store_url` of the settings.
        root: folder of the workspace, where a relative folder starts.
        environment: holds the credentials of a bucket.
        zone: where the days of the rule begin.
        now: the clock, aware UTC.

    Raises:
        InputError: A170 the URL cannot be used.
        EnvironmentMissingError: A171 the library for buckets is not installed; A172 there are no credentials.
    """
    place = parse_store_url(url)
    if isinstance(place, FolderPlace):
        return LocalDisk(root / place.path)
    try:
        from webir_records.archive.s3_opening import open_bucket  # noqa: PLC0415 - needs the extra `s3`
    except ModuleNotFoundError as error:
        raise EnvironmentMissingError("A171", missing=error.name or "boto3") from error
    return open_bucket(place, environment, zone, now)


def require_new(url: str, store: Store) -> None:
    """See that a store can take a new archive, before anything else is made.

    Raises:
        InputError: A187 an archive lies there already.
        EnvironmentMissingError: A173–A177 the bucket cannot be used as it is.
    """
    if isinstance(parse_store_url(url), BucketPlace):
        from webir_records.archive.s3_opening import require_lockable  # noqa: PLC0415 - the same

        require_lockable(store)
    others = (path for path in store.list("") if not path.startswith(f"{SELF_TEST}/"))
    if next(others, None) is not None:
        raise InputError("A187", place=url.partition("?")[0])
