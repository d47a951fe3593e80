"""Give OpenDocument tables as many columns as they have cells; loops over columns change that number."""

from typing import Final

from webir_records.forms.templating.xml_parts import Element

_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_REPEATED: Final = f"{_TABLE}number-columns-repeated"
_MAX: Final = 1_000


def fix_columns(root: Element) -> bool:
    """Correct the columns of every table in place (ODF 1.3 part 3, section 9.1.6); True if any changed."""
    changed = False
    for table in root.iter(f"{_TABLE}table"):
        columns = [c for c in table.iter(f"{_TABLE}table-column") if _owner(c) is table]
        rows = [row for row in table.iter(f"{_TABLE}table-row") if _owner(row) is table]
        wanted = max((_cells(row) for row in rows), default=0)
        changed |= bool(columns and wanted) and _fit(columns, wanted)
    return changed


def _fit(columns: list[Element], wanted: int) -> bool:
    missing = wanted - sum(map(_times, columns))
    if missing > 0:
        _repeat(columns[-1], _times(columns[-1]) + missing)
    surplus = -missing
    for column in reversed(columns):
        if surplus <= 0:
            break
        taken = min(surplus, _times(column))
        surplus -= taken
        parent = column.getparent()
        if taken < _times(column):
            _repeat(column, _times(column) - taken)
        elif parent is not None:
            parent.remove(column)
    return missing != 0


def _owner(element: Element) -> Element | None:
    return next(element.iterancestors(f"{_TABLE}table"), None)


def _cells(row: Element) -> int:
    cells = row.iterchildren(f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
    return sum(_times(cell) for cell in cells)


def _times(element: Element) -> int:
    value = element.get(_REPEATED, "1")
    return min(int(value), _MAX) if value.isdigit() else 1


def _repeat(column: Element, times: int) -> None:
    column.set(_REPEATED, str(times))
