"""One chunk of documents on its way to PDF/A: share what can be shared, convert the rest whole, check all."""

import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pikepdf
from lxml import etree

from webir_records.forms.docx_package import read_parts
from webir_records.forms.pdf_checks import (
    FontCoverage,
    check_exact,
    check_fonts,
    check_pdf,
    check_pdfa,
    check_structure,
    finish_pdf,
    letters,
    read_pages,
)
from webir_records.forms.printing.description import PdfProperties
from webir_records.forms.printing.page_text import UnknownContentError
from webir_records.forms.printing.patterns import DIALECTS, Reader
from webir_records.forms.printing.pool import File, Outcome, Pool
from webir_records.forms.printing.preview import UnreadablePdfError, alike
from webir_records.forms.printing.shared import Group, Press, Sheet
from webir_records.forms.printing.source import Kind, Source
from webir_records.model.errors import FaultError, InputError

PILOT: Final = 12
"""Documents whose cells are laid out first, to see whether any two look alike."""

MANY_CELLS: Final = 500
SHARED: Final = 3
"""So many documents with one skeleton are worth a sheet."""

_UNEXPECTED: Final = (
    UnknownContentError,
    UnreadablePdfError,
    InputError,
    etree.LxmlError,
    pikepdf.PdfError,
    zlib.error,
    struct.error,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)
"""What a file that is not as LibreOffice writes it leads to; such documents are converted whole."""

