"""What every store promises: one suite for a folder of this machine and for a bucket on a real server."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest

from signing.errors import FileError
from webir_records.archive.disk import LocalDisk
from webir_records.archive.store import Store, put_unnamed, take_back
from webir_records.model.errors import FaultError

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
RECORD = "records/2026/aa/aa01.1.sealed"


@pytest.fixture(params=["folder", "bucket"])
def open_again(request: pytest.FixtureRequest, tmp_path: Path, prefix: str) -> Callable[[], Store]:
    """Open the store, each time anew."""
    if request.param == "folder":
        return lambda: LocalDisk(tmp_path / "archive")
    server = request.getfixturevalue("s3_server")
    return lambda: server.store(prefix)


@pytest.fixture
def store(open_again: Callable[[], Store]) -> Store:
    return open_again()


@pytest.mark.parametrize("size", [0, 1, 37_000, 5_000_001])
def test_what_was_put_is_read_by_another(store, open_again, size: int) -> None:
    data = bytes(size)
    store.put(RECORD, data)
    assert open_again().read(RECORD) == data
    assert open_again().exists(RECORD)


def test_what_is_not_there_is_not_found(store) -> None:
    with pytest.raises(FileNotFoundError):
        store.read(RECORD)
    assert not store.exists(RECORD)
    assert not store.remove(RECORD)
    assert not list(store.list("records"))


def test_same_bytes_may_be_put_again(store, open_again) -> None:
    store.put(RECORD, b"sealed")
    open_again().put(RECORD, b"sealed")
    assert store.read(RECORD) == b"sealed"


@pytest.mark.parametrize("other", [b"", b"sealeD", b"sealed and more"])
def test_other_bytes_are_a_fault_and_change_nothing(store, open_again, other: bytes) -> None:
    store.put(RECORD, b"sealed")
    with pytest.raises(FaultError, match="A179") as caught:
        open_again().put(RECORD, other)
    assert caught.value.facts["path"] == RECORD
    assert store.read(RECORD) == b"sealed"


def test_one_of_many_that_is_taken_is_named(store) -> None:
    store.put("manifests/2026/000007.json", b"ours")
    with pytest.raises(FaultError, match="A179") as caught:
        store.put_many((f"manifests/2026/{number:06}.json", b"theirs") for number in range(10))
    assert caught.value.facts["path"] == "manifests/2026/000007.json"
    assert store.read("manifests/2026/000007.json") == b"ours"


def test_many_are_put_and_listed(store) -> None:
    files = {f"tile/0/{number:03}": bytes([number]) * 100 for number in range(60)}
    store.put_many(files.items())
    assert {path: store.read(path) for path in store.list("tile")} == files


def test_one_of_several_writers_wins_and_the_others_are_told(store, open_again) -> None:
    def put(number: int) -> bool:
        try:
            open_again().put(RECORD, f"writer {number}".encode())
        except FaultError as error:
            assert error.code == "A179"  # noqa: PT017 - in a thread
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(put, range(8)))
    assert won.count(True) == 1
    assert store.read(RECORD) == f"writer {won.index(True)}".encode()
    assert list(store.list("records")) == [RECORD]


def test_only_what_is_written_is_replaced(store, open_again) -> None:
    for content in (b"checkpoint 1", b"checkpoint 2"):
        store.write("checkpoint", content)
    assert open_again().read("checkpoint") == b"checkpoint 2"


def test_listing_keeps_to_its_folder(store) -> None:
    paths = {"a/1", "a/b/2", "ab/3", "a.txt"}
    store.put_many((path, b"x") for path in paths)
    assert set(store.list("a")) == {"a/1", "a/b/2"}
    assert set(store.list("")) == paths


def test_removal_takes_one_file_and_not_those_named_alike(store) -> None:
    for path in ("records/a.1", "records/a.10"):
        store.put(path, b"x")
    assert take_back(store, "records/a.1")
    assert not store.exists("records/a.1")
    assert store.read("records/a.10") == b"x"
    assert not take_back(store, "records/a.1")


def test_partial_tile_gives_way_without_release(store) -> None:
    store.put("tile/0/000.p/5", b"five")
    assert store.remove("tile/0/000.p/5")
    assert not store.exists("tile/0/000.p/5")


def test_what_nothing_names_is_put_anew(store) -> None:
    put_unnamed(store, "certificates/A2026-1/certificate.json", b"of a broken run")
    put_unnamed(store, "certificates/A2026-1/certificate.json", b"of the next one")
    assert store.read("certificates/A2026-1/certificate.json") == b"of the next one"


def test_reader_sees_folders_files_and_sizes(store) -> None:
    store.put_many([("tile/0/000", b"x" * 5), ("tile/entries/000", b"y"), ("checkpoint", b"z")])
    reader = store.reader()
    top = reader.children("")
    assert (sorted(top.folders), list(top.files)) == (["tile"], [("checkpoint", 1)])
    assert sorted(reader.children("tile").folders) == ["tile/0", "tile/entries"]
    assert list(reader.children("tile/0").files) == [("tile/0/000", 5)]
    assert not reader.children("nothing").files


def test_reader_digests_and_keeps_to_its_limit(store) -> None:
    data = b"x" * 3_000_000
    store.put(RECORD, data)
    reader = store.reader()
    assert reader.digest(RECORD) == (len(data), sha256(data).hexdigest())
    assert reader.read(RECORD, len(data)) == data
    with pytest.raises(FileError, match="too_large"):
        reader.read(RECORD, len(data) - 1)
    for act in (lambda: reader.read("records/none", 10), lambda: reader.digest("records/none")):
        with pytest.raises(FileError, match="missing"):
            act()
