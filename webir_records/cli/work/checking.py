"""Do `webir forms check`."""

from collections.abc import Sequence
from pathlib import Path

from webir_records.cli.failing import message
from webir_records.cli.say import _
from webir_records.cli.session import Session
from webir_records.cli.work.problems import check_json, exit_after, require_new, show_check
from webir_records.forms.annotating import annotate_workbook, write_annotated
from webir_records.forms.annotating_drawings import Lost
from webir_records.forms.problems import CheckResult
from webir_records.forms.specs import FormSpec
from webir_records.services.filling import check_data, keep_mapping


def check(
    session: Session,
    form: str,
    data: Path,
    *,
    annotate: Path | None = None,
    mapping: Path | None = None,
    save: bool = False,
) -> int:
    """Check a file, list everything that is wrong, and mark it in a copy if wanted."""
    if annotate is not None:
        require_new(annotate, ".xlsx")
    kept: Path | None = None
    with session.workspace() as workspace:
        spec, result = check_data(workspace, form, data, mapping=mapping)
        if save:
            kept = keep_mapping(workspace, spec, result)
    lost: tuple[Lost, ...] = ()
    if annotate is not None:
        copy = annotate_workbook(data, result, message)
        write_annotated(data, annotate, copy.data)
        lost = copy.lost
    show_check(session.output, result, all_in=_("--annotate OUT.xlsx or --json"))
    _show_mapping(session, spec, result, kept)
    if annotate is not None:
        session.output.line(_("Marked copy: {path}", path=annotate))
        _show_lost(session, lost)
    elif result.problems:
        session.output.note(_("To have them marked in a copy of the file: --annotate OUT.xlsx"))
    session.output.result(
        check_json(result)
        | {
            "annotated": str(annotate) if annotate else None,
            "not_in_copy": [item.value for item in lost],
            "kept_mapping": str(kept) if kept else None,
        }
    )
    return exit_after(result)


def _show_lost(session: Session, lost: Sequence[Lost]) -> None:
    """Say what the marked copy lacks, so that nobody takes it for the whole workbook."""
    names = {
        Lost.EVERYTHING: _("formulas, formats, pictures: only the values are there, as text"),
        Lost.DRAWINGS: _("pictures, shapes and charts"),
        Lost.MACROS: _("macros"),
        Lost.CONTROLS: _("buttons and other controls"),
        Lost.OBJECTS: _("embedded objects"),
        Lost.BACKGROUND: _("background pictures"),
        Lost.SLICERS: _("slicers and timelines"),
        Lost.THREADS: _("answers to comments"),
        Lost.EXTENSIONS: _("sparklines and rules of newer kinds"),
    }
    if lost:
        what = _("; ").join(names[item] for item in lost)
        text = _(
            "Not in the copy: {what}. To keep them, correct your own file, which is unchanged.", what=what
        )
        session.output.note(text, style="yellow")


def _show_mapping(session: Session, spec: FormSpec, result: CheckResult, kept: Path | None) -> None:
    """Say which column was taken for which field, where the sheet calls it otherwise than the form."""
    header = result.mapping.header
    if header is not None:
        labels = {field.key: field.label for field in spec.fields}
        named = [(column.header, labels[column.field]) for column in header.columns if column.field]
        pairs = [f"{text} → {label}" for text, label in named if text != label]
        if pairs:
            session.output.note(_("Columns: {pairs}", pairs=_("; ").join(pairs)))
    if kept is not None:
        session.output.line(_("Kept in {path}; edit it there, or delete it.", path=kept))
