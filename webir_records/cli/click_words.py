"""Words that click says itself; listed here so that the catalogue holds them (see `translate_libraries`)."""

from typing import Final


def _noted(msgid: str) -> str:
    return msgid


N_ = _noted
WORDS: Final = (
    N_("Usage:"),
    N_("Options"),
    N_("Commands"),
    N_("Show this message and exit."),
    N_("default: {default}"),
    N_("required"),
    N_("(DEPRECATED)"),
    N_("Repeat for confirmation"),
    N_("Error: The two entered values do not match."),
)
