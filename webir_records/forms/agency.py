"""The using agency: its name, units, approved business and audit team (機關設定.json)."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Self, cast

from signing.canonical import JsonValue
from webir_records.forms.dates import parse_date
from webir_records.forms.identifiers import agency_code_issue, doc_no_issue
from webir_records.forms.issues import Issue
from webir_records.forms.settings_reading import SettingsReader
from webir_records.model.errors import InputError


@dataclass(frozen=True, slots=True)
class ApprovedBusiness:
    """One business item that the bureau approved, with its legal basis (三)."""

    item: str
    legal_basis: str
    approval_no: str
    approval_date: date


@dataclass(frozen=True, slots=True)
class TeamMember:
    """One member of the audit team (三)."""

    name: str
    unit: str
    title: str


@dataclass(frozen=True, slots=True)
class AgencySettings:
    """What the program knows of the agency before the first form is filled.

    Attributes:
        code: 機關代碼, ten characters.
    """

    name: str
    code: str
    units: tuple[str, ...]
    business: tuple[ApprovedBusiness, ...]
    audit_team: tuple[TeamMember, ...]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read 機關設定.json.

        Raises:
            InputError: `F211` the file cannot be read, `F210` it is wrong (every problem at once).
        """
        try:
            value = cast("object", json.loads(path.read_text(encoding="utf-8-sig")))
        except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
            raise InputError("F211", path=str(path)) from error
        return cls.parse(value, where=str(path))

    @classmethod
    def parse(cls, value: object, *, where: str = "agency") -> Self:
        """Build the settings from decoded JSON with the Chinese keys of 機關設定.json.

        Raises:
            InputError: `F210`, every problem at once.
        """
        top = SettingsReader("機關設定", value, [])
        settings = cls(
            name=top.text("使用機關"),
            code=_checked(top, "機關代碼", agency_code_issue),
            units=top.texts("使用單位"),
            business=tuple(_business(item) for item in top.objects("核定業務")),
            audit_team=tuple(_member(item) for item in top.objects("稽核小組", needed=False)),
        )
        top.finish()
        if top.details:
            raise InputError("F210", top.details, path=where)
        return settings

    def as_json(self) -> dict[str, JsonValue]:
        """Return the settings with the Chinese keys that `parse` reads."""
        return {
            "使用機關": self.name,
            "機關代碼": self.code,
            "使用單位": list(self.units),
            "核定業務": [
                {
                    "業務項目": b.item,
                    "法令依據": b.legal_basis,
                    "勞保局核定文號": b.approval_no,
                    "核定日期": b.approval_date.isoformat(),
                }
                for b in self.business
            ],
            "稽核小組": [{"姓名": m.name, "單位": m.unit, "職稱": m.title} for m in self.audit_team],
        }

    def table(self, name: str) -> tuple[str, ...]:
        """Return the allowed values of one of the tables that fields.toml may name.

        Args:
            name: `agency.business_items`, `agency.legal_bases` or `agency.units`.
        """
        tables = {
            "agency.business_items": [b.item for b in self.business],
            "agency.legal_bases": [b.legal_basis for b in self.business],
            "agency.units": self.units,
        }
        return tuple(dict.fromkeys(tables[name]))


def _checked(reader: SettingsReader, key: str, check: Callable[[str], Issue | None]) -> str:
    text = reader.text(key)
    if text and check(text) is not None:
        reader.note("F217", key, got=text)
    return text


def _business(reader: SettingsReader) -> ApprovedBusiness:
    text = reader.text("核定日期")
    day = parse_date(text) if text else date.min
    if isinstance(day, Issue):
        reader.note("F218", "核定日期", got=text)
    business = ApprovedBusiness(
        item=reader.text("業務項目"),
        legal_basis=reader.text("法令依據"),
        approval_no=_checked(reader, "勞保局核定文號", doc_no_issue),
        approval_date=date.min if isinstance(day, Issue) else day,
    )
    reader.finish()
    return business


def _member(reader: SettingsReader) -> TeamMember:
    member = TeamMember(
        name=reader.text("姓名"), unit=reader.text("單位"), title=reader.text("職稱", needed=False)
    )
    reader.finish()
    return member
