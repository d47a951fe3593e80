"""A document whose stored data is damaged is named; the others are made."""

import os
import shutil
import struct
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import documents as made_of

from webir_records.forms.pdf import Converter

SOFFICE = Path(shutil.which("soffice") or "/nowhere/soffice")
pytestmark = [
    pytest.mark.libreoffice,
    pytest.mark.skipif(not SOFFICE.is_file(), reason="LibreOffice is not installed"),
]
BODY = "word/document.xml"
NAME_LENGTHS = struct.Struct("<HH")
FIXED = 30
"""Bytes of a part's head before its name (PKWARE APPNOTE 4.3.7)."""


def _damaged(document: bytes, *, at: float) -> bytes:
    """Return a docx with 20 bytes of the body's compressed data overwritten, so far into it."""
    with zipfile.ZipFile(BytesIO(document)) as package:
        member = package.getinfo(BODY)
        packed = document if member.compress_type == zipfile.ZIP_DEFLATED else b""
    if not packed:
        return _damaged(_packed(document), at=at)
    name, extra = NAME_LENGTHS.unpack_from(document, member.header_offset + 26)
    place = member.header_offset + FIXED + name + extra + int(member.compress_size * at)
    return document[:place] + b"\xff" * 20 + document[place + 20 :]


def _packed(document: bytes) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(document)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    return buffer.getvalue()


def test_document_with_damaged_data_is_named_and_the_others_are_made(tmp_path: Path) -> None:
    good = {
        f"good-{number}": made_of.table([name]) for number, name in enumerate(("王小明", "李大同", "林𠮷堃"))
    }
    bad = {f"bad-{at}": _damaged(made_of.table(["陳美麗"]), at=at) for at in (0.0, 0.3, 0.9)}
    first, *rest = good
    documents = {first: good[first], **bad, **{name: good[name] for name in rest}}
    done = Converter(SOFFICE, tmp_path, environment=os.environ).convert_each(documents)
    assert list(done.made) == list(good)
    found = {name: (fault.code, fault.facts["document"]) for name, fault in done.failed.items()}
    assert found == {name: ("F350", name) for name in bad}
