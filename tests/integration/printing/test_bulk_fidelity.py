"""PDFs made in bulk look and read like those that LibreOffice makes of each document alone."""

import io
import os
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from comparing import differences

from webir_records.forms.pdf import Converter
from webir_records.forms.pdf_checks import check_pdfa
from webir_records.forms.printing import batch
from webir_records.forms.printing.page_text import mappings, moved, places

SOFFICE = Path(shutil.which("soffice") or "/nowhere/soffice")
FORMS = ("form_1_1", "form_1_2", "form_2", "form_3", "form_4")
pytestmark = [
    pytest.mark.libreoffice,
    pytest.mark.skipif(not SOFFICE.is_file(), reason="LibreOffice is not installed"),
]
EACH = 5


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


def test_every_form_shares_a_layout(both: Both) -> None:
    shared = {name.rsplit("-", 1)[0] for name, pdf in both.bulk.items() if _shared(pdf)}
    assert {name.partition("-")[2] for name in shared} == set(FORMS)
    assert not any(_shared(pdf) for pdf in both.whole.values())


def test_pages_say_and_look_the_same(both: Both) -> None:
    shared = [name for name, pdf in both.bulk.items() if _shared(pdf)]
    found = {name: differences(both.bulk[name], both.whole[name]) for name in shared}
    assert found == {name: [] for name in shared}
    assert {len(pypdfium2.PdfDocument(both.bulk[name])) for name in shared} > {1}
    for name in both.bulk.keys() - set(shared):
        assert both.bulk[name] == both.whole[name], name


OWN = re.compile(rb"q (?:[\d.]+ )+rg\nBT\n[^/]*/D\d+ [\d.]+ Tf(?:(?!ET\n).)*ET\nQ\n", re.DOTALL)
"""What draws a text that only one document has."""


def _shifted(own: list[bytes]) -> list[bytes]:
    return [moved(own[0], 3, 0), *own[1:]]


def _swapped(own: list[bytes]) -> list[bytes]:
    """Show two texts, each at the place of the other."""
    (x, y), (u, v) = places(own[0])[0], places(own[1])[0]
    return [moved(own[1], x - u, y - v), moved(own[0], u - x, v - y), *own[2:]]


def _turned(own: list[bytes]) -> list[bytes]:
    """Show the first two characters in the other order."""
    return [re.sub(rb"<(..)(..)", rb"<\2\1", own[0], count=1), *own[1:]]


def _coloured(own: list[bytes]) -> list[bytes]:
    return [own[0].replace(b"q 0 0 0 rg", b"q 0.8 0 0 rg"), *own[1:]]


def _enlarged(own: list[bytes]) -> list[bytes]:
    return [re.sub(rb"([\d.]+) Tf", lambda size: b"%.1f Tf" % (float(size[1]) + 0.5), own[0]), *own[1:]]


def _dotted(own: list[bytes]) -> list[bytes]:
    """Draw a point of 1.5 pt below the first character."""
    x, y = places(own[0])[0]
    return [own[0] + b"q 0 0 0 rg %.1f %.1f 1.5 1.5 re f Q\n" % (x, y - 2), *own[1:]]


WRONG: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "shifted": _shifted,
    "swapped": _swapped,
    "turned": _turned,
    "coloured": _coloured,
    "enlarged": _enlarged,
    "dotted": _dotted,
}


def _changed(pdf: bytes, change: Callable[[list[bytes]], list[bytes]]) -> bytes:
    """Return a PDF with other texts of its own on the first page."""
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        page = document.pages[0].obj
        content = page.Contents.read_bytes()
        texts = iter(change(OWN.findall(content)))
        page.Contents = document.make_stream(OWN.sub(lambda _: next(texts), content))
        document.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("how", WRONG)
def test_comparison_notices_a_wrong_text(both: Both, how: str) -> None:
    pdf = next(pdf for name, pdf in both.bulk.items() if "-form_1_2-" in name and _shared(pdf))
    assert differences(_changed(pdf, lambda own: own), pdf) == []
    assert differences(_changed(pdf, WRONG[how]), pdf)


FIRST_TWO = bytes.maketrans(b"\x01\x02", b"\x02\x01")


SHOWN = re.compile(rb"/(?P<font>\S+) [\d.]+ Tf|<(?P<codes>[0-9A-F]+)>")


def _exchanged(own: list[bytes]) -> list[bytes]:
    """Show the first glyph of a font where the second one was, and the other way round."""
    font = b""

    def turned(match: re.Match[bytes]) -> bytes:
        nonlocal font
        font = match["font"] or font
        if match["font"] or font != b"D0":
            return match[0]
        return b"<%s>" % bytes.fromhex(match["codes"].decode()).translate(FIRST_TWO).hex().upper().encode()

    return [SHOWN.sub(turned, one) for one in own]


def test_comparison_notices_another_outline_behind_the_same_text(both: Both) -> None:
    pdf = next(pdf for name, pdf in both.bulk.items() if "-form_1_2-" in name and _shared(pdf))
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(_changed(pdf, _exchanged))) as document:
        font = document.pages[0].obj.Resources.Font["/D0"]
        meanings = font.ToUnicode.read_bytes()
        said = mappings(meanings)
        for code, other in ((1, 2), (2, 1)):
            meanings = meanings.replace(
                b"<%02X> <%s>" % (code, said[code]), b"<%02X> <%s>" % (code, said[other])
            )
        font.ToUnicode = document.make_stream(meanings)
        document.save(buffer)
    found = [what for what in differences(buffer.getvalue(), pdf) if what.startswith("page 1:")]
    assert found
    assert all("levels of grey" in what for what in found)


def test_comparison_notices_the_code_of_another_record(both: Both) -> None:
    names = [name for name, pdf in both.bulk.items() if "-form_1_2-" in name and _shared(pdf)][:2]
    buffer = io.BytesIO()
    with (
        pikepdf.open(io.BytesIO(both.bulk[names[0]])) as document,
        pikepdf.open(io.BytesIO(both.bulk[names[1]])) as other,
    ):
        theirs = document.copy_foreign(other.make_indirect(other.pages[0].obj.Resources.XObject["/V0"]))
        document.pages[0].obj.Resources.XObject["/V0"] = theirs
        document.save(buffer)
    assert any("picture" in found for found in differences(buffer.getvalue(), both.whole[names[0]]))


def test_each_pdf_is_of_its_record_alone(both: Both) -> None:
    kinds = {name: name.split("-", 1)[1] for name in both.bulk}
    record = {name: f"r7{kind.rsplit('-', 1)[0][-1]}k{int(kind[-1]):03d}" for name, kind in kinds.items()}
    for name, pdf in both.bulk.items():
        texts = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]
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
