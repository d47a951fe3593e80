"""Comparing, testing and searching: reading a value is paid for as well, or a loop would never end."""

from collections.abc import Callable, Container, Mapping
from typing import Final, cast

from jinja2 import Undefined, pass_context
from jinja2.runtime import Context

from webir_records.forms.templating.budget import budget_of, weight
from webir_records.forms.templating.errors import ValueKindError
from webir_records.forms.templating.filters import paid_plain

_COMPARED: Final = frozenset(
    "eq equalto == ne != lt lessthan < le <= gt greaterthan > ge >=".split()  # noqa: SIM905 - signs as they are typed
)
_QUICK: Final = 4
"""Comparing 2 ** 4 elements of a list costs one step."""

_COUNTED: Final = frozenset({"divisibleby", "even", "odd"})
_READ: Final = frozenset({"lower", "upper"})


@pass_context
def contains(context: Context, wanted: object, where: object) -> bool:
    """Tell whether a single value stands in a list, a group or a text.

    Raises:
        LimitError: searching took all steps.
        ValueKindError: the value is a list or group: comparing lists inside lists has no end.
    """
    paid_plain(context, wanted)
    if isinstance(where, Undefined):
        str(where)
    times = 1 + (len(wanted) >> 5 if isinstance(wanted, str) and not isinstance(where, str) else 0)
    budget_of(context).spend((weight(where) >> (_QUICK if isinstance(where, list) else 0)) * times)
    return wanted in cast("Container[object]", where)


def paid_tests(tests: Mapping[str, Callable[..., object]]) -> dict[str, Callable[..., object]]:
    """Return the tests of a template by name, each within bounds."""
    return {name: contains if name == "in" else _paid(name, test) for name, test in tests.items()}


def _paid(name: str, test: Callable[..., object]) -> Callable[..., object]:
    def tested(context: Context, value: object, *arguments: object) -> bool:
        if name in _COMPARED or name in _READ:
            paid_plain(context, value)
        if name in _COUNTED and not isinstance(value, (int, float)):
            raise ValueKindError(f"{name} needs a number")
        for argument in arguments:
            paid_plain(context, argument)
        return bool(test(value, *arguments))

    return pass_context(tested)
