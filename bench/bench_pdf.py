"""Turn the five forms into PDF/A in bulk, all checks included, beside one soffice over the same files.

The peer's time for a document is the slope between a few files and more of them, so that its start does not
count; ours includes everything: starting LibreOffice, checking, writing. `alike` are papers of which only
the numbers and persons differ; `mixed` have texts of different length, too, so that fewer share a layout.
Each form is measured for a small job and for `--times` as many papers: what is paid once counts less there.
`times` is how many of ours take as long as one of the peer's, with the worst and the best repetition.
"""

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any, Final

from timing import ROOT, Line, arguments, machine, progress, scratch

from webir_records.bootstrap import find_soffice
from webir_records.forms.agency import AgencySettings
from webir_records.forms.filling import FillContext, Template
from webir_records.forms.pdf import PDF_A_2B, Converter
from webir_records.forms.specs import load_form

FORMS: Final = ("form_1_1", "form_1_2", "form_2", "form_3", "form_4")
NAMES: Final = ("林𠮷堃", "陳試驗", "O'Brien & 李<小>明", "歐陽諸葛婷")
TEXT: Final = "審認申請人及其家戶人口之工作能力、工作收入與已領取之社會保險給付，據以核定緊急生活扶助。"
FEW, MORE = 2, 8


def main() -> None:
    given = arguments(__doc__ or "", documents=200, registers=40, times=5, repetitions=3, large_repetitions=1)
    soffice = find_soffice(os.environ)
    if soffice is None:
        print("LibreOffice is not installed: nothing to measure.")
        return
    small = [(form, "docx", "alike", 1) for form in FORMS]
    small += [("form_1_2", "odt", "alike", 1), ("form_1_2", "docx", "mixed", 1)]
    large = [(form, "docx", "alike", given["times"]) for form in FORMS] if given["times"] > 1 else []
    print(f"PDF/A-2b in bulk, all checks\n{machine()}")
    print(
        f"{'':24}{'documents':>10}{'ours, each':>13}{'soffice, each':>15}{'times':>8}"
        f"{'worst–best':>13}{'size of one':>13}"
    )
    for form, kind, how, times in (*small, *large):
        progress(f"{form}, {kind}, {how} …")
        count = times * (given["registers"] if form in ("form_2", "form_4") else given["documents"])
        repetitions = given["repetitions" if times == 1 else "large_repetitions"]
        documents = _documents(form, kind, how, count)
        _show(
            f"{form} {kind} {how}",
            count,
            _measure(soffice, documents, kind, repetitions),
        )


def _show(name: str, count: int, measured: tuple[Line, Line, float]) -> None:
    ours, theirs, size = measured
    ratios = [peer / own for own, peer in zip(ours.runs_s, theirs.runs_s, strict=True)]
    spread = f"{min(ratios):.1f}–{max(ratios):.1f}"
    print(
        f"{name:24}{count:>10}{ours.median_s * 1e3:>10.1f} ms{theirs.median_s * 1e3:>12.1f} ms"
        f"{theirs.median_s / ours.median_s:>8.1f}{spread:>13}{size / 1024:>10.0f} KB",
        flush=True,
    )


def _measure(
    soffice: Path, documents: dict[str, bytes], kind: str, repetitions: int
) -> tuple[Line, Line, float]:
    ours: list[float] = []
    theirs: list[float] = []
    size = 0.0
    with scratch() as folder:
        files = [folder / f"{name}.{kind}" for name in list(documents)[:MORE]]
        for path in files:
            path.write_bytes(documents[path.stem])
        _soffice(soffice, folder, files[:1])
        converter = Converter(soffice, folder / "work", environment=dict(os.environ))
        for _ in range(repetitions):
            begun = time.perf_counter()
            made = converter.convert(documents)
            ours.append((time.perf_counter() - begun) / len(documents))
            size = sum(map(len, made.values())) / len(made)
            few, more = _timed(soffice, folder, files[:FEW]), _timed(soffice, folder, files)
            theirs.append((more - few) / (MORE - FEW))
    return Line("ours", median(ours), 0, tuple(ours)), Line("soffice", median(theirs), 0, tuple(theirs)), size


def _documents(form: str, kind: str, how: str, count: int) -> dict[str, bytes]:
    spec = load_form(form, ROOT / "templates")
    data = json.loads((ROOT / f"templates/{form}/specimen.json").read_text(encoding="utf-8"))
    agency = AgencySettings.load(ROOT / "examples/機關設定.json")
    template = Template.load(spec, kind)
    numbers = [f"{form[5:].replace('_', '-')}-115-{number:04d}" for number in range(1, count + 1)]
    return {
        number: template.fill(_person(data, place, how), FillContext(f"r7f{place:04d}", number, agency, ""))
        for place, number in enumerate(numbers)
    }


def _person(data: dict[str, Any], place: int, how: str) -> dict[str, Any]:
    changed = dict(data)
    for key, value in data.items():
        if not isinstance(value, str):
            continue
        if key in ("name", "deputy_name", "proxy_name"):
            changed[key] = NAMES[place % len(NAMES)]
        elif key.endswith("account"):
            changed[key] = f"sa{1000 + place}"
        elif how == "mixed" and key in ("purpose", "relevance"):
            changed[key] = TEXT[: 10 + 7 * (place * (3 if key == "purpose" else 5) % 11)]
    return changed


def _timed(soffice: Path, folder: Path, files: Sequence[Path]) -> float:
    begun = time.perf_counter()
    _soffice(soffice, folder, files)
    return time.perf_counter() - begun


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


if __name__ == "__main__":
    main()
