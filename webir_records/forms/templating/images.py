"""Images that a template shows by name: how large, of which kind, and the XML that shows them."""

import struct
from dataclasses import dataclass
from typing import Final

from webir_records.forms.templating.limits import MAX_IMAGE_BYTES
from webir_records.model.errors import InputError

UNUSABLE: Final = "F343"

CODES: Final = ("qr_1", "qr_2", "qr_3")
"""Further QR codes, on papers that the program makes."""

CHART: Final = "year_chart"
"""The picture of what is due by year, on the yearly report."""

IMAGES: Final = frozenset({"qr", "seal", "logo", CHART, *CODES})
"""Names that stand for images, in tags and as names of placed pictures."""

EMU_PER_MM: Final = 36_000
_WIDTH_MM: Final = {"qr": 20.0, **dict.fromkeys(CODES, 30.0)}
"""Printed width of the codes; readers need about 0.4 mm per module. Other images keep their own size."""

_MAX_MM: Final = 160.0
_DEFAULT_DPI: Final = 96.0
_MM_PER_INCH: Final = 25.4
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8"
_MAX_PIXELS: Final = 20_000


@dataclass(frozen=True, slots=True)
class ImageInfo:
    """What the file says of itself: kind (`png`, `jpeg`) and size in mm as it is printed."""

    kind: str
    width_mm: float
    height_mm: float


def inspect(name: str, data: bytes) -> ImageInfo:
    """Read the kind and size of an image.

    Raises:
        InputError: `F343`, it is no PNG or JPEG, damaged or far too large.
    """
    try:
        kind, width, height, dpi = _png(data) if data.startswith(_PNG) else _jpeg(data)
    except (struct.error, ValueError, IndexError) as error:
        raise InputError(UNUSABLE, image=name) from error
    if len(data) > MAX_IMAGE_BYTES or not (0 < width <= _MAX_PIXELS and 0 < height <= _MAX_PIXELS):
        raise InputError(UNUSABLE, image=name)
    width_mm = _WIDTH_MM.get(name, min(width / dpi * _MM_PER_INCH, _MAX_MM))
    return ImageInfo(kind, width_mm, width_mm * height / width)


def _png(data: bytes) -> tuple[str, int, int, float]:
    """Read IHDR, and pHYs if it comes before the pixels (PNG second edition, 11.2.2 and 11.3.5.3)."""
    width, height = struct.unpack_from(">II", data, 16)
    place, dpi = 8 if data[37:41] != b"IDAT" else len(data), _DEFAULT_DPI
    while place < len(data) - 8:
        length, kind = struct.unpack_from(">I4s", data, place)
        if kind == b"pHYs":
            per_metre, _, unit = struct.unpack_from(">IIB", data, place + 8)
            dpi = per_metre * _MM_PER_INCH / 1000 if unit == 1 and per_metre else _DEFAULT_DPI
        if kind == b"IDAT":
            break
        place += length + 12
    return "png", width, height, dpi


def _jpeg(data: bytes) -> tuple[str, int, int, float]:
    """Read the frame header (ITU-T T.81 B.2.2) and the density of JFIF."""
    if not data.startswith(_JPEG):
        raise ValueError("no JPEG")
    place, dpi = 2, _DEFAULT_DPI
    while True:
        marker, length = struct.unpack_from(">xBH", data, place)
        if marker == 0xE0 and data[place + 4 : place + 9] == b"JFIF\0":
            unit, density = struct.unpack_from(">BH", data, place + 11)
            dpi = {1: float(density), 2: density * 2.54}.get(unit, dpi) or _DEFAULT_DPI
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", data, place + 5)
            return "jpeg", width, height, dpi
        place += length + 2


def word_picture(relationship: str, info: ImageInfo) -> str:
    """Return what a tag for an image becomes in Word: its run is left, the picture gets one of its own."""
    width, height = round(info.width_mm * EMU_PER_MM), round(info.height_mm * EMU_PER_MM)
    main = "http://schemas.openxmlformats.org/drawingml/2006"
    return (
        f'</w:t></w:r><w:r><w:drawing><wp:inline xmlns:wp="{main}/wordprocessingDrawing" '
        f'xmlns:a="{main}/main" xmlns:pic="{main}/picture" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        f'<wp:extent cx="{width}" cy="{height}"/><wp:docPr id="1001" name="Picture 1"/>'
        '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
        f'<a:graphic><a:graphicData uri="{main}/picture"><pic:pic><pic:nvPicPr>'
        f'<pic:cNvPr id="0" name="image.{info.kind}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
        f'<a:blip r:embed="{relationship}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr>'
        f'<a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
        '<a:prstGeom prst="rect"/></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline>'
        '</w:drawing></w:r><w:r><w:t xml:space="preserve">'
    )


def odt_picture(name: str, path: str, info: ImageInfo) -> str:
    """Return what a tag for an image becomes in OpenDocument: a frame set as a character."""
    base = "urn:oasis:names:tc:opendocument:xmlns"
    return (
        f'<draw:frame xmlns:draw="{base}:drawing:1.0" xmlns:svg="{base}:svg-compatible:1.0" '
        f'draw:name="{name}" text:anchor-type="as-char" svg:width="{info.width_mm:.2f}mm" '
        f'svg:height="{info.height_mm:.2f}mm"><draw:image xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'xlink:href="{path}" xlink:type="simple" xlink:show="embed" xlink:actuate="onLoad"/></draw:frame>'
    )
