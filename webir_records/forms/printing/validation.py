"""Is this PDF/A-2b? Asked of pikepdf's checker, which approves only what it knows."""

import io
import logging
from typing import Final

import pikepdf
from pikepdf import pdfa

_FLAVOUR: Final = "2b"
_SHOWN: Final = 3

logging.getLogger("fontTools.ttLib.tables._h_e_a_d").setLevel(logging.ERROR)  # old dates are fine


def pdfa_findings(pdf: bytes) -> list[str]:
    """Return why a file is not PDF/A-2b: the rules that it breaks or that could not be checked."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        report = pdfa.check(document, _FLAVOUR)
    return list(dict.fromkeys(finding.rule for finding in report.findings))[:_SHOWN]
