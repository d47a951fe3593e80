"""The escrow sheet: the keys in use on one page of paper (docs/adr/0010)."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from retention.sections import Act
from signing.canonical import JsonValue
from webir_records.archive.escrow import TITLE, Line, Purpose, bound_name, escrow_lines
from webir_records.archive.key_files import KeySet, parse_key_files, read_key_files
from webir_records.forms.problems import FormDocument
from webir_records.forms.specs import load_form
from webir_records.forms.templating.qr_code import qr_png
from webir_records.model.errors import FaultError, InputError
from webir_records.services.acting import permit
from webir_records.services.context import OPERATOR, Workspace
from webir_records.services.handing_out import hand_out
from webir_records.services.issuing import Issued
from webir_records.services.keys import ESCROW, KeyCopy, new_copy, record_copy
from webir_records.services.log_keys import keys_disk
from webir_records.services.rendering import renderer

SHEET: Final = "escrow_sheet"
_FORMATS: Final = (".docx", ".pdf")
_FIELDS: Final = {Purpose.EPOCH: "epoch_key", Purpose.LOG: "log_key", Purpose.LOOKUP: "lookup_key"}
_CODES: Final = {Purpose.EPOCH: "qr_1", Purpose.LOG: "qr_2", Purpose.LOOKUP: "qr_3"}


def write_sheet(workspace: Workspace, path: Path, *, actor: str = OPERATOR) -> KeyCopy:
    """Make the sheet of the keys in use and enter it into the ledger.

    Args:
        workspace: the open workspace.
        path: FILE.pdf or FILE.docx; nothing may lie there.
        actor: who makes it.

    Raises:
        InputError: U110 another format; U012 the file exists.
        RefusedError: U159 the actor's roles.
        EnvironmentMissingError: X101 a PDF is wanted and LibreOffice is missing.
        FaultError: A131, A134 a key is missing; A110 the disk refused.
    """
    permit(workspace, actor, Act.MANAGE_KEYS)
    if path.suffix not in _FORMATS:
        raise InputError("U110", got=path.suffix or path.name, expected=", ".join(_FORMATS))
    if path.exists():
        raise InputError("U012", path=str(path))
    copy = new_copy(workspace, ESCROW)
    lines = _lines(workspace, copy.epoch)
    data = _paper(workspace, copy, lines, path.suffix.removeprefix("."))
    hand_out(workspace, path, data, backup=copy.backup, enter=lambda: record_copy(workspace, copy, actor))
    return copy


def sheet_codes(lines: Mapping[Purpose, tuple[Line, ...]]) -> dict[str, str]:
    """Return what each QR code says: a title, then the lines of one key."""
    return {
        _CODES[purpose]: "\n".join([TITLE, *(f"{line.tag}{line.characters}" for line in of_key)])
        for purpose, of_key in lines.items()
    }


def _lines(workspace: Workspace, epoch: str) -> dict[Purpose, tuple[Line, ...]]:
    origin = workspace.archive.ledger.origin
    keys = parse_key_files(read_key_files(keys_disk(workspace)))
    kek, seed, lookup = _of(keys, epoch)
    return {
        Purpose.EPOCH: escrow_lines(Purpose.EPOCH, bound_name(origin, epoch), kek),
        Purpose.LOG: escrow_lines(Purpose.LOG, bound_name(origin), seed),
        Purpose.LOOKUP: escrow_lines(Purpose.LOOKUP, bound_name(origin), lookup),
    }


def _of(keys: KeySet, epoch: str) -> tuple[bytes, bytes, bytes]:
    if epoch not in keys.keks:
        raise FaultError("A131", epoch=epoch)
    if keys.signer is None or keys.lookup is None:
        raise RuntimeError("the workspace could not be open without them")
    return keys.keks[epoch], keys.signer.seed, keys.lookup


def _paper(
    workspace: Workspace, copy: KeyCopy, lines: Mapping[Purpose, tuple[Line, ...]], kind: str
) -> bytes:
    spec = load_form(SHEET, *workspace.templates)
    document = FormDocument(form=spec.id, data=_data(workspace, copy, lines), rows=())
    images = {name: qr_png(text) for name, text in sheet_codes(lines).items()}
    item = Issued(document, copy.backup, f"K-{copy.epoch}-{copy.backup[:6].upper()}")
    with renderer(workspace, spec, [kind], images=images) as maker:
        for result in maker.run([item]):
            if result.failed:
                raise result.failed[0].error
            return result.made[0].files[kind]
    raise RuntimeError("a renderer gives each document back")


def _data(
    workspace: Workspace, copy: KeyCopy, lines: Mapping[Purpose, tuple[Line, ...]]
) -> dict[str, JsonValue]:
    made = datetime.fromisoformat(copy.made_at).astimezone(ZoneInfo(workspace.profile.timezone))
    data: dict[str, JsonValue] = {
        "agency_name": workspace.agency.name,
        "agency_code": workspace.agency.code,
        "sheet_no": copy.backup,
        "epoch": copy.epoch,
        "made_at": made.replace(tzinfo=None).isoformat(timespec="minutes"),
        "log_name": workspace.archive.ledger.origin,
        "log_vkey": workspace.archive.ledger.vkey,
    }
    for purpose, of_key in lines.items():
        data |= {f"{_FIELDS[purpose]}_{line.tag[1:]}": line.printed for line in of_key}
    return data
