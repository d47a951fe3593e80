"""Layouts as they come back from an office: opened and saved again, nothing changed that prints."""

import itertools
import re
import subprocess
from pathlib import Path

from webir_records.forms.docx_package import CONTENT_TYPES, read_parts, write_parts

_BODY = "word/document.xml"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_ROOT = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" mc:Ignorable="w14" '
)
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_LINES = (
    f'<w:{{0}}s xmlns:w="{_W}"><w:{{0}} w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p>'
    '</w:{0}><w:{0} w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p>'
    "</w:{0}></w:{0}s>"
)
_MARK = '<w:bookmarkStart w:id="0" w:name="_Hlk72000001"/><w:bookmarkEnd w:id="0"/>'
_BEGIN, _END = '<w:bookmarkStart w:id="1" w:name="_GoBack"/>', '<w:bookmarkEnd w:id="1"/>'
_VALUE = re.compile(r"<w:r>(?:(?!</w:r>).)*\{\{ record_id \}\}.*?</w:r>")
"""The run with a number that each document has for itself."""

_TITLE = re.compile(r'(w:styleId="FormTitle">.*?)</w:pPr>')
_SUBTITLE = '<w:pStyle w:val="FormSubtitle"/>'
_WRONG = '<w:proofErr w:type="spellStart"/>'


def by_word(layout: bytes) -> bytes:
    """Return a docx with what Word adds when it saves."""
    parts = read_parts(layout, "layout")
    body = parts[_BODY].decode().replace("<w:document ", f"<w:document {_ROOT}", 1)
    numbers = itertools.count(1)
    body = re.sub(
        r"<w:p>",
        lambda _: f'<w:p w14:paraId="{next(numbers):08X}" w14:textId="77777777" w:rsidR="00AB12CD">',
        body,
    )
    body = body.replace("<w:tr>", '<w:tr w:rsidR="00AB12CD" w14:paraId="0FFFFFFF" w14:textId="77777777">')
    body = _VALUE.sub(lambda run: f"{_BEGIN}{run[0]}{_END}", body, count=1)
    body = body.replace(_SUBTITLE, f'{_SUBTITLE}<w:outlineLvl w:val="1"/>', 1)
    body = body.replace("<w:r>", '<w:r w:rsidRPr="00EF3456">')
    body = body.replace("<w:t ", "<w:lastRenderedPageBreak/><w:t ", 1)
    title = body.index("</w:r></w:p>") + len("</w:r>")
    body = body[:title] + _WRONG + _MARK + _WRONG.replace("Start", "End") + body[title:]
    body = body.replace("<w:sectPr>", '<w:sectPr w:rsidR="00AB12CD">')
    parts[_BODY] = body.encode()
    styles = parts["word/styles.xml"].decode()
    parts["word/styles.xml"] = _TITLE.sub(r'\1<w:outlineLvl w:val="0"/></w:pPr>', styles, count=1).encode()
    return write_parts(_with_parts(parts))


def _with_parts(parts: dict[str, bytes]) -> dict[str, bytes]:
    """Return a package with the parts that Word always writes."""
    added = {
        "footnotes": _LINES.format("footnote"),
        "endnotes": _LINES.format("endnote"),
        "webSettings": f'<w:webSettings xmlns:w="{_W}"><w:optimizeForBrowser/></w:webSettings>',
    }
    types, relations = parts[CONTENT_TYPES].decode(), parts["word/_rels/document.xml.rels"].decode()
    for name, text in added.items():
        parts[f"word/{name}.xml"] = text.encode()
        override = f'<Override PartName="/word/{name}.xml" ContentType="{_TYPES}.{name}+xml"/>'
        types = types.replace("</Types>", f"{override}</Types>")
        relation = f'<Relationship Id="rW{name}" Type="{_KINDS}/{name}" Target="{name}.xml"/>'
        relations = relations.replace("</Relationships>", f"{relation}</Relationships>")
    relation = f'<Relationship Id="rWdata" Type="{_KINDS}/customXml" Target="../customXml/item1.xml"/>'
    relations = relations.replace("</Relationships>", f"{relation}</Relationships>")
    parts["customXml/item1.xml"] = b'<b:Sources xmlns:b="http://example.org/b"/>'
    return {**parts, CONTENT_TYPES: types.encode(), "word/_rels/document.xml.rels": relations.encode()}


def by_libreoffice(layout: bytes, soffice: Path, folder: Path) -> bytes:
    """Return an odt as LibreOffice saves it."""
    given, made = folder / "given.odt", folder / "made"
    given.write_bytes(layout)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [str(soffice), profile, "--headless", "--convert-to", "odt", "--outdir", str(made), str(given)]
    subprocess.run(command, check=True, timeout=120, capture_output=True)
    return (made / "given.odt").read_bytes()
