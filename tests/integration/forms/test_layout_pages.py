"""LibreOffice lays the odt of a form out page by page as it lays out the docx, and nothing stands alone."""

import json
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, TypeAlias

import pypdf
import pytest
from lxml import etree

from webir_records.forms.filling import FillContext, Template
from webir_records.forms.specs import FormSpec, list_forms

Element: TypeAlias = etree._Element  # pyright: ignore[reportPrivateUsage] # no public name
ROOT = Path(__file__).resolve().parents[3]
SOFFICE = Path(shutil.which("soffice") or "/nowhere/soffice")
KINDS = ("docx", "odt")
PAGES = {"form_1_1": 2, "form_1_2": 2, "form_3": 1}
FORMS = [spec for spec in list_forms(ROOT / "templates") if spec.fillable]
ROWS = (9, 40)
"""Entries of a register: below 9 of them there is no room for the comparison block."""

SAVED_AGAIN = ("form_4-odt.odt", "certificate-odt.odt", "rows_9-odt.odt")

TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"

pytestmark = [
    pytest.mark.libreoffice,
    pytest.mark.skipif(not SOFFICE.is_file(), reason="LibreOffice is not installed"),
]


def _data(spec: FormSpec) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(spec.specimen_path.read_text(encoding="utf-8"))
    return data


def _documents(context: FillContext) -> dict[str, bytes]:
    """Return the specimen of every form in both formats, and registers of several lengths."""
    made: dict[str, bytes] = {}
    for kind in KINDS:
        for spec in FORMS:
            template, data = Template.load(spec, kind), _data(spec)
            made[f"{spec.id}-{kind}.{kind}"] = template.fill(data, context)
            if spec.id == "form_2":
                for count in ROWS:
                    entries = {spec.rows_key: data[spec.rows_key][:count]}
                    made[f"rows_{count}-{kind}.{kind}"] = template.fill(data | entries, context)
    return made


def _convert(documents: Mapping[str, bytes], folder: Path, target: str) -> None:
    """Have LibreOffice convert all of the documents in one run, to `folder/out`."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    for name, data in documents.items():
        (folder / name).write_bytes(data)
    subprocess.run(
        [SOFFICE, profile, "--headless", "--convert-to", target, "--outdir", folder / "out", *documents],
        cwd=folder,
        env={**os.environ, "FONTCONFIG_FILE": str(ROOT / "webir_records/forms/fonts.conf")},
        check=True,
        capture_output=True,
        timeout=300,
    )


@pytest.fixture(scope="module")
def documents(fill_context: FillContext) -> dict[str, bytes]:
    return _documents(fill_context)


@pytest.fixture(scope="module")
def pages(documents: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Return the text of every page, without spaces, by name of the document."""
    folder = tmp_path_factory.mktemp("pages")
    _convert(documents, folder, "pdf")
    found: dict[str, list[str]] = {}
    for name in documents:
        pdf = pypdf.PdfReader(folder / "out" / Path(name).with_suffix(".pdf"))
        found[Path(name).stem] = ["".join(page.extract_text().split()) for page in pdf.pages]
    return found


@pytest.mark.parametrize("form", [spec.id for spec in FORMS])
def test_every_page_of_the_odt_says_what_that_page_of_the_docx_says(
    pages: dict[str, list[str]], form: str
) -> None:
    drawn = {kind: [sorted(text) for text in pages[f"{form}-{kind}"]] for kind in KINDS}
    assert drawn["odt"] == drawn["docx"]
    assert all(drawn["odt"])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", PAGES)
def test_form_fills_the_sheet_it_is_made_for(pages: dict[str, list[str]], form: str, kind: str) -> None:
    assert len(pages[f"{form}-{kind}"]) == PAGES[form]


@pytest.mark.parametrize("kind", KINDS)
def test_heading_of_the_register_stands_on_each_of_its_pages(pages: dict[str, list[str]], kind: str) -> None:
    texts = pages[f"rows_40-{kind}"]
    assert len(texts) > 2
    assert all(text.count("案件編號") == 1 for text in texts[1:])
    assert all(f"第{number}頁／共{len(texts)}頁" in text for number, text in enumerate(texts, 1))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", ROWS)
def test_comparison_never_stands_without_an_entry(pages: dict[str, list[str]], count: int, kind: str) -> None:
    (spec,) = (spec for spec in FORMS if spec.id == "form_2")
    last = "".join(re.findall(r"\d+", _data(spec)[spec.rows_key][count - 1]["case_no"]))
    (page,) = (text for text in pages[f"rows_{count}-{kind}"] if "管理者簽章" in text)
    assert last in page


def _pieces(node: Element) -> Iterator[str]:
    marks = {f"{TEXT}line-break": "\n", f"{TEXT}s": " " * int(node.get(f"{TEXT}c", "1"))}
    yield marks.get(str(node.tag), "") + (node.text or "")
    for child in node:
        yield from _pieces(child)
        yield child.tail or ""


def _texts(odt: bytes) -> list[str]:
    with zipfile.ZipFile(BytesIO(odt)) as package:
        content = etree.fromstring(package.read("content.xml"))
    texts = ("".join(_pieces(paragraph)) for paragraph in content.iter(f"{TEXT}p"))
    return [text for text in texts if text]


def test_odt_that_libreoffice_saves_again_says_the_same(documents: dict[str, bytes], tmp_path: Path) -> None:
    _convert({name: documents[name] for name in SAVED_AGAIN}, tmp_path, "odt")
    for name in SAVED_AGAIN:
        assert _texts((tmp_path / "out" / name).read_bytes()) == _texts(documents[name])
