"""Turn documents with their numbers into files, a bounded number at a time.

One bad document does not stop the others: it is named with its reason, and the rest is made.
"""

import shutil
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

from webir_records.forms.filling import FillContext, Template
from webir_records.forms.pdf import Converter, PdfProperties
from webir_records.forms.specs import FormSpec
from webir_records.model.errors import FaultError, InputError, WebirError
from webir_records.services.context import Progress, Workspace, silent
from webir_records.services.issuing import Issued

FORMATS: Final = ("docx", "odt", "pdf")
LAYOUTS: Final = ("docx", "odt")
"""What a form can be filled as; PDF is made from the first of them that the form has."""

CHUNK: Final = 200
"""Documents that are in memory together."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """One filled document in every wanted format."""

    issued: Issued
    files: Mapping[str, bytes]  # by format


@dataclass(frozen=True, slots=True)
class NotMade:
    """A document that could not be made, and why; `error` names no person."""

    issued: Issued
    error: WebirError


@dataclass(slots=True)
class Rendering:
    """What became of some documents: each of them is in one of the two lists."""

    made: list[Rendered] = field(default_factory=list[Rendered])
    failed: list[NotMade] = field(default_factory=list[NotMade])


class Renderer:
    """Makes the documents of one form; holds its compiled layouts and the converter for a whole run."""

    def __init__(
        self,
        workspace: Workspace,
        spec: FormSpec,
        formats: Sequence[str],
        work: Path,
        *,
        images: Mapping[str, bytes] | None = None,
    ) -> None:
        """Compile what is needed.

        Args:
            workspace: whose papers these are.
            spec: the form.
            formats: some of `FORMATS`.
            work: private folder for what lies about during a conversion.
            images: further pictures by the name that a layout gives them, such as a seal.

        Raises:
            InputError: the form has no layout in a wanted format (`F203`), or the layout is wrong.
        """
        self._workspace = workspace
        self._spec = spec
        self._formats = tuple(formats)
        self._images = dict(images or {})
        kinds = [kind for kind in LAYOUTS if kind in formats]
        self._source = self._pdf_source(kinds) if "pdf" in formats else ""
        self._templates = {
            kind: Template.load(spec, kind) for kind in dict.fromkeys((*kinds, self._source)) if kind
        }
        machine = workspace.machine
        self._converter = Converter(machine.soffice, work, environment=machine.environment)

    def _pdf_source(self, kinds: Sequence[str]) -> str:
        """Return the layout that PDF is made from: one that is filled anyway, before another."""
        return next((k for k in (*kinds, *LAYOUTS) if self._spec.layout_for(k).is_file()), LAYOUTS[0])

    def run(self, issued: Sequence[Issued], *, progress: Progress = silent) -> Iterator[Rendering]:
        """Make every document in every format, some at a time; each was read back and compared with its data.

        Args:
            issued: any number of documents with their form numbers, which differ.
            progress: told how far it is.

        Raises:
            EnvironmentMissingError: X101 PDF is wanted and LibreOffice is missing; before the first document.
        """
        filled = self._filled(issued, progress)
        return self._printed(filled, issued, progress) if "pdf" in self._formats else self._in_chunks(filled)

    def _filled(self, issued: Sequence[Issued], progress: Progress) -> Iterator[Rendered | NotMade]:
        for number, item in enumerate(issued, start=1):
            try:
                yield self._fill(item)
            except (InputError, FaultError) as error:
                yield NotMade(item, error)
            progress("fill", number, len(issued))

    def _in_chunks(self, filled: Iterator[Rendered | NotMade]) -> Iterator[Rendering]:
        while chunk := list(islice(filled, CHUNK)):
            made = [self._wanted(item) for item in chunk if isinstance(item, Rendered)]
            yield Rendering(made, [item for item in chunk if isinstance(item, NotMade)])

    def _printed(
        self, filled: Iterator[Rendered | NotMade], issued: Sequence[Issued], progress: Progress
    ) -> Iterator[Rendering]:
        """Convert while filling goes on; those that cannot be converted are named with the others."""
        waiting: dict[str, Rendered] = {}
        failed: list[NotMade] = []
        done = 0
        properties = {item.form_no: self._properties(item) for item in issued}
        for part in self._converter.stream(self._sources(filled, waiting, failed), properties):
            result = Rendering(failed=[*failed])
            failed.clear()
            result.failed += [NotMade(waiting.pop(name).issued, error) for name, error in part.failed.items()]
            for name, pdf in part.made.items():
                item = waiting.pop(name)
                result.made.append(self._wanted(Rendered(item.issued, {**item.files, "pdf": pdf})))
            done += len(part.made) + len(part.failed)
            progress("pdf", done, len(issued))
            yield result
        if failed:
            yield Rendering(failed=failed)

    def _sources(
        self,
        filled: Iterator[Rendered | NotMade],
        waiting: dict[str, Rendered],
        failed: list[NotMade],
    ) -> Iterator[tuple[str, bytes]]:
        for item in filled:
            if isinstance(item, NotMade):
                failed.append(item)
            else:
                waiting[item.issued.form_no] = item
                yield item.issued.form_no, item.files[self._source]

    def _fill(self, item: Issued) -> Rendered:
        context = self._context(item)
        files = {kind: t.fill(item.document.data, context) for kind, t in self._templates.items()}
        return Rendered(item, files)

    def _context(self, item: Issued) -> FillContext:
        return FillContext(
            record_id=item.record,
            form_no=item.form_no,
            agency=self._workspace.agency,
            notice=self._workspace.profile.notice.zh,
            images=self._images,
        )

    def _properties(self, item: Issued) -> PdfProperties:
        return PdfProperties(
            title=f"{self._spec.number} {self._spec.title}".strip(),
            form_no=item.form_no,
            creator=self._workspace.agency.name,
        )

    def _wanted(self, item: Rendered) -> Rendered:
        return Rendered(item.issued, {kind: item.files[kind] for kind in FORMATS if kind in self._formats})


@contextmanager
def renderer(
    workspace: Workspace,
    spec: FormSpec,
    formats: Sequence[str],
    *,
    images: Mapping[str, bytes] | None = None,
) -> Generator[Renderer]:
    """Give a renderer with a private folder inside the workspace; what lies there is gone afterwards."""
    folder = workspace.root / "state" / f"work-{workspace.machine.random(4).hex()}"
    folder.mkdir(mode=0o700)
    try:
        yield Renderer(workspace, spec, formats, folder, images=images)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def render(
    workspace: Workspace,
    spec: FormSpec,
    issued: Sequence[Issued],
    formats: Sequence[str],
    *,
    progress: Progress = silent,
) -> tuple[Rendered, ...]:
    """Return every document in every format, or none at all.

    Raises:
        WebirError: what is wrong with the first document that could not be made.
    """
    made: list[Rendered] = []
    with renderer(workspace, spec, formats) as maker:
        for result in maker.run(issued, progress=progress):
            if result.failed:
                raise result.failed[0].error
            made += result.made
    return tuple(made)


def available_formats(workspace: Workspace) -> tuple[str, ...]:
    """Return the formats that a record gets on this machine: docx, and pdf where LibreOffice is."""
    return ("docx", "pdf") if workspace.machine.soffice else ("docx",)
