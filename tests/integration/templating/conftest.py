"""Small Word and OpenDocument templates made by hand."""

import io
import zipfile
from collections.abc import Callable

import docx
import pytest

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
ODT_NAMES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("style", "style"),
        ("draw", "drawing"),
        ("svg", "svg-compatible"),
    )
)
MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
    'manifest:version="1.3">{}</manifest:manifest>'
)


def _repack(document: bytes, changes: dict[str, bytes]) -> bytes:
    """Return a package with some members changed or added."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as source, zipfile.ZipFile(buffer, "w", 8) as target:
        for name in source.namelist():
            target.writestr(name, changes.get(name) or source.read(name))
        for name in changes.keys() - set(source.namelist()):
            target.writestr(name, changes[name])
    return buffer.getvalue()


def member(document: bytes, name: str) -> str:
    """Return a member as text."""
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        return package.read(name).decode()


@pytest.fixture
def word() -> Callable[..., bytes]:
    """Return a function that makes a docx: texts of paragraphs, or XML of the whole body."""

    def make(*paragraphs: str, body: str = "") -> bytes:
        document = docx.Document()
        for text in paragraphs:
            document.add_paragraph(text)
        buffer = io.BytesIO()
        document.save(buffer)
        if not body:
            return buffer.getvalue()
        old = member(buffer.getvalue(), "word/document.xml")
        start, end = old.index("<w:body>") + 8, old.index("<w:sectPr")
        return _repack(buffer.getvalue(), {"word/document.xml": (old[:start] + body + old[end:]).encode()})

    return make


@pytest.fixture
def odt() -> Callable[..., bytes]:
    """Return a function that makes an odt: XML of the text, of the page footer, more members."""

    def make(text: str, *, footer: str = "", more: dict[str, bytes] | None = None) -> bytes:
        content = (
            f'<office:document-content {ODT_NAMES} xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'office:version="1.3"><office:body><office:text>{text}</office:text></office:body>'
            "</office:document-content>"
        )
        styles = (
            f'<office:document-styles {ODT_NAMES} office:version="1.3"><office:automatic-styles>'
            '<style:page-layout style:name="p"/></office:automatic-styles><office:master-styles>'
            f'<style:master-page style:name="Standard" style:page-layout-name="p"><style:footer>'
            f"<text:p>{footer}</text:p></style:footer></style:master-page></office:master-styles>"
            "</office:document-styles>"
        )
        members = {"content.xml": content.encode(), "styles.xml": styles.encode(), **(more or {})}
        kind = "application/vnd.oasis.opendocument.text"
        files = [("/", kind), *((name, "text/xml") for name in members)]
        entries = "".join(
            f'<manifest:file-entry manifest:full-path="{n}" manifest:media-type="{t}"/>' for n, t in files
        )
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as package:
            package.writestr("mimetype", kind)
            for name, data in members.items():
                package.writestr(name, data)
            package.writestr("META-INF/manifest.xml", MANIFEST.format(entries))
        return buffer.getvalue()

    return make


@pytest.fixture
def repack() -> Callable[..., bytes]:
    """Return the function that changes or adds members of a package."""
    return _repack
