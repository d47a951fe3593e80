"""Follow the names through a template: what each one is, and whether the form has it."""

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from jinja2 import nodes

from webir_records.forms.linting.expressions import Slip
from webir_records.forms.linting.vocabulary import ANY, Shape, Vocabulary

Scope: TypeAlias = Mapping[str, Shape]
"""Names that a block brings with it."""

_SAME_LIST: Final = frozenset(
    {"sort", "list", "reverse", "unique", "select", "reject", "selectattr", "rejectattr"}
)
_ONE_ROW: Final = frozenset({"first", "last", "random"})
_BY_NAME: Final = frozenset({"selectattr", "rejectattr", "groupby"})


class Names:
    """Judges expressions; remembers what was used.

    Attributes:
        used: every name that the template asks for, those of rows as `entries.seq`.
    """

    def __init__(self, vocabulary: Vocabulary, loop_names: frozenset[str]) -> None:
        self._vocabulary = vocabulary
        self._loop_names = loop_names
        self.used: dict[str, None] = {}

    def judge(self, node: nodes.Node, scopes: Sequence[Scope]) -> tuple[list[Slip], Scope]:
        """Return what is wrong in one tag, and the names that it brings for the block that it begins."""
        look = _Look(self._vocabulary, self._loop_names, scopes, self.used)
        try:
            scope = look.statement(node)
        except RecursionError:  # thousands of operators in a row
            return [Slip("F420", {"inside": "…"})], {}
        return look.slips, scope


