"""Turn filled documents into PDF/A-2b with LibreOffice, thousands at a time; see docs/adr/0008.

LibreOffice gets a profile of its own for each run, our font file, and an environment that the caller
gives. A document that breaks it is found, named and left out.
"""

import os
import tempfile
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Final

from webir_records.forms.printing.batch import Batch, Stock, Turn, chunks
from webir_records.forms.printing.crew import Crew
from webir_records.forms.printing.description import PdfProperties
from webir_records.forms.printing.fonts import FontCoverage, installed_fonts
from webir_records.forms.printing.office import EACH_S, PDF_A_2B, START_S, Limits, Office
from webir_records.forms.printing.pool import Pool
from webir_records.forms.printing.preview import UnreadablePdfError, pictures
from webir_records.forms.printing.validation import load_checker
from webir_records.model.errors import Detail, EnvironmentMissingError, FaultError

__all__ = ["PDF_A_2B", "Converted", "Converter", "PdfProperties", "preview"]

CHUNK: Final = 50
"""Documents that go together; while LibreOffice lays out some, others are put together and checked."""

CHUNK_BYTES: Final = 32 * 1024 * 1024
AT_ONCE: Final = 6
"""Chunks on their way at one time: while one is laid out, others are put together and checked."""

MANY: Final = 6
"""So many chunks are worth the start of another LibreOffice, even if there is little to lay out in each."""

HELPERS: Final = 2
"""Processes beside this one that put together and check; each takes 80 MB."""

PROCESSES: Final = 2
"""LibreOffices; each takes a processor and 250 MB."""

