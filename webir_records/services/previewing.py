"""Show what the first documents of a file will look like; nothing is numbered, written down or filed."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from retention.sections import Act
from webir_records.forms.pdf import Converter
from webir_records.forms.pdf import preview as page_pictures
from webir_records.forms.problems import CheckResult
from webir_records.model.errors import InputError
from webir_records.services.acting import permit
from webir_records.services.context import OPERATOR, Workspace
from webir_records.services.filling import check_data, write_whole
from webir_records.services.issuing import Issued
from webir_records.services.rendering import NotMade, renderer

DEFAULT_DPI: Final = 110
MOST: Final = 20
"""Documents in one preview; whoever wants more wants `fill`."""

_PLACEHOLDER: Final = "preview"


@dataclass(frozen=True, slots=True)
class Picture:
    """One page as PNG; `rows` are the rows of the input that the document came from."""

    path: Path
    document: int
    page: int
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PreviewResult:
    """What was checked, which pages were drawn, and what could not be made."""

    check: CheckResult
    pictures: tuple[Picture, ...]
    failed: tuple[NotMade, ...]


def preview(
    workspace: Workspace,
    form: str,
    data: Path,
    out: Path,
    documents: Sequence[int],
    *,
    dpi: int = DEFAULT_DPI,
    actor: str = OPERATOR,
) -> PreviewResult:
    """Draw some of the documents of a file as pictures, one for each page.

    Args:
        workspace: whose papers these are.
        form: id of the form.
        data: the file.
        out: folder for the pictures.
        documents: which of the documents that can be filled, counted from 1.
        dpi: dots per inch.
        actor: who looks.

    Raises:
        InputError: U182 none of these documents exists, U183 too many; or the form or the file is wrong.
        EnvironmentMissingError: X101 LibreOffice is missing.
    """
    if len(documents) > MOST:
        raise InputError("U183", got=str(len(documents)), expected=str(MOST))
    permit(workspace, actor, Act.FILL)
    Converter(workspace.machine.soffice, workspace.root).require()
    spec, result = check_data(workspace, form, data)
    wanted = [n for n in documents if 1 <= n <= len(result.documents)]
    if not wanted:
        raise InputError("U182", got=_span(documents), expected=str(len(result.documents)))
    items = [Issued(result.documents[n - 1], _PLACEHOLDER, f"{_PLACEHOLDER}-{n:04d}") for n in wanted]
    with renderer(workspace, spec, ("pdf",)) as maker:
        runs = list(maker.run(items))
    out.mkdir(parents=True, exist_ok=True)
    pictures = [p for run in runs for one in run.made for p in _draw(out, one.issued, one.files["pdf"], dpi)]
    return PreviewResult(result, tuple(pictures), tuple(f for run in runs for f in run.failed))


def _draw(out: Path, item: Issued, pdf: bytes, dpi: int) -> list[Picture]:
    drawn: list[Picture] = []
    for page, png in enumerate(page_pictures(pdf, dpi=dpi), start=1):
        path = out / f"{item.form_no}-p{page}.png"
        write_whole(path, png)
        drawn.append(Picture(path, int(item.form_no.rpartition("-")[2]), page, item.document.rows))
    return drawn


def _span(documents: Sequence[int]) -> str:
    return f"{documents[0]}-{documents[-1]}" if len(documents) > 1 else "".join(map(str, documents))
