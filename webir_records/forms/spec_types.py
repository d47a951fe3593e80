"""What a form consists of: fields, checks across fields, and where its layout lies."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

SPEC_NAME: Final = "fields.toml"
LAYOUT_KINDS: Final = ("docx", "odt")
"""Kinds of layouts; a form's folder holds `form.docx`, `form.odt`, or both."""
OF_ROWS: Final = "rows."
ROWS_COUNT: Final = "rows.count"
ROWS_SUM: Final = "rows.sum."
"""What the rows of a document add up to: how many there are, or the sum of the field named after the dot."""

CHECKLIST_NAME: Final = "checklist.toml"
SPECIMEN_NAME: Final = "specimen.json"


class FieldType(StrEnum):
    """What a value is; each has one parser and one way to print."""

    STR = "str"
    TEXT = "text"
    INT = "int"
    BOOL = "bool"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    MONTH = "month"
    ENUM = "enum"
    LIST = "list"
    ACCOUNT = "account"
    PHONE = "phone"
    EMAIL = "email"
    NATIONAL_ID = "national_id"
    BAN = "ban"
    AGENCY_CODE = "agency_code"
    DOC_NO = "doc_no"
    FILE_NO = "file_no"
    SIGN = "sign"


class Mode(StrEnum):
    """How rows become documents."""

    PER_ROW = "per_row"
    GROUPED = "grouped"


class Kind(StrEnum):
    """What a document is: a form that somebody applies or registers with, or a letter around the forms."""

    FORM = "form"
    LETTER = "letter"


class Severity(StrEnum):
    """An error makes the row invalid; a warning asks a person to look."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Condition:
    """A field has one of these values, or any value when there are none.

    Attributes:
        severity: what it means when the condition holds and the demand is not met.
    """

    field: str
    values: tuple[str | bool | int, ...] = ()
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """One field of a form.

    Attributes:
        item_type: type of each element of a list.
        filled_by: `agency.…`, `system.…` or `derived.…` when the program fills it (`from` in the file).
        synonyms: other spellings of an allowed value, mapped to that value.
        table: table of the agency's settings that lists the allowed values, or empty.
        refuse: values that end the application at once.
        must_be: the only acceptable answer of a yes-no field, or None.
        stock_phrases: whether the profile's phrases that say nothing are refused, or only warned of.
        personal: `none`, `basic`, `identifier` or `sensitive`.
        mask: how it is printed: `none`, `name` or `id`.
    """

    key: str
    label: str
    type: FieldType
    item_type: FieldType = FieldType.STR
    label_en: str = ""
    aliases: tuple[str, ...] = ()
    scope: str = "document"
    required: bool = False
    recommended: bool = False
    required_when: Condition | None = None
    default: str | int | bool = ""
    filled_by: str = ""
    values: tuple[str, ...] = ()
    synonyms: Mapping[str, str] = field(default_factory=dict[str, str], hash=False)
    table: str = ""
    refuse: tuple[str, ...] = ()
    must_be: bool | None = None
    min_length: int = 0
    stock_phrases: bool = False
    stock_phrases_severity: Severity = Severity.ERROR
    clause: str = ""
    origin: str = "reconstruction"
    source: str = ""
    personal: str = "none"
    mask: str = "none"
    section: str = ""
    stage: str = "application"

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that a column header may say for this field."""
        return (self.label, *self.aliases, self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSpec:
    """One rule across fields; `field` (or each of `fields`) gets the blame."""

    kind: str
    field: str = ""
    left: str = ""
    right: str = ""
    when: str = ""
    values: tuple[str | bool | int, ...] = ()
    fields: tuple[str, ...] = ()
    days: int = 0
    clause: str = ""
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One item of an audit sheet, joined to its row by `no`."""

    no: str
    text: str
    clause: str
    section: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSpec:
    """One form: everything but its layouts, which are the `form.docx` and `form.odt` beside it.

    Attributes:
        form_set: the set that the form belongs to (`set` in the file), e.g. `taipei-2017`; may be empty.
        set_title: what people call the set; one form of the set may say it for all of them.
        unique_when: rows to which `unique` applies; None means all of them.
        unit: field that names the unit whose record it is, or empty.
        folder: where fields.toml and the specimen lie.
        layout_folder: where the layouts lie when the agency has its own; None: in `folder`.
    """

    id: str
    number: str
    title: str
    title_en: str
    layout: str
    layout_version: str
    clauses: tuple[str, ...]
    mode: Mode
    rows_key: str
    group_by: tuple[str, ...]
    unique: tuple[str, ...]
    unique_when: Condition | None
    account: str
    document_date: str
    unit: str
    fields: tuple[FieldSpec, ...]
    checks: tuple[CheckSpec, ...]
    checklist: tuple[ChecklistItem, ...]
    folder: Path
    form_set: str = ""
    set_title: str = ""
    set_title_en: str = ""
    kind: Kind = Kind.FORM
    layout_folder: Path | None = None

    def layout_for(self, kind: str) -> Path:
        """Return the layout of one kind of `LAYOUT_KINDS`; the file need not be there."""
        return (self.layout_folder or self.folder) / f"form.{kind}"

    @property
    def layout_path(self) -> Path:
        """The Word layout that this form is filled into."""
        return self.layout_for("docx")

    @property
    def layout_kinds(self) -> tuple[str, ...]:
        """The kinds of `LAYOUT_KINDS` that the form has a layout of."""
        return tuple(kind for kind in LAYOUT_KINDS if self.layout_for(kind).is_file())

    @property
    def specimen_path(self) -> Path:
        """One filled example of this form."""
        return self.folder / SPECIMEN_NAME

    @property
    def fillable(self) -> bool:
        """Whether the form has a layout; a list that is only read has none."""
        return bool(self.layout_kinds)

    @property
    def grouped(self) -> bool:
        """Whether several rows make one document."""
        return self.mode is Mode.GROUPED

    @property
    def row_fields(self) -> tuple[FieldSpec, ...]:
        """Fields that each row has: all of them when a row is a document."""
        return tuple(f for f in self.fields if not self.grouped or f.scope == "row")

    @property
    def document_fields(self) -> tuple[FieldSpec, ...]:
        """Fields that a document of several rows has once."""
        return tuple(f for f in self.fields if self.grouped and f.scope == "document")

    def by_key(self) -> Mapping[str, FieldSpec]:
        """Return the fields by key."""
        return {f.key: f for f in self.fields}

    def field(self, key: str) -> FieldSpec:
        """Return the field with this key.

        Raises:
            KeyError: the form has no such field.
        """
        return self.by_key()[key]
