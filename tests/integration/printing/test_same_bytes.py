"""The same batch gives the same bytes, whatever takes longer and however many processes take part."""

import hashlib
import os
import pickle
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import documents as made_of

SOFFICE = Path(shutil.which("soffice") or "/nowhere/soffice")
pytestmark = [
    pytest.mark.libreoffice,
    pytest.mark.skipif(not SOFFICE.is_file(), reason="LibreOffice is not installed"),
]
CFF = "Noto Sans CJK TC"
PROGRAM = textwrap.dedent("""
    import hashlib, os, pickle, random, sys, time
    from pathlib import Path
    from webir_records.forms import pdf
    from webir_records.forms.printing.pool import Pool

    given, soffice, work, offices, helpers, slow = sys.argv[1:]
    whims, batch = random.Random(slow), Pool._batch

    def late(self, files):
        time.sleep(whims.random() if slow else 0)
        outcome = batch(self, files)
        time.sleep(whims.random() if slow else 0)
        return outcome

    Pool._batch = late
    pdf.CHUNK, pdf.MANY = 5, 1
    converter = pdf.Converter(
        Path(soffice), Path(work), environment=os.environ, processes=int(offices), helpers=int(helpers)
    )
    for name, data in converter.convert(pickle.loads(Path(given).read_bytes())).items():
        print(name, hashlib.sha256(data).hexdigest())
""")


def _papers() -> dict[str, bytes]:
    """Return papers of two classes, and some that are converted alone because of their font."""
    texts = [[f"記號{n}碼", "長文字" * (9 if n % 3 == 2 else 1)] for n in range(12)]
    return {
        str(n): made_of.table(text, font=CFF if n % 4 == 1 else made_of.KAI) for n, text in enumerate(texts)
    }


def test_same_batch_gives_the_same_bytes(tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.write_bytes(pickle.dumps(_papers()))
    said: list[str] = []
    for number, (offices, helpers, slow) in enumerate([(1, 0, ""), (2, 2, "甲"), (1, 2, "乙")]):
        arguments = [str(given), str(SOFFICE), str(tmp_path / "work"), str(offices), str(helpers), slow]
        run = subprocess.run(
            [sys.executable, "-c", PROGRAM, *arguments],
            env={**os.environ, "PYTHONHASHSEED": str(number)},
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        said.append(run.stdout)
    assert len(said[0].splitlines()) == 12
    assert {hashlib.sha256(one.encode()).hexdigest() for one in said} == {
        hashlib.sha256(said[0].encode()).hexdigest()
    }
