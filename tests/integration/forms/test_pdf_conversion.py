"""LibreOffice makes one PDF/A of each document; a character without a font is an error, never a box."""

import io
import json
import os
import shutil
import stat
import time
from pathlib import Path
from typing import Any

import docx
import pikepdf
import pypdf
import pytest
from docx.shared import Mm

from webir_records.forms.filling import FillContext, Template
from webir_records.forms.pdf import Converter
from webir_records.forms.pdf_checks import check_pdf, read_pages
from webir_records.forms.specs import FormSpec, list_forms
from webir_records.model.errors import EnvironmentMissingError, FaultError

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
SOFFICE = Path(shutil.which("soffice") or "/nowhere/soffice")

needs_office = pytest.mark.skipif(not SOFFICE.is_file(), reason="LibreOffice is not installed")


@pytest.fixture
def converter(tmp_path: Path) -> Converter:
    return Converter(SOFFICE, tmp_path / "work", environment=os.environ)


def _plain(*paragraphs: str, width_mm: int = 210) -> bytes:
    document = docx.Document()
    document.sections[0].page_width, document.sections[0].page_height = Mm(width_mm), Mm(297)
    for text in paragraphs:
        document.add_paragraph(text)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _filled(context: FillContext) -> dict[str, bytes]:
    specs: list[FormSpec] = [spec for spec in list_forms(TEMPLATES) if spec.fillable]
    data: dict[str, Any] = {
        spec.id: json.loads(spec.specimen_path.read_text(encoding="utf-8")) for spec in specs
    }
    return {spec.id: Template.load(spec).fill(data[spec.id], context) for spec in specs}


@needs_office
@pytest.mark.libreoffice
def test_every_form_becomes_pdf_a_with_all_of_its_text(
    converter: Converter, fill_context: FillContext
) -> None:
    made = converter.convert(_filled(fill_context))
    assert list(made) == [spec.id for spec in list_forms(TEMPLATES) if spec.fillable]
    for data in made.values():
        with pikepdf.open(io.BytesIO(data)) as pdf, pdf.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "B")
            assert "/OpenAction" not in pdf.Root
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made["form_1_2"])).pages)
    assert fill_context.record_id in text
    assert list(converter.work.iterdir()) == []


@needs_office
@pytest.mark.libreoffice
def test_same_document_gives_the_same_pdf(converter: Converter) -> None:
    documents = {"a": _plain("林𠮷堃 & <Ltd>")}
    assert converter.convert(documents) == converter.convert(documents)


@needs_office
@pytest.mark.libreoffice
def test_character_without_a_font_is_named_with_its_document(converter: Converter) -> None:
    with pytest.raises(FaultError) as caught:
        converter.convert({"good": _plain("王明"), "bad": _plain("王\ue123明")})
    assert caught.value.code == "F314"
    assert caught.value.facts["document"] == "bad"
    assert "U+E123" in caught.value.facts["characters"]


@needs_office
@pytest.mark.libreoffice
def test_text_that_did_not_come_onto_paper_is_named(converter: Converter) -> None:
    made = converter.convert({"a": _plain("王明")})
    with pytest.raises(FaultError) as caught:
        check_pdf("a", read_pages("a", made["a"]), "王𠮷明")
    assert caught.value.code == "F315"
    assert "U+20BB7" in caught.value.facts["characters"]


@needs_office
@pytest.mark.libreoffice
def test_page_that_is_not_a4_is_refused(converter: Converter) -> None:
    with pytest.raises(FaultError) as caught:
        converter.convert({"wide": _plain("王明", width_mm=216)})
    assert caught.value.code == "F313"


@needs_office
@pytest.mark.libreoffice
def test_run_that_takes_too_long_is_stopped_with_all_it_started(tmp_path: Path) -> None:
    slow = tmp_path / "soffice"
    slow.write_text('#!/bin/sh\nsleep 600 &\necho $! > "$HOME/../../../child"\nwait\n')
    slow.chmod(slow.stat().st_mode | stat.S_IXUSR)
    converter = Converter(slow, tmp_path / "work", start_s=2, each_s=0)
    with pytest.raises(FaultError) as caught:
        converter.convert({"a": _plain("王")})
    assert caught.value.code == "F311"
    assert _ends(int((tmp_path / "child").read_text()))


def _ends(process: int) -> bool:
    """Wait a little for a killed process to be gone, or to be dead and not yet collected."""
    for _ in range(100):
        try:
            if "Z" in Path(f"/proc/{process}/stat").read_text().split()[2]:
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.1)
    return False


@needs_office
@pytest.mark.libreoffice
def test_program_that_makes_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FaultError) as caught:
        Converter(Path("/bin/true"), tmp_path).convert({"a": _plain("王")})
    assert (caught.value.code, caught.value.facts["document"]) == ("F310", "a")


@pytest.mark.parametrize("program", [None, Path("/nowhere/soffice")])
def test_machine_without_libreoffice_says_what_to_install(tmp_path: Path, program: Path | None) -> None:
    with pytest.raises(EnvironmentMissingError) as caught:
        Converter(program, tmp_path).convert({"a": _plain("王")})
    assert caught.value.code == "X101"


def test_nothing_to_convert_needs_no_program(tmp_path: Path) -> None:
    assert Converter(None, tmp_path).convert({}) == {}
