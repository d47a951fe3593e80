"""One chunk of documents on its way to PDF/A: share what can be shared, convert the rest whole, check all.

Chunks go side by side, but what one learns for the later ones is learnt in their order, so the same
documents give the same files however long each step takes.
"""

import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Final

from webir_records.forms.docx_package import read_parts
from webir_records.forms.pdf_checks import (
    FontCoverage,
    check_fonts,
    check_pdf,
    check_pdfa,
    check_structure,
    finish_pdf,
    read_pages,
)
from webir_records.forms.printing.crew import Crew
from webir_records.forms.printing.description import PdfProperties
from webir_records.forms.printing.patterns import DIALECTS, Reader
from webir_records.forms.printing.pool import File, Outcome, Pool
from webir_records.forms.printing.press import (
    UNEXPECTED,
    Press,
    Programs,
    Taken,
    open_press,
    print_all,
    take_sheet,
)
from webir_records.forms.printing.shared import Group, Kept, Known, Sheet
from webir_records.forms.printing.source import Kind, Source
from webir_records.forms.printing.worker import Lent
from webir_records.model.errors import FaultError

PILOT: Final = 12
"""Documents whose cells are laid out first, to see whether any two look alike."""

MANY_CELLS: Final = 500
SHARED: Final = 3
"""So many documents with one skeleton are worth a sheet."""

AT_A_TIME: Final = 8
"""Documents that a helper gets with one task."""

_UNREADABLE: Final = (
    *UNEXPECTED,
    EOFError,
    OSError,
    RuntimeError,
    MemoryError,
    zipfile.BadZipFile,
)
"""What a damaged package leads to (`NotImplementedError` is a `RuntimeError`): `F350`, for this one alone."""

_WORD_BODY: Final = "word/document.xml"


@dataclass(slots=True)
class _Entry:
    source: Source
    properties: PdfProperties
    parts: Mapping[str, bytes]


_Skeleton = tuple[Kind, bytes | None]


class Turn:
    """A chunk's place behind the one before it: what is learnt for later chunks is learnt in order."""

    def __init__(self, before: "Turn | None" = None) -> None:
        self._before = before
        self._grouped, self._opened = threading.Event(), threading.Event()

    def wait_grouped(self) -> None:
        """Wait until the chunk before knows what differs between its documents."""
        if self._before is not None:
            self._before._grouped.wait()  # noqa: SLF001 - of the same class

    def grouped(self) -> None:
        """Let the next chunk see what differs."""
        self._grouped.set()

    def wait_opened(self) -> None:
        """Wait until the chunk before has opened its presses."""
        if self._before is not None:
            self._before._opened.wait()  # noqa: SLF001 - of the same class

    def opened(self) -> None:
        """Let the next chunk use all presses."""
        self._grouped.set()
        self._opened.set()
        self._before = None


@dataclass(slots=True)
class Stock:
    """What the chunks of a run share.

    Attributes:
        pool: LibreOffices.
        crew: helpers.
        coverage: gives the characters that have a font.
        known: what was found out about each skeleton.
        validated: skeletons of which a PDF was found to be PDF/A.
    """

    pool: Pool
    crew: Crew
    coverage: Callable[[], FontCoverage]
    known: dict[_Skeleton, Known] = field(default_factory=dict[_Skeleton, Known])
    validated: set[bytes] = field(default_factory=set[bytes])


@dataclass(slots=True)
class _Class:
    """Documents that one press prints.

    Attributes:
        group: theirs.
        sources: they.
        press: None until it is opened.
        parts: documents that helpers are printing.
    """

    group: Group
    fonts: Lent[Programs]
    sources: list[Source]
    press: Lent[Press] | None = None
    parts: list[tuple[list[str], Future[list[bytes] | None]]] = field(
        default_factory=list[tuple[list[str], Future[list[bytes] | None]]]
    )


