"""Our codes are those of segno, module by module, for the same mask."""

import io
import struct
import zlib

import pytest
import segno

from webir_records.forms.templating import qr_code
from webir_records.forms.templating.qr_code import MASK, qr_png, qr_rows


def _segno(data: bytes, version: int) -> list[str]:
    fixed = {"mode": "byte", "encoding": "utf-8", "boost_error": False, "micro": False}
    code = segno.make(data.decode(), error="m", version=version, mask=MASK, **fixed)  # type: ignore[arg-type]
    return ["".join(str(int(bool(dark))) for dark in row) for row in code.matrix]


@pytest.mark.parametrize("version", range(1, 11))
def test_full_symbol_equals_segnos_module_by_module(version: int) -> None:
    room = qr_code._room(version)
    for text in (
        "a" * room,
        "é" * (room // 2) + "x" * (room % 2),
        "".join(chr(33 + i % 90) for i in range(room)),
    ):
        assert qr_rows(text.encode(), version) == _segno(text.encode(), version)


def _read(rows: list[str], version: int) -> bytes:
    """Read the data codewords back: take off the mask, follow the zigzag, sort the blocks."""
    side = len(rows)
    fixed = qr_code._function_patterns(version, side)
    bits = [(rows[y][x] == "1") ^ ((y + x) % 3 == 0) for y, x in qr_code._data_places(side, fixed)]
    correction, blocks = qr_code._BLOCKS[version]
    placed = qr_code._interleaved(blocks, correction)
    codewords = [
        sum(bit << 7 - k for k, bit in enumerate(bits[8 * i : 8 * i + 8])) for i in range(len(bits) // 8)
    ]
    return bytes(codewords[placed[b, i]] for b, length in enumerate(blocks) for i in range(length))


@pytest.mark.parametrize("length", [1, 2, 17, 50, 61])
def test_shorter_text_is_followed_by_the_padding_of_the_standard(length: int) -> None:
    data = _read(qr_rows(b"x" * length, 4), 4)
    value = int.from_bytes(data, "big")
    bits = f"{value:0{8 * len(data)}b}"
    assert (int(bits[:4], 2), int(bits[4:12], 2)) == (4, length)  # byte mode, length
    assert int(bits[12 : 12 + 8 * length], 2).to_bytes(length, "big") == b"x" * length
    assert bits[12 + 8 * length :][:4] == "0000"
    padding = data[length + 2 :]
    assert padding == (b"\xec\x11" * 40)[: len(padding)]


@pytest.mark.parametrize("length", [1, 60, 200, 400])
def test_image_shows_the_symbol_with_its_quiet_zone(length: int) -> None:
    png = qr_png("字" * (length // 3) + "x" * (length % 3))
    width, height, depth, colour = struct.unpack_from(">IIBB", png, 16)
    assert (width, depth, colour) == (height, 1, 0)
    chunk = struct.unpack_from(">I4s", png, 33)
    pixels = zlib.decompress(png[41 : 41 + chunk[0]])
    lines = [pixels[start : start + 1 + width // 8] for start in range(0, len(pixels), 1 + width // 8)]
    assert len(lines) == height
    assert all(line == b"\0" + b"\xff" * (width // 8) for line in lines[:32:8])  # four modules of white
    assert {line[0] for number, line in enumerate(lines) if number % 8} == {2}  # the line above again
    modules = width // 8 - 8
    finder = "".join("1" if byte == 0 else "0" for byte in lines[32][5:12])
    assert finder == "1111111"
    assert (modules - 17) % 4 == 0


def test_image_is_read_by_another_library() -> None:
    from docx.image.image import Image

    image = Image.from_blob(qr_png("附件1-2 | 1-2-109-0001 | r7f3k2"))
    assert (image.content_type, image.px_width % 8) == ("image/png", 0)
    assert io.BytesIO(image.blob).read(8) == b"\x89PNG\r\n\x1a\n"
