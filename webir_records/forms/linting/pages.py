"""Paper and fonts of a template: A4, and fonts for which the PDF has a free stand-in."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from lxml import etree

from webir_records.forms.linting.model import Element
from webir_records.forms.linting.odf_grammar import CONTENT, STYLE
from webir_records.forms.linting.packages import Opened
from webir_records.forms.linting.report import Finding
from webir_records.forms.linting.word_grammar import W

A4_MM: Final = (210.0, 297.0)
_TOLERANCE_MM: Final = 1.0
_TWIPS_PER_MM: Final = 1440 / 25.4
_FO: Final = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_SVG: Final = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
_MM_PER_UNIT: Final = {"mm": 1.0, "cm": 10.0, "in": 25.4, "pt": 25.4 / 72, "pc": 25.4 / 6}
_LENGTH: Final = re.compile(r"([0-9.]+)(mm|cm|in|pt|pc)")
_FONTS_CONF: Final = Path(__file__).resolve().parents[1] / "fonts.conf"
_CHINESE: Final = re.compile(r"[\u2e80-\u9fff\U00020000-\U0003ffff]|\{\{")
_FREE: Final = frozenset({"TW-Kai", "TW-Sung", "TW-Kai-98_1", "TW-Sung-98_1"})


def page_findings(opened: Opened) -> Iterator[Finding]:
    """Yield pages that are not A4, and Chinese fonts that the PDF cannot show as they are."""
    sizes = _word_sizes(opened) if opened.kind == "docx" else _odf_sizes(opened)
    for size in dict.fromkeys(sizes):
        if not _is_a4(size):
            got = f"{size[0]:.0f} × {size[1]:.0f} mm"
            yield Finding("F449", {"got": got}, opened.stories[opened.main])
    fonts = _word_fonts(opened) if opened.kind == "docx" else _odf_fonts(opened)
    foreign = sorted({font for font in fonts if font and font not in mapped_fonts()})
    if foreign:
        yield Finding("F409", {"got": "、".join(foreign)})


def _is_a4(size: tuple[float, float]) -> bool:
    return all(abs(got - a4) <= _TOLERANCE_MM for got, a4 in zip(sorted(size), A4_MM, strict=True))


def _word_sizes(opened: Opened) -> Iterator[tuple[float, float]]:
    for size in opened.parts[opened.main].iter(f"{W}pgSz"):
        sides = [str(size.get(f"{W}{side}", "")) for side in ("w", "h")]
        if all(side.isdecimal() for side in sides):
            yield int(sides[0]) / _TWIPS_PER_MM, int(sides[1]) / _TWIPS_PER_MM


def _odf_sizes(opened: Opened) -> Iterator[tuple[float, float]]:
    styles = opened.parts.get("styles.xml")
    if styles is None:
        return
    used = {page.get(f"{STYLE}page-layout-name") for page in styles.iter(f"{STYLE}master-page")}
    for layout in styles.iter(f"{STYLE}page-layout"):
        properties = layout.find(f"{STYLE}page-layout-properties")
        if layout.get(f"{STYLE}name") in used and properties is not None:
            sides = [_mm(str(properties.get(f"{_FO}{side}", ""))) for side in ("page-width", "page-height")]
            if all(sides):
                yield sides[0], sides[1]


def _mm(length: str) -> float:
    """Return a length of OpenDocument in millimetres; 0 when it is none."""
    match = _LENGTH.fullmatch(length)
    return float(match[1]) * _MM_PER_UNIT[match[2]] if match and match[1].count(".") <= 1 else 0.0


def _word_fonts(opened: Opened) -> Iterator[str]:
    """Yield the fonts of what is Chinese or will be filled in, and the font of everything else."""
    for root in opened.parts.values():
        for default in root.iterfind(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}rFonts"):
            yield str(default.get(f"{W}eastAsia", ""))
        for run in root.iter(f"{W}r"):
            fonts = run.find(f"{W}rPr/{W}rFonts")
            if fonts is not None and _CHINESE.search("".join(t.text or "" for t in run.iter(f"{W}t"))):
                yield str(fonts.get(f"{W}eastAsia", ""))


def _odf_fonts(opened: Opened) -> Iterator[str]:
    for name, root in opened.parts.items():
        families = dict(_faces(root))
        used = root.iter(f"{STYLE}style" if name == CONTENT else f"{STYLE}default-style")
        for properties in (p for style in used for p in style.iter(f"{STYLE}text-properties")):
            font = str(properties.get(f"{STYLE}font-name-asian", ""))
            yield families.get(font, font)


def _faces(root: Element) -> Iterator[tuple[str, str]]:
    for face in root.iter(f"{STYLE}font-face"):
        yield str(face.get(f"{STYLE}name", "")), str(face.get(f"{_SVG}font-family", "")).strip("'\"")


@cache
def mapped_fonts() -> frozenset[str]:
    """Return the fonts that the PDF shows as they are: those of our font settings, and the free ones."""
    settings = etree.parse(str(_FONTS_CONF), etree.XMLParser(load_dtd=False, no_network=True))
    names = {str(family.text).strip() for family in settings.iter("family") if family.text}
    return frozenset(names) | _FREE
