"""Try whether a bucket really refuses what it promises to refuse (docs/s3.md).

Everything happens below `self-test/`, with files of a few bytes that are locked for some seconds and
then removed in every version. Not one of the answers is believed: after each refusal the file is read.
"""

import base64
import hashlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from webir_records.archive.s3_client import server_time, translated
from webir_records.archive.s3_opening import bucket_settings, default_retention
from webir_records.archive.s3_store import BucketStore
from webir_records.archive.store_url import SELF_TEST
from webir_records.archive.trials import Proof, judged, unproven
from webir_records.model.errors import FaultError, WebirError

FOLDER: Final = SELF_TEST
RETAINED: Final = timedelta(seconds=6)  # long enough for the trials on a slow line
_RACERS: Final = 8
_SKEW: Final = timedelta(minutes=5)
_FIRST: Final = b"first"
_REFUSED: Final = frozenset({"A174", "A178"})


def try_bucket(store: BucketStore, now: Callable[[], datetime], token: str) -> Iterator[Proof]:
    """Yield what a bucket was seen to do.

    Args:
        store: the bucket.
        now: the clock, aware UTC.
        token: a name that was not used before, for the files of this run.

    Raises:
        EnvironmentMissingError: A173-A177 the bucket cannot be used.
    """
    for name, there in bucket_settings(store).items():
        yield judged(name.replace(" ", "_"), there)
    default = default_retention(store)
    yield unproven("default_retention", got=default) if default else judged("default_retention", fine=True)
    behind = abs(server_time(store.client, store.place) - now())
    yield judged("clock", behind < _SKEW, seconds=str(round(behind.total_seconds())))
    trial = _Trial(store, f"{FOLDER}/{token}")
    try:
        yield from trial.run()
    finally:
        trial.clean()
    yield unproven("owner_of_the_account")
    yield unproven("durability")


