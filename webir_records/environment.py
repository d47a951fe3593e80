"""Variables of the environment, apart from `bootstrap` so that the program's help starts fast."""

import gettext
import os

from webir_records.model.texts import DOMAIN, LOCALE_FOLDER


def variable(name: str) -> str:
    """Return a variable, or an empty text."""
    return os.environ.get(name, "")


def translate_libraries(lang: str) -> None:
    """Let click, which asks gettext's default domain, speak the language too."""
    os.environ["LANGUAGE"] = lang.replace("-", "_")
    gettext.bindtextdomain(DOMAIN, str(LOCALE_FOLDER))
    gettext.textdomain(DOMAIN)
