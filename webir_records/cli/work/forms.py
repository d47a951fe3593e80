"""Do `webir forms …`."""

import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from webir_records.cli.failing import Exit
from webir_records.cli.say import _
from webir_records.cli.session import Session
from webir_records.cli.work.problems import (
    check_json,
    exit_after,
    failed_json,
    show_check_briefly,
    show_failed,
)
from webir_records.forms.blank import blank_workbook
from webir_records.forms.spec_types import FieldType
from webir_records.forms.specs import OFFICIAL, FieldSpec, FormSpec, list_forms, load_form
from webir_records.model.errors import InputError
from webir_records.services.filling import MADE_BY_PROGRAM, FillOptions, FillResult
from webir_records.services.filling import fill as fill_forms
from webir_records.services.previewing import preview as draw

_OWN_SET: Final = "taipei-2017"
_LETTERS: Final = "letters"


def list_all(session: Session) -> int:
    """List the forms that can be filled."""
    forms = [spec for spec in list_forms(*session.templates) if spec.id not in MADE_BY_PROGRAM]
    for name in sorted({spec.form_set for spec in forms}, key=_set_order):
        members = [spec for spec in forms if spec.form_set == name]
        session.output.table(
            (_("Form"), _("Number"), _("Title"), _("Clauses"), _("Layout")),
            (
                (spec.id, spec.number, _title(session, spec), "、".join(spec.clauses), _layout(spec))
                for spec in members
            ),
            title=_set_name(session, members),
        )
    session.output.line(
        _("The official layouts are not public: ours are reconstructions, see SOURCE.md beside each.")
    )
    session.output.result(
        {
            "forms": [
                {"form": s.id, "number": s.number, "title": s.title, "set": s.form_set, "layout": s.layout}
                for s in forms
            ]
        }
    )
    return Exit.DONE


def show(session: Session, form: str) -> int:
    """Show the fields of one form."""
    spec = load_form(form, *session.templates)
    output = session.output
    output.line(f"{spec.number} {_title(session, spec)}", style="bold")
    output.table(
        (_("Field"), _("Label"), _("Type"), _("Needed"), _("Allowed values"), _("Clause"), _("Origin")),
        (
            (f.key, f.label, _type(f), _needed(f), "、".join(f.values) or _table(f), f.clause, _origin(f))
            for f in spec.fields
        ),
    )
    output.result({"form": spec.id, "fields": [_field_json(field) for field in spec.fields]})
    return Exit.DONE


def blank(session: Session, form: str, out: Path) -> int:
    """Write an empty spreadsheet."""
    if out.exists():
        raise InputError("U012", path=str(out))
    out.write_bytes(blank_workbook(load_form(form, *session.templates)))
    session.output.line(_("Written: {path}. Delete the example row before you use it.", path=out))
    session.output.result({"file": str(out)})
    return Exit.DONE


def copy(session: Session, form: str, out: Path | None) -> int:
    """Copy a form's folder, so that an agency can change it."""
    spec = load_form(form, *session.templates)
    target = out or session.folder / "templates" / spec.id
    if target.exists():
        raise InputError("U012", path=str(target))
    files = sorted(path for path in spec.folder.iterdir() if path.is_file())
    target.mkdir(parents=True)
    for file in files:
        shutil.copyfile(file, target / file.name)
    session.output.line(_("Copied: {path}. What lies there comes before the shipped form.", path=target))
    session.output.result({"folder": str(target), "files": [file.name for file in files]})
    return Exit.DONE


def fill(
    session: Session,
    form: str,
    data: Path,
    out: Path | None = None,
    *,
    to: str = "docx",
    images: Sequence[str] = (),
    mapping: Path | None = None,
) -> int:
    """Fill the form for every right row."""
    formats = tuple(dict.fromkeys(kind.strip() for kind in to.split(",") if kind.strip()))
    options = FillOptions(formats, _pictures(images), mapping)
    with session.workspace() as workspace, session.output.progress() as progress:
        target = out or workspace.out
        result = fill_forms(
            workspace, form, data, target, options, actor=session.actor_or_operator, progress=progress
        )
    _show_fill(session, result, target)
    return exit_after(result.check, result.failed)


def preview(session: Session, form: str, data: Path, out: Path, *, rows: str, dpi: int) -> int:
    """Draw some documents as pictures."""
    with session.workspace() as workspace:
        result = draw(workspace, form, data, out, _span(rows), dpi=dpi, actor=session.actor_or_operator)
    show_check_briefly(session.output, result.check)
    show_failed(session.output, result.failed)
    session.output.table(
        (_("Document"), _("Page"), _("Row"), _("Picture")),
        (
            (str(p.document), str(p.page), ", ".join(map(str, p.rows[:8])), str(p.path))
            for p in result.pictures
        ),
    )
    pictures = [
        {"path": str(p.path), "document": p.document, "page": p.page, "rows": list(p.rows)}
        for p in result.pictures
    ]
    session.output.result(
        check_json(result.check) | {"pictures": pictures, "failed": failed_json(result.failed)}
    )
    return exit_after(result.check, result.failed)


