"""Build a form's spec from the tables of its fields.toml; every problem is written down."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from webir_records.forms.headers import normalise
from webir_records.forms.spec_types import (
    ROWS_COUNT,
    ROWS_SUM,
    ChecklistItem,
    CheckSpec,
    Condition,
    FieldSpec,
    FieldType,
    FormSpec,
    Kind,
    Mode,
    Severity,
)
from webir_records.forms.toml_reading import Table

CHECK_KINDS: Final = (
    "order",  # left <= right; a date against a date with time compares days
    "not_future",  # `field` is not after today
    "different",  # left and right differ
    "value_when",  # `when` has a value: `field` must be one of `values`
    "all_true_when",  # `when` has a value: each of `fields` must be true, each is blamed itself
    "present_when_not_zero",  # `when` is known and not 0: `field` must have a value
    "not_among",  # `left` is not one of the values of `right`, written `entries.user`
    "sequence",  # the numbers `field` of the rows count 1, 2, 3 …
    "in_month",  # the day `field` lies in the month `right`
    "all_items",  # every item of checklist.toml stands in the rows exactly once, and no other
)
"""Kinds of checks across fields; a check is skipped when a value that it needs is missing."""

TABLES: Final = ("agency.business_items", "agency.legal_bases", "agency.units")
"""Tables of allowed values in the agency's settings."""

SOURCES: Final = (
    "",
    "agency.name",
    "agency.code",
    "system.form_no",
    "system.today",
    "checklist.text",
    "checklist.clause",
    "derived.retain_until",
    "derived.last_query_on",
    "derived.authoriser_scope",
    "derived.seq",
    "derived.period",
    "derived.reg_count",
    "derived.diff",
    "derived.defect_count",
    ROWS_COUNT,
)
"""What the program can fill in by itself; and `rows.sum.` with the key of a whole number that rows have."""

ORIGINS: Final = ("rule", "law", "sibling", "reconstruction")
"""Where a field comes from: the set's own rule, a statute, another agency's real form, or us."""

ITEM_TYPES: Final = tuple(kind for kind in FieldType if kind not in (FieldType.LIST, FieldType.SIGN))
_KEY = re.compile(r"[a-z][a-z0-9_]*")


def build_checklist(document: Mapping[str, object], problems: list[str]) -> tuple[ChecklistItem, ...]:
    """Build the items of an audit sheet from the content of checklist.toml; problems are written down."""
    top = Table("checklist.toml", document, problems)
    top.tables("section")  # only titles: the layout prints them
    items: list[ChecklistItem] = []
    for number, values in enumerate(top.tables("item"), start=1):
        table = Table(f"checklist item {number}", values, problems)
        items.append(
            ChecklistItem(
                no=table.needed("no"),
                text=table.needed("text"),
                clause=table.string("clause"),
                section=table.string("section"),
            )
        )
    numbers = [item.no for item in items]
    problems.extend(
        f"checklist: {no} stands twice" for no in sorted({n for n in numbers if numbers.count(n) > 1})
    )
    return tuple(items)


def build_form(
    document: Mapping[str, object],
    folder: Path,
    problems: list[str],
    *,
    checklist: tuple[ChecklistItem, ...] = (),
) -> FormSpec:
    """Build the spec of one form.

    Args:
        document: content of fields.toml.
        folder: the form's folder.
        problems: receives every problem; the spec is usable only when it stays empty.
        checklist: items of the form's checklist.toml, if it has one.
    """
    top = Table("fields.toml", document, problems)
    form = top.table("form") or Table("form", {}, problems)
    form.where = "form"
    fields = tuple(_build_field(n, v, problems) for n, v in enumerate(top.tables("field"), start=1))
    checks = tuple(_build_check(n, v, problems) for n, v in enumerate(top.tables("check"), start=1))
    top.finish()
    spec = FormSpec(
        id=form.needed("id"),
        number=form.string("number"),
        title=form.needed("title"),
        title_en=form.string("title_en"),
        layout=form.string("layout", "reconstruction"),
        layout_version=form.string("layout_version", "1"),
        clauses=form.texts("clauses"),
        mode=Mode(form.choice("mode", list(Mode), Mode.PER_ROW)),
        rows_key=form.string("rows_key"),
        group_by=form.texts("group_by"),
        unique=form.texts("unique"),
        unique_when=_condition(form.table("unique_when")),
        account=form.string("account"),
        document_date=form.string("document_date"),
        unit=form.string("unit"),
        fields=fields,
        checks=checks,
        checklist=checklist,
        folder=folder,
        form_set=form.string("set"),
        set_title=form.string("set_title"),
        set_title_en=form.string("set_title_en"),
        kind=Kind(form.choice("kind", list(Kind), Kind.FORM)),
    )
    form.finish()
    problems.extend(_contradictions(spec))
    return spec


def _condition(table: Table | None) -> Condition | None:
    if table is None:
        return None
    condition = Condition(
        field=table.needed("field"),
        values=table.scalars("values"),
        severity=Severity(table.choice("severity", list(Severity), Severity.ERROR)),
    )
    table.finish()
    return condition


