"""A whole run of the program: thousands of rows in, thousands of documents out; time and peak memory."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from timing import ROOT, arguments, progress, scratch

WEBIR: Final = Path(sys.executable).with_name("webir")
APPROVED: Final = "特殊境遇家庭扶助初審"
"""A business item that the agency of examples/ was approved for."""


def main() -> None:
    given = arguments(__doc__ or "", documents=10_000, pdf=300)
    with scratch() as folder:
        workspace = folder / "workspace"
        run("init", str(workspace), "--agency", str(ROOT / "examples/機關設定.json"))
        print("## Whole runs of `webir forms fill form_1_2`\n")
        print("| documents | formats | seconds | documents/s | peak memory of one process |")
        print("| --- | --- | --- | --- | --- |")
        for count, formats in ((given["documents"], "docx"), (given["pdf"], "docx,odt,pdf")):
            progress(f"{count} documents as {formats} …")
            show(workspace, rows(folder, count), count, formats)


def rows(folder: Path, count: int) -> Path:
    """Write applications that differ in name and account."""
    specimen = json.loads((ROOT / "templates/form_1_2/specimen.json").read_text(encoding="utf-8"))
    for key in ("agency_name", "agency_code", "form_no"):  # filled in from the settings of the agency
        specimen.pop(key, None)
    specimen["business_items"] = [APPROVED]
    path = folder / f"rows-{count}.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for number in range(1, count + 1):
            row = {**specimen, "name": f"林𠮷{number}", "egov_account": f"sa-user{number:05d}"}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return path


def show(workspace: Path, data: Path, count: int, formats: str) -> None:
    with tempfile.TemporaryDirectory(dir=workspace.parent) as out:
        start = time.perf_counter()
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        run("-w", str(workspace), "forms", "fill", "form_1_2", str(data), "-o", out, "--to", formats)
        seconds = time.perf_counter() - start
        made = len(list(Path(out).iterdir()))
        if made != count * len(formats.split(",")):
            raise SystemExit(f"{made} files were written")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    note = "" if peak > before else " (at most)"
    print(f"| {count:,} | {formats} | {seconds:.1f} | {count / seconds:,.0f} | {peak / 1024:.0f} MB{note} |")


def run(*words: str) -> None:
    done = subprocess.run(
        [str(WEBIR), *words], capture_output=True, text=True, env=dict(os.environ), check=False
    )
    if done.returncode:
        raise SystemExit(f"webir {' '.join(words)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")


if __name__ == "__main__":
    main()
