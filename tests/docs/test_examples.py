"""The example files are exactly what their script makes, and what their README promises."""

import csv
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_examples_are_what_their_script_makes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "tools/build_examples.py", str(tmp_path)], cwd=ROOT, check=True)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    kept = {
        path.name: path.read_bytes() for path in (ROOT / "examples").iterdir() if path.name != "README.md"
    }
    assert made.keys() == kept.keys()
    assert [name for name, content in made.items() if kept[name] != content] == []


def test_every_example_is_described_in_the_readme() -> None:
    readme = (ROOT / "examples/README.md").read_text(encoding="utf-8")
    assert [
        path.name
        for path in (ROOT / "examples").iterdir()
        if path.name not in {*readme.split("`"), "README.md"}
    ] == []


def test_cancellations_are_as_excel_in_taiwan_writes_them() -> None:
    data = (ROOT / "examples/註銷通報.csv").read_bytes()
    rows = list(csv.reader(data.decode("cp950").splitlines()))
    assert len(rows) == 11
    assert [rows[2][0], rows[2][4]] == ["fa1003", "1100228"]
