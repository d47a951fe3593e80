"""LibreOffice opens what we fill and writes it out again, docx and odt."""

import json
import shutil
import subprocess
from pathlib import Path

import pypdf
import pytest

from webir_records.forms.agency import AgencySettings
from webir_records.forms.filling import FillContext, Template
from webir_records.forms.specs import load_form

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
SOFFICE = shutil.which("soffice")
pytestmark = [
    pytest.mark.libreoffice,
    pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed"),
]
CONTEXT = FillContext(
    "r7f3k2", "1-2-109-0001", AgencySettings("臺北市政府社會局", "379300000A", (), (), ()), "停止適用。"
)


def test_filled_documents_open_print_and_are_written_again(tmp_path: Path) -> None:
    spec = load_form("form_1_2", TEMPLATES)
    data = json.loads(spec.specimen_path.read_text(encoding="utf-8")) | {"purpose": "第一行\n第二行\t後"}
    for kind in ("docx", "odt"):
        (tmp_path / f"{kind}.{kind}").write_bytes(Template.load(spec, kind).fill(data, CONTEXT))
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    for target in ("pdf", "odt:writer8"):
        out = tmp_path / target[:3]
        command = [str(SOFFICE), profile, "--headless", "--convert-to", target, "--outdir", str(out)]
        files = [str(tmp_path / "docx.docx"), str(tmp_path / "odt.odt")]
        subprocess.run([*command, *files], check=True, capture_output=True, timeout=180)
    for kind in ("docx", "odt"):
        text = "".join(
            page.extract_text() for page in pypdf.PdfReader(tmp_path / "pdf" / f"{kind}.pdf").pages
        )
        assert "第一行" in text
        assert "第二行" in text
        assert "1-2-109-0001" in text
        assert (tmp_path / "odt" / f"{kind}.odt").stat().st_size > 5_000
