"""The environment that templates run in: values in, text out, and nothing else within reach.

Stricter than Jinja's own sandbox: attributes exist only as keys of rows and as a few harmless methods;
filters and functions are closed lists; whatever could grow is paid for out of a `Budget`.
"""

import math
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Final, cast

import jinja2
from jinja2.exceptions import SecurityError
from jinja2.lexer import Token, TokenStream
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import SandboxedEnvironment
from jinja2.utils import Namespace, missing

from webir_records.forms.templating.budget import budget_of, check_size, weight
from webir_records.forms.templating.codegen import LOOP_ATTRIBUTES, TextGenerator, XmlGenerator
from webir_records.forms.templating.conditions import contains, paid_tests
from webir_records.forms.templating.errors import ValueKindError
from webir_records.forms.templating.escaping import attribute, colour, column_count
from webir_records.forms.templating.filters import (
    FILTERS,
    grows,
    is_place,
    is_row,
    is_sequence,
    paid_plain,
    plain,
    size_of,
    steps,
    text,
)

STEPS: Final = " steps"
PLAIN: Final = " plain"
JOINED: Final = " joined"
CONTAINS: Final = " contains"
SLICED: Final = " sliced"
ATTRIBUTE: Final = "xml_attribute"
NUMBER: Final = "xml_number"
COLOUR: Final = "xml_colour"
"""Filters that the compiler puts in. Tags cannot write names with a space; the last is put into the text."""

FUNCTIONS: Final = frozenset({"range", "dict", "namespace"})
_TESTS: Final = frozenset(
    [
        "boolean",
        "defined",
        "divisibleby",
        "eq",
        "equalto",
        "even",
        "false",
        "float",
        "ge",
        "gt",
        "in",
        "integer",
        "iterable",
        "le",
        "lower",
        "lt",
        "mapping",
        "ne",
        "none",
        "number",
        "odd",
        "sequence",
        "string",
        "true",
        "undefined",
        "upper",
        "==",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "greaterthan",
        "lessthan",
    ]
)
METHODS: Final[Mapping[type, frozenset[str]]] = {
    str: frozenset(
        [
            "capitalize",
            "count",
            "endswith",
            "find",
            "isdigit",
            "lower",
            "lstrip",
            "rstrip",
            "split",
            "startswith",
            "strip",
            "title",
            "upper",
        ]
    ),
    dict: frozenset({"items", "keys", "values", "get"}),
}
_LOOP: Final = LOOP_ATTRIBUTES | {"cycle", "nextitem", "previtem"}
_MAX_BITS: Final = 64
_MAX_EXPONENT: Final = 64


class Names(dict[str, object]):
    """Values by name; a name that is not there gives the mark that generated code looks for."""

    def __missing__(self, name: str) -> object:
        """Return the mark."""
        return missing


class FastContext(Context):
    """Looks names up without a call of Python for each."""

    def __init__(
        self,
        environment: jinja2.Environment,
        parent: dict[str, object],
        name: str | None,
        blocks: dict[str, Callable[[Context], Iterator[str]]],
        globals: MutableMapping[str, object] | None = None,  # noqa: A002 - the name of Jinja's argument
    ) -> None:
        super().__init__(environment, parent, name, blocks, globals)
        self.resolve_or_missing = (parent if isinstance(parent, Names) else Names(parent)).__getitem__  # type: ignore[assignment,method-assign] # the point


