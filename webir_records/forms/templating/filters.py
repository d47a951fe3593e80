"""The filters that a template may use; none of them prints more than it was given without saying so.

Jinja's own list has filters that make gigabytes out of one word (`center`, `indent`, `format`), that let
markup through (`safe`), or that reach into objects (`attr`). This is a closed list of harmless ones.
"""

import math
from collections.abc import Callable, ItemsView, Iterable, KeysView, Mapping, Sequence, ValuesView
from typing import Final, cast

from jinja2 import Undefined, pass_context
from jinja2.runtime import Context

from webir_records.forms.templating.budget import budget_of, check_size, weight
from webir_records.forms.templating.errors import ValueKindError
from webir_records.forms.templating.limits import MAX_TEXT

_MAX_DIGITS: Final = 15
_LONG: Final = 1_000
_VIEWS: Final = (ItemsView, KeysView, ValuesView)


def plain(value: object) -> object:
    """Return a single value; lists and groups of values are refused.

    Raises:
        ValueKindError: it is a list or group.
        jinja2.UndefinedError: there is no such value.
    """
    if isinstance(value, Undefined):
        str(value)
    if value is None or isinstance(value, (str, int, float)):
        return value
    raise ValueKindError("a list or group stands where a single value must")


@pass_context
def paid_plain(context: Context, value: object) -> object:
    """Return a single value that is going to be compared; long texts cost."""
    if isinstance(value, str):
        if len(value) > _LONG:
            budget_of(context).spend(weight(value))
        return value
    return plain(value)


def text(value: object) -> str:
    """Return a single value as text."""
    return value if isinstance(value, str) else str(plain(value))


def is_sequence(value: object) -> bool:
    """Tell whether a value is a text or list."""
    return isinstance(value, (list, tuple, str, range))


def is_place(value: object) -> bool:
    """Tell whether a value counts elements of a list."""
    return isinstance(value, (int, slice))


def is_row(value: object) -> bool:
    """Tell whether a value is a group of named values."""
    return isinstance(value, Mapping)


def grows(value: object) -> bool:
    """Tell whether adding and multiplying would make a value longer."""
    return isinstance(value, (str, list))


def elements(value: object) -> Sequence[object]:
    """Return the elements of a list, the keys of a group, the characters of a text.

    Raises:
        ValueKindError: it has none.
        jinja2.UndefinedError: there is no such value.
    """
    if is_sequence(value):
        return cast("Sequence[object]", value)
    if is_row(value) or isinstance(value, (Undefined, *_VIEWS)):
        return list(cast("Iterable[object]", value))
    raise ValueKindError("a list was expected")


def size_of(value: object) -> int:
    """Return how many steps making a value costs."""
    return len(cast("Sequence[object]", value)) if grows(value) else 1


@pass_context
def steps(context: Context, value: object) -> Sequence[object]:
    """Return what a loop runs over; every turn is paid for before the first."""
    found = elements(value)
    budget_of(context).spend(len(found) + 1)
    return found


def _default(value: object, default: object = "", boolean: object = None) -> object:
    missing = isinstance(value, Undefined) or (boolean and not value)
    return default if missing else value


def _same(value: object) -> object:
    """Every value is escaped anyway."""
    return text(value)


def _abs(value: object) -> float:
    return abs(value if isinstance(value, int) else float(text(value)))


def _list(value: object) -> list[object]:
    return list(elements(value))


def _reverse(value: object) -> list[object]:
    return list(reversed(elements(value)))


def _length(value: object) -> int:
    return len(_counted(value))


def _first(value: object) -> object:
    return next(iter(_counted(value)), "")


def _last(value: object) -> object:
    return next(reversed(_counted(value)), "")


def _counted(value: object) -> Sequence[object]:
    """Return what has elements as it is, without a copy."""
    if isinstance(value, (Mapping, *_VIEWS)):
        return cast("Sequence[object]", value)
    return elements(value)


def _join(value: object, separator: object = "", attribute: object = None) -> str:
    found = elements(value)
    if attribute is not None:
        found = [_attribute(item, attribute) for item in found]
    glue, total, pieces = text(separator), 0, list[str]()
    for item in found:
        pieces.append(text(item))
        total += len(pieces[-1]) + len(glue)
        check_size(total)
    return glue.join(pieces)


@pass_context
def _replace(context: Context, value: object, old: object, new: object, count: object = None) -> str:
    source, wanted, other = text(value), text(old), text(new)
    budget = budget_of(context)
    budget.spend(len(source) >> 5)
    if wanted and wanted not in source:
        return source
    times = source.count(wanted) if wanted else len(source) + 1
    check_size(len(source) + times * len(other))
    budget.spend(len(source))
    return source.replace(wanted, other, count if isinstance(count, int) else -1)


def _round(value: object, precision: object = 0) -> float:
    digits = precision if isinstance(precision, int) and abs(precision) <= _MAX_DIGITS else 0
    return round(_finite(float(text(value))), digits)


def _int(value: object, default: object = 0) -> object:
    found = text(value).strip()
    try:
        return int(_finite(float(found))) if "." in found or "e" in found else int(found)
    except ValueError:
        return default


def _float(value: object, default: object = 0.0) -> object:
    try:
        return _finite(float(text(value)))
    except ValueError:
        return default


