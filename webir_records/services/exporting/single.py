"""Write the documents of one record into a folder."""

from pathlib import Path

from sqlmodel import Session

from retention.sections import Act
from signing.canonical import canonical_bytes
from webir_records.archive.ledger import Event
from webir_records.archive.package import Package
from webir_records.model.errors import InputError
from webir_records.services.acting import permit
from webir_records.services.context import OPERATOR, Workspace
from webir_records.services.copies import EXPORT, Description, register_copy
from webir_records.services.records import find_record


def export_record(
    workspace: Workspace, name: str, out: Path, *, actor: str = OPERATOR, holder: str = ""
) -> tuple[Path, ...]:
    """Write a record's newest package into `out/<form number>_<record id>/`; the act goes into the ledger.

    What lies in the workspace's own `out/` falls with the record. Anywhere else it is a copy that is
    registered and followed to its end.

    Raises:
        InputError: U120 no such record, A143 it was destroyed, U121 the folder exists already; U150 the
            holder is no id.
        RefusedError: U159 the actor's roles do not allow it.
    """
    permit(workspace, actor, Act.EXPORT)
    with Session(workspace.engine) as session:
        row = find_record(session, name)
        session.expunge_all()
    package = workspace.archive.read(row.id)
    folder = out / f"{row.form_no}_{row.id}"
    if folder.exists():
        raise InputError("U121", path=str(folder))
    with Session(workspace.engine) as session, session.begin():
        event: Event = {"event": "exported", "actor": actor, "record": row.id, "version": row.version}
        workspace.archive.ledger.append(session, [event])
        if not folder.resolve().is_relative_to(workspace.out.resolve()):
            register_copy(workspace, session, [row], Description(EXPORT, holder=holder), actor=actor)
    workspace.archive.ledger.publish()
    return _write_package(folder, package)


def _write_package(folder: Path, package: Package) -> tuple[Path, ...]:
    files = {
        "record.json": canonical_bytes(dict(package.record)),
        "data.json": canonical_bytes(dict(package.data)),
        **package.files,
    }
    for name, data in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return tuple(folder / name for name in files)
