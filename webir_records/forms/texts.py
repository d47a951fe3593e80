"""Characters in values: what a form cannot hold, what another machine may show differently."""

import unicodedata
from typing import Final

from webir_records.forms.issues import Issue

REPLACEMENT: Final = "\ufffd"
"""Stands for a character that was lost when a file was converted."""


def clean(text: str) -> str:
    """Return a text with one kind of line end and no space at its ends; inside, nothing is changed."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def character_issue(text: str) -> Issue | None:
    """Return what stops a text from being printed: `F137` a control character, `F138` a lost character."""
    if text.isprintable() and REPLACEMENT not in text:  # no Cc, Cs, Cn: nothing below can be found
        return None
    for character in clean(text):
        if _is_forbidden(character):
            return Issue("F137", {"code_point": code_point(character)})
        if character == REPLACEMENT:
            return Issue("F138", {"code_point": code_point(character)})
    return None


def character_warning(text: str) -> Issue | None:
    """Return what a person should look at: `F171` a private character (造字), `F174` an invisible one."""
    if text.isprintable():  # no Co, no Cf
        return None
    for character in text:
        category = unicodedata.category(character)
        if category == "Co":
            return Issue("F171", {"code_point": code_point(character)})
        if category == "Cf":
            return Issue("F174", {"code_point": code_point(character)})
    return None


def code_point(character: str) -> str:
    """Return how standards name a character, e.g. `U+20BB7`."""
    return f"U+{ord(character):04X}"


def _is_forbidden(character: str) -> bool:
    """Tell whether XML 1.0 section 2.2 has no place for a character, or Unicode calls it a control."""
    if character in "\t\n":
        return False
    return unicodedata.category(character) in ("Cc", "Cs") or ord(character) & 0xFFFE == 0xFFFE
