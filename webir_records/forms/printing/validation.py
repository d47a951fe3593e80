"""Is this PDF/A-2b? Asked of pikepdf's checker, which approves only what it knows."""

import importlib
import io
import logging
from functools import lru_cache
from typing import Any, Final

import pikepdf

_FLAVOUR: Final = "2b"
_SHOWN: Final = 3

logging.getLogger("fontTools.ttLib.tables._h_e_a_d").setLevel(logging.ERROR)  # old dates are fine


@lru_cache(maxsize=1)
def load_checker() -> Any:  # noqa: ANN401 - a module
    """Return pikepdf's checker, read when it is first needed: that takes most of a second."""
    return importlib.import_module("pikepdf.pdfa")


def pdfa_findings(pdf: bytes) -> list[str]:
    """Return why a file is not PDF/A-2b: the rules that it breaks or that could not be checked."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        report = load_checker().check(document, _FLAVOUR)
    return list(dict.fromkeys(str(finding.rule) for finding in report.findings))[:_SHOWN]
