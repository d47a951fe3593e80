"""One XML part of a template, compiled: values in, checked bytes out."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from traceback import walk_tb
from typing import Final, cast

import jinja2
import jinja2.meta
from jinja2 import nodes

from webir_records.forms.templating.budget import BUDGET, Budget
from webir_records.forms.templating.errors import LimitError
from webir_records.forms.templating.escaping import tidy_text
from webir_records.forms.templating.finding import find_tags
from webir_records.forms.templating.gaps import Grid, fill_gaps
from webir_records.forms.templating.limits import MAX_OUTPUT
from webir_records.forms.templating.listing import resolve_breaks
from webir_records.forms.templating.odt_tables import fix_columns
from webir_records.forms.templating.pieces import Encoded, Piece, text_of
from webir_records.forms.templating.readback import OTHER_TEXT, compare, same, without_spaces
from webir_records.forms.templating.sandbox import (
    ATTRIBUTE,
    COLOUR,
    FUNCTIONS,
    NUMBER,
    FastContext,
    Names,
    Sandbox,
)
from webir_records.forms.templating.structure import (
    check_structure,
    expressions_in_attributes,
    has_tags_inside,
    template_of,
)
from webir_records.forms.templating.syntax import compile_source, complaints
from webir_records.forms.templating.values import Values
from webir_records.forms.templating.word_tables import fix_tables
from webir_records.forms.templating.xml_parts import DECLARATION, BrokenXmlError, parse, serialise
from webir_records.model.errors import FaultError

_MARKUP = re.compile(r"<[^>]*>")
_DRAWING: Final = "<wp:docPr "
_DRAWING_ID = re.compile(r'\bid="[^"]*"')
_FIRST_DRAWING: Final = 1001


@dataclass(frozen=True, slots=True)
class Traits:
    """What has to be done to a part after its tags are filled.

    Attributes:
        breaks: line ends and tabs in texts become Word's own.
        columns: the grid of Word tables has to follow their cells.
        odt_columns: the columns of OpenDocument tables likewise.
        drawings: drawings have to be numbered anew, because a loop may repeat them.
        odt: spaces, line ends and tabs in values become elements of OpenDocument.
        gaps: conditions and loops may leave cells, rows or tables empty.
    """

    breaks: bool = False
    columns: bool = False
    odt_columns: bool = False
    drawings: bool = False
    odt: bool = False
    gaps: Grid | None = None


class HiddenTagError(Exception):
    """The whole of a part says what none of its tags said alone.

    Attributes:
        code: of the mistake.
        feature: what it is about.
    """

    def __init__(self, code: str, feature: str) -> None:
        super().__init__(code)
        self.code, self.feature = code, feature


class Part:
    """A compiled part; immutable and safe to share.

    Attributes:
        name: of the member in the package.
        names: values that it asks for.
        keys: what it may ask of rows: every attribute and every text in its tags.
    """

    def __init__(self, name: str, source: str, expected: str, environment: Sandbox, traits: Traits) -> None:
        """Compile a part.

        Args:
            name: of the member.
            source: XML with plain Jinja tags, without a declaration.
            expected: the text alone, with the same tags.
            environment: in which the XML is made.
            traits: what else is to do.

        Raises:
            HiddenTagError: a tag that was not seen before says what tags may not say.
            CrossedBlockError: some data would give XML that is not well-formed.
            jinja2.TemplateSyntaxError, SyntaxError, RecursionError, MemoryError, OverflowError, ValueError:
                it cannot be compiled.
        """
        check_structure(source)
        prepared = _literal_braces(expressions_in_attributes(source, _FILTERS))
        self.name = name
        self._template, tree = compile_source(prepared, environment, name)
        if wrong := next(complaints(tree, environment), None):
            raise HiddenTagError(*wrong)
        self._expected, _ = compile_source(_literal_braces(expected), _TEXT, name)
        self.names = frozenset(jinja2.meta.find_undeclared_variables(tree)) - FUNCTIONS
        self.keys = frozenset(_keys(tree))
        self._traits = traits
        self._tags = tuple(
            prepared[begin:end] for begin, end in find_tags(prepared) if prepared[begin + 1] != "#"
        )
        self._proven = without_spaces(template_of(source)) == without_spaces(expected)
        in_tags = has_tags_inside(source)
        static_breaks = traits.breaks and re.search(r"[\n\t]", source) is not None
        self._whole = in_tags or static_breaks or traits.columns or traits.odt_columns or traits.drawings
        self._whole = self._whole or traits.gaps is not None

    def render(self, values: Values, pictures: Mapping[str, object]) -> Sequence[bytes]:
        """Return the filled part, in pieces.

        Args:
            values: by name.
            pictures: by name, as this part shows them.

        Raises:
            FaultError: `F301`, `F302`, it does not say what it must.
            jinja2.TemplateError, LimitError, ValueKindError, …: the template cannot be filled with these.
        """
        names = Names(self._template.globals)
        names.update(values)
        names.update(pictures)
        pieces = _run(self._template, names)
        encoded = Encoded(_HEAD, pieces, odt=self._traits.odt)
        finish = self._whole or (encoded.breaks and self._traits.breaks)
        if self._proven and encoded.whole and not finish:
            return encoded.pieces
        expected = "".join(cast("list[str]", _run(self._expected, names)))
        if finish:
            data, found = self._finished(encoded, expected, values)
        else:
            data, found = encoded.pieces, encoded.text()
        if not same(expected, found):
            compare(self.name, expected, found, values)
        return data

    def _finished(self, encoded: Encoded, expected: str, values: Values) -> tuple[list[bytes], str]:
        """Finish a part; one that is no XML is not handed out."""
        try:
            data, found = self._finish(b"".join(encoded.pieces[1:]).decode())
        except BrokenXmlError as error:
            compare(self.name, expected, encoded.text(), values)
            facts = {"position": "0", "expected": str(len(expected)), "got": "0"}
            raise FaultError(OTHER_TEXT, (), part=self.name, **facts) from error
        return [data], found

    def tag_of(self, error: BaseException) -> str:
        """Return the tag in which filling failed, or a dash."""
        module = self._template.root_render_func.__globals__
        lines = [line for frame, line in walk_tb(error.__traceback__) if frame.f_globals is module]
        number = self._template.get_corresponding_lineno(lines[-1]) if lines else 0
        found = self._tags[number - 1] if 0 < number <= len(self._tags) else ""
        return _IN_ATTRIBUTE.sub(r"{{ \1 }}", found) or "–"

    def _finish(self, xml: str) -> tuple[bytes, str]:
        """Do what needs the whole part at once."""
        if self._traits.breaks:
            xml = resolve_breaks(xml)
        if self._traits.columns or self._traits.odt_columns or self._traits.gaps:
            root = parse(xml.encode(), keep_blanks=True)
            changed = self._traits.gaps is not None and fill_gaps(root, self._traits.gaps)
            changed |= self._traits.columns and fix_tables(root)
            changed |= self._traits.odt_columns and fix_columns(root)
            xml = serialise(root) if changed else xml
        if self._traits.drawings:
            xml = number_drawings(xml)
        return (DECLARATION + xml).encode(), text_of(xml)


_IN_ATTRIBUTE = re.compile(r"^\{\{ \((.*)\) \| xml_\w+ \}\}$", re.DOTALL)
_FILTERS: Final = {"": ATTRIBUTE, "w:gridSpan": NUMBER, "w:shd": COLOUR}
_HEAD: Final = DECLARATION.encode()


_TEXT: Final = Sandbox(tidy_text, xml=False)


def _run(template: jinja2.Template, names: Names) -> list[Piece]:
    """Return what a template prints, up to the limit."""
    names[BUDGET] = Budget()
    context = FastContext(template.environment, names, template.name, {})
    pieces = list[Piece]()
    total = 0
    for batch in template.root_render_func(context):
        total += sum(map(len, batch)) + len(batch)
        if total > MAX_OUTPUT:
            raise LimitError
        pieces += batch
    return pieces


def _keys(tree: nodes.Template) -> Iterator[str]:
    yield from (node.attr for node in tree.find_all(nodes.Getattr))
    for node in tree.find_all(nodes.Const):
        if isinstance(node.value, str):
            yield node.value


def _literal_braces(source: str) -> str:
    """Let `{_{` and its like print braces, as docxtpl does; only in the template, never in a value."""
    for shown, meant in (("{_{", "{{"), ("}_}", "}}"), ("{_%", "{%"), ("%_}", "%}")):
        source = source.replace(shown, f"{{{{ '{meant}' }}}}")
    return source


def number_drawings(xml: str) -> str:
    """Give every drawing of a part a number of its own."""
    head, *drawings = xml.split(_DRAWING)
    numbered = (
        _DRAWING_ID.sub(f'id="{number}"', drawing, count=1)
        for number, drawing in enumerate(drawings, start=_FIRST_DRAWING)
    )
    return _DRAWING.join((head, *numbered))
