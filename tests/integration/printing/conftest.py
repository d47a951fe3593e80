"""Filled forms of fictional people, some of which share a layout."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from webir_records.forms.agency import AgencySettings
from webir_records.forms.filling import FillContext, Template
from webir_records.forms.pdf import Converter
from webir_records.forms.specs import load_form

ROOT = Path(__file__).resolve().parents[3]
SOFFICE = Path(shutil.which("soffice") or "/nowhere/soffice")
NAMES = ("林𠮷堃", "O'Brien & 李<小>明", "歐陽諸葛㑑婷", "王Ａ１")
LONG = "審認申請人及其家戶人口之工作能力、工作收入與已領取之社會保險給付，據以核定緊急生活扶助。"


def _varied(data: dict[str, Any], number: int) -> dict[str, Any]:
    """Return the data of another person; every third one writes a lot."""
    changed: dict[str, Any] = dict(data)
    for key, value in data.items():
        if key.endswith("name") and "agency" not in key and isinstance(value, str):
            changed[key] = NAMES[number % len(NAMES)]
        elif key in ("purpose", "relevance", "unit_head_comment") and isinstance(value, str):
            changed[key] = LONG * (4 if number % 3 == 2 else 1)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            changed[key] = value[:16]
    return changed


@pytest.fixture(scope="session")
def filled_forms() -> Callable[[str, str, int], dict[str, bytes]]:
    """Fill one form for some people."""

    def fill(form: str, kind: str, count: int) -> dict[str, bytes]:
        spec = load_form(form, ROOT / "templates")
        data = json.loads((ROOT / f"templates/{form}/specimen.json").read_text(encoding="utf-8"))
        agency = AgencySettings.load(ROOT / "examples/機關設定.json")
        template = Template.load(spec, kind)
        return {
            f"{kind}-{form}-{number}": template.fill(
                _varied(data, number),
                FillContext(f"r7{form[-1]}k{number:03d}", f"{form[5:]}-{number:04d}", agency, ""),
            )
            for number in range(count)
        }

    return fill


@pytest.fixture
def converter(tmp_path: Path) -> Converter:
    return Converter(SOFFICE, tmp_path / "work", environment=os.environ)