_UNREADABLE: Final = (
    *_UNEXPECTED,
    SyntaxError,
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


@dataclass(slots=True)
class Batch:
    """Documents to convert together.

    Attributes:
        documents: docx or odt by name.
        properties: what each PDF says about itself; without, what its document says about itself.
        pool: LibreOffices.
        coverage: characters that have a font.
        reader: takes documents apart.
        validated: skeletons of which a PDF was found to be PDF/A; may be shared between batches.
        made: PDFs by name.
        failed: why there is none, by name.
    """

    documents: Mapping[str, bytes]
    properties: Mapping[str, PdfProperties]
    pool: Pool
    coverage: FontCoverage
    reader: Reader
    validated: set[bytes]
    made: dict[str, bytes] = field(default_factory=dict[str, bytes])
    failed: dict[str, FaultError] = field(default_factory=dict[str, FaultError])
    _entries: dict[str, _Entry] = field(default_factory=dict[str, _Entry])

    def run(self) -> None:
        """Convert and check every document; each is in `made` or in `failed` afterwards."""
        for name, data in self.documents.items():
            self._read(name, data)
        groups, alone = self._groups()
        presses, unshared = self._lay_out(groups)
        whole = [*alone, *unshared, *(classmates[0].name for _, classmates in presses)]
        pdfs = self.pool.convert({name: self._file(name) for name in whole})
        for group, classmates in presses:
            self._print(group, classmates, pdfs)
        for name in (*alone, *unshared):
            self._finish(name, pdfs[name])

    def _read(self, name: str, data: bytes) -> None:
        try:
            parts = read_parts(data, name)
            kind: Kind = "docx" if _WORD_BODY in parts else "odt"
            source = self.reader.read(name, kind, parts)
            check_fonts(name, source.text, self.coverage)
        except FaultError as fault:
            self.failed[name] = fault
            return
        except _UNREADABLE:
            self.failed[name] = FaultError("F350", document=name)
            return
        self._entries[name] = _Entry(source, self.properties.get(name) or PdfProperties.of(parts), parts)

    def _groups(self) -> tuple[list[Group], list[str]]:
        """Return the documents that share a skeleton, and the names of the others."""
        by_skeleton: dict[tuple[Kind, bytes | None], list[Source]] = {}
        for entry in self._entries.values():
            by_skeleton.setdefault((entry.source.kind, entry.source.skeleton), []).append(entry.source)
        groups: list[Group] = []
        alone: list[str] = []
        for (kind, skeleton), sources in by_skeleton.items():
            if skeleton is not None and len(sources) >= SHARED:
                try:
                    groups.append(Group.of(sources, self._entries[sources[0].name].parts, DIALECTS[kind]))
                    continue
                except _UNEXPECTED:
                    pass
            alone += [source.name for source in sources]
        return groups, alone

    def _lay_out(self, groups: Sequence[Group]) -> tuple[list[tuple[Group, list[Source]]], list[str]]:
        """Lay out the differing cells; return the classes, and the names of documents that belong to none.

        When there are many cells, a few documents go first: registers of which no two are alike gain
        nothing, and are not laid out twice.
        """
        first = {id(g): g.sources[:PILOT] if g.differing() > MANY_CELLS else g.sources for g in groups}
        hopeful = [group for group in self._sheets(groups, first) if group.classes(first[id(group)])[0]]
        rest = {id(group): group.sources for group in hopeful}
        done = self._sheets(hopeful, rest)
        presses: list[tuple[Group, list[Source]]] = []
        alone = [
            source.name
            for group in groups
            if not any(group is one for one in done)
            for source in group.sources
        ]
        for group in done:
            classes, others = group.classes(group.sources)
            presses += [(group, classmates) for classmates in classes]
            alone += [source.name for source in others]
        return presses, alone

    def _sheets(self, groups: Sequence[Group], sources: Mapping[int, Sequence[Source]]) -> list[Group]:
        """Lay out the cells of some documents of each group; return the groups for which that went well."""
        sheets: dict[str, tuple[Group, Sheet]] = {}
        unfit: set[int] = set()
        for group in groups:
            first = group.sources[0]
            parts = self._entries[first.name].parts
            try:
                made = list(group.sheets(parts, DIALECTS[first.kind], sources[id(group)]))
            except _UNEXPECTED:
                unfit.add(id(group))
                continue
            for sheet in made:
                sheets[f"sheet-{len(sheets)}"] = (group, sheet)
        outcomes = self.pool.convert(
            {name: File(group.sources[0].kind, sheet.document) for name, (group, sheet) in sheets.items()}
        )
        broken = unfit | {
            id(group) for name, (group, sheet) in sheets.items() if not _taken(group, sheet, outcomes[name])
        }
        return [group for group in groups if id(group) not in broken]

    def _file(self, name: str) -> File:
        return File(self._entries[name].source.kind, self.documents[name])

    def _print(self, group: Group, classmates: Sequence[Source], pdfs: Mapping[str, Outcome]) -> None:
        """Make every document of a class from its first one."""
        first = classmates[0]
        laid_out = pdfs[first.name]
        if isinstance(laid_out, FaultError):
            self._whole([source.name for source in classmates[1:]])
            self.failed[first.name] = laid_out
            return
        try:
            press = Press(group, first, laid_out, expected=len(classmates))
            expected = letters("".join(page.text for page in read_pages(first.name, laid_out)))
            rest = expected - _said(first, press)
            for source in classmates:
                self._check_made(source, press, rest + _said(source, press))
            check_structure(first.name, self.made[first.name])
            if not alike(self.made[first.name], laid_out):
                raise UnknownContentError("pages that look otherwise")
            self._check_pdfa(first, self.made[first.name])
        except (*_UNEXPECTED, FaultError):
            for source in classmates:
                self.made.pop(source.name, None)
            self._finish(first.name, laid_out)
            self._whole([source.name for source in classmates[1:]])

    def _check_made(self, source: Source, press: Press, expected: Counter[str]) -> None:
        pdf = press.make(source, self._entries[source.name].properties)
        pages = read_pages(source.name, pdf, glyphs=True)
        press.check(source, pdf, pages)
        check_pdf(source.name, pages, source.text)
        check_exact(source.name, pages, expected)
        self.made[source.name] = pdf

    def _whole(self, names: Sequence[str]) -> None:
        """Convert documents whole after all."""
        for name, outcome in self.pool.convert({name: self._file(name) for name in names}).items():
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
        if source.skeleton is None or source.skeleton not in self.validated:
            check_pdfa(source.name, pdf)
            if source.skeleton is not None:
                self.validated.add(source.skeleton)


def _taken(group: Group, sheet: Sheet, outcome: Outcome) -> bool:
    if isinstance(outcome, FaultError):
        return False
    try:
        group.take(sheet, outcome)
    except _UNEXPECTED:
        return False
    return True


def _said(source: Source, press: Press) -> Counter[str]:
    """Return the letters that the slots of a document bring onto its pages."""
    said: Counter[str] = Counter()
    for slot in press.slots:
        said += letters(source.slots[slot].text)
    return said


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
