"""What tags may say: a closed list of Jinja, checked tag by tag, then rewritten to stay in bounds."""

import unicodedata
from collections.abc import Iterator
from typing import Final, TypeVar, cast

import jinja2
from jinja2 import nodes
from jinja2.visitor import NodeTransformer

from webir_records.forms.templating.codegen import use_in
from webir_records.forms.templating.sandbox import (
    CONTAINS,
    FUNCTIONS,
    JOINED,
    PLAIN,
    SLICED,
    STEPS,
    Sandbox,
)

_Node = TypeVar("_Node", bound=nodes.Node)

UNKNOWN: Final = "F335"
FORBIDDEN: Final = "F336"
NOT_SUPPORTED: Final = "F334"
LOOK_ALIKE: Final = "F349"
_SEARCHES: Final = frozenset({"in", "notin"})

_ALLOWED: Final = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.For,
    nodes.If,
    nodes.Assign,
    nodes.With,
    nodes.CondExpr,
    nodes.Const,
    nodes.Name,
    nodes.NSRef,
    nodes.List,
    nodes.Dict,
    nodes.Pair,
    nodes.Keyword,
    nodes.Tuple,
    nodes.Filter,
    nodes.Test,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Slice,
    nodes.Call,
    nodes.Compare,
    nodes.Operand,
    nodes.Concat,
    nodes.BinExpr,
    nodes.UnaryExpr,
)


def complaints(tree: nodes.Template, environment: Sandbox) -> Iterator[tuple[str, str]]:
    """Yield a code and what it is about for everything in a tag that the engine does not do."""
    for node in _walk(tree):
        if not isinstance(node, _ALLOWED):
            yield NOT_SUPPORTED, type(node).__name__.lower()
        elif isinstance(node, (nodes.For, nodes.Compare)) and (strange := _unusual(node)):
            yield NOT_SUPPORTED, strange
        elif isinstance(node, nodes.Filter) and node.name not in environment.filters:
            yield UNKNOWN, f"| {node.name}"
        elif isinstance(node, nodes.Test) and node.name not in environment.tests:
            yield UNKNOWN, f"is {node.name}"
        elif wrong := _wrong_name(node):
            yield wrong
        elif isinstance(node, nodes.Call):
            yield from _calls(node)


def _unusual(node: nodes.For | nodes.Compare) -> str:
    if isinstance(node, nodes.For):
        return "recursive" if node.recursive else ""
    searches = len(node.ops) > 1 and any(operand.op in _SEARCHES for operand in node.ops)
    return "in … in" if searches else ""


def _calls(node: nodes.Call) -> Iterator[tuple[str, str]]:
    if isinstance(node.node, nodes.Name) and node.node.name not in FUNCTIONS:
        yield UNKNOWN, f"{node.node.name}( )"
    if node.dyn_args or node.dyn_kwargs:
        yield NOT_SUPPORTED, "*"


def _walk(tree: nodes.Node) -> Iterator[nodes.Node]:
    yield tree
    for child in tree.iter_child_nodes():
        yield from _walk(child)


def _wrong_name(node: nodes.Node) -> tuple[str, str] | None:
    if reached := _reaching(node):
        return FORBIDDEN, reached
    strange = _look_alike(node)
    return (LOOK_ALIKE, strange) if strange else None


def _reaching(node: nodes.Node) -> str:
    """Return the name with which a tag reaches for what is no value."""
    if isinstance(node, nodes.Getattr):
        name: object = node.attr
    elif isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        name = node.arg.value
    elif isinstance(node, nodes.Name):
        name = node.name
    else:
        return ""
    return name if isinstance(name, str) and name.startswith("_") else ""


def _look_alike(node: nodes.Node) -> str:
    """Return a name that Python takes for another one.

    Jinja makes Python variables of names, and Python reads identifiers in the form NFKC (Python reference,
    2.3): `ID` in full-width letters would print the value of `ID`.
    """
    if isinstance(node, (nodes.Name, nodes.NSRef)):
        name = node.name
    elif isinstance(node, nodes.Keyword):
        name = node.key
    else:
        return ""
    return name if unicodedata.normalize("NFKC", name) != name else ""


class _Bounded(NodeTransformer):
    """Put the counting filters around loops, `~` and comparisons."""

    def __init__(self, environment: Sandbox) -> None:
        self._environment = environment

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - the visitor's naming
        node = self._inside(node)
        node.iter = self._filter(STEPS, cast("nodes.Expr", node.iter))
        return node

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:  # noqa: N802
        node = self._inside(node)  # comparing and hashing tuples of tuples has no limit; lists cannot be keys
        return nodes.List(node.items, lineno=node.lineno) if node.ctx == "load" else node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        node = self._inside(node)
        pieces = nodes.List(list(node.nodes), lineno=node.lineno, environment=self._environment)
        return self._filter(JOINED, pieces)

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:  # noqa: N802
        node = self._inside(node)
        first, last = node.ops[0], node.ops[-1]
        if first.op in _SEARCHES:
            found = self._filter(CONTAINS, node.expr, first.expr)
            return nodes.Not(found, lineno=node.lineno) if first.op == "notin" else found
        if first is last and isinstance(first.expr, nodes.Const):  # a list equals no constant
            return node
        node.expr = self._plain(node.expr)
        for operand in node.ops[:-1]:
            operand.expr = self._plain(operand.expr)
        return node

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:  # noqa: N802
        node = self._inside(node)
        return self._filter(SLICED, node) if isinstance(node.arg, nodes.Slice) else node

    def _plain(self, node: nodes.Expr) -> nodes.Expr:
        return node if isinstance(node, nodes.Const) else self._filter(PLAIN, node)

    def _inside(self, node: _Node) -> _Node:
        self.generic_visit(node)
        return node

    def _filter(self, name: str, node: nodes.Expr, *arguments: nodes.Expr) -> nodes.Filter:
        place = {"lineno": node.lineno, "environment": self._environment}
        return nodes.Filter(node, name, list(arguments), [], None, None, **place)


def compile_source(source: str, environment: Sandbox, name: str) -> tuple[jinja2.Template, nodes.Template]:
    """Compile a template in bounds; the parsed tree comes along to ask for names.

    Raises:
        jinja2.TemplateSyntaxError: the tags do not fit together.
        SyntaxError, RecursionError, MemoryError, OverflowError, ValueError: Python cannot compile them.
    """
    tree = environment.parse(source, name)
    code = environment.compile(_Bounded(environment).visit(environment.parse(source, name)), name, name)
    template = environment.template_class.from_code(environment, code, environment.make_globals(None))
    use_in(template.root_render_func.__globals__, environment.tidy)
    return template, tree
