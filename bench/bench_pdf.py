"""Turn forms into PDF/A: our batch with all its checks, beside soffice in one process and once per file."""

import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from timing import ROOT, Work, arguments, measure, progress, scratch, show

from webir_records.bootstrap import find_soffice
from webir_records.forms.agency import AgencySettings
from webir_records.forms.filling import FillContext, Template
from webir_records.forms.pdf import PDF_A_2B, Converter
from webir_records.forms.specs import load_form

ONE: Final = "soffice, one process for all, nothing checked"


def main() -> None:
    given = arguments(__doc__ or "", documents=20, single=2)
    soffice = find_soffice(os.environ)
    if soffice is None:
        print("LibreOffice is not installed: nothing to measure.")
        return
    documents = _documents(given["documents"])
    with scratch() as folder:
        converter = Converter(soffice, folder / "work", environment=dict(os.environ))
        files = [folder / f"{name}.docx" for name in documents]
        for path in files:
            path.write_bytes(documents[path.stem])
        progress("starting LibreOffice once …")
        _soffice(soffice, folder, files[:1])
        lines = measure(
            [
                Work(
                    "our batch, PDF/A-2b, every page read back",
                    lambda: converter.convert(documents),
                    len(documents),
                ),
                Work(ONE, lambda: _soffice(soffice, folder, files), len(files)),
                Work(
                    "soffice, a process for each file",
                    lambda: _each(soffice, folder, files[: given["single"]]),
                    given["single"],
                ),
            ]
        )
    show(f"{len(documents)} × form_1_2 → PDF/A-2b", lines, unit="document", peer=ONE)


def _documents(count: int) -> dict[str, bytes]:
    spec = load_form("form_1_2", ROOT / "templates")
    data = json.loads((ROOT / "templates/form_1_2/specimen.json").read_text(encoding="utf-8"))
    agency = AgencySettings.load(ROOT / "examples/機關設定.json")
    template = Template.load(spec)
    numbers = [f"1-2-115-{number:04d}" for number in range(1, count + 1)]
    return {number: template.fill(data, FillContext("r7f3k2", number, agency, "")) for number in numbers}


def _soffice(soffice: Path, folder: Path, files: Sequence[Path]) -> None:
    profile = (folder / "profile").as_uri()
    with tempfile.TemporaryDirectory(dir=folder) as out:
        command = [
            str(soffice),
            f"-env:UserInstallation={profile}",
            "--headless",
            "--norestore",
            "--convert-to",
            PDF_A_2B,
        ]
        subprocess.run([*command, "--outdir", out, *map(str, files)], check=True, capture_output=True)
        if len(list(Path(out).iterdir())) != len(files):
            raise SystemExit("soffice did not convert every file")


def _each(soffice: Path, folder: Path, files: Sequence[Path]) -> None:
    for path in files:
        _soffice(soffice, folder, [path])


if __name__ == "__main__":
    main()