class Sandbox(SandboxedEnvironment):
    """Runs templates of one kind of file.

    Attributes:
        tidy: makes a piece of output of a value that is no plain text.
    """

    context_class = FastContext
    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})

    def __init__(self, tidy: Callable[[object], str | bytes], *, xml: bool) -> None:
        super().__init__(
            undefined=jinja2.StrictUndefined,
            autoescape=False,
            optimized=False,
            cache_size=0,
            keep_trailing_newline=True,
        )
        self.tidy = tidy
        self.code_generator_class = XmlGenerator if xml else TextGenerator
        self.filters = {
            **FILTERS,
            STEPS: steps,
            PLAIN: paid_plain,
            JOINED: _joined,
            CONTAINS: contains,
            SLICED: _sliced,
            ATTRIBUTE: attribute if xml else text,
            NUMBER: column_count,
            COLOUR: colour,
        }
        usual = cast("Mapping[str, Callable[..., object]]", self.tests)
        bounded = paid_tests({name: usual[name] for name in usual.keys() & _TESTS})
        self.tests = bounded  # type: ignore[assignment] # Jinja's own type is narrower than what it takes
        self.globals = {name: value for name, value in self.globals.items() if name in FUNCTIONS}

    def _tokenize(
        self, source: str, name: str | None, filename: str | None = None, state: str | None = None
    ) -> TokenStream:
        """Number tags instead of lines: the XML of a part is one line, and errors shall name their tag."""
        stream = super()._tokenize(source, name, filename, state)
        return TokenStream(_numbered(stream), name, filename)

    def getattr(self, obj: object, attribute: str) -> object:
        """Return a key of a row, a harmless method, or an undefined value."""
        if is_row(obj):
            row = cast("Mapping[str, object]", obj)
            if attribute in row:
                return row[attribute]
        if isinstance(obj, Namespace) and not attribute.startswith("_"):
            return super().getattr(obj, attribute)
        if isinstance(obj, LoopContext) and attribute in _LOOP:
            return super().getattr(obj, attribute)
        if attribute in METHODS.get(cast("type", type(obj)), ()):
            return super().getattr(obj, attribute)
        return self._refused(obj, attribute)

    def getitem(self, obj: object, argument: object) -> object:
        """Return an element by place or key."""
        if isinstance(argument, str):
            return self.getattr(obj, argument) if is_row(obj) else self._refused(obj, argument)
        if is_place(argument) and is_sequence(obj):
            return super().getitem(obj, cast("str", argument))
        return self._refused(obj, str(plain(argument)))

    def _refused(self, obj: object, attribute: str) -> object:
        if attribute.startswith("_"):
            return self.unsafe_undefined(obj, attribute)
        return self.undefined(obj=obj, name=attribute)

    def is_safe_callable(self, obj: object) -> bool:
        """Allow the named functions, the harmless methods, and `loop.cycle`."""
        if any(obj is self.globals.get(name) for name in FUNCTIONS):
            return True
        owner, name = getattr(obj, "__self__", None), getattr(obj, "__name__", "")
        if isinstance(owner, LoopContext):
            return name == "cycle"
        return name in METHODS.get(cast("type", type(owner)), ())

    def call(self, context: Context, obj: object, /, *args: object, **kwargs: object) -> object:
        """Call what is allowed and charge what it makes."""
        if not self.is_safe_callable(obj):
            raise SecurityError("a tag may not call that")
        owner = getattr(obj, "__self__", None)
        read = weight(owner) if isinstance(owner, str) else 0
        budget_of(context).spend(read + sum(map(weight, args)) + sum(map(weight, kwargs.values())))
        found = context.call(cast("Callable[..., object]", obj), *args, **kwargs)
        budget_of(context).spend(size_of(found))
        return found

    def call_binop(self, context: Context, operator: str, left: object, right: object) -> object:
        """Calculate within limits; numbers stay small, texts and lists below their maximum."""
        if grows(left) or grows(right):
            return self._on_sequences(context, operator, left, right)
        for side in (left, right):
            plain(side)
        if operator == "**" and isinstance(right, int) and abs(right) > _MAX_EXPONENT:
            check_size(abs(right) * 1_000_000)
        found = self.binop_table[operator](left, right)
        if isinstance(found, int) and found.bit_length() > _MAX_BITS:
            check_size(found.bit_length() * 1_000_000)
        if isinstance(found, complex) or (isinstance(found, float) and not math.isfinite(found)):
            raise ValueKindError(f"{operator} gives no number that can be printed")
        return found

    def _on_sequences(self, context: Context, operator: str, left: object, right: object) -> object:
        sizes = [size_of(side) for side in (left, right)]
        if operator == "*":
            number = next((side for side in (left, right) if isinstance(side, int)), 0)
            check_size(max(sizes) * max(number, 0))
        elif operator == "+" and type(left) is type(right):
            check_size(sum(sizes))
        else:
            raise ValueKindError(f"{operator} needs numbers")
        found = self.binop_table[operator](left, right)
        budget_of(context).spend(size_of(found))
        return found


def _numbered(stream: TokenStream) -> Iterator[Token]:
    number = 0
    try:
        for token in stream:
            number += token.type in {"variable_begin", "block_begin"}
            yield Token(number, token.type, token.value)
    except jinja2.TemplateSyntaxError as error:
        error.lineno = number
        raise


@jinja2.pass_context
def _sliced(context: Context, value: object) -> object:
    """Charge a part of a text or list."""
    budget_of(context).spend(size_of(value))
    return value


@jinja2.pass_context
def _joined(context: Context, pieces: list[object]) -> str:
    """Join texts, as `~` does."""
    found = [text(piece) for piece in pieces]
    size = sum(map(len, found))
    check_size(size)
    budget_of(context).spend(size)
    return "".join(found)