class _Look:
    """One tag."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        loop_names: frozenset[str],
        scopes: Sequence[Scope],
        used: dict[str, None],
    ) -> None:
        self._vocabulary = vocabulary
        self._loop_names = loop_names
        self._scopes = list(scopes)
        self._used = used
        self.slips: list[Slip] = []

    def statement(self, node: nodes.Node) -> Scope:
        if isinstance(node, nodes.For):
            return self._for(node)
        if isinstance(node, nodes.With):
            shapes = [self.shape(value) for value in node.values]
            return {t.name: s for t, s in zip(node.targets, shapes, strict=True) if isinstance(t, nodes.Name)}
        if isinstance(node, nodes.Assign):
            shape = self.shape(node.node)
            return {node.target.name: shape} if isinstance(node.target, nodes.Name) else _targets(node.target)
        if isinstance(node, nodes.If):
            self.shape(node.test)
        if isinstance(node, nodes.Output):
            for child in node.nodes:
                self._printed(child)
        return {}

    def _for(self, node: nodes.For) -> Scope:
        shape = self.shape(node.iter)
        if shape.kind in ("text", "image"):
            self.slips.append(
                Slip("F446", {"got": _said(node.iter), "rows": self._vocabulary.rows_key or "—"})
            )
        if isinstance(node.target, nodes.Name):
            row = Shape("row", shape.names) if shape.kind == "list" else ANY
            scope: Scope = {node.target.name: row}
        else:
            scope = _targets(node.target)
        if node.test is not None:
            self._scopes.append(scope)
            self.shape(node.test)
            self._scopes.pop()
        return {**scope, "loop": ANY}

    def _printed(self, node: nodes.Node) -> None:
        if isinstance(node, nodes.TemplateData):
            return
        shape = self.shape(node)
        if shape.kind in ("list", "row"):
            first = next(iter(sorted(shape.names)), "")
            self.slips.append(Slip("F447", {"got": _said(node), "fix": f"{{{{ e.{first} }}}}"}))

    def shape(self, node: nodes.Node) -> Shape:
        """Return what an expression is, and look at everything in it."""
        match node:
            case nodes.Name():
                return self.name(node)
            case nodes.Getattr():
                return self.member(node.node, node.attr)
            case nodes.Getitem():
                return self.item(node)
            case nodes.Filter():
                return self.filtered(node)
            case nodes.Call():
                return self.called(node)
            case _:
                for child in node.iter_child_nodes():
                    self.shape(child)
                return ANY

    def name(self, node: nodes.Name) -> Shape:
        for scope in reversed(self._scopes):
            if node.name in scope:
                return scope[node.name]
        return self._outer(node.name)

    def _outer(self, name: str) -> Shape:
        known = self._vocabulary.names
        if known is not None and name in known:
            self._used.setdefault(name)
            return known[name]
        if name in self._loop_names or name == "loop" or name in self._vocabulary.rows:
            self._outside(name)
        elif known is not None:
            self.slips.append(Slip("F440", {"got": name, "near": self._vocabulary.near(name, row=False)}))
        else:
            self._used.setdefault(name)
        return ANY

    def _outside(self, name: str) -> None:
        rows = self._vocabulary.rows_key or "…"
        fix = f"{{{{ e.{name} }}}}" if name in self._vocabulary.rows else name
        begin, end = f"{{%tr for e in {rows} %}}", "{%tr endfor %}"
        self.slips.append(Slip("F444", {"got": name, "begin": begin, "end": end, "fix": fix}))

    def member(self, base: nodes.Expr, name: str) -> Shape:
        shape = self.shape(base)
        if shape.kind == "any" or name.startswith("_"):
            return ANY  # what reaches for Python is judged elsewhere
        if shape.kind == "row":
            return self._of_row(shape, name)
        if shape.kind == "list" and name in shape.names:
            self._outside(name)
        else:
            self.slips.append(Slip("F445", {"got": name, "near": f"{{{{ {_said(base)} }}}}"}))
        return ANY

    def _of_row(self, shape: Shape, name: str) -> Shape:
        if name in shape.names:
            self._used.setdefault(f"{self._vocabulary.rows_key}.{name}")
            return Shape("text")
        known = self._vocabulary.names or {}
        owner = self._vocabulary.field_of(name)
        near = self._vocabulary.near(name, row=True)
        if name in known or (owner and owner in known):
            near = f"{{{{ {name if name in known else owner} }}}}"
        self.slips.append(Slip("F445", {"got": name, "near": near}))
        return ANY

    def filtered(self, node: nodes.Filter) -> Shape:
        shape = self.shape(node.node) if node.node is not None else ANY
        for child in (*node.args, *node.kwargs):
            self.shape(child)
        if shape.kind != "list":
            return ANY
        for name in _named(node):
            self._of_row(Shape("row", shape.names), name)
        if node.name in _SAME_LIST:
            return shape
        return Shape("row", shape.names) if node.name in _ONE_ROW else ANY

    def called(self, node: nodes.Call) -> Shape:
        """Look at what is called on and with; the call itself is judged elsewhere."""
        function = node.node
        if isinstance(function, nodes.Getattr):
            self.shape(function.node)
        elif not isinstance(function, nodes.Name):
            self.shape(function)
        for child in (*node.args, *node.kwargs):
            self.shape(child)
        return ANY

    def item(self, node: nodes.Getitem) -> Shape:
        key = node.arg.value if isinstance(node.arg, nodes.Const) else None
        if isinstance(key, str):
            return self.member(node.node, key)
        shape = self.shape(node.node)
        if key is None:
            self.shape(node.arg)
        if shape.kind == "list":
            return shape if isinstance(node.arg, nodes.Slice) else Shape("row", shape.names)
        return ANY


def _targets(target: nodes.Node) -> Scope:
    return {name.name: ANY for name in target.find_all(nodes.Name)}


def _named(node: nodes.Filter) -> list[str]:
    """Return the values of a row that a filter names, as `map(attribute='seq')` does."""
    found = [pair.value for pair in node.kwargs if pair.key == "attribute"]
    if node.name in _BY_NAME and node.args:
        found.append(node.args[0])
    texts = [one.value for one in found if isinstance(one, nodes.Const)]
    return [text for text in texts if isinstance(text, str) and "." not in text]


def _said(node: nodes.Node) -> str:
    """Return an expression as somebody would write it, as far as needed to recognise it."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return f"{_said(node.node)}.{node.attr}"
    if isinstance(node, nodes.Getitem):
        return f"{_said(node.node)}[…]"
    if isinstance(node, nodes.Filter) and node.node is not None:
        return _said(node.node)
    return "…"
