"""Form numbers and record ids: given out once for the same row, so that paper and archive agree.

A row is recognised by a keyed HMAC of its canonical data; the table holds no personal data. Filling a
form today and filing it tomorrow gives the same number and the same record id.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session

from signing.canonical import canonical_bytes
from webir_records.forms.problems import FormDocument
from webir_records.forms.specs import FormSpec
from webir_records.model.tables import CounterRow, IssueRow
from webir_records.services.context import Workspace

_ROC_OFFSET: Final = 1911
_ID_LENGTH: Final = 20  # characters of base32: 100 random bits


@dataclass(frozen=True, slots=True)
class Issued:
    """A document with its form number and record id."""

    document: FormDocument
    record: str
    form_no: str


def issue(workspace: Workspace, spec: FormSpec, documents: Sequence[FormDocument]) -> tuple[Issued, ...]:
    """Give every document its number and id, new or as given before; durable on return."""
    with Session(workspace.engine) as session, session.begin():
        return tuple(_issue_one(workspace, session, spec, document) for document in documents)


def known_record(workspace: Workspace, session: Session, document: FormDocument) -> str:
    """Return the record id that this very row was given before, or an empty text."""
    row = session.get(IssueRow, row_mac(workspace, document))
    return row.record if row else ""


def row_mac(workspace: Workspace, document: FormDocument) -> bytes:
    """Return the keyed HMAC of a row, 32 bytes."""
    return _mac(workspace, b"row", canonical_bytes({"form": document.form, "data": dict(document.data)}))


def lookup(workspace: Workspace, account: str) -> bytes:
    """Return the keyed HMAC under which an account is found, 32 bytes."""
    return _mac(workspace, b"account", account.strip().casefold().encode())


def _issue_one(workspace: Workspace, session: Session, spec: FormSpec, document: FormDocument) -> Issued:
    mac = row_mac(workspace, document)
    row = session.get(IssueRow, mac)
    if row is None:
        row = IssueRow(
            data_mac=mac,
            form=spec.id,
            record=new_id(workspace),
            form_no=_next_number(workspace, session, spec),
        )
        session.add(row)
    return Issued(document, row.record, row.form_no)


def new_id(workspace: Workspace) -> str:
    """Return an opaque id: 20 characters, 100 random bits."""
    return base64.b32encode(workspace.machine.random(13)).decode("ascii").lower()[:_ID_LENGTH]


def _next_number(workspace: Workspace, session: Session, spec: FormSpec) -> str:
    """Return e.g. `1-2-115-0007`: form, ROC year of issue, running number."""
    prefix = f"{spec.number.removeprefix('附件')}-{workspace.today().year - _ROC_OFFSET}-"
    counter = session.get(CounterRow, prefix)
    if counter is None:
        counter = CounterRow(prefix=prefix, last=0)
        session.add(counter)
    counter.last += 1
    return f"{prefix}{counter.last:04d}"


def _mac(workspace: Workspace, purpose: bytes, data: bytes) -> bytes:
    return hmac.new(workspace.lookup_key, purpose + b"\0" + data, hashlib.sha256).digest()
