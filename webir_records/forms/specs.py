"""Load forms from the folder of templates."""

import tomllib
from pathlib import Path
from typing import cast

from webir_records.forms.spec_building import build_checklist, build_form
from webir_records.forms.spec_types import (
    CHECKLIST_NAME,
    SPEC_NAME,
    ChecklistItem,
    CheckSpec,
    Condition,
    FieldSpec,
    FieldType,
    FormSpec,
    Mode,
    Severity,
)
from webir_records.model.errors import InputError

__all__ = [
    "CheckSpec",
    "ChecklistItem",
    "Condition",
    "FieldSpec",
    "FieldType",
    "FormSpec",
    "Mode",
    "Severity",
    "list_forms",
    "load_form",
]


def load_form(form_id: str, templates: Path) -> FormSpec:
    """Load one form.

    Args:
        form_id: name of its folder (`form_1_2`) or its number (`附件1-2`).
        templates: folder that holds one folder per form.

    Raises:
        InputError: `F201` no such form, `F202` its fields.toml is wrong (every problem at once).
    """
    for path in _spec_paths(templates):
        if path.parent.name == form_id:
            return _load(path)
    for spec in list_forms(templates):
        if spec.number and spec.number == form_id:
            return spec
    known = "、".join(path.parent.name for path in _spec_paths(templates))
    raise InputError("F201", got=form_id, expected=known)


def list_forms(templates: Path) -> tuple[FormSpec, ...]:
    """Load every form, sorted by id; lists that are only read (no layout) are among them.

    Raises:
        InputError: `F202` a fields.toml is wrong.
    """
    return tuple(_load(path) for path in _spec_paths(templates))


def _spec_paths(templates: Path) -> list[Path]:
    return sorted(templates.glob(f"*/{SPEC_NAME}"))


def _load(path: Path) -> FormSpec:
    problems: list[str] = []
    checklist_path = path.parent / CHECKLIST_NAME
    checklist = build_checklist(_toml(checklist_path), problems) if checklist_path.exists() else ()
    spec = build_form(_toml(path), path.parent, problems, checklist=checklist)
    if spec.id != path.parent.name:
        problems.append(f"form: id is {spec.id!r} but the folder is {path.parent.name!r}")
    if problems:
        raise InputError("F202", path=str(path), problems="\n".join(problems))
    return spec


def _toml(path: Path) -> dict[str, object]:
    try:
        return cast("dict[str, object]", tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError("F202", path=str(path), problems=str(error)) from error
