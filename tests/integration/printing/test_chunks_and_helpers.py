"""Chunks that learn from those before them, and helper processes, change nothing in the files."""

import io
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pikepdf
import pytest

sys.path.insert(0, str(Path(__file__).parent))
import documents as made_of

from webir_records.forms import pdf as printer
from webir_records.forms.pdf import Converter
from webir_records.forms.printing import batch, crew
from webir_records.forms.printing.preview import alike

SOFFICE = Path(shutil.which("soffice") or "/nowhere/soffice")
pytestmark = [
    pytest.mark.libreoffice,
    pytest.mark.skipif(not SOFFICE.is_file(), reason="LibreOffice is not installed"),
]


def _papers(count: int) -> dict[str, bytes]:
    """Return papers of two classes; every third one has a second line."""
    return {str(n): made_of.table([f"記號{n}碼", "長文字" * (9 if n % 3 == 2 else 1)]) for n in range(count)}


def _made(folder: Path, documents: Mapping[str, bytes], helpers: int) -> dict[str, bytes]:
    converter = Converter(SOFFICE, folder, environment=os.environ, helpers=helpers)
    return converter.convert(documents)


def _shared(pdf: bytes) -> bool:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return any(name.startswith("/D") for name in dict(document.pages[0].obj.Resources.Font))


def test_chunks_share_presses_and_helpers_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    opening = batch.Batch._opening

    def counted(self: batch.Batch, one: batch._Class, laid_out: bytes) -> object:
        opened.append(one.sources[0].name)
        return opening(self, one, laid_out)

    monkeypatch.setattr(printer, "CHUNK", 6)
    monkeypatch.setattr(batch.Batch, "_opening", counted)
    documents = _papers(15)
    made = _made(tmp_path, documents, 2)
    assert opened == ["0", "2"]
    assert all(map(_shared, made.values()))
    assert _made(tmp_path, documents, 0) == made
    monkeypatch.setattr(batch, "SHARED", len(documents) + 1)
    alone = _made(tmp_path, documents, 0)
    assert all(alike(made[name], alone[name]) for name in documents)


def test_killed_helpers_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printer, "CHUNK", 6)
    documents = _papers(12)
    asked: list[int] = []
    ask: Callable[[crew.Helper, crew._Task], object] = crew.Helper.ask

    def killed(self: crew.Helper, task: crew._Task) -> object:
        if self.process is not None and len(asked) % 2:
            os.kill(self.process.pid, signal.SIGKILL)
        asked.append(1)
        return ask(self, task)

    whole = _made(tmp_path, documents, 0)
    monkeypatch.setattr(crew.Helper, "ask", killed)
    assert _made(tmp_path, documents, 2) == whole
    assert len(asked) > 2


def test_interrupted_run_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printer, "CHUNK", 3)
    documents = _papers(9)
    crews: list[crew.Crew] = []
    start = crew.Crew.start

    def noted(self: crew.Crew, wanted: int) -> None:
        crews.append(self)
        start(self, wanted)

    def interrupted() -> Iterator[tuple[str, bytes]]:
        yield from list(documents.items())[:7]
        raise KeyboardInterrupt

    monkeypatch.setattr(crew.Crew, "start", noted)
    converter = Converter(SOFFICE, tmp_path / "work", environment=os.environ)
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        list(converter.stream(interrupted()))
    assert time.monotonic() - begun < 60
    assert [one.helpers for one in crews] == [[]]
    assert list((tmp_path / "work").iterdir()) == []