def _build_field(number: int, values: Mapping[str, object], problems: list[str]) -> FieldSpec:
    table = Table(f"field {number} ({values.get('key', '?')})", values, problems)
    field = FieldSpec(
        key=table.needed("key"),
        label=table.needed("label"),
        label_en=table.string("label_en"),
        aliases=table.texts("aliases"),
        scope=table.choice("scope", ("document", "row"), "document"),
        type=FieldType(table.choice("type", list(FieldType), FieldType.STR)),
        item_type=FieldType(table.choice("item_type", ITEM_TYPES, FieldType.STR)),
        required=table.flag("required"),
        recommended=table.flag("recommended"),
        required_when=_condition(table.table("required_when")),
        default=table.scalar("default"),
        filled_by=_source(table),
        values=table.texts("values"),
        synonyms=table.text_map("synonyms"),
        table=table.choice("table", ("", *TABLES), ""),
        refuse=table.texts("refuse"),
        must_be=table.optional_flag("must_be"),
        min_length=table.number("min_length"),
        stock_phrases=table.flag("stock_phrases"),
        stock_phrases_severity=Severity(
            table.choice("stock_phrases_severity", list(Severity), Severity.ERROR)
        ),
        clause=table.string("clause"),
        origin=table.choice("origin", ORIGINS, "reconstruction"),
        source=table.string("source"),
        personal=table.choice("personal", ("none", "basic", "identifier", "sensitive"), "none"),
        mask=table.choice("mask", ("none", "name", "id"), "none"),
        section=table.string("section"),
        stage=table.choice("stage", ("application", "review", "cancellation", "audit"), "application"),
    )
    table.finish()
    problems.extend(f"{table.where}: {problem}" for problem in _field_problems(field))
    return field


def _source(table: Table) -> str:
    source = table.string("from")
    return source if source.startswith(ROWS_SUM) else table.choice("from", SOURCES, "")


def _build_check(number: int, values: Mapping[str, object], problems: list[str]) -> CheckSpec:
    table = Table(f"check {number} ({values.get('kind', '?')})", values, problems)
    check = CheckSpec(
        kind=table.choice("kind", CHECK_KINDS, CHECK_KINDS[0]),
        field=table.string("field"),
        left=table.string("left"),
        right=table.string("right"),
        when=table.string("when"),
        values=table.scalars("values"),
        fields=table.texts("fields"),
        days=table.number("days"),
        clause=table.string("clause"),
        severity=Severity(table.choice("severity", list(Severity), Severity.ERROR)),
    )
    table.finish()
    return check


def _field_problems(field: FieldSpec) -> list[str]:
    problems: list[str] = []
    if field.key and not _KEY.fullmatch(field.key):
        problems.append("key must be lower-case ASCII with underscores")
    if field.type is FieldType.ENUM and not (field.values or field.table):
        problems.append("an enum needs values or a table")
    if field.must_be is not None and field.type is not FieldType.BOOL:
        problems.append("must_be needs the type bool")
    problems.extend(
        f"synonym {name} leads to {value}, which is not allowed"
        for name, value in field.synonyms.items()
        if field.values and value not in field.values
    )
    return problems


def _contradictions(spec: FormSpec) -> list[str]:
    return [
        *_duplicates(spec),
        *_unknown_names(spec),
        *_wrong_sums(spec),
        *(["form: rows_key is missing"] if spec.grouped and not spec.rows_key else []),
    ]


def _duplicates(spec: FormSpec) -> list[str]:
    problems: list[str] = []
    owner: dict[str, str] = {}
    for field in spec.fields:
        names = {normalise(name) for name in field.names}
        taken = {
            name: owner[name] for name in sorted(names) if owner.setdefault(name, field.key) != field.key
        }
        problems.extend(
            f"field {field.key}: the name {name} already stands for {key}" for name, key in taken.items()
        )
    keys = [field.key for field in spec.fields]
    problems.extend(
        f"field {key}: the key stands twice" for key in sorted({k for k in keys if keys.count(k) > 1})
    )
    return problems


def _unknown_names(spec: FormSpec) -> list[str]:
    known = {field.key for field in spec.fields}
    used = [(f"form.{name}", key) for name, key in _form_references(spec)]
    used += [(f"field {f.key}, required_when", f.required_when.field) for f in spec.fields if f.required_when]
    for number, check in enumerate(spec.checks, start=1):
        column = check.right.removeprefix(f"{spec.rows_key}.") if check.kind == "not_among" else check.right
        names = (check.field, check.left, column, check.when, *check.fields)
        used.extend((f"check {number} ({check.kind})", name) for name in names)
    return [f"{where}: there is no field {name}" for where, name in used if name and name not in known]


def _wrong_sums(spec: FormSpec) -> list[str]:
    numbers = {f.key for f in spec.row_fields if f.type is FieldType.INT}
    sums = (
        (f.key, f.filled_by.removeprefix(ROWS_SUM)) for f in spec.fields if f.filled_by.startswith(ROWS_SUM)
    )
    return [
        f"field {key}: from: the rows have no whole number {summed}"
        for key, summed in sums
        if summed not in numbers
    ]


def _form_references(spec: FormSpec) -> list[tuple[str, str]]:
    names = [("group_by", key) for key in spec.group_by] + [("unique", key) for key in spec.unique]
    names += [("account", spec.account), ("document_date", spec.document_date), ("unit", spec.unit)]
    if spec.unique_when is not None:
        names.append(("unique_when", spec.unique_when.field))
    return names