def _span(text: str) -> range:
    """Return the numbers that `3` or `1-3` names.

    Raises:
        InputError: U181 it names none.
    """
    found = re.fullmatch(r"\s*(\d{1,7})\s*(?:-\s*(\d{1,7})\s*)?", text, re.ASCII)
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not 1 <= first <= last:
        raise InputError("U181", got=text)
    return range(first, last + 1)


def _pictures(given: Sequence[str]) -> dict[str, bytes]:
    """Read the files of `--image NAME=FILE`.

    Raises:
        InputError: U184 it does not name both; U185 the file cannot be read.
    """
    pictures: dict[str, bytes] = {}
    for text in given:
        name, equals, path = text.partition("=")
        if not (name.isidentifier() and equals and path) or name == "qr" or name in pictures:
            raise InputError("U184", got=text)
        try:
            pictures[name] = Path(path).read_bytes()
        except OSError as error:
            raise InputError("U185", path=path, problem=error.strerror or type(error).__name__) from error
    return pictures


def _show_fill(session: Session, result: FillResult, target: Path) -> None:
    show_check_briefly(session.output, result.check)
    show_failed(session.output, result.failed)
    count = len({written.record for written in result.written})
    session.output.line(
        _(
            "{count} documents ({files} files) written to {path}.",
            count=count,
            files=len(result.written),
            path=target,
        )
    )
    files = [
        {"path": str(w.path), "record": w.record, "form_no": w.form_no, "rows": list(w.rows)}
        for w in result.written
    ]
    session.output.result(check_json(result.check) | {"files": files, "failed": failed_json(result.failed)})


def _title(session: Session, spec: FormSpec) -> str:
    return spec.title_en if session.lang == "en" and spec.title_en else spec.title


def _set_order(name: str) -> tuple[int, str]:
    """Put the rule's own forms first, then what others made, then the letters."""
    return (0 if name == _OWN_SET else 2 if name == _LETTERS else 1, name)


def _set_name(session: Session, forms: Sequence[FormSpec]) -> str:
    """Return what a set calls itself: the first of its forms that says it, or the set's id."""
    english = session.lang == "en"
    named = ((english and spec.set_title_en) or spec.set_title for spec in forms)
    return next(filter(None, named), forms[0].form_set) or _("Forms of the agency")


def _layout(spec: FormSpec) -> str:
    names = {"reconstruction": _("reconstruction"), OFFICIAL: _("the agency's own")}
    return names.get(spec.layout, spec.layout)


def _type(field: FieldSpec) -> str:
    names = {
        FieldType.STR: _("text"),
        FieldType.TEXT: _("text of several lines"),
        FieldType.INT: _("number"),
        FieldType.BOOL: _("yes or no"),
        FieldType.DATE: _("date"),
        FieldType.TIME: _("time"),
        FieldType.DATETIME: _("date and time"),
        FieldType.MONTH: _("month"),
        FieldType.ENUM: _("choice"),
        FieldType.LIST: _("list"),
        FieldType.ACCOUNT: _("account"),
        FieldType.PHONE: _("phone number"),
        FieldType.EMAIL: _("e-mail address"),
        FieldType.NATIONAL_ID: _("national or resident id"),
        FieldType.BAN: _("business number"),
        FieldType.AGENCY_CODE: _("agency code"),
        FieldType.DOC_NO: _("document number"),
        FieldType.FILE_NO: _("file number"),
        FieldType.SIGN: _("signature on paper"),
    }
    return names[field.type]


def _table(field: FieldSpec) -> str:
    return _("as the agency's settings list them") if field.table else ""


def _needed(field: FieldSpec) -> str:
    if field.filled_by:
        return _("filled in by the program")
    if field.required:
        return _("required")
    if field.required_when:
        values = "、".join(str(value) for value in field.required_when.values)
        return _("when {field} is {values}", field=field.required_when.field, values=values)
    return _("recommended") if field.recommended else ""


def _origin(field: FieldSpec) -> str:
    names = {
        "rule": _("the rule"),
        "law": _("the law"),
        "sibling": _("a sibling rule"),
        "reconstruction": _("reconstruction"),
    }
    return names.get(field.origin, field.origin)


def _field_json(field: FieldSpec) -> dict[str, object]:
    return {
        "key": field.key,
        "label": field.label,
        "label_en": field.label_en,
        "aliases": list(field.aliases),
        "type": field.type.value,
        "required": field.required,
        "recommended": field.recommended,
        "values": list(field.values),
        "clause": field.clause,
        "origin": field.origin,
        "personal": field.personal,
        "scope": field.scope,
    }
