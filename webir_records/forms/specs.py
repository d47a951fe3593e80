"""Load forms from the folders of templates: the agency's own first, then the shipped one."""

import dataclasses
import hashlib
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Final, cast

from webir_records.forms.spec_building import build_checklist, build_form
from webir_records.forms.spec_types import (
    CHECKLIST_NAME,
    LAYOUT_KINDS,
    SPEC_NAME,
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
from webir_records.forms.toml_reading import Problem
from webir_records.model.errors import Detail, InputError

__all__ = [
    "CheckSpec",
    "ChecklistItem",
    "Condition",
    "FieldSpec",
    "FieldType",
    "FormSpec",
    "Kind",
    "Mode",
    "Severity",
    "list_forms",
    "load_form",
]

OFFICIAL: Final = "official"
"""What `layout` says of a layout that the agency put in the place of ours."""

_DOCUMENTS: Final = frozenset({".docx", ".odt", ".doc", ".dotx", ".docm", ".dotm", ".ott"})
_VERSION_LENGTH: Final = 12  # hexadecimal digits of a SHA-256 that name a layout in the document properties


def load_form(form_id: str, *folders: Path) -> FormSpec:
    """Load one form.

    Args:
        form_id: name of its folder (`form_1_2`) or its number (`附件1-2`).
        folders: folders that hold one folder per form; the first one that has the form wins. One that is
            not there counts as empty. See `list_forms` for folders that hold a layout alone.

    Raises:
        InputError: `F201` no such form, `F202` its fields.toml is wrong (every problem at once), `F205`,
            `F206` its folder has no fields.toml and lends itself to no other, `F207` several forms have
            the number.
    """
    if form_id in _candidates(folders) and (spec := _find(form_id, folders)) is not None:
        return spec
    numbered = [spec for spec in list_forms(*folders) if spec.number and spec.number == form_id]
    if len(numbered) > 1:
        raise InputError("F207", got=form_id, expected="、".join(spec.id for spec in numbered))
    if not numbered:
        raise InputError("F201", got=form_id, expected="、".join(_ids(folders)))
    return numbered[0]


def list_forms(*folders: Path) -> tuple[FormSpec, ...]:
    """Load every form, sorted by id; lists that are only read (no layout) are among them.

    Args:
        folders: as for `load_form`. A form's folder with fields.toml is the whole form. One without it that
            holds `form.docx` or `form.odt` replaces all layouts of the form of that name in a later folder.

    Raises:
        InputError: `F202` a fields.toml is wrong, `F205`, `F206` a folder has no fields.toml and lends
            itself to no other.
    """
    found = (_find(name, folders) for name in _candidates(folders))
    return tuple(spec for spec in found if spec is not None)


def _ids(folders: Iterable[Path]) -> list[str]:
    return sorted({path.parent.name for folder in folders for path in folder.glob(f"*/{SPEC_NAME}")})


def _candidates(folders: Iterable[Path]) -> list[str]:
    paths = (path for folder in folders if folder.is_dir() for path in folder.iterdir())
    return sorted({path.name for path in paths if path.is_dir() and not path.name.startswith((".", "_"))})


def _find(name: str, folders: Iterable[Path]) -> FormSpec | None:
    """Return the form of this name, or None when no folder says anything of it."""
    own: Path | None = None
    for folder in (root / name for root in folders):
        if (folder / SPEC_NAME).is_file():
            spec = _load(folder / SPEC_NAME)
            return spec if own is None else _with_layouts(spec, own)
        if own is None and _has_layouts(folder, folders):
            own = folder
    if own is not None:
        raise InputError("F205", path=str(own), form=name, expected="、".join(_ids(folders)))
    return None


def _has_layouts(folder: Path, folders: Iterable[Path]) -> bool:
    """Tell whether a folder without fields.toml holds a layout.

    Raises:
        InputError: `F206` it holds documents, but none has the name of a layout.
    """
    if any((folder / f"form.{kind}").is_file() for kind in LAYOUT_KINDS):
        return True
    documents = sorted(p.name for p in folder.glob("*") if p.suffix.lower() in _DOCUMENTS)
    if documents:
        raise InputError(
            "F206", path=str(folder), got="、".join(documents), expected="、".join(_ids(folders))
        )
    return False


def _with_layouts(spec: FormSpec, folder: Path) -> FormSpec:
    """Return the form with the agency's own layouts; their digest is the version that documents name."""
    digest = hashlib.sha256()
    for path in (folder / f"form.{kind}" for kind in LAYOUT_KINDS):
        try:
            digest.update(path.read_bytes() if path.is_file() else b"")
        except OSError as error:
            raise InputError("F203", form=spec.id, path=str(path)) from error
    version = digest.hexdigest()[:_VERSION_LENGTH]
    return dataclasses.replace(spec, layout_folder=folder, layout=OFFICIAL, layout_version=version)


def _load(path: Path) -> FormSpec:
    problems: list[str] = []
    checklist_path = path.parent / CHECKLIST_NAME
    checklist = build_checklist(_toml(checklist_path), problems) if checklist_path.exists() else ()
    spec = build_form(_toml(path), path.parent, problems, checklist=checklist)
    if spec.id != path.parent.name:
        problems.append(f"form: id is {spec.id!r} but the folder is {path.parent.name!r}")
    if problems:
        raise InputError("F202", [_detail(problem) for problem in problems], path=str(path))
    return spec


def _toml(path: Path) -> dict[str, object]:
    try:
        return cast("dict[str, object]", tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError("F202", [_detail(str(error))], path=str(path)) from error


def _detail(problem: str) -> Detail:
    if isinstance(problem, Problem):
        return Detail(problem.code, problem.facts)
    return Detail("F219", {"problem": problem})
