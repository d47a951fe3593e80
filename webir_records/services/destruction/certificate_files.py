"""Hand out the certificate of an executed batch."""

from pathlib import Path

from webir_records.model.errors import InputError
from webir_records.services.context import Workspace
from webir_records.services.destruction.batches import evidence_path, show_batch
from webir_records.services.destruction.certificate_list import LIST


def copy_certificate(workspace: Workspace, batch: str, out: Path) -> tuple[Path, ...]:
    """Copy the certificate and its list, if it has one, into a folder, with the batch in their names.

    Raises:
        InputError: U161 no such batch, U171 it was not executed, U121 a file exists already.
    """
    if not show_batch(workspace, batch).certificate_sha256:
        raise InputError("U171", batch=batch)
    found = [
        name
        for name in ("certificate.json", "certificate.docx", "certificate.pdf", LIST)
        if _there(workspace, batch, name)
    ]
    targets = {name: out / f"{batch}-{name}" for name in found}
    for target in targets.values():
        if target.exists():
            raise InputError("U121", path=str(target))
    out.mkdir(parents=True, exist_ok=True)
    for name, target in targets.items():
        target.write_bytes(workspace.files.read(evidence_path(batch, name)))
    return tuple(targets.values())


def _there(workspace: Workspace, batch: str, name: str) -> bool:
    return workspace.files.exists(evidence_path(batch, name))
