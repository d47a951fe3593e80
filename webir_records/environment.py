"""Variables of the environment, apart from `bootstrap` so that the program's help starts fast."""

import os


def variable(name: str) -> str:
    """Return a variable, or an empty text."""
    return os.environ.get(name, "")
