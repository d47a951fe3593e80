"""Zips that office programs do not write: a part that all hangs on is missing, a member has no name."""

import io
import zipfile
from pathlib import Path
from typing import Final

import pytest

from webir_records.forms.templating import CompiledTemplate
from webir_records.model.errors import InputError

LAYOUT: Final = Path(__file__).resolve().parents[3] / "templates/form_3/form.docx"


def _copy(without: str = "", extra: str | None = None) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(LAYOUT) as package, zipfile.ZipFile(buffer, "w") as copy:
        for member in package.infolist():
            if member.filename not in {without, "docProps/core.xml"}:
                copy.writestr(member.filename, package.read(member))
        if extra is not None:
            member = zipfile.ZipInfo("name")
            member.filename = extra
            copy.writestr(member, b"1")
    return buffer.getvalue()


@pytest.mark.parametrize("without", ["_rels/.rels", "word/document.xml", "[Content_Types].xml"])
def test_a_part_that_everything_hangs_on_is_missing(without: str) -> None:
    with pytest.raises(InputError) as caught:
        CompiledTemplate.compile(_copy(without), "x.docx")
    assert caught.value.code in {"F303", "F323", "F327"}


def test_a_member_without_a_name_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        CompiledTemplate.compile(_copy(extra=""), "x.docx")
    assert caught.value.code == "F324"


def test_a_file_without_properties_gets_them() -> None:
    assert CompiledTemplate.compile(_copy(), "x.docx").names
