"""What several readers of finished documents share: names and the comparison without white space."""

import re
from typing import Final, TypeAlias

from lxml import etree

Element: TypeAlias = etree._Element  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] # no public name
"""An XML element."""

BODY: Final = "word/document.xml"

_WHITE = re.compile(r"\s+")


def without_spaces(text: str) -> str:
    """Return a text without any white space, so that line breaks do not matter in a comparison."""
    return _WHITE.sub("", text)
