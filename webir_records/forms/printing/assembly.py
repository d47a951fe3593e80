"""Write many PDFs that share most of their objects: what is common is serialised and compressed once.

The common objects lie in an object stream (ISO 32000-1 clause 7.5.7), the differing ones behind it, a
cross-reference stream at the end. PDF/A-2 allows both.
"""

import hashlib
import io
import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import pikepdf

from webir_records.forms.printing.description import PdfProperties
from webir_records.forms.printing.embedded import SMALL, EmbeddedFont, entries, packed_stream
from webir_records.forms.printing.kept import Common, check_kept
from webir_records.forms.printing.page_text import UnknownContentError, shown
from webir_records.forms.printing.png import as_pdf_image

_HEADER: Final = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_COMMON: Final = 10_000
"""Tags of common fonts come after those of the others."""

_FREE, _PLAIN, _PACKED = 0, 1, 2
_ENTRY: Final = struct.Struct(">BIH")
_NONE: Final = (_FREE, 0, 65535)
_FIXED_PROFILE_DATE: Final = struct.pack(">6H", 1980, 1, 1, 0, 0, 0)
_UNWANTED: Final = ("/DocChecksum", "/ID")

Codes = Mapping[bytes, frozenset[int]]


class Assembler:
    """Writes the PDFs of documents that share one layout."""

    def __init__(
        self, document: pikepdf.Pdf, kept: Iterable[bytes], titles: frozenset[str], level: int = SMALL
    ) -> None:
        """Take what is common from a document that was laid out; its pages stay open.

        Args:
            document: a PDF of LibreOffice; it is changed.
            kept: the operators that every document has.
            titles: what the paragraphs say that every document has.
            level: of the compression of what is common.
        """
        operators = b"".join(kept)
        fonts, pictures = _resources(document)
        self._entries: dict[int, tuple[int, int, int]] = {}
        self._blob = bytearray(_HEADER)
        self._open_pages(document)
        self._freeze(document, titles)
        self._fonts: dict[bytes, int] = {}
        for number, (font, codes) in enumerate(sorted(_codes(operators).items())):
            embedded = EmbeddedFont(fonts[font], _COMMON + number)
            self._fonts[font] = self._add(embedded.objects(codes, self._next, level))
        self._pictures = {
            name: self._add([_raw_stream(picture)])
            for name, picture in pictures.items()
            if b"/%s Do" % name in operators
        }
        self._table = b"".join(_ENTRY.pack(*self._entries.get(number, _NONE)) for number in range(self._next))
        self._digest = _md5(self._blob)

    @staticmethod
    def _open_pages(document: pikepdf.Pdf) -> None:
        """Take out what differs between documents, and what PDF/A does not know."""
        for key in _UNWANTED:
            if key in document.trailer:
                del document.trailer[key]
        if "/OpenAction" in document.Root:
            del document.Root["/OpenAction"]
        fix_profile_dates(document)
        for page in document.pages:
            page.obj.Contents = document.make_stream(b" ")
            page.obj.Resources = document.make_indirect(pikepdf.Dictionary())
        document.Root.Metadata = document.make_stream(b" ")

    def _freeze(self, document: pikepdf.Pdf, titles: frozenset[str]) -> None:
        """Serialise every object but those that differ."""
        buffer = io.BytesIO()
        document.save(buffer, object_stream_mode=pikepdf.ObjectStreamMode.disable)
        with pikepdf.open(buffer) as saved:
            self._open = [(page.obj.Contents.objgen[0], page.obj.Resources.objgen[0]) for page in saved.pages]
            self._root, self._metadata = saved.Root.objgen[0], saved.Root.Metadata.objgen[0]
            left_out = {self._metadata, *(number for pair in self._open for number in pair)}
            if "/Info" in saved.trailer:
                left_out.add(saved.trailer.Info.objgen[0])
            packed: dict[int, bytes] = {}
            streams: dict[int, bytes] = {}
            common = Common(titles, _roles(saved))
            for entry in saved.objects:
                number = entry.objgen[0]
                if number in left_out or not number:
                    continue
                check_kept(entry, common)
                if isinstance(entry, pikepdf.Stream):
                    streams[number] = _raw_stream(entry)
                else:
                    packed[number] = entry.unparse(resolved=True)
            self._next = max((entry.objgen[0] for entry in saved.objects), default=0) + 1
        for number, data in streams.items():
            self._write(number, data)
        self._pack(packed)

    def _pack(self, packed: Mapping[int, bytes]) -> None:
        container = self._next
        self._next += 1
        place = 0
        heads: list[bytes] = []
        bodies: list[bytes] = []
        for index, (number, data) in enumerate(packed.items()):
            heads.append(b"%d %d" % (number, place))
            bodies.append(data)
            place += len(data) + 1
            self._entries[number] = (_PACKED, container, index)
        head = b" ".join(heads) + b" "
        about = b"/Type /ObjStm /N %d /First %d" % (len(packed), len(head))
        self._write(container, packed_stream(about, head + b"\n".join(bodies), level=SMALL))

    def _add(self, objects: Sequence[bytes]) -> int:
        first = self._next
        for number, data in enumerate(objects, start=first):
            self._write(number, data)
        self._next += len(objects)
        return first

    def _write(self, number: int, data: bytes) -> None:
        self._entries[number] = (_PLAIN, len(self._blob), 0)
        self._blob += b"%d 0 obj\n%s\nendobj\n" % (number, data)

    def assemble(
        self,
        contents: Sequence[bytes],
        fonts: Mapping[bytes, EmbeddedFont],
        codes: Codes,
        images: Mapping[bytes, bytes],
        properties: PdfProperties,
    ) -> bytes:
        """Return one document.

        Args:
            contents: operators of each page.
            fonts: where the fonts come from that are not common.
            codes: which codes of which of them are shown.
            images: PNG files by the name that the operators use.
            properties: what the file says about itself.
        """
        dynamic: dict[int, bytes] = {}
        following = self._next
        names = dict(self._fonts)
        for name in sorted(codes):
            names[name] = following
            for data in fonts[name].objects(codes[name], following):
                dynamic[following] = data
                following += 1
        pictures = dict(self._pictures)
        for name, png in images.items():
            taken = as_pdf_image(png)
            if taken is None:
                raise UnknownContentError("a picture of another kind")
            pictures[name] = following
            dynamic[following] = _plain_stream(*taken)
            following += 1
        resources = b"<< /Font << %s >> /XObject << %s >> >>" % (_references(names), _references(pictures))
        for (content, resource), operators in zip(self._open, contents, strict=True):
            dynamic[content] = packed_stream(b"", operators)
            dynamic[resource] = resources
        dynamic[self._metadata] = _plain_stream(b"/Type /Metadata /Subtype /XML", properties.xmp())
        info, following = following, following + 1
        dynamic[info] = b"<< %s >>" % b" ".join(
            key.encode() + b" " + pikepdf.String(text).unparse() for key, text in properties.info().items()
        )
        return self._finish(dynamic, info, following)

    def _finish(self, dynamic: Mapping[int, bytes], info: int, size: int) -> bytes:
        whole = bytearray(self._blob)
        table = bytearray(self._table + bytes(_ENTRY.size * (size + 1 - self._next)))
        for number, data in dynamic.items():
            _ENTRY.pack_into(table, _ENTRY.size * number, _PLAIN, len(whole), 0)
            whole += b"%d 0 obj\n%s\nendobj\n" % (number, data)
        _ENTRY.pack_into(table, _ENTRY.size * size, _PLAIN, len(whole), 0)
        mark = _md5(self._digest + whole[len(self._blob) :]).hex().encode()
        head = b"/Type /XRef /Size %d /W [1 4 2] /Root %d 0 R /Info %d 0 R /ID [<%s> <%s>]" % (
            size + 1,
            self._root,
            info,
            mark,
            mark,
        )
        place = len(whole)
        whole += b"%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (
            size,
            packed_stream(head, bytes(table)),
            place,
        )
        return bytes(whole)


