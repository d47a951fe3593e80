"""What a PDF says about itself: the same in the document information and in XMP, and nothing of a person.

PDF/A-2 (ISO 19005-2 clause 6.6.2.3) wants both to agree.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from lxml import etree

PROGRAM: Final = "webir-records"
FIXED_DATE: Final = "1980-01-01T00:00:00Z"
FIXED_PDF_DATE: Final = "D:19800101000000Z"
"""The time of filling stands in the ledger, not in the file: the same document gives the same PDF."""

_DC: Final = "{http://purl.org/dc/elements/1.1/}"
_CP: Final = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}"
_META: Final = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\ufffe\uffff]")
_XMP: Final = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" '
    'xmlns:xmp="http://ns.adobe.com/xap/1.0/">\n'
    "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>\n"
    "{fields}"
    "<pdf:Producer>{program}</pdf:Producer><xmp:CreatorTool>{program}</xmp:CreatorTool>"
    "<xmp:CreateDate>{date}</xmp:CreateDate><xmp:ModifyDate>{date}</xmp:ModifyDate>\n"
    '</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end="r"?>'
)


@dataclass(frozen=True, slots=True)
class PdfProperties:
    """What the file says about itself; no personal data, because it travels further than the page.

    Attributes:
        title: of the form.
        form_no: number of the form or of the paper.
        creator: the agency.
        keywords: what else to find it by.
    """

    title: str
    form_no: str
    creator: str
    keywords: str = ""

    @classmethod
    def of(cls, parts: Mapping[str, bytes]) -> "PdfProperties":
        """Read what a filled docx or odt says about itself."""
        core, meta = parts.get("docProps/core.xml"), parts.get("meta.xml")
        if core is not None:
            return cls._read(core, "title", "subject", "creator", f"{_CP}keywords")
        if meta is not None:
            return cls._read(meta, "title", "subject", "creator", f"{_META}keyword")
        return cls("", "", "")

    @classmethod
    def _read(cls, part: bytes, title: str, subject: str, creator: str, keywords: str) -> "PdfProperties":
        try:
            root = etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True))
        except etree.XMLSyntaxError:
            return cls("", "", "")
        texts = [
            " ".join(filter(None, (node.text for node in root.iter(tag))))
            for tag in (f"{_DC}{title}", f"{_DC}{subject}", f"{_DC}{creator}", keywords)
        ]
        return cls(*(_CONTROL.sub(" ", text).strip() for text in texts))

    def xmp(self) -> bytes:
        """Return the XMP packet."""
        bag = (
            ("dc:title", self.title, '<rdf:Alt><rdf:li xml:lang="x-default">{}</rdf:li></rdf:Alt>'),
            ("dc:creator", self.creator, "<rdf:Seq><rdf:li>{}</rdf:li></rdf:Seq>"),
            ("dc:description", self.form_no, '<rdf:Alt><rdf:li xml:lang="x-default">{}</rdf:li></rdf:Alt>'),
            ("pdf:Keywords", self.keywords, "{}"),
        )
        fields = "".join(
            f"<{name}>{shape.format(escape(_CONTROL.sub(' ', text)))}</{name}>\n"
            for name, text, shape in bag
            if text
        )
        return _XMP.format(fields=fields, program=PROGRAM, date=FIXED_DATE).encode()

    def info(self) -> dict[str, str]:
        """Return the document information by key."""
        given = {
            "/Title": self.title,
            "/Author": self.creator,
            "/Subject": self.form_no,
            "/Keywords": self.keywords,
        }
        return {
            **{key: _CONTROL.sub(" ", text) for key, text in given.items() if text},
            "/Creator": PROGRAM,
            "/Producer": PROGRAM,
            "/CreationDate": FIXED_PDF_DATE,
            "/ModDate": FIXED_PDF_DATE,
        }
