"""LibreOffice opens the annotated copies, shows every comment, and keeps the text of the form."""

import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from webir_records.forms.linting import annotate, lint
from webir_records.forms.specs import list_forms
from webir_records.model.texts import Texts

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
SOFFICE = Path(shutil.which("soffice") or "/nowhere/soffice")
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"

pytestmark = [
    pytest.mark.libreoffice,
    pytest.mark.skipif(not SOFFICE.is_file(), reason="LibreOffice is not installed"),
]


def body(path: Path) -> tuple[list[str], str]:
    """Return the comments of an odt, and its other text."""
    with zipfile.ZipFile(path) as package:
        root = etree.fromstring(package.read("content.xml"))
    comments = list(root.iter(f"{OFFICE}annotation"))
    said = ["".join(str(t) for t in comment.itertext()) for comment in comments]
    for comment in comments:
        for paragraph in list(comment):
            comment.remove(paragraph)
    text = "".join("".join(str(t) for t in p.itertext()) for p in root.iter(f"{TEXT}p", f"{TEXT}h"))
    return said, text


def test_libreoffice_shows_every_comment_and_keeps_the_text(tmp_path: Path) -> None:
    forms = {spec.id: spec for spec in list_forms(TEMPLATES)}
    found: dict[str, list[str]] = {}
    for kind in ("docx", "odt"):
        data = (forms["form_2"].folder / f"form.{kind}").read_bytes()
        report = lint(data, f"form.{kind}", forms["form_1_1"], ask_engine=False)
        found[kind] = [finding.code for finding in report.findings]
        (tmp_path / f"plain-{kind}.{kind}").write_bytes(data)
        (tmp_path / f"noted-{kind}.{kind}").write_bytes(annotate(data, report, Texts.load("zh-Hant")))
    subprocess.run(
        [
            SOFFICE,
            f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            "odt",
            "--outdir",
            tmp_path / "out",
            *sorted(tmp_path.glob("*-*.*")),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    for kind in ("docx", "odt"):
        comments, text = body(tmp_path / "out" / f"noted-{kind}.odt")
        assert len(comments) == len(found[kind]) > 20
        assert all(any(code in comment for comment in comments) for code in found[kind])
        assert text == body(tmp_path / "out" / f"plain-{kind}.odt")[1]
