"""Files that are no templates, or dangerous ones: a clear error with a code, never anything else."""

import io
import struct
import zipfile
from collections.abc import Callable

import pytest

from webir_records.forms.templating import CompiledTemplate
from webir_records.model.errors import InputError

Make = Callable[..., bytes]
DOCTYPE = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'


def _code(layout: bytes) -> str:
    with pytest.raises(InputError) as caught:
        CompiledTemplate.compile(layout, "x.docx")
    return caught.value.code


def _with(document: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        members = {name: package.read(name) for name in package.namelist()}
    change(members)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in members.items():
            package.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize("data", [b"", b"no zip", b"%PDF-1.7", b"<?xml version='1.0'?><office:document/>"])
def test_what_is_no_office_file_is_refused(data: bytes) -> None:
    assert _code(data) == "F303"


def test_plain_zip_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("a.txt", "a")
    assert _code(buffer.getvalue()) == "F303"


def test_old_word_file_is_named_whatever_its_name() -> None:
    assert _code(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)) == "F322"


def test_password_of_word_is_named() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le")
    assert _code(ole) == "F321"


def test_password_of_the_zip_is_named(word: Make) -> None:
    data = bytearray(word("x"))
    place = 0
    while (place := data.find(b"PK\x01\x02", place)) >= 0:
        data[place + 8] |= 1
        place += 4
    assert _code(bytes(data)) == "F321"


def test_password_of_opendocument_is_named(odt: Make) -> None:
    def lock(members: dict[str, bytes]) -> None:
        manifest = members["META-INF/manifest.xml"].replace(
            b"</manifest:manifest>", b"<manifest:encryption-data/></manifest:manifest>"
        )
        members["META-INF/manifest.xml"] = manifest

    assert _code(_with(odt("<text:p/>"), lock)) == "F321"


def test_every_truncation_is_refused(word: Make) -> None:
    data = word("{{ name }}")
    for length in range(1, len(data), 997):
        assert _code(data[:length]) in {"F303", "F323"}


def test_one_flipped_byte_in_a_member_is_noticed(word: Make) -> None:
    data = bytearray(word("{{ name }}"))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as package:
        entry = package.getinfo("word/document.xml")
    data[entry.header_offset + 30 + len(entry.filename) + 20] ^= 0x10
    assert _code(bytes(data)) == "F323"


def test_member_with_another_checksum_is_refused(word: Make) -> None:
    data = bytearray(word("{{ name }}"))
    data[data.rfind(b"word/document.xml") - 46 + 16] ^= 1
    assert _code(bytes(data)) == "F323"


def test_zip_bomb_is_refused_before_it_is_unpacked(word: Make) -> None:
    def grow(members: dict[str, bytes]) -> None:
        members["word/media/big.bin"] = bytes(30 * 1024 * 1024)

    assert _code(_with(word("x"), grow)) == "F320"


def test_member_larger_than_it_says_is_refused(word: Make) -> None:
    data = bytearray(_with(word("x"), lambda members: members.update({"word/a.bin": bytes(5000)})))
    place = data.rfind(b"word/a.bin") - 46
    struct.pack_into("<L", data, place + 24, 10)
    assert _code(bytes(data)) == "F323"


def test_too_many_members_are_refused(word: Make) -> None:
    def many(members: dict[str, bytes]) -> None:
        members.update({f"word/{number}.bin": b"" for number in range(2_001)})

    assert _code(_with(word("x"), many)) == "F320"


@pytest.mark.parametrize(
    "name", ["../evil.xml", "/etc/x", "word\\x.xml", "C:/x", "word//x", "WORD/document.XML"]
)
def test_dangerous_or_double_name_is_refused(word: Make, name: str) -> None:
    data = _with(word("x"), lambda members: members.update({name.replace("\\", "/"): b"x"}))
    if "\\" in name:
        data = data.replace(b"word/x.xml", b"word\\x.xml")
    assert _code(data) == "F324"


def test_same_name_twice_is_refused(word: Make) -> None:
    data = _with(word("x"), lambda members: members.update({"word/documen2.xml": b"x"}))
    assert _code(data.replace(b"word/documen2.xml", b"word/document.xml")) in {"F324", "F323"}


@pytest.mark.parametrize("part", ["word/document.xml", "[Content_Types].xml", "docProps/core.xml"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_in_every_part_and_encoding(word: Make, part: str, encoding: str) -> None:
    def declare(members: dict[str, bytes]) -> None:
        text = members[part].decode()
        rest = text.partition("?>")[2] if text.startswith("<?xml") else text
        members[part] = (f'<?xml version="1.0" encoding="{encoding}"?>{DOCTYPE.decode()}{rest}').encode(
            encoding
        )

    assert _code(_with(word("{{ name }}"), declare)) == "F325"


def test_broken_xml_is_named_with_its_part(word: Make) -> None:
    with pytest.raises(InputError) as caught:
        CompiledTemplate.compile(
            _with(word("x"), lambda members: members.update({"word/document.xml": b"<w:document>"})), "x.docx"
        )
    assert (caught.value.code, caught.value.facts["part"]) == ("F328", "word/document.xml")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"document.main+xml", b"template.main+xml", "F327"),
        (
            b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
            b"application/vnd.ms-word.document.macroEnabled.main+xml",
            "F326",
        ),
        (b"wordprocessingml.document.main", b"spreadsheetml.sheet.main", "F327"),
    ],
)
def test_other_kinds_of_office_files_are_named(word: Make, old: bytes, new: bytes, code: str) -> None:
    def change(members: dict[str, bytes]) -> None:
        members["[Content_Types].xml"] = members["[Content_Types].xml"].replace(old, new)

    assert _code(_with(word("x"), change)) == code


@pytest.mark.parametrize("name", ["word/vbaProject.bin", "_xmlsignatures/sig1.xml"])
def test_macros_and_signatures_are_refused(word: Make, name: str) -> None:
    assert _code(_with(word("x"), lambda members: members.update({name: b"x"}))) == "F326"


@pytest.mark.parametrize("name", ["Basic/Standard/Module1.xml", "META-INF/documentsignatures.xml"])
def test_macros_and_signatures_of_opendocument_are_refused(odt: Make, name: str) -> None:
    assert _code(odt("<text:p/>", more={name: b"<x/>"})) == "F326"


def test_spreadsheet_of_opendocument_is_named(odt: Make) -> None:
    def change(members: dict[str, bytes]) -> None:
        members["mimetype"] = b"application/vnd.oasis.opendocument.spreadsheet"

    assert _code(_with(odt("<text:p/>"), change)) == "F327"
