"""Nothing of one person's document gets into another's, and each looks as if it were made alone."""

import io
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pikepdf
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
import documents as made_of

from webir_records.forms.pdf import Converted, Converter
from webir_records.forms.pdf_checks import read_pages
from webir_records.forms.printing import assembly, batch
from webir_records.forms.printing.description import PdfProperties
from webir_records.forms.printing.embedded import EmbeddedFont
from webir_records.forms.printing.page_text import moved
from webir_records.forms.printing.press import Order, Press, Programs
from webir_records.forms.printing.preview import alike

SOFFICE = Path(shutil.which("soffice") or "/nowhere/soffice")
pytestmark = [
    pytest.mark.libreoffice,
    pytest.mark.skipif(not SOFFICE.is_file(), reason="LibreOffice is not installed"),
]
NAMES = ("王小明", "李大同", "陳美麗")
SHORT = ("王明", "李同", "陳麗")
LONG = [f"列{number}" for number in range(70)]
IDS = re.compile(rb"<w:p([ >])")


def _with_ids(number: int) -> bytes:
    """Return a document as Word writes it: every paragraph has a mark of its own."""
    count = iter(range(10_000))

    def marked(body: bytes) -> bytes:
        return IDS.sub(
            lambda found: b'<w:p w14:paraId="%08X"%s' % (next(count) + 1000 * number, found[1]), body
        )

    return made_of.changed(made_of.table([NAMES[number], "甲"]), "word/document.xml", marked)


def _documents() -> dict[str, list[bytes]]:
    table = made_of.table
    people = list(enumerate(NAMES))
    return {
        "plain": [table([name, f"編號{n}{n}"]) for n, name in people],
        "ids": [_with_ids(n) for n, _ in people],
        "heading": [table([name, f"編號{n}"], made_of.heading) for n, name in people],
        "lines": [table([name, "\n\n\n\n" if n == 1 else "", f"末列{n}"]) for n, name in people],
        "head": [table([name, *LONG], made_of.repeated) for name in SHORT],
        "footer": [table([name, *LONG], made_of.later_footer(NAMES[0])) for name in NAMES],
        "keep": [
            table([f"列{row}甲{n}" for row in range(60)], made_of.keep if n == 1 else None) for n, _ in people
        ],
        "pictures": [table([name], made_of.two_pictures(n)) for n, name in people],
        "picture": [table([name], made_of.one_picture(n)) for n, name in people],
        "field": [table([name], made_of.subject_in_footer(f"主旨{n}{n}")) for n, name in people],
        "uncut": [table([name], font="Noto Sans CJK TC") for name in NAMES],
        "unseen": [table([f"{name}\u200b" if n == 1 else name]) for n, name in enumerate((*NAMES, "林"))],
    }


@dataclass(frozen=True)
class Made:
    together: dict[str, bytes]
    alone: dict[str, bytes]


def _converted(folder: Path, documents: Mapping[str, bytes]) -> Converted:
    return Converter(SOFFICE, folder, environment=os.environ).convert_each(documents)


def _both(folder: Path, documents: Mapping[str, bytes]) -> Made:
    together = _converted(folder, documents)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch, "SHARED", len(documents) + 1)
        patch.setattr(batch.Batch, "_check_pdfa", lambda *_: None)
        alone = _converted(folder, documents)
    assert not together.failed
    assert not alone.failed
    return Made(dict(together.made), dict(alone.made))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    documents = {
        f"{what}-{number}": data for what, some in _documents().items() for number, data in enumerate(some)
    }
    return _both(tmp_path_factory.mktemp("others"), documents)


def _is_shared(pdf: bytes) -> bool:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        fonts = dict(document.pages[0].obj.Resources.get("/Font", pikepdf.Dictionary()))
        return any(name.startswith("/D") for name in fonts)


def _shared(made: Made, what: str) -> list[bool]:
    return [_is_shared(pdf) for name, pdf in made.together.items() if name.startswith(f"{what}-")]


def _everything(pdf: bytes) -> Iterator[bytes]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for thing in document.objects:
            yield thing.unparse(resolved=True)
            if isinstance(thing, pikepdf.Stream):
                yield thing.read_bytes()
            if isinstance(thing, pikepdf.String):
                yield str(thing).encode()