def _finite(number: float) -> float:
    """Return a number that can be printed.

    Raises:
        ValueKindError: it is infinite or no number.
    """
    if not math.isfinite(number):
        raise ValueKindError("a number is too large")
    return number


def _truncate(value: object, length: object = 255, _killwords: object = None, end: object = "...") -> str:
    source, limit = text(value), length if isinstance(length, int) else MAX_TEXT
    return source if len(source) <= limit else source[: max(limit - len(text(end)), 0)] + text(end)


def _attribute(item: object, name: object) -> object:
    row = cast("Mapping[object, object]", item if is_row(item) else {})
    if isinstance(name, str) and name in row:
        return row[name]
    raise ValueKindError(f"a row without {name}")


def _key(context: Context, attribute: object, *, fold: bool) -> Callable[[object], str | float]:
    budget = budget_of(context)

    def key(item: object) -> str | float:
        found = plain(_attribute(item, attribute) if attribute is not None else item)
        if isinstance(found, (int, float)):
            return found
        budget.spend(weight(found))
        return str(found).casefold() if fold else str(found)

    return key


def _sort(
    context: Context,
    value: object,
    reverse: object = None,
    case_sensitive: object = None,
    attribute: object = None,
) -> list[object]:
    key = _key(context, attribute, fold=not case_sensitive)
    return sorted(elements(value), key=key, reverse=bool(reverse))


def _unique(
    context: Context, value: object, case_sensitive: object = None, attribute: object = None
) -> list[object]:
    key = _key(context, attribute, fold=not case_sensitive)
    found: dict[object, object] = {}
    for item in elements(value):
        found.setdefault(key(item), item)
    return list(found.values())


def _largest(context: Context, value: object, attribute: object = None) -> object:
    return max(elements(value), key=_key(context, attribute, fold=True), default="")


def _smallest(context: Context, value: object, attribute: object = None) -> object:
    return min(elements(value), key=_key(context, attribute, fold=True), default="")


def _sum(value: object, attribute: object = None) -> float:
    found = [_attribute(item, attribute) if attribute is not None else item for item in elements(value)]
    numbers = [item for item in found if isinstance(item, (int, float))]
    if len(numbers) < len(found):
        raise ValueKindError("only numbers can be added up")
    return sum(numbers)


def _map(value: object, attribute: object = None) -> list[object]:
    return [_attribute(item, attribute) for item in elements(value)]


def _selected(*, wanted: bool) -> Callable[..., list[object]]:
    def select(context: Context, value: object, *arguments: object) -> list[object]:
        name, test, *rest = (*arguments, "boolean")[: max(len(arguments), 2)]
        tests = cast("Mapping[str, Callable[..., object]]", context.environment.tests)
        run = tests.get(str(test)) if test != "boolean" else _is_true
        if run is None:
            raise ValueKindError(f"there is no test {test}")
        given = [plain(argument) for argument in rest]
        return [
            item
            for item in elements(value)
            if bool(run(context, plain(_attribute(item, name)), *given)) is wanted
        ]

    return select


def _is_true(_context: Context, value: object) -> bool:
    return bool(value)


def _paid(function: Callable[..., object]) -> Callable[..., object]:
    """Charge what a filter reads and makes."""

    def alone(_context: Context, *arguments: object, **named: object) -> object:
        return function(*arguments, **named)

    return _paid_in(alone)


def _paid_in(function: Callable[..., object]) -> Callable[..., object]:
    """Charge what a filter reads and makes that charges something itself."""

    def filtered(context: Context, *arguments: object, **named: object) -> object:
        budget = budget_of(context)
        budget.spend(sum(map(weight, arguments)) + sum(map(weight, named.values())))
        found = function(context, *arguments, **named)
        budget.spend(size_of(found))
        return found

    return pass_context(filtered)


_TEXT_FILTERS: Final[Mapping[str, Callable[[str], str]]] = {
    "capitalize": str.capitalize,
    "lower": str.lower,
    "string": str,
    "title": str.title,
    "trim": str.strip,
    "upper": str.upper,
}


def _of_text(function: Callable[[str], str]) -> Callable[[object], str]:
    return lambda value: function(text(value))


FILTERS: Final[Mapping[str, Callable[..., object]]] = {
    **{name: _paid(_of_text(function)) for name, function in _TEXT_FILTERS.items()},
    "abs": _paid(_abs),
    "count": _length,
    "d": _default,
    "default": _default,
    "e": _same,
    "escape": _same,
    "first": _first,
    "float": _paid(_float),
    "int": _paid(_int),
    "join": _paid(_join),
    "last": _last,
    "length": _length,
    "list": _paid(_list),
    "map": _paid(_map),
    "max": _paid_in(_largest),
    "min": _paid_in(_smallest),
    "rejectattr": _paid_in(_selected(wanted=False)),
    "replace": _replace,
    "reverse": _paid(_reverse),
    "round": _paid(_round),
    "selectattr": _paid_in(_selected(wanted=True)),
    "sort": _paid_in(_sort),
    "sum": _paid(_sum),
    "truncate": _paid(_truncate),
    "unique": _paid_in(_unique),
}
"""By name, as a template writes them."""
