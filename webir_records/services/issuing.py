"""Form numbers and record ids: given out once for the same row, so that paper and archive agree.

A row is recognised by a keyed HMAC of its canonical data; the table holds no personal data. Filling a
form today and filing it tomorrow gives the same number and the same record id.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from signing.canonical import canonical_bytes
from webir_records.forms.problems import FormDocument
from webir_records.forms.specs import FormSpec
from webir_records.model.tables import IssueRow
from webir_records.services.context import Workspace

_ID_LENGTH = 20  # characters of base32: 100 random bits


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


def lookup(workspace: Workspace, account: str) -> bytes:
    """Return the keyed HMAC under which an account is found, 32 bytes."""
    return _mac(workspace, b"account", account.strip().casefold().encode())


def _issue_one(workspace: Workspace, session: Session, spec: FormSpec, document: FormDocument) -> Issued:
    mac = _mac(workspace, b"row", canonical_bytes({"form": spec.id, "data": dict(document.data)}))
    row = session.get(IssueRow, mac)
    if row is None:
        row = IssueRow(
            data_mac=mac,
            form=spec.id,
            record=new_id(workspace),
            form_no=_own_number(document) or _next_number(workspace, session, spec),
        )
        session.add(row)
        session.flush()
    return Issued(document, row.record, row.form_no)


def new_id(workspace: Workspace) -> str:
    """Return an opaque id: 20 characters, 100 random bits."""
    return base64.b32encode(workspace.machine.random(13)).decode("ascii").lower()[:_ID_LENGTH]


def _own_number(document: FormDocument) -> str:
    """Return the number that the agency gave itself, if its sheet has one."""
    number = document.data.get("form_no")
    return number if isinstance(number, str) else ""


def _next_number(workspace: Workspace, session: Session, spec: FormSpec) -> str:
    """Return e.g. `1-2-115-0007`: form, ROC year of issue, running number."""
    prefix = f"{spec.number.removeprefix('附件')}-{workspace.today().year - 1911}-"
    taken = select(func.count()).where(col(IssueRow.form_no).startswith(prefix, autoescape=True))
    return f"{prefix}{session.exec(taken).one() + 1:04d}"


def _mac(workspace: Workspace, purpose: bytes, data: bytes) -> bytes:
    return hmac.new(workspace.lookup_key, purpose + b"\0" + data, hashlib.sha256).digest()
