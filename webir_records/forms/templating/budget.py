"""What one rendering may spend, so that no template runs for ever."""

from collections.abc import Sized
from typing import Final

from jinja2.runtime import Context

from webir_records.forms.templating.errors import LimitError
from webir_records.forms.templating.limits import MAX_STEPS, MAX_TEXT

BUDGET: Final = " budget"
"""Where a rendering keeps it among its values; no tag can write a name with a space."""


class Budget:
    """Steps that are left; one for each rendering of one part."""

    __slots__ = ("_left",)

    def __init__(self, steps: int = MAX_STEPS) -> None:
        self._left = steps

    def spend(self, steps: int) -> None:
        """Take steps away.

        Raises:
            LimitError: there are not so many.
        """
        self._left -= steps
        if self._left < 0:
            raise LimitError


def budget_of(context: Context) -> Budget:
    """Return the budget of the rendering that a filter or operator runs in."""
    budget = context.parent.get(BUDGET)
    return budget if isinstance(budget, Budget) else Budget(0)


def weight(value: object) -> int:
    """Return how many steps reading a value costs: a step for each element, or for 32 characters."""
    if isinstance(value, str):
        return len(value) >> 5
    return len(value) if isinstance(value, Sized) else 0


def check_size(size: int) -> None:
    """Refuse to make a text or list of that size.

    Raises:
        LimitError: it is too large.
    """
    if size > MAX_TEXT:
        raise LimitError
