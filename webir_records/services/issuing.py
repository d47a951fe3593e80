"""Form numbers and record ids: given out once for the same row, so that paper and archive agree.

A row is recognised by a keyed HMAC of its canonical data; the table holds no personal data. Filling a
form today and filing it tomorrow gives the same number and the same record id.
"""

import base64
import hashlib
import hmac
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import insert
from sqlmodel import Session, col, select

from signing.canonical import JsonValue, canonical_bytes
from webir_records.forms.problems import FormDocument
from webir_records.forms.specs import FormSpec
from webir_records.model.tables import CounterRow, IssueRow
from webir_records.services.context import Workspace

AT_ONCE: Final = 500
"""Values in one query; SQLite takes some thousands."""

_ROC_OFFSET: Final = 1911
_ID_LENGTH: Final = 20  # characters of base32: 100 random bits
_UNIT_LENGTH: Final = 10  # hex digits: 40 bits for the units of one agency


@dataclass(frozen=True, slots=True)
class Issued:
    """A document with its form number and record id."""

    document: FormDocument
    record: str
    form_no: str


def issue(workspace: Workspace, spec: FormSpec, documents: Sequence[FormDocument]) -> tuple[Issued, ...]:
    """Give every document its number and id, new or as given before; durable on return."""
    macs = [row_mac(workspace, document) for document in documents]
    with Session(workspace.engine) as session, session.begin():
        known = _known(session, macs)
        new = [mac for mac in dict.fromkeys(macs) if mac not in known]
        numbers = _next_numbers(workspace, session, spec, len(new))
        given = {mac: (new_id(workspace), number) for mac, number in zip(new, numbers, strict=True)}
        if given:
            session.connection().execute(
                insert(IssueRow), [_row(spec, mac, *names) for mac, names in given.items()]
            )
        known |= given
    return tuple(Issued(document, *known[mac]) for document, mac in zip(documents, macs, strict=True))


def _row(spec: FormSpec, mac: bytes, record: str, form_no: str) -> dict[str, object]:
    return {"data_mac": mac, "form": spec.id, "record": record, "form_no": form_no}


def known_records(
    workspace: Workspace, session: Session, documents: Sequence[FormDocument]
) -> tuple[str, ...]:
    """Return the record id that each of these very rows was given before, or an empty text."""
    macs = [row_mac(workspace, document) for document in documents]
    known = _known(session, macs)
    return tuple(known[mac][0] if mac in known else "" for mac in macs)


def _known(session: Session, macs: Sequence[bytes]) -> dict[bytes, tuple[str, str]]:
    """Return record id and form number of the rows that have them, by HMAC."""
    found: dict[bytes, tuple[str, str]] = {}
    for start in range(0, len(macs), AT_ONCE):
        wanted = col(IssueRow.data_mac).in_(macs[start : start + AT_ONCE])
        query = select(IssueRow.data_mac, IssueRow.record, IssueRow.form_no).where(wanted)
        found |= {mac: (record, form_no) for mac, record, form_no in session.exec(query)}
    return found


def row_mac(workspace: Workspace, document: FormDocument) -> bytes:
    """Return the keyed HMAC of a row, 32 bytes."""
    return _mac(workspace, b"row", canonical_bytes({"form": document.form, "data": dict(document.data)}))


def lookup(workspace: Workspace, account: str) -> bytes:
    """Return the keyed HMAC under which an account is found, 32 bytes."""
    return _mac(workspace, b"account", account.strip().casefold().encode())


def unit_id(workspace: Workspace, name: str) -> str:
    """Return the id under which the ledger knows a unit: always the same, and no name."""
    plain = unicodedata.normalize("NFKC", name).strip().casefold()
    return f"u-{_mac(workspace, b'unit', plain.encode()).hex()[:_UNIT_LENGTH]}"


def unit_of(workspace: Workspace, spec: FormSpec, data: Mapping[str, JsonValue]) -> str | None:
    """Return the id of the unit that a form names, or None."""
    name = data.get(spec.unit) if spec.unit else None
    return unit_id(workspace, name) if isinstance(name, str) and name.strip() else None


def new_id(workspace: Workspace) -> str:
    """Return an opaque id: 20 characters, 100 random bits."""
    return base64.b32encode(workspace.machine.random(13)).decode("ascii").lower()[:_ID_LENGTH]


def _next_numbers(workspace: Workspace, session: Session, spec: FormSpec, count: int) -> list[str]:
    """Return e.g. `1-2-115-0007`: form, ROC year of issue, running number."""
    prefix = f"{spec.number.removeprefix('附件')}-{workspace.today().year - _ROC_OFFSET}-"
    counter = session.get(CounterRow, prefix)
    if counter is None:
        counter = CounterRow(prefix=prefix, last=0)
        session.add(counter)
    first = counter.last + 1
    counter.last += count
    return [f"{prefix}{number:04d}" for number in range(first, first + count)]


def _mac(workspace: Workspace, purpose: bytes, data: bytes) -> bytes:
    return hmac.new(workspace.lookup_key, purpose + b"\0" + data, hashlib.sha256).digest()
