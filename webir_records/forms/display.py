"""Print canonical values as they stand on paper: ROC dates, boxes, masked names and numbers."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from functools import lru_cache, partial
from operator import itemgetter
from typing import Final, TypeAlias, cast

from signing.canonical import JsonValue
from webir_records.forms.dates import roc_date, roc_month
from webir_records.forms.spec_types import FieldSpec, FieldType

TemplateValues: TypeAlias = Mapping[str, "str | Sequence[Mapping[str, str]]"]
"""What a template may say: texts by name, and the rows of a list."""

FULL_BOX: Final = "■"
EMPTY_BOX: Final = "□"
BOX_GAP: Final = "\u3000"
"""Between two boxes; full-width, so that a line break falls there."""

YES_NO: Final = ("是", "否")
LIST_MARK: Final = "、"


def show_value(field: FieldSpec, value: JsonValue, *, masked: bool = False) -> str:
    """Return a canonical value as text for paper; nothing given prints as nothing.

    Args:
        field: says what the value is.
        value: canonical value.
        masked: hide what the field's mask hides.
    """
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        shown = [_show_one(field.item_type, item) for item in cast("Sequence[JsonValue]", value)]
    else:
        shown = [_show_one(field.type, value)]
    return LIST_MARK.join(_mask(field, text) if masked else text for text in shown)


def _show_one(kind: FieldType, value: JsonValue) -> str:
    if isinstance(value, bool):
        return YES_NO[0] if value else YES_NO[1]
    if not isinstance(value, str):
        return "" if value is None else str(value)
    if kind is FieldType.DATE and value:
        return roc_date(date.fromisoformat(value))
    if kind is FieldType.DATETIME and value:
        day, clock = value.split("T")
        return f"{roc_date(date.fromisoformat(day))} {clock}"
    return roc_month(value) if kind is FieldType.MONTH and value else value


def _mask(field: FieldSpec, text: str) -> str:
    if field.mask == "none":
        return text
    return mask_name(text) if field.mask == "name" else mask_id(text)


def mask_name(name: str) -> str:
    """Hide all but the ends of a name: 王小明 → 王○明, 王明 → 王○."""
    if len(name) <= 1:
        return name
    return f"{name[0]}○" if len(name) == 2 else f"{name[0]}{'○' * (len(name) - 2)}{name[-1]}"


def mask_id(number: str) -> str:
    """Hide the middle of an identity number: A123456789 → A12****789; a short one is hidden whole."""
    return f"{number[:3]}{'*' * (len(number) - 6)}{number[-3:]}" if len(number) > 6 else "*" * len(number)


def boxes(field: FieldSpec, value: JsonValue) -> str:
    """Print the allowed values with the chosen ones ticked: `■新增　□異動　□註銷`."""
    if field.type is FieldType.BOOL:
        chosen = {True: YES_NO[:1], False: YES_NO[1:]}.get(value, ()) if isinstance(value, bool) else ()
        return _row_of_boxes(YES_NO, chosen)
    if isinstance(value, (list, tuple)):
        return _row_of_boxes(field.values, [str(item) for item in cast("Sequence[JsonValue]", value)])
    return _row_of_boxes(field.values, [str(value)] if value is not None else [])


def _row_of_boxes(values: Sequence[str], chosen: Sequence[str]) -> str:
    return BOX_GAP.join(f"{FULL_BOX if value in chosen else EMPTY_BOX}{value}" for value in values)


def field_context(fields: Sequence[FieldSpec], data: Mapping[str, JsonValue]) -> dict[str, str]:
    """Return what a template may say for these fields: key, label, `key_boxes` and `key_box`."""
    return DisplayPlan(fields).show(data)


class DisplayPlan:
    """How to print some fields, worked out once for many rows; immutable."""

    def __init__(self, fields: Sequence[FieldSpec], names: Collection[str] | None = None) -> None:
        """Plan.

        Args:
            fields: of the form or of its rows.
            names: those that are wanted; None means all.
        """
        found: dict[str, tuple[FieldSpec, _Show]] = {}
        for field in fields:
            show = _shower(field)
            if _prints_texts(field):
                show = partial(_show_text, show)
            found[field.key] = (field, show)
            if field.label.isidentifier():
                found.setdefault(field.label, (field, show))
            if field.type is FieldType.BOOL:
                found[f"{field.key}_box"] = (field, _show_box)
            if field.type is FieldType.BOOL or field.values:
                found[f"{field.key}_boxes"] = (field, _row_of_boxes_once(field))
        wanted = [(name, *found[name]) for name in found if names is None or name in names]
        self._blank = {name: "" for name, *_ in wanted}
        texts = [name for name, field, _ in wanted if name == field.key and _prints_texts(field)]
        self._texts = {name: found[name][1] for name in texts}
        self._take = itemgetter(*texts, *texts[:1]) if texts else _nothing  # a tuple in any case
        self._other = tuple((f.key, show, name) for name, f, show in wanted if name not in self._texts)

    def show(self, data: Mapping[str, JsonValue]) -> dict[str, str]:
        """Return the wanted names with what they print."""
        get = data.get
        shown = cast("dict[str, str]", {**self._blank, **data})
        if len(shown) > len(self._blank):  # it has more than is wanted
            shown = {name: cast("str", get(name, "")) for name in self._blank}
        for key, show, name in self._other:
            shown[name] = show(get(key))
        try:
            "".join(cast("tuple[str, ...]", self._take(shown)))
        except TypeError:  # one of the texts is none
            for name, show in self._texts.items():
                shown[name] = show(get(name))
        return shown


def _nothing(_shown: Mapping[str, str]) -> tuple[str, ...]:
    return ()


_Show: TypeAlias = Callable[[JsonValue], str]
_DATES: Final = frozenset({FieldType.DATE, FieldType.DATETIME, FieldType.MONTH})
_NO_TEXTS: Final = _DATES | {FieldType.INT, FieldType.BOOL, FieldType.LIST}


def _prints_texts(field: FieldSpec) -> bool:
    """Tell whether the values of a field are texts that print just as they are."""
    return field.mask == "none" and field.type not in _NO_TEXTS


def _show_text(show: _Show, value: JsonValue) -> str:
    return value if isinstance(value, str) else show(value)


def _shower(field: FieldSpec) -> _Show:
    """Return what prints the values of a field that do not print as they are.

    Dates, numbers and yes or no come again and again in a register and name nobody: they are kept.
    """
    show = partial(show_value, field, masked=True)
    if field.type is FieldType.LIST:
        return show if field.mask != "none" or field.item_type in _DATES else partial(_show_list, show)
    if field.mask == "none":
        return cast("_Show", lru_cache(maxsize=4096, typed=True)(show))
    mask = mask_name if field.mask == "name" else mask_id
    return show if field.type in _DATES else partial(_show_masked, show, mask)


def _show_list(show: _Show, value: JsonValue) -> str:
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
        return value[0]
    return show(value)


def _show_masked(show: _Show, mask: Callable[[str], str], value: JsonValue) -> str:
    return mask(value) if isinstance(value, str) else show(value)


def _row_of_boxes_once(field: FieldSpec) -> _Show:
    """Return what prints the boxes of a field; each row of boxes is put together once."""
    ready = {value: boxes(field, value) for value in field.values}

    def show(value: JsonValue) -> str:
        return ready[value] if isinstance(value, str) and value in ready else boxes(field, value)

    return show


def _show_box(value: JsonValue) -> str:
    return FULL_BOX if value is True else EMPTY_BOX