def _said(pdf: bytes) -> str:
    return "".join("".join(page.text.split()) for page in read_pages("", pdf))


def _places(pdf: bytes) -> list[list[tuple[int, ...]]]:
    """Return every character with its place, to a point."""
    pages = read_pages("", pdf, glyphs=True)
    return [sorted((g[0], round(g[1] / 4), round(g[2] / 4)) for g in page.glyphs) for page in pages]


def _same(one: bytes, other: bytes) -> bool:
    return alike(one, other) and [len(page) for page in _places(one)] == [
        len(page) for page in _places(other)
    ]


def _titles(pdf: bytes) -> list[str]:
    with pikepdf.open(io.BytesIO(pdf)) as document, document.open_outline() as outline:
        return [item.title for item in outline.root]


def test_every_document_looks_as_if_made_alone(made: Made) -> None:
    for name, pdf in made.together.items():
        assert _same(pdf, made.alone[name]), name


def test_no_document_says_what_another_says(made: Made) -> None:
    for name, pdf in made.together.items():
        what, number = name.split("-")
        own = (SHORT if what == "head" else (*NAMES, "林"))[int(number)]
        if what in ("keep", "footer"):
            assert _said(pdf) == _said(made.alone[name]), name
            continue
        said = _said(pdf)
        bytes_of = b"\n".join(_everything(pdf))
        assert own in said, name
        for other in {*NAMES, *SHORT} - {own}:
            assert other not in said, name
            for coded in (
                other.encode(),
                other.encode("utf-16-be"),
                other.encode("utf-16-be").hex().encode(),
            ):
                assert coded not in bytes_of, name
                assert coded.upper() not in bytes_of, name


def test_what_is_plain_is_shared_and_what_is_not_is_made_alone(made: Made) -> None:
    assert all(_shared(made, "plain"))
    assert all(_shared(made, "ids"))
    assert all(_shared(made, "picture"))
    assert _shared(made, "lines") == [True, False, True]
    assert _shared(made, "unseen") == [True, False, True, True]
    for what in ("heading", "keep", "pictures", "field", "uncut"):
        assert not any(_shared(made, what)), what


def test_bookmarks_are_those_of_the_document(made: Made) -> None:
    assert [_titles(made.together[f"heading-{n}"]) for n in range(3)] == [[name] for name in NAMES]


def test_repeated_head_and_footer_say_what_they_said(made: Made) -> None:
    for number, name in enumerate(SHORT):
        pages = read_pages("", made.together[f"head-{number}"])
        assert [page.text.count(name) for page in pages] == [1, 1]
    for number in range(3):
        last = read_pages("", made.together[f"footer-{number}"])[-1]
        assert last.text.rstrip().endswith(NAMES[0])


def test_every_document_has_its_own_picture(made: Made) -> None:
    for number in range(3):
        with pikepdf.open(io.BytesIO(made.together[f"picture-{number}"])) as document:
            (image,) = [thing for thing in document.objects if _is_image(thing)]
            first = image.read_bytes()[0]
        assert first == ((number + 1) * 7919 & 0xFFFF) % 256


def _is_image(thing: pikepdf.Object) -> bool:
    return isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == "/Image"


WORDS = st.text(alphabet="王李陳林美明同安和一二三0123456789", min_size=1, max_size=12)
ROWS = st.integers(2, 5)


@st.composite
def papers(draw: st.DrawFn) -> dict[str, bytes]:
    """Give documents of two layouts; each says something that no other says."""
    found: dict[str, bytes] = {}
    for layout in range(2):
        rows, bold = draw(ROWS), draw(st.booleans())
        edit = made_of.repeated if bold else None
        for number in range(4):
            mark = f"記{layout}號{number}碼"
            values = [draw(WORDS) * draw(st.sampled_from((1, 1, 1, 9))) for _ in range(rows)]
            found[mark] = made_of.table([mark, *values], edit)
    return found


@settings(max_examples=2, deadline=None, derandomize=True, phases=[Phase.generate])
@given(documents=papers())
def test_random_documents_are_as_made_alone(
    tmp_path_factory: pytest.TempPathFactory, documents: dict[str, bytes]
) -> None:
    made = _both(tmp_path_factory.mktemp("random"), documents)
    assert any(map(_is_shared, made.together.values()))
    for mark, pdf in made.together.items():
        assert _same(pdf, made.alone[mark])
        everything = _said(pdf).encode() + b"\n".join(_everything(pdf))
        assert mark.encode() in everything
        for other in documents.keys() - {mark}:
            assert other.encode() not in everything
            assert other.encode("utf-16-be").hex().encode() not in everything.lower()


