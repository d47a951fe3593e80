"""PDFs made in bulk look and read like those that LibreOffice makes of each document alone."""

import io
import os
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pypdf
import pypdfium2
import pytest

from webir_records.forms.pdf import Converter
from webir_records.forms.pdf_checks import check_pdfa
from webir_records.forms.printing import batch

SOFFICE = Path(shutil.which("soffice") or "/nowhere/soffice")
FORMS = ("form_1_1", "form_1_2", "form_2", "form_3", "form_4")
pytestmark = [
    pytest.mark.libreoffice,
    pytest.mark.skipif(not SOFFICE.is_file(), reason="LibreOffice is not installed"),
]
EACH = 5
DPI = 50
SEEN = 90
"""Levels of grey, of 255, by which a point may differ: letters may stand a tenth of a point aside."""

SPECKS = 0.001


@dataclass(frozen=True)
class Both:
    """The same documents made in bulk and each whole."""

    bulk: dict[str, bytes]
    whole: dict[str, bytes]


@pytest.fixture(scope="module", params=["docx", "odt"])
def both(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    filled_forms: Callable[[str, str, int], dict[str, bytes]],
) -> Both:
    documents: dict[str, bytes] = {}
    for form in FORMS:
        documents |= filled_forms(form, request.param, EACH)
    mixed = dict(sorted(documents.items(), key=lambda item: item[0][::-1]))
    converter = Converter(SOFFICE, tmp_path_factory.mktemp("bulk"), environment=os.environ)
    bulk = converter.convert(mixed)
    assert list(bulk) == list(mixed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch, "SHARED", EACH + 1)
        patch.setattr(batch.Batch, "_check_pdfa", lambda *_: None)
        return Both(bulk, converter.convert(documents))


def _shared(pdf: bytes) -> bool:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return any(name.startswith("/D") for name in dict(document.pages[0].obj.Resources.Font))


def _words(page: pypdfium2.PdfPage) -> Counter[str]:
    return Counter(page.get_textpage().get_text_range().split())


def _picture(page: pypdfium2.PdfPage) -> bytes:
    return bytes(page.render(scale=DPI / 72, grayscale=True).buffer)


def test_every_form_shares_a_layout(both: Both) -> None:
    shared = {name.rsplit("-", 1)[0] for name, pdf in both.bulk.items() if _shared(pdf)}
    assert {name.partition("-")[2] for name in shared} == set(FORMS)
    assert not any(_shared(pdf) for pdf in both.whole.values())


def test_pages_say_and_look_the_same(both: Both) -> None:
    pages: set[int] = set()
    for name, pdf in both.bulk.items():
        ours, theirs = pypdfium2.PdfDocument(pdf), pypdfium2.PdfDocument(both.whole[name])
        assert len(ours) == len(theirs), name
        pages.add(len(ours))
        for page, other in zip(ours, theirs, strict=True):
            assert _words(page) == _words(other), name
            mine, its = _picture(page), _picture(other)
            differing = sum(abs(a - b) > SEEN for a, b in zip(mine, its, strict=True))
            assert differing <= SPECKS * len(its), name
        ours.close()
        theirs.close()
    assert len(pages) > 1


def test_each_pdf_is_of_its_record_alone(both: Both) -> None:
    kinds = {name: name.split("-", 1)[1] for name in both.bulk}
    record = {name: f"r7{kind.rsplit('-', 1)[0][-1]}k{int(kind[-1]):03d}" for name, kind in kinds.items()}
    for name, pdf in both.bulk.items():
        reader = pypdf.PdfReader(io.BytesIO(pdf))
        texts = [page.extract_text() for page in reader.pages]
        assert record[name] in texts[0]
        assert not any(other in "".join(texts) for other in set(record.values()) - {record[name]})
        last = "".join(texts[-1].split())
        assert f"第{len(texts)}頁／共{len(texts)}頁" in last


def test_each_pdf_is_small_described_and_pdf_a(both: Both) -> None:
    for name, pdf in both.bulk.items():
        assert len(pdf) < 1.6 * len(both.whole[name])
        with pikepdf.open(io.BytesIO(pdf)) as document:
            assert document.docinfo["/CreationDate"] == "D:19800101000000Z"
            assert "/StructTreeRoot" in document.Root
            number = name.rsplit("-", 1)[1]
            assert str(document.docinfo["/Keywords"]).endswith(f"k{int(number):03d}")
    for form in FORMS:
        check_pdfa(form, next(pdf for name, pdf in both.bulk.items() if f"-{form}-" in name and _shared(pdf)))


def test_bulk_is_the_same_every_time(
    tmp_path: Path, filled_forms: Callable[[str, str, int], dict[str, bytes]]
) -> None:
    documents = filled_forms("form_3", "docx", EACH)
    converter = Converter(SOFFICE, tmp_path, environment=os.environ)
    assert converter.convert(documents) == converter.convert(documents)