class _Trial:
    """The trials of one run."""

    def __init__(self, store: BucketStore, folder: str) -> None:
        self._store = store
        self._folder = folder
        self._locks = store.bucket_locks

    def run(self) -> Iterator[Proof]:
        """Try one property after the other."""
        yield self._one_winner()
        yield self._other_bytes()
        yield self._checksum()
        yield self._held()
        yield self._overwritten()
        yield from self._retained()
        yield self._vanishes()

    def clean(self) -> None:
        """Remove what was made, and what an earlier run had to leave; what is still locked stays."""
        with suppress(WebirError):
            for path in tuple(self._store.list(FOLDER)):
                with suppress(WebirError):
                    self._locks.release(path)
                    self._store.remove(path)

    def _path(self, name: str) -> str:
        return f"{self._folder}/{name}"

    def _one_winner(self) -> Proof:
        """Let several writers put different bytes under one name at the same moment."""
        path = self._path("race")

        def put(number: int) -> bool:
            try:
                self._store.put(path, f"writer {number}".encode())
            except FaultError:
                return False
            return True

        with ThreadPoolExecutor(_RACERS) as pool:
            won = list(pool.map(put, range(_RACERS)))
        fine = won.count(True) == 1 and self._store.read(path) == f"writer {won.index(True)}".encode()
        return judged("put_if_absent", fine, winners=str(won.count(True)), writers=str(_RACERS))

    def _other_bytes(self) -> Proof:
        path = self._path("taken")
        self._store.put(path, _FIRST)
        try:
            self._store.put(path, b"second")
        except FaultError as error:
            refused = error.code == "A179"
        else:
            refused = False
        return judged("put_never_replaces", refused and self._store.read(path) == _FIRST)

    def _checksum(self) -> Proof:
        """Send bytes with the checksum of others."""
        wrong = base64.b64encode(hashlib.sha256(b"others").digest()).decode()
        path = self._path("checksum")
        refused = self._refused(
            lambda: self._store.client.put_object(
                Bucket=self._store.place.bucket,
                Key=self._store.place.key(path),
                Body=_FIRST,
                ChecksumSHA256=wrong,
            )
        )
        return judged("checksum", refused and not self._store.exists(path))

    def _held(self) -> Proof:
        """Ask for the deletion of a version on legal hold, plainly and as one that may bypass retention."""
        path = self._path("taken")
        version = self._oldest(path)
        plainly = self._refused(lambda: self._delete(path, version))
        bypassing = self._refused(lambda: self._delete(path, version, bypass=True))
        return judged("hold_refuses_deletion", plainly and bypassing and self._holds(path))

    def _overwritten(self) -> Proof:
        """Write over a file and delete it by name: what was put must lie below, whole."""
        path = self._path("taken")
        version = self._oldest(path)
        self._store.write(path, b"written over")
        with translated(self._store.place, path):
            self._store.client.delete_object(Bucket=self._store.place.bucket, Key=self._store.place.key(path))
        return judged("overwriting_keeps_the_original", self._holds(path, version))

    def _retained(self) -> Iterator[Proof]:
        """Retain files for seconds: deletion and a shorter term are refused, deletion after it is not."""
        path, other = self._path("retained"), self._path("bypass")
        until = server_time(self._store.client, self._store.place) + RETAINED
        for each in (path, other):
            self._store.put(each, _FIRST)
            self._locks.retain(each, until)
            self._locks.release(each)
        version = self._oldest(path)
        early = self._refused(lambda: self._delete(path, version))
        yield judged("retention_refuses_deletion", early and self._holds(path))
        sooner = until - timedelta(seconds=2)
        shorter = self._refused(lambda: self._locks.retain(path, sooner))
        yield judged("retention_is_not_shortened", shorter and self._end_of(path) == until)
        yield self._bypass(other)
        self._wait_for(until)
        yield judged("deletion_after_the_term", not self._refused(lambda: self._delete(path, version)))

    def _bypass(self, path: str) -> Proof:
        """Say whether these credentials may set a running term aside."""
        version = self._oldest(path)
        refused = self._refused(lambda: self._delete(path, version, bypass=True))
        return judged("bypass", fine=True) if refused else unproven("bypass")

    def _vanishes(self) -> Proof:
        """Remove, as lawful destruction does, a file with versions and a delete marker over it."""
        path = self._path("taken")
        before = len(self._locks.versions(path))
        self._locks.release(path)
        with suppress(FaultError):  # what is left says it
            self._store.remove(path)
        left = len(self._locks.versions(path))
        return judged("every_version_vanishes", before == 3 and left == 0, before=str(before), left=str(left))

    def _oldest(self, path: str) -> str:
        """Return the version that was put, below whatever lies over it; empty when there is none."""
        found = [version.id for version in self._locks.versions(path) if not version.marker]
        return found[-1] if found else ""

    def _holds(self, path: str, version: str = "") -> bool:
        """Tell whether the bytes that were put are still there."""
        key = self._store.place.key(path)
        try:
            with translated(self._store.place, path):
                if not version:
                    return self._store.read(path) == _FIRST
                answer = self._store.client.get_object(
                    Bucket=self._store.place.bucket, Key=key, VersionId=version
                )
                return answer["Body"].read() == _FIRST
        except FileNotFoundError:
            return False

    def _end_of(self, path: str) -> datetime | None:
        try:
            return self._locks.retained_until(path)
        except FileNotFoundError:
            return None

    def _wait_for(self, moment: datetime) -> None:
        """Wait by the bucket's clock, which is the one that decides."""
        while server_time(self._store.client, self._store.place) <= moment:
            time.sleep(0.5)

    def _delete(self, path: str, version: str, *, bypass: bool = False) -> None:
        self._store.client.delete_object(
            Bucket=self._store.place.bucket,
            Key=self._store.place.key(path),
            VersionId=version,
            BypassGovernanceRetention=bypass,
        )

    def _refused(self, act: Callable[[], object]) -> bool:
        try:
            with translated(self._store.place):
                act()
        except FileNotFoundError:  # it is gone: nothing refused
            return False
        except WebirError as error:
            if error.code not in _REFUSED:
                raise
            return True
        return False