BREAKS: dict[str, Callable[[bytes], bytes]] = {
    "shifted": lambda content: moved(content, 30, 0),
    "white": lambda content: content.replace(b"BT\n", b"1 1 1 rg\nBT\n"),
    "without picture": lambda content: re.sub(rb"/V\d+ Do", b"", content),
}


@pytest.mark.parametrize("how", [*BREAKS, "other picture"])
def test_what_is_put_together_wrongly_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    documents = {str(n): made_of.table([name], made_of.one_picture(n)) for n, name in enumerate(NAMES)}
    assemble = assembly.Assembler.assemble
    stale: list[Mapping[bytes, bytes]] = []

    def broken(
        self: assembly.Assembler,
        contents: Sequence[bytes],
        fonts: Mapping[bytes, EmbeddedFont],
        codes: assembly.Codes,
        images: Mapping[bytes, bytes],
        properties: PdfProperties,
    ) -> bytes:
        stale.append(images)
        changed = [BREAKS[how](content) for content in contents] if how in BREAKS else contents
        shown = stale[0] if how == "other picture" else images
        return assemble(self, changed, fonts, codes, shown, properties)

    monkeypatch.setattr(assembly.Assembler, "assemble", broken)
    done = _converted(tmp_path, documents)
    assert stale
    assert not any(map(_is_shared, done.made.values()))
    assert len(done.made) == len(documents)


CODE = re.compile(rb"<([0-9A-Fa-f]{2})")


def _drawn(order: Order, slot: int, change: Callable[[bytes], bytes]) -> Order:
    snippet = order.snippets[slot]
    changed = replace(snippet, drawing=change(snippet.drawing))
    assert changed.drawing != snippet.drawing
    return replace(order, snippets={**order.snippets, slot: changed})


def _swapped(order: Order, _: Order) -> Order:
    one, two = sorted(order.snippets)[:2]
    return replace(order, snippets={one: order.snippets[two], two: order.snippets[one]})


def _other_code(order: Order, _first: Order) -> Order:
    """Show another glyph of the same font; the file holds both."""
    (_, codes), *_ = order.snippets[min(order.snippets)].codes

    def change(drawing: bytes) -> bytes:
        def other(found: re.Match[bytes]) -> bytes:
            return b"<%02X" % next(code for code in sorted(codes) if code != int(found[1], 16))

        return CODE.sub(other, drawing, count=1)

    return _drawn(order, min(order.snippets), change)


WRONG: dict[str, Callable[[Order, Order], Order]] = {
    "two slots swapped": _swapped,
    "one slot moved by a quarter of a millimetre": lambda order, _: _drawn(
        order, min(order.snippets), lambda drawing: moved(drawing, 0.7, 0)
    ),
    "one character less": lambda order, _: _drawn(
        order, min(order.snippets), lambda drawing: CODE.sub(b"<", drawing, count=1)
    ),
    "another glyph": _other_code,
    "another record's slot": lambda order, first: replace(
        order, snippets={**order.snippets, min(order.snippets): first.snippets[min(order.snippets)]}
    ),
    "another record's picture": lambda order, first: replace(order, image=first.image),
}


@pytest.mark.parametrize("how", WRONG)
def test_what_is_wrong_in_one_document_alone_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    documents = {
        str(n): made_of.table([name, f"{n}號"], made_of.one_picture(n)) for n, name in enumerate(NAMES)
    }
    make, orders = Press._make, list[Order]()

    def broken(self: Press, order: Order, fonts: Programs) -> bytes:
        orders.append(order)
        right = len(orders) < len(documents)
        return make(self, order if right else WRONG[how](order, orders[0]), fonts)

    monkeypatch.setattr(Press, "_make", broken)
    done = _converted(tmp_path, documents)
    assert len(orders) == len(documents)
    assert not any(map(_is_shared, done.made.values()))
    assert [NAMES[n] in _said(done.made[str(n)]) for n in range(3)] == [True] * 3
