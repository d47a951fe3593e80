"""Find every layout: each module of this folder may offer some.

A module that draws layouts ends with a dict named `LAYOUTS`, from the name of a folder under `templates/` to
the function that draws its layout:

    LAYOUTS: Final = {"letter_notice": notice, "letter_plan": plan}

Nothing else is to be done: `tools/build_templates.py` writes `form.docx` and `form.odt` into these folders,
and its tests look at every layout found here.
"""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from typing import TypeAlias

import layout
from layout.model import Layout

Draw: TypeAlias = Callable[[], Layout]


def find_layouts() -> Mapping[str, Draw]:
    """Return every layout by the name of its folder.

    Raises:
        ValueError: two modules draw the same folder.
    """
    found: dict[str, Draw] = {}
    for module in sorted(info.name for info in pkgutil.iter_modules(layout.__path__)):
        offered: Mapping[str, Draw] = getattr(importlib.import_module(f"layout.{module}"), "LAYOUTS", {})
        if twice := found.keys() & offered.keys():
            raise ValueError(f"{module} draws what another module draws: {sorted(twice)}")
        found |= offered
    return found
