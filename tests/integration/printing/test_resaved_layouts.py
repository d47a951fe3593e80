"""A layout that Word or LibreOffice saved again still shares pages between its documents."""

import io
import json
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import pikepdf
import pytest

sys.path.insert(0, str(Path(__file__).parent))
import resaved
from comparing import differences

from webir_records.forms.agency import AgencySettings
from webir_records.forms.filling import FillContext, Template
from webir_records.forms.pdf import Converter
from webir_records.forms.printing import batch
from webir_records.forms.printing.pool import File, Outcome, Pool
from webir_records.forms.specs import load_form

ROOT = Path(__file__).resolve().parents[3]
SOFFICE = Path(shutil.which("soffice") or "/nowhere/soffice")
pytestmark = [
    pytest.mark.libreoffice,
    pytest.mark.skipif(not SOFFICE.is_file(), reason="LibreOffice is not installed"),
]
FORM = "form_1_2"
NAMES = ("林𠮷堃", "O'Brien & 李<小>明", "歐陽㑑婷", "王Ａ１")
MADE = 20
COMPARED = 6
TITLES = ["臺北市政府使用勞保局 WebIR 申請表", "（使用者版）"]


def _filled(layout: bytes, kind: str) -> dict[str, bytes]:
    template = Template.parse(load_form(FORM, ROOT / "templates"), layout, f"form.{kind}")
    data = json.loads((ROOT / f"templates/{FORM}/specimen.json").read_text(encoding="utf-8"))
    agency = AgencySettings.load(ROOT / "examples/機關設定.json")
    names = [key for key in data if key.endswith("name") and "agency" not in key]
    return {
        f"{number}": template.fill(
            {**data, **dict.fromkeys(names, NAMES[number % len(NAMES)])},
            FillContext(f"r72k{number:03d}", f"1_2-{number:04d}", agency, ""),
        )
        for number in range(MADE)
    }


def _nothing(*_: object) -> None:
    """Ask nobody about PDF/A."""


def _outline(pdf: bytes) -> list[str]:
    """Return the titles of a PDF's outline, those below others too."""
    with pikepdf.open(io.BytesIO(pdf)) as document, document.open_outline() as outline:
        return [one.title for item in outline.root for one in (item, *item.children)]


@pytest.mark.parametrize("kind", ["docx", "odt"])
def test_resaved_layout_is_laid_out_few_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    layout = (ROOT / f"templates/{FORM}/form.{kind}").read_bytes()
    saved = resaved.by_word(layout) if kind == "docx" else resaved.by_libreoffice(layout, SOFFICE, tmp_path)
    documents = _filled(saved, kind)
    converted: list[str] = []
    convert = Pool.convert

    def counted(self: Pool, files: Mapping[str, File]) -> dict[str, Outcome]:
        converted.extend(files)
        return convert(self, files)

    monkeypatch.setattr(Pool, "convert", counted)
    converter = Converter(SOFFICE, tmp_path / "work", environment=os.environ)
    together = converter.convert(documents)
    assert len(converted) <= MADE // 2
    assert all(_outline(pdf) == (TITLES if kind == "docx" else []) for pdf in together.values())
    monkeypatch.setattr(batch, "SHARED", MADE + 1)
    monkeypatch.setattr(batch.Batch, "_check_pdfa", _nothing)
    some = {name: documents[name] for name in list(documents)[1 : COMPARED + 1]}
    alone = converter.convert(some)
    assert {name: differences(together[name], alone[name]) for name in some} == {name: [] for name in some}
