"""Convert whole files with several LibreOffices at once, and find the one file that breaks them."""

import queue
import shutil
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from webir_records.forms.printing.office import Office
from webir_records.forms.printing.source import Kind
from webir_records.model.errors import FaultError

BATCH: Final = 12
"""Files that one call of LibreOffice gets."""

WORTH: Final = 4
"""Files that are worth the start of another LibreOffice."""

LIFE: Final = 400
"""Files after which a LibreOffice is replaced: it grows slower and larger with each."""

HOPELESS: Final = 3
"""So many single files in a row without a PDF mean that LibreOffice itself does not work."""


@dataclass(frozen=True, slots=True)
class File:
    """A document to convert whole."""

    kind: Kind
    data: bytes


Outcome = bytes | FaultError


class Pool:
    """Some LibreOffices that stay up; close it, or use it in a `with`.

    Attributes:
        folder: holds what lies about; nothing stays there when the pool is closed.
    """

    def __init__(self, offices: Sequence[Office], folder: Path) -> None:
        self.folder = folder
        self._all = tuple(offices)
        self._idle: queue.SimpleQueue[Office] = queue.SimpleQueue()
        self._idle.put(offices[0])
        self._spare = list(offices[1:])
        self._threads = ThreadPoolExecutor(max_workers=len(offices), thread_name_prefix="office")
        self._numbers = count()
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        """Return the pool itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End every LibreOffice."""
        self.close()

    def start(self) -> None:
        """Begin to start the first LibreOffice; returns at once."""
        self._all[0].start()

    def grow(self) -> None:
        """Use every LibreOffice from now on; each takes a second of a processor to start."""
        with self._lock:
            while self._spare:
                self._idle.put(self._spare.pop())

    def close(self) -> None:
        """End every LibreOffice and remove what they left."""
        self._threads.shutdown(cancel_futures=True)
        for office in self._all:
            office.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def convert(self, files: Mapping[str, File]) -> dict[str, Outcome]:
        """Return for each file its PDF, or why there is none: `F310`, `F311`."""
        made: dict[str, Outcome] = {}
        for outcomes in self.begin(files):
            made |= outcomes.result()
        return {name: made[name] for name in files}

    def begin(self, files: Mapping[str, File]) -> list[Future[dict[str, Outcome]]]:
        """Begin to convert files; each is in one of what comes out; see `convert`."""
        names = list(files)
        size = min(BATCH, max(WORTH, -(-len(names) // len(self._all))))
        batches = [names[start : start + size] for start in range(0, len(names), size)]
        if len(batches) > 1:
            self.grow()
        return [self._threads.submit(self._batch, {name: files[name] for name in batch}) for batch in batches]

    def _batch(self, files: Mapping[str, File]) -> dict[str, Outcome]:
        office = self._idle.get()
        try:
            return self._isolate(office, files)
        finally:
            self._idle.put(office)

    def _isolate(self, office: Office, files: Mapping[str, File]) -> dict[str, Outcome]:
        """Convert files; when one breaks the run, convert it alone, and the rest without it."""
        outcomes: dict[str, Outcome] = {}
        waiting, misses = list(files), 0
        while waiting:
            made, error = self._run(office, {name: files[name] for name in waiting})
            outcomes |= made
            left = [name for name in waiting if name not in made]
            if not left:
                break
            suspect = left.pop(0)
            outcomes[suspect] = self._alone(office, suspect, files[suspect], error, again=len(waiting) > 1)
            misses = 0 if made or isinstance(outcomes[suspect], bytes) else misses + 1
            if misses >= HOPELESS:
                fault = outcomes[suspect]
                outcomes |= {name: _same(fault, name) for name in left}
                break
            waiting = left
        return outcomes

    def _alone(
        self, office: Office, name: str, file: File, error: FaultError | None, *, again: bool
    ) -> Outcome:
        if again:
            made, error = self._run(office, {name: file})
            if name in made:
                return made[name]
        return FaultError("F310", document=name) if error is None else _same(error, name)

    def _run(self, office: Office, files: Mapping[str, File]) -> tuple[dict[str, bytes], FaultError | None]:
        with self._lock:
            folder = self.folder / f"run-{next(self._numbers):06d}"
        out = folder / "out"
        out.mkdir(parents=True)
        paths: dict[str, Path] = {}
        for number, (name, file) in enumerate(files.items()):
            paths[name] = folder / f"{number:06d}.{file.kind}"
            paths[name].write_bytes(file.data)
        error = None
        try:
            office.convert(list(paths.values()), out, next(iter(files)))
        except FaultError as fault:
            error = fault
        made = {
            name: target.read_bytes()
            for name, path in paths.items()
            if (target := out / f"{path.stem}.pdf").is_file() and target.stat().st_size
        }
        shutil.rmtree(folder, ignore_errors=True)
        if office.converted >= LIFE:
            office.close()
        return made, error


def _same(fault: Outcome, name: str) -> FaultError:
    """Return the same fault for another document."""
    if isinstance(fault, bytes):
        return FaultError("F310", document=name)
    facts = {**fault.facts, "document": name}
    return FaultError(fault.code, (), **facts)
