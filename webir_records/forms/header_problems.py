"""What is wrong with the header of a table: fields without a column, and fields with two."""

from collections.abc import Iterable, Mapping

from webir_records.forms.headers import Header
from webir_records.forms.input_types import column_letter
from webir_records.forms.problems import Problem
from webir_records.forms.spec_types import FieldSpec, FieldType, FormSpec, Severity


def ambiguous_columns(spec: FormSpec, header: Header, sheet: str) -> Iterable[Problem]:
    """Yield the fields for which two columns stand."""
    for spec_field in spec.fields:
        columns = header.columns_of(spec_field.key)
        if len(columns) > 1:
            yield Problem(
                code="F115",
                field=spec_field.key,
                facts={"columns": "、".join(f"{column_letter(c.index)} {c.header}" for c in columns)},
                sheet=sheet,
                row=header.row,
                column=columns[1].header,
                cell=f"{column_letter(columns[1].index)}{header.row}",
                clause=spec_field.clause,
            )


def missing_fields(spec: FormSpec, header: Header, once: Mapping[str, object]) -> list[FieldSpec]:
    """Return the fields that the file has no place for and that should be there."""
    return [
        f
        for f in spec.fields
        if (f.required or f.recommended)
        and f.type is not FieldType.SIGN
        and not f.filled_by
        and f.default == ""
        and f.key not in header.fields
        and f.key not in once
    ]


def absent_columns(missing: Iterable[FieldSpec], header: Header, sheet: str) -> Iterable[Problem]:
    """Yield a problem for each field that the file has no place for."""
    for spec_field in missing:
        yield Problem(
            code="F113" if spec_field.required else "F172",
            field=spec_field.key,
            facts={"aliases": "、".join(spec_field.aliases[:4]) or spec_field.label},
            sheet=sheet,
            row=header.row,
            column=spec_field.label,
            clause=spec_field.clause,
            severity=Severity.ERROR if spec_field.required else Severity.WARNING,
        )