@dataclass(slots=True)
class Batch:
    """Documents to convert together.

    Attributes:
        documents: docx or odt by name.
        properties: what each PDF says about itself; without, what its document says about itself.
        stock: what all chunks share.
        turn: the chunk's place among the others.
        made: PDFs by name.
        failed: why there is none, by name.
    """

    documents: Mapping[str, bytes]
    properties: Mapping[str, PdfProperties]
    stock: Stock
    turn: Turn
    made: dict[str, bytes] = field(default_factory=dict[str, bytes])
    failed: dict[str, FaultError] = field(default_factory=dict[str, FaultError])
    _entries: dict[str, _Entry] = field(default_factory=dict[str, _Entry])

    def run(self) -> None:
        """Convert and check every document; each is in `made` or in `failed` afterwards."""
        try:
            self._run()
        finally:
            self.turn.opened()

    def _run(self) -> None:
        coverage, reader = self.stock.coverage(), Reader()
        for name, data in self.documents.items():
            self._read(name, data, coverage, reader)
        self.turn.wait_grouped()
        groups, alone = self._groups()
        self.turn.grouped()
        laid_out = self._lay_out(groups)
        alone += [
            s.name for group in groups if not any(group is one for one in laid_out) for s in group.sources
        ]
        self.turn.wait_opened()
        ready, new, single = self._classes(laid_out)
        for one in ready:
            self._submit(one, one.sources)
        failed = self._open(new)
        self.turn.opened()
        self._whole([*alone, *single, *failed])
        self._whole([name for one in (*ready, *new) for name in self._gather(one)])

    def _read(self, name: str, data: bytes, coverage: FontCoverage, reader: Reader) -> None:
        try:
            parts = read_parts(data, name)
            kind: Kind = "docx" if _WORD_BODY in parts else "odt"
            source = reader.read(name, kind, parts)
            check_fonts(name, source.text, coverage)
        except FaultError as fault:
            self.failed[name] = fault
            return
        except _UNREADABLE:
            self.failed[name] = FaultError("F350", document=name)
            return
        self._entries[name] = _Entry(source, self.properties.get(name) or PdfProperties.of(parts), parts)

    def _groups(self) -> tuple[list[Group], list[str]]:
        """Return the documents that share a skeleton, and the names of the others."""
        by_skeleton: dict[_Skeleton, list[Source]] = {}
        for entry in self._entries.values():
            by_skeleton.setdefault((entry.source.kind, entry.source.skeleton), []).append(entry.source)
        groups: list[Group] = []
        alone: list[str] = []
        for skeleton, sources in by_skeleton.items():
            group = self._group(skeleton, sources)
            if group is None:
                alone += [source.name for source in sources]
            else:
                groups.append(group)
        return groups, alone

    def _group(self, skeleton: _Skeleton, sources: Sequence[Source]) -> Group | None:
        known = self.stock.known.get(skeleton)
        if skeleton[1] is None or (known is None and len(sources) < SHARED):
            return None
        known = self.stock.known.setdefault(skeleton, known or Known(sources[0]))
        try:
            return Group.of(sources, self._entries[sources[0].name].parts, DIALECTS[skeleton[0]], known)
        except UNEXPECTED:
            return None

    def _lay_out(self, groups: Sequence[Group]) -> list[Group]:
        """Lay out the differing cells; return the groups for which that went well.

        When there are many cells, a few documents go first: registers of which no two are alike gain
        nothing, and are not laid out twice.
        """
        many = [group for group in groups if group.differing() > MANY_CELLS]
        pilots = {id(group): group.sources[:PILOT] for group in many}
        tried = {id(group): group.alike(pilots[id(group)]) for group in self._sheets(many, pilots)}
        hopeful = [group for group in groups if tried.get(id(group), id(group) not in pilots)]
        return self._sheets(hopeful, {id(group): group.sources for group in hopeful})

    def _classes(self, groups: Sequence[Group]) -> tuple[list[_Class], list[_Class], list[str]]:
        """Return the classes that have a press, the others, and the names of documents that are in none.

        A document that no other one of the chunk is like gets a press when an earlier chunk had one like it.
        """
        ready: list[_Class] = []
        new: list[_Class] = []
        single: list[str] = []
        for group in groups:
            fonts: Lent[Programs] = self.stock.crew.lend(group.fonts)
            found = group.sort(group.sources)
            ready += [_Class(group, fonts, sources, press) for press, sources in found.printed]
            again = [one for one in found.single if group.known.again(group.slots, group.looks(one))]
            new += [_Class(group, fonts, sources) for sources in (*found.classes, *([one] for one in again))]
            single += [one.name for one in (*found.unfit, *found.single) if one not in again]
        return ready, new, single

    def _open(self, classes: Sequence[_Class]) -> list[str]:
        """Open the presses of classes and begin to print; return the names of documents without one.

        The first document of each class is laid out whole. When it does not open, it is finished as it is.
        """
        names = [one.sources[0].name for one in classes]
        firsts = self.stock.pool.convert({name: self._file(name) for name in names})
        opening = [(one, self._opening(one, firsts[one.sources[0].name])) for one in classes]
        failed: list[str] = []
        for one, future in opening:
            first, opened = one.sources[0], None if future is None else future.result()
            if opened is None:
                self._finish(first.name, firsts[first.name])
                failed += [source.name for source in one.sources[1:]]
                continue
            one.press = self.stock.crew.lend(opened[0])
            group = one.group
            group.known.add(Kept(group.slots, group.images, group.looks(first), one.press))
            self.made[first.name] = opened[1]
            self._submit(one, one.sources[1:])
        return failed

    def _opening(self, one: _Class, laid_out: Outcome) -> Future[tuple[Press, bytes] | None] | None:
        if isinstance(laid_out, FaultError):
            return None
        first = one.sources[0]
        order = one.group.order(first, self._entries[first.name].properties)
        return self.stock.crew.submit(open_press, first, order, one.fonts, laid_out)

    def _submit(self, one: _Class, sources: Sequence[Source]) -> None:
        """Begin to print documents, some with each task."""
        for start in range(0, len(sources), AT_A_TIME):
            some = sources[start : start + AT_A_TIME]
            orders = [one.group.order(source, self._entries[source.name].properties) for source in some]
            future = self.stock.crew.submit(print_all, one.press, one.fonts, orders)
            one.parts.append(([source.name for source in some], future))

    def _gather(self, one: _Class) -> list[str]:
        """Take the printed documents of a class; return the names of all when one did not come out right."""
        for names, future in one.parts:
            pdfs = future.result()
            if pdfs is None:
                return self._dropped(one)
            self.made |= dict(zip(names, pdfs, strict=True))
        first = one.sources[0]
        try:
            if first.name in self.made:
                self._check_pdfa(first, self.made[first.name])
        except (*UNEXPECTED, FaultError):
            return self._dropped(one)
        return []

    def _dropped(self, one: _Class) -> list[str]:
        names = [source.name for source in one.sources]
        for name in names:
            self.made.pop(name, None)
        return names

    def _sheets(self, groups: Sequence[Group], sources: Mapping[int, Sequence[Source]]) -> list[Group]:
        """Lay out the cells of some documents of each group; return the groups for which that went well."""
        sheets: dict[str, tuple[Group, Sheet]] = {}
        broken: set[int] = set()
        for group in groups:
            first = group.sources[0]
            parts = self._entries[first.name].parts
            try:
                made = list(group.sheets(parts, DIALECTS[first.kind], sources[id(group)]))
            except UNEXPECTED:
                broken.add(id(group))
                continue
            for sheet in made:
                sheets[f"sheet-{len(sheets)}"] = (group, sheet)
        files = {name: File(group.sources[0].kind, sheet.document) for name, (group, sheet) in sheets.items()}
        taking: list[tuple[str, Future[Taken | None] | None]] = []
        for converted in self.stock.pool.begin(files):
            taking += [
                (name, self._taking(sheets[name], outcome)) for name, outcome in converted.result().items()
            ]
        for name, future in taking:
            group, sheet = sheets[name]
            taken = None if future is None else future.result()
            if taken is None:
                broken.add(id(group))
            else:
                group.take(sheet, *taken)
        return [group for group in groups if id(group) not in broken]

    def _taking(self, one: tuple[Group, Sheet], outcome: Outcome) -> Future[Taken | None] | None:
        group, sheet = one
        if isinstance(outcome, FaultError):
            return None
        return self.stock.crew.submit(take_sheet, outcome, sheet.texts, group.next_sheet())

    def _file(self, name: str) -> File:
        return File(self._entries[name].source.kind, self.documents[name])

    def _whole(self, names: Sequence[str]) -> None:
        """Convert documents whole after all."""
        for name, outcome in self.stock.pool.convert({name: self._file(name) for name in names}).items():
            self._finish(name, outcome)

    def _finish(self, name: str, outcome: Outcome) -> None:
        """Finish and check a document that was converted whole."""
        entry = self._entries[name]
        try:
            if isinstance(outcome, FaultError):
                raise outcome
            pdf = finish_pdf(name, outcome, entry.properties)
            check_pdf(name, read_pages(name, pdf), entry.source.text)
            check_structure(name, pdf)
            self._check_pdfa(entry.source, pdf)
        except FaultError as fault:
            self.made.pop(name, None)
            self.failed[name] = fault
        else:
            self.made[name] = pdf

    def _check_pdfa(self, source: Source, pdf: bytes) -> None:
        """Ask the checker of PDF/A, for documents with a skeleton once for each."""
        if source.skeleton is None or source.skeleton not in self.stock.validated:
            check_pdfa(source.name, pdf)
            if source.skeleton is not None:
                self.stock.validated.add(source.skeleton)


def chunks(documents: Iterator[tuple[str, bytes]], *, count: int, size: int) -> Iterator[dict[str, bytes]]:
    """Cut a stream of documents into chunks of at most `count` documents and about `size` bytes."""
    chunk: dict[str, bytes] = {}
    held = 0
    for name, data in documents:
        chunk[name] = data
        held += len(data)
        if len(chunk) >= count or held >= size:
            yield chunk
            chunk, held = {}, 0
    if chunk:
        yield chunk