_NOTHING: Final[Mapping[str, PdfProperties]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Converted:
    """What became of some documents; each is in one of the two.

    Attributes:
        made: PDF/A-2b by name, checked.
        failed: why there is none, by name.
    """

    made: Mapping[str, bytes]
    failed: Mapping[str, FaultError]


class Converter:
    """Converts documents; use one at a time.

    Attributes:
        soffice: LibreOffice's program, or None when the machine has none.
        work: folder for what lies about during a run; nothing stays there.
    """

    def __init__(
        self,
        soffice: Path | None,
        work: Path,
        *,
        environment: Mapping[str, str] = MappingProxyType({}),
        start_s: float = START_S,
        each_s: float = EACH_S,
        processes: int = PROCESSES,
        helpers: int = HELPERS,
    ) -> None:
        self.soffice = soffice
        self.work = work
        self._environment = environment
        self._limits = Limits(start_s, each_s)
        self._processes = max(1, min(processes, os.cpu_count() or 1))
        self._helpers = helpers if (os.cpu_count() or 1) > 1 else 0

    def convert(
        self, documents: Mapping[str, bytes], properties: Mapping[str, PdfProperties] | None = None
    ) -> dict[str, bytes]:
        """Return a PDF/A-2b for each docx or odt, under the same name.

        Every PDF has been opened, is A4, and holds every letter and digit of its document; every character
        has a font.

        Args:
            documents: finished documents by name.
            properties: what each PDF says about itself; without, what its document says about itself.

        Raises:
            EnvironmentMissingError: `X101` no LibreOffice, `X102` no list of fonts.
            FaultError: one document is at fault: `F310` no PDF came out, `F311` it took too long, `F312` to
                `F315`, `F350` to `F352` see `pdf_checks`; several are: `F353` with all of them. The others
                were tried. Nothing is returned then.
        """
        converted = self.convert_each(documents, properties)
        faults = list(converted.failed.values())
        if len(faults) == 1:
            raise faults[0]
        if faults:
            details = [Detail(fault.code, fault.facts) for fault in faults]
            names = "、".join(converted.failed)
            raise FaultError("F353", details, documents=names, count=str(len(faults)))
        return dict(converted.made)

    def convert_each(
        self, documents: Mapping[str, bytes], properties: Mapping[str, PdfProperties] | None = None
    ) -> Converted:
        """Return the PDFs that could be made, and why the others could not; see `convert`."""
        made: dict[str, bytes] = {}
        failed: dict[str, FaultError] = {}
        for part in self.stream(documents.items(), properties):
            made |= part.made
            failed |= part.failed
        return Converted(
            {name: made[name] for name in documents if name in made},
            {name: failed[name] for name in documents if name in failed},
        )

    def stream(
        self, documents: Iterable[tuple[str, bytes]], properties: Mapping[str, PdfProperties] | None = None
    ) -> Iterator[Converted]:
        """Convert any number of documents in bounded memory: give what became of each chunk, in order.

        Args:
            documents: name and finished document; names differ.
            properties: see `convert`.

        Raises:
            EnvironmentMissingError: see `convert`; before the first document.
        """
        waiting = chunks(iter(documents), count=CHUNK, size=CHUNK_BYTES)
        first = next(waiting, None)
        if first is None:
            return
        second = next(waiting, None) if len(first) >= CHUNK else None
        with self._stock(many=second is not None) as (pool, crew, fonts), _threads() as threads:
            stock = Stock(pool, crew, threads.submit(fonts).result)
            threads.submit(load_checker)
            rest = chain((first,), () if second is None else (second,), waiting)
            chunk, turn, count = next(rest, None), None, 0
            running: deque[Future[Converted]] = deque()
            while chunk is not None or running:
                while chunk is not None and len(running) < AT_ONCE:
                    turn = Turn(turn)
                    running.append(threads.submit(_ran, Batch(chunk, properties or _NOTHING, stock, turn)))
                    count += 1
                    if count > MANY:
                        pool.grow()
                    chunk = next(rest, None)
                yield running.popleft().result()

    def require(self) -> Path:
        """Return LibreOffice's program; ask before long work that ends in a conversion.

        Raises:
            EnvironmentMissingError: `X101` it is not on this machine.
        """
        if self.soffice is None or not self.soffice.is_file():
            raise EnvironmentMissingError("X101", got=str(self.soffice or "-"))
        return self.soffice

    @contextmanager
    def _stock(self, *, many: bool) -> Generator[tuple[Pool, Crew, Callable[[], FontCoverage]]]:
        """Give what converts, what helps, and what looks up the fonts; start as much as the work is worth."""
        soffice = self.require()
        self.work.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="pdf-", dir=self.work, ignore_cleanup_errors=True) as name:
            folder = Path(name)
            offices = [
                Office(
                    soffice, folder / f"office-{number}", environment=self._environment, limits=self._limits
                )
                for number in range(self._processes)
            ]
            with Pool(offices, folder / "runs") as pool, Crew() as crew:
                pool.start()
                if many:
                    crew.start(self._helpers)
                yield (
                    pool,
                    crew,
                    partial(installed_fonts, self._environment, folder, self._limits.start_s),
                )


@contextmanager
def _threads() -> Generator[ThreadPoolExecutor]:
    """Give threads for the chunks; when the caller leaves early, nobody waits for their work."""
    threads = ThreadPoolExecutor(AT_ONCE + 2, thread_name_prefix="chunk")
    try:
        yield threads
    except BaseException:
        threads.shutdown(wait=False, cancel_futures=True)
        raise
    threads.shutdown()


def preview(pdf: bytes, *, dpi: float) -> list[bytes]:
    """Return each page as a PNG.

    Args:
        pdf: a PDF.
        dpi: dots per inch; 100 is enough to read on a screen.

    Raises:
        FaultError: `F312`, it does not open.
    """
    try:
        return pictures(pdf, dpi=dpi)
    except UnreadablePdfError as error:
        raise FaultError("F312", document="PDF") from error


def _ran(batch: Batch) -> Converted:
    batch.run()
    return Converted(
        {name: batch.made[name] for name in batch.documents if name in batch.made},
        {name: batch.failed[name] for name in batch.documents if name in batch.failed},
    )
