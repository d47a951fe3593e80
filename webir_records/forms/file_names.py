"""What the name of a file says when its columns do not: 109年01月_社會救助科.csv."""

import re
from collections.abc import Sequence
from typing import Final

from webir_records.forms.dates import parse_month
from webir_records.forms.grouping import PERIOD
from webir_records.forms.spec_types import FieldType, FormSpec
from webir_records.forms.values import comparable

_BETWEEN: Final = re.compile(r"[_\-\s.()（）【】\[\]]+")


def from_file_name(spec: FormSpec, stem: str, units: Sequence[str]) -> dict[str, str]:
    """Return the unit and the month that a file's name has as a part of its own.

    Args:
        spec: the form; only fields that its documents are grouped by are looked for.
        stem: name of the file without its ending.
        units: the agency's units: no other text of a name is taken for a unit.
    """
    known = {comparable(unit): unit for unit in units}
    found: dict[str, str] = {}
    for part in filter(None, _BETWEEN.split(stem)):
        unit, month = known.get(comparable(part)), parse_month(part)
        for field in spec.document_fields:
            if field.key not in spec.group_by:
                continue
            if field.filled_by == PERIOD and isinstance(month, str):
                found.setdefault(field.key, part)
            elif field.type is FieldType.STR and unit is not None:
                found.setdefault(field.key, unit)
    return found
