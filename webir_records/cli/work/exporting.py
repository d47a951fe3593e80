"""Do `webir records export`."""

from collections.abc import Sequence
from pathlib import Path

from webir_records.cli.failing import Exit
from webir_records.cli.say import _
from webir_records.cli.session import Session
from webir_records.model.errors import InputError
from webir_records.services.exporting.bags import Content, Wanted, export_bag
from webir_records.services.exporting.single import export_record

_COMMAND = "webir records export"


def export(session: Session, names: Sequence[str], out: Path | None, holder: str) -> int:
    """Write one record's documents."""
    if out is None:
        raise InputError("U004", name="-o", command=_COMMAND)
    if len(names) != 1:
        raise InputError(
            "U004" if not names else "U013", name="ID", got=" ".join(names[1:]), command=_COMMAND
        )
    with session.workspace() as workspace:
        paths = export_record(workspace, names[0], out, actor=session.actor_or_operator, holder=holder)
    for path in paths:
        session.output.line(str(path))
    _warn(session)
    session.output.result({"files": [str(path) for path in paths]})
    return Exit.DONE


def export_into_bag(
    session: Session,
    bag: Path,
    names: Sequence[str],
    *,
    form: str,
    everything: bool,
    content: str,
    holder: str,
) -> int:
    """Write records into a bag."""
    wanted = Wanted(tuple(names), form, everything, Content(content), holder)
    with session.workspace() as workspace, session.output.progress() as progress:
        done = export_bag(workspace, bag, wanted, actor=session.actor_or_operator, progress=progress)
    session.output.line(
        _(
            "{count} records written into the bag {path}; begin with data/index.html.",
            count=len(done.records),
            path=bag,
        )
    )
    session.output.line(_("Registered as copy {copy}; see `webir copies list`.", copy=done.copy))
    if wanted.content is not Content.SEALED:
        _warn(session)
    session.output.result(
        {
            "bag": str(done.bag),
            "copy": done.copy,
            "records": list(done.records),
            "versions": len(done.lines),
            "content": content,
        }
    )
    return Exit.DONE


def _warn(session: Session) -> None:
    session.output.note(
        _("Copies are personal data in the clear: destroy them when they are needed no more (七(一)).")
    )
