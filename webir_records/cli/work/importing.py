"""Do `webir records import`."""

from collections.abc import Sequence
from pathlib import Path

from webir_records.archive.bagit import is_bag
from webir_records.cli.failing import Exit
from webir_records.cli.say import _
from webir_records.cli.session import Session
from webir_records.cli.work.problems import check_json, show_check
from webir_records.model.errors import InputError
from webir_records.services.filing import Filed
from webir_records.services.importing.bags import import_bag
from webir_records.services.importing.scans import import_scans


def take_in(session: Session, folder: Path, form: str, as_scans: bool) -> int:
    """Import a bag or a folder of scans."""
    if is_bag(folder):
        return _bag(session, folder)
    if not form:
        raise InputError("U252")
    with session.workspace() as workspace, session.output.progress() as progress:
        done = import_scans(
            workspace, folder, form, as_scans=as_scans, actor=session.actor_or_operator, progress=progress
        )
    if done.check.problems:
        show_check(session.output, done.check)
        session.output.line(_("Nothing was filed: correct the index first."), style="bold red")
    else:
        _say(session, done.filed, done.already)
    session.output.result(check_json(done.check) | _json(done.filed, done.already))
    return Exit.FINDINGS if done.check.problems else Exit.DONE


def _bag(session: Session, folder: Path) -> int:
    with session.workspace() as workspace, session.output.progress() as progress:
        done = import_bag(workspace, folder, actor=session.actor_or_operator, progress=progress)
    session.output.line(
        _("From the archive {origin}; compare its key with the published one.", origin=done.origin)
    )
    _say(session, done.filed, done.already)
    session.output.result({"origin": done.origin} | _json(done.filed, done.already))
    return Exit.DONE


def _say(session: Session, filed: Sequence[Filed], already: Sequence[Filed]) -> None:
    session.output.line(_("{count} records filed and acknowledged.", count=len(filed)))
    if already:
        session.output.line(_("{count} were imported before and left alone.", count=len(already)))


def _json(filed: Sequence[Filed], already: Sequence[Filed]) -> dict[str, object]:
    return {"filed": [_plain(item) for item in filed], "already": [_plain(item) for item in already]}


def _plain(item: Filed) -> dict[str, object]:
    return {"record": item.record, "form_no": item.form_no, "rows": list(item.rows)}
