"""Steps 3 to 5 of docs/spec/verification.md: entry bundles, the tree over them, and the hash tiles."""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

from signing.errors import FileError, MalformedError
from signing.findings import LedgerCode
from signing.merkle import HASH_SIZE
from signing.tiles import (
    ENTRIES,
    MAX_BUNDLE_SIZE,
    TILE_WIDTH,
    TileName,
    decode_bundle,
    entries_path,
    parse_tile_path,
    tile_path,
)
from signing.verifier.collector import Collector, Phase
from signing.verifier.files import CountedFiles
from signing.verifier.tree import StoredTree

_MAX_TILE_SIZE = TILE_WIDTH * HASH_SIZE

Take = Callable[[int, Sequence[bytes]], None]
"""Takes the position of a bundle's first entry, and its entries."""
Progress = Callable[[int, int], None]
"""Takes how many entries were read, and how many there are."""


class LedgerReader:
    """Reads every entry once, in order, and rebuilds the tree from the stored bytes.

    Attributes:
        tree: the tree over the entries read so far.
        whole: every bundle so far could be read, so that `tree` is that of the log.
        hidden: some folder of bundles cannot be listed: what seems to be missing may be there.
    """

    def __init__(self, files: CountedFiles, collector: Collector) -> None:
        self.tree = StoredTree()
        self.whole = True
        self._files = files
        self._collector = collector
        self._names: dict[tuple[int, int], list[TileName]] = {}
        for path, _ in files.below("tile"):
            name = parse_tile_path(path)
            if name is None:
                files.counts["other_files"] += 1
            else:
                self._names.setdefault((name.level, name.index), []).append(name)
        bundles = "tile/entries"
        self.hidden = any(
            f"{bundles}/".startswith(f"{one}/") or one.startswith(f"{bundles}/") for one in files.unreadable
        )
        self._beyond = 0

    def stored_size(self) -> int:
        """Return the size that the bundles themselves suggest; used where no checkpoint can be read."""
        widths = {
            index: max(name.width for name in names)
            for (level, index), names in self._names.items()
            if level == ENTRIES
        }
        return max(widths) * TILE_WIDTH + widths[max(widths)] if widths else 0

    def read(self, size: int, take: Take, progress: Progress) -> None:
        """Read the log of a size and hand the entries of each bundle that can be read to `take`.

        Only bundles that exist are visited, so a checkpoint with a mad size costs nothing.
        """
        bundles = -(-size // TILE_WIDTH)
        stored = sorted(index for level, index in self._names if level == ENTRIES and index < bundles)
        expected = 0
        for index in stored:
            self._collector.place(Phase.LEDGER, index * TILE_WIDTH)
            self._note_gap(expected, index)
            self._read_bundle(index, min(TILE_WIDTH, size - index * TILE_WIDTH), take)
            expected = index + 1
            progress(min(size, expected * TILE_WIDTH), size)
        self._collector.place(Phase.LEDGER, size)
        self._note_gap(expected, bundles)
        if self.whole:
            for level, index, tile in self.tree.partial_tiles():
                self._compare_tile(level, index, tile)
            self._note_beyond(size)

    def _read_bundle(self, index: int, width: int, take: Take) -> None:
        entries = self._stored_entries(index, width)
        if entries is None:
            self.whole = False
            return
        hashes = [sha256(b"\x00" + entry).digest() for entry in entries]
        if not self.whole:  # the position in the tree is known, the tree is not
            self._compare_tile(0, index, b"".join(hashes))
        elif len(hashes) == TILE_WIDTH:
            for level, at, tile in self.tree.add(hashes):
                self._compare_tile(level, at, tile)
        else:
            self.tree.add(hashes)
        take(index * TILE_WIDTH, entries)

    def _stored_entries(self, index: int, width: int) -> list[bytes] | None:
        """Return the entries from the narrowest file that is wide enough; check the others against it."""
        names = sorted(self._names.pop((ENTRIES, index)), key=lambda name: name.width)
        bundles = {name: entries for name in names if (entries := self._bundle(name)) is not None}
        chosen = next((name for name in bundles if name.width >= width), None)
        if chosen is None:
            if names[-1].width < width and not self.hidden:
                self._corrupt(entries_path(index, width), "file", problem="missing")
            return None
        for name, entries in bundles.items():
            if name is not chosen:
                common = min(len(entries), len(bundles[chosen]))
                if entries[:common] != bundles[chosen][:common]:
                    self._corrupt(_path(name), "bundles_differ", other=_path(chosen))
            self._beyond += name.width > width
        self._files.counts["entries"] += width
        return bundles[chosen][:width]

    def _bundle(self, name: TileName) -> list[bytes] | None:
        path = _path(name)
        try:
            data = self._files.read(path, MAX_BUNDLE_SIZE)
            self._files.counts["bundles"] += 1
            entries = decode_bundle(data)
        except FileError as error:
            self._collector.unread(LedgerCode.TILE_CORRUPT, path, error.reason)
            return None
        except MalformedError:
            self._corrupt(path, "cut_off")
            return None
        if len(entries) != name.width:
            self._corrupt(path, "count", expected=str(name.width), got=str(len(entries)))
            return None
        return entries

    def _compare_tile(self, level: int, index: int, expected: bytes) -> None:
        """Compare every file of a tile with what the entries give; a wider one must begin with it."""
        names = self._names.pop((level, index), [])
        width = len(expected) // HASH_SIZE
        path = tile_path(level, index, width)
        if not any(name.width >= width for name in names) and not self._files.hides(path):
            self._corrupt(path, "file", problem="missing")
        for name in names:
            self._compare_file(name, expected)
            self._beyond += name.width > width

    def _compare_file(self, name: TileName, expected: bytes) -> None:
        path = _path(name)
        try:
            data = self._files.read(path, _MAX_TILE_SIZE)
        except FileError as error:
            self._collector.unread(LedgerCode.TILE_CORRUPT, path, error.reason)
            return
        self._files.counts["tiles"] += 1
        common = min(len(data), len(expected))
        if len(data) != name.width * HASH_SIZE:
            self._corrupt(path, "length", expected=str(name.width * HASH_SIZE), got=str(len(data)))
        elif data[:common] != expected[:common]:
            self._corrupt(path, "hashes_differ", entry=_first_difference(name, data, expected))

    def _note_gap(self, start: int, stop: int) -> None:
        if start < stop:
            self.whole = False
            if not self.hidden:
                self._corrupt(entries_path(start), "bundles_missing", count=str(stop - start))

    def _note_beyond(self, size: int) -> None:
        """Say that the folder knows more than its checkpoint: a broken run, or an old checkpoint put back."""
        beyond = self._beyond + sum(map(len, self._names.values()))
        if beyond:
            self._collector.undetermined(
                LedgerCode.BEYOND_CHECKPOINT, "tile", reason="tiles", count=str(beyond), size=str(size)
            )

    def _corrupt(self, path: str, reason: str, **facts: str) -> None:
        self._collector.invalid(LedgerCode.TILE_CORRUPT, path, reason=reason, **facts)


def _path(name: TileName) -> str:
    if name.level == ENTRIES:
        return entries_path(name.index, name.width)
    return tile_path(name.level, name.index, name.width)


def _first_difference(name: TileName, data: bytes, expected: bytes) -> str:
    """Return the position of the first ledger entry that the first differing hash covers."""
    pairs: Iterable[tuple[int, int]] = zip(data, expected, strict=False)
    at = next(place for place, (one, other) in enumerate(pairs) if one != other) // HASH_SIZE
    return str((name.index * TILE_WIDTH + at) << 8 * name.level)
