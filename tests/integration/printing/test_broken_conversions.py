"""A document that breaks LibreOffice is found and named; the others are handed out, nothing stays behind."""

import io
import os
import shutil
import signal
import stat
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import docx
import pytest
from docx.shared import Mm

from webir_records.forms.pdf import Converter, PdfProperties
from webir_records.forms.pdf_checks import check_structure
from webir_records.forms.printing import pool as pools
from webir_records.forms.printing.office import Limits, Office
from webir_records.forms.printing.pool import File, Pool
from webir_records.model.errors import FaultError

SOFFICE = Path(shutil.which("soffice") or "/nowhere/soffice")
needs_office = pytest.mark.skipif(not SOFFICE.is_file(), reason="LibreOffice is not installed")
libreoffice = pytest.mark.libreoffice

WRAPPER = """#!/bin/sh
# The real program, but for files that say so: {act}
case " $* " in *--convert-to*) ;; *) exec {soffice} "$@" ;; esac
options=""; files=""
while [ $# -gt 0 ]; do
  case "$1" in
    --convert-to|--outdir) options="$options $1 $2"; shift ;;
    -*) options="$options $1" ;;
    *) files="$files $1" ;;
  esac
  shift
done
for file in $files; do
  echo "$file" >> {log}
  if unzip -p "$file" word/document.xml | grep -q BREAK; then {act}; fi
  {soffice} $options "$file"
done
"""


def _plain(text: str, width_mm: int = 210) -> bytes:
    document = docx.Document()
    document.sections[0].page_width, document.sections[0].page_height = Mm(width_mm), Mm(297)
    document.add_paragraph(text)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _changed(document: bytes, part: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))
    return buffer.getvalue()


def _wrapper(folder: Path, act: str) -> Path:
    program = folder / "soffice"
    log = folder / "log"
    program.write_text(WRAPPER.format(soffice=SOFFICE, act=act, log=log))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


def _running(folder: Path) -> list[str]:
    """Return the processes that know of a folder; a killed one may take a moment."""
    found: list[str] = []
    for _ in range(50):
        found = []
        for process in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                if str(folder).encode() in process.read_bytes():
                    found.append(process.parent.name)
            except OSError:
                continue
        if not found:
            break
        time.sleep(0.1)
    return found


@needs_office
@libreoffice
def test_damaged_documents_are_named_and_the_others_are_made(tmp_path: Path) -> None:
    good = _plain("王明")
    documents = {
        "first": good,
        "no zip": b"PK\x03\x04 nothing",
        "no document": _changed(good, "word/document.xml", b"<w:document"),
        "wide": _plain("王", width_mm=216),
        "no font": _plain("王\ue123"),
        "last": _plain("林𠮷堃"),
    }
    done = Converter(SOFFICE, tmp_path, environment=os.environ).convert_each(documents)
    assert list(done.made) == ["first", "last"]
    assert {name: fault.code for name, fault in done.failed.items()} == {
        "no zip": "F350",
        "no document": "F350",
        "wide": "F313",
        "no font": "F314",
    }
    assert all(fault.facts["document"] == name for name, fault in done.failed.items())
    assert list(tmp_path.iterdir()) == []
    assert _running(tmp_path) == []


@needs_office
@libreoffice
def test_all_documents_at_fault_are_named_at_once(tmp_path: Path) -> None:
    documents = {"a": b"", "b": _plain("王"), "c": b"PK"}
    with pytest.raises(FaultError) as caught:
        Converter(SOFFICE, tmp_path, environment=os.environ).convert(documents)
    assert (caught.value.code, caught.value.facts["documents"]) == ("F353", "a、c")
    assert [detail.code for detail in caught.value.details] == ["F350", "F350"]


@needs_office
@libreoffice
@pytest.mark.parametrize(
    ("act", "code"), [("sleep 600", "F311"), ("kill -9 $$", "F310")], ids=["hangs", "crashes"]
)
def test_document_that_breaks_libreoffice_is_found(tmp_path: Path, act: str, code: str) -> None:
    program = _wrapper(tmp_path, act)
    documents = {name: _plain(text) for name, text in zip("abcd", ("甲", "乙", "BREAK", "丁"), strict=True)}
    converter = Converter(
        program, tmp_path / "work", environment=os.environ, start_s=4, each_s=2, processes=1
    )
    done = converter.convert_each(documents)
    assert list(done.made) == ["a", "b", "d"]
    assert {name: fault.code for name, fault in done.failed.items()} == {"c": code}
    assert list((tmp_path / "work").iterdir()) == []
    assert _running(tmp_path / "work") == []


@needs_office
@libreoffice
def test_killed_libreoffice_is_started_again(tmp_path: Path) -> None:
    office = Office(SOFFICE, tmp_path / "office", environment=os.environ, limits=Limits())
    with Pool([office], tmp_path / "runs") as pool:
        files = {"a": File("docx", _plain("王"))}
        assert isinstance(pool.convert(files)["a"], bytes)
        server = office._server
        assert server is not None
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
        assert isinstance(pool.convert(files)["a"], bytes)
    assert _running(tmp_path) == []


def test_program_that_never_works_is_not_asked_for_ever(tmp_path: Path) -> None:
    log = tmp_path / "log"
    program = tmp_path / "soffice"
    program.write_text(f'#!/bin/sh\ncase " $* " in *--convert-to*) echo x >> {log} ;; esac\n')
    program.chmod(0o755)
    with Pool([Office(program, tmp_path / "office")], tmp_path / "runs") as pool:
        outcomes = pool.convert({str(number): File("docx", b"") for number in range(pools.BATCH)})
    assert {fault.code for fault in outcomes.values() if isinstance(fault, FaultError)} == {"F310"}
    assert len(outcomes) == pools.BATCH
    assert len(log.read_text().split()) <= 2 * pools.HOPELESS


@needs_office
@libreoffice
def test_given_description_stands_in_the_file(
    tmp_path: Path, filled_forms: Callable[[str, str, int], dict[str, bytes]]
) -> None:
    documents = filled_forms("form_3", "docx", 4)
    given = {name: PdfProperties(f"授權書 & <{name}>", name, "試驗局") for name in documents}
    made = Converter(SOFFICE, tmp_path, environment=os.environ).convert(documents, given)
    for name, pdf in made.items():
        check_structure(name, pdf)
        assert f"授權書 &amp; &lt;{name}&gt;".encode() in pdf
        assert not any(f"&lt;{other}&gt;".encode() in pdf for other in documents if other != name)


@needs_office
@libreoffice
def test_documents_come_chunk_by_chunk_and_in_order(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    filled_forms: Callable[[str, str, int], dict[str, bytes]],
) -> None:
    monkeypatch.setattr("webir_records.forms.pdf.CHUNK", 4)
    monkeypatch.setattr("webir_records.forms.pdf.AT_ONCE", 3)
    documents = filled_forms("form_3", "docx", 18)
    asked: list[str] = []

    def given() -> Iterator[tuple[str, bytes]]:
        for item in documents.items():
            asked.append(item[0])
            yield item

    converter = Converter(SOFFICE, tmp_path, environment=os.environ)
    sizes: list[int] = []
    names: list[str] = []
    for part in converter.stream(given()):
        assert len(asked) <= len(names) + 4 * 4  # three chunks on their way, one waiting
        sizes.append(len(part.made))
        names += part.made
    assert names == list(documents)
    assert sizes == [4, 4, 4, 4, 2]
