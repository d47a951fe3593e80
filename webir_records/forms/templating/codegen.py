"""Let Jinja write faster Python: rows are asked once each, and a template prints pieces instead of text.

What a template prints is a list of pieces, in turn one of the template's own and one value, so that all
values of a document can be taken out, escaped, encoded and read back at once and put back in. The template's
own pieces are `bytes` in XML templates, a value is `str` as it was given: the two can never be taken for each
other.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Final, cast

from jinja2 import Environment, Undefined, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import LoopContext
from jinja2.utils import missing

LOOP_ATTRIBUTES: Final = frozenset(
    ("depth", "depth0", "first", "index", "index0", "last", "length", "revindex", "revindex0")
)
TIDY: Final = "tidy"
"""Global of the generated module: makes a piece of a value that is no plain text."""

TAKE: Final = "Take"
"""Global of the generated module: takes the values for some keys out of rows."""

_BATCH: Final = 65_536
"""Pieces after which generated code hands over what it has, so that a document without end is noticed."""


@dataclass(frozen=True, slots=True)
class _Body:
    """The body of a loop.

    Attributes:
        target: that each turn sets: a name, if there are keys.
        keys: that it asks of its row.
        taker: variable of the generated code that takes them.
    """

    target: nodes.Node
    keys: tuple[str, ...]
    taker: str


class TextGenerator(CodeGenerator):
    """Writes the code of a template whose own text stays text."""

    def static(self, text: str) -> str:
        """Return the source of a piece of the template itself."""
        return repr(text)

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802
        """Begin with nothing printed."""
        self._bodies = dict[int, _Body]()
        self._columns = dict[tuple[str, str], str]()
        self._changing = (
            node.find(nodes.NSRef) is not None
        )  # what is stored in a namespace may be asked again
        self._root: object = node.body
        super().visit_Template(node, frame)

    def visit_For(self, node: nodes.For, frame: Frame) -> None:  # noqa: N802
        """Find out what the body asks of its row, before the loop."""
        keys = () if self._changing else _asked_of_row(node)
        body = _Body(node.target, keys, self.temporary_identifier())
        if keys:
            self.writeline(f"{body.taker} = {TAKE}(environment, {', '.join(map(repr, keys))})")
        self._bodies[id(node.body)] = body
        super().visit_For(node, frame)

    def blockvisit(self, nodes: Iterable[nodes.Node], frame: Frame) -> None:
        """Write what goes around the body of the template and of a loop."""
        body = self._bodies.pop(id(nodes), None)
        if nodes is self._root:
            self.writeline("out = []")
        columns = self._take(body, frame) if body and body.keys else {}
        self._columns |= columns
        super().blockvisit(nodes, frame)
        for column in columns:
            del self._columns[column]
        if body:
            self.writeline(f"if len(out) > {_BATCH}: yield out; out = []")
        if nodes is self._root:
            self.writeline("yield out")

    def _take(self, body: "_Body", frame: Frame) -> dict[tuple[str, str], str]:
        """Write how everything that a body asks of its row is taken out of it at once; return where it is."""
        row = frame.symbols.ref(cast("nodes.Name", body.target).name)
        columns = {(row, key): self.temporary_identifier() for key in body.keys}
        self.writeline(f"{', '.join(columns.values())}, _ = {body.taker}({row})")
        return columns

    def _column(self, node: nodes.Node, frame: Frame) -> str:
        """Return the variable that holds what a row was asked, or nothing."""
        if not isinstance(node, nodes.Getattr) or not isinstance(node.node, nodes.Name):
            return ""
        return self._columns.get((frame.symbols.find_ref(node.node.name) or "", node.attr), "")

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:  # noqa: N802 - the visitor's naming
        """Print all pieces of a stretch at once: own text and values in turn."""
        self.writeline("out += (", node)
        after_value = True
        for child in node.nodes:
            own = isinstance(child, nodes.TemplateData)
            if own is not after_value:
                self.write(f"{self.static('')}, " if after_value else "'', ")
            after_value = not own
            if isinstance(child, nodes.TemplateData):
                self.write(f"{self.static(child.data)}, ")
                continue
            self.newline(child)  # so that an error says in which tag it is
            if column := self._column(child, frame):
                self.write(f"{column} if {column}.__class__ is str else {TIDY}({column}), ")
                continue
            self.write("(piece if (piece := ")
            self.visit(child, frame)
            self.write(f").__class__ is str else {TIDY}(piece)), ")
        self.write(")" if after_value else "'')")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802
        """Ask a row for its value without a detour; everything else goes through the sandbox."""
        if isinstance(node.node, nodes.Name) and node.node.name == "loop" and node.attr in LOOP_ATTRIBUTES:
            self.visit(node.node, frame)
            self.write(f".{node.attr}")
            return
        if column := self._column(node, frame):
            self.write(column)
            return
        self.write(f"(row[{node.attr!r}] if (row := ")
        self.visit(node.node, frame)
        self.write(
            f").__class__ is dict and {node.attr!r} in row else environment.getattr(row, {node.attr!r}))"
        )


class XmlGenerator(TextGenerator):
    """Writes the code of a template whose own text is XML, encoded already."""

    def static(self, text: str) -> str:
        """Return the source of a piece of the template itself."""
        return repr(text.encode())


class _Loop(LoopContext):
    """The state of a loop over what has a length: nothing has to be peeked at."""

    def __init__(self, items: Sequence[object], undefined: type[Undefined]) -> None:
        super().__init__(items, undefined)
        self._items, self._last = items, len(items) - 1

    def __iter__(self) -> Iterator[tuple[object, "_Loop"]]:  # type: ignore[override] # as the base does, in turn
        for index0, item in enumerate(self._items):
            self.index0 = index0
            yield item, self

    @property
    def last(self) -> bool:
        """Tell whether this is the last turn."""
        return self.index0 == self._last

    @property
    def previtem(self) -> object:
        """Return the item of the turn before."""
        self._before = self._items[self.index0 - 1] if self.index0 else missing
        return super().previtem

    def _peek_next(self) -> object:
        return missing if self.last else self._items[self.index0 + 1]


def _loop(items: Iterable[object], undefined: type[Undefined]) -> LoopContext:
    """Return the state of a loop; one with a condition has no length before it ends."""
    if isinstance(items, (list, tuple, str, range)):
        return _Loop(cast("Sequence[object]", items), undefined)
    return LoopContext(items, undefined)


def _asked_of_row(loop: nodes.For) -> tuple[str, ...]:
    """Return the keys that the body of a loop asks of its row, if it keeps that row to its end."""
    if not isinstance(loop.target, nodes.Name):
        return ()
    name, keys = loop.target.name, dict[str, None]()
    for statement in loop.body:
        for node in (statement, *statement.find_all(nodes.Node)):
            if isinstance(node, nodes.Name) and node.name == name and node.ctx != "load":
                return ()
            if (
                isinstance(node, nodes.Getattr)
                and isinstance(node.node, nodes.Name)
                and node.node.name == name
            ):
                keys[node.attr] = None
    return tuple(keys)


class _Take:
    """Takes the values for some keys out of rows, one row after another."""

    def __init__(self, environment: Environment, *keys: str) -> None:
        self._environment, self._keys = environment, keys
        self._all = itemgetter(*keys, keys[0])  # one more, so that it is a tuple in any case

    def __call__(self, row: object) -> Sequence[object]:
        """Return them; a missing one is an undefined value, which is an error only where it is used."""
        if row.__class__ is dict:
            try:
                return cast("tuple[object, ...]", self._all(cast("Mapping[str, object]", row)))
            except KeyError:
                pass
        ask = self._environment.getattr
        return [*(ask(row, key) for key in self._keys), None]


def use_in(module: Mapping[str, object], tidy: object) -> None:
    """Give generated code what it calls."""
    if isinstance(module, dict):
        module[TIDY] = tidy
        module["LoopContext"] = _loop
        module[TAKE] = _Take