def _md5(data: bytes | bytearray) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()


def fix_profile_dates(document: pikepdf.Pdf) -> None:
    """Set the creation time in the colour profile (ICC.1:2010 section 7.2.8), which is that of the run."""
    for intent in document.Root.get("/OutputIntents", pikepdf.Array()):
        profile = intent.get("/DestOutputProfile")
        if isinstance(profile, pikepdf.Stream):
            data = profile.read_bytes()
            profile.write(data[:24] + _FIXED_PROFILE_DATE + data[36:])


def _resources(document: pikepdf.Pdf) -> tuple[dict[bytes, pikepdf.Object], dict[bytes, pikepdf.Object]]:
    """Return fonts and pictures of all pages by name; LibreOffice gives a name one meaning in a file."""
    fonts: dict[bytes, pikepdf.Object] = {}
    pictures: dict[bytes, pikepdf.Object] = {}
    for page in document.pages:
        resources = page.obj.Resources
        if not set(resources.keys()) <= {"/Font", "/XObject", "/ProcSet"}:
            raise UnknownContentError("resources of another kind")
        for key, found in (("/Font", fonts), ("/XObject", pictures)):
            for name, value in resources.get(key, pikepdf.Dictionary()).items():
                if found.setdefault(str(name)[1:].encode(), value).objgen != value.objgen:
                    raise UnknownContentError("one name for two things")
    return fonts, pictures


def _codes(operators: bytes) -> dict[bytes, set[int]]:
    """Return the codes that operators show, by font."""
    used: dict[bytes, set[int]] = {}
    for font, codes in shown(operators):
        used.setdefault(font, set()).update(bytes.fromhex(codes.decode()))
    return used


def _roles(document: pikepdf.Pdf) -> frozenset[str]:
    """Return the names of the tags that the document defines: those of its styles."""
    tree = document.Root.get("/StructTreeRoot", pikepdf.Dictionary())
    return frozenset(str(name) for name in tree.get("/RoleMap", pikepdf.Dictionary()).keys())  # noqa: SIM118 # no mapping


def _references(names: Mapping[bytes, int]) -> bytes:
    return b" ".join(b"/%s %d 0 R" % item for item in names.items())


def _raw_stream(stream: pikepdf.Object) -> bytes:
    data = stream.read_raw_bytes()
    return _plain_stream(entries(stream, without={"/Length"}), data)


def _plain_stream(head: bytes, data: bytes) -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (head, len(data), data)
