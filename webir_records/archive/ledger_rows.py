"""Rows of the ledger by statements that are built once: one act asks for them several times."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, cast

from sqlalchemy import Engine, Row, bindparam, func, insert, select, update
from sqlmodel import Session

from webir_records.model.database import unsynced
from webir_records.model.tables import WORK_TABLES

_TABLES: Final = {table.name: table for table in WORK_TABLES}
_ENTRY: Final = _TABLES["entry"]
_PUBLICATION: Final = _TABLES["publication"]
_NEWEST: Final = select(_PUBLICATION).order_by(_PUBLICATION.c.seq.desc()).limit(1)
_WAITING: Final = select(_PUBLICATION).where(_PUBLICATION.c.published.is_(False)).order_by(_PUBLICATION.c.seq)
_OF_SIZE: Final = (
    select(_PUBLICATION).where(_PUBLICATION.c.next == bindparam("size")).order_by(_PUBLICATION.c.seq).limit(1)
)
_STATES: Final = (
    select(_PUBLICATION.c.next, _PUBLICATION.c.frontier)
    .order_by(_PUBLICATION.c.seq)
    .execution_options(yield_per=1000)
)
_PUBLISHED: Final = select(func.count()).where(_PUBLICATION.c.published)
_MARK: Final = update(_PUBLICATION).where(_PUBLICATION.c.seq == bindparam("number")).values(published=True)
_ADD_PUBLICATION: Final = insert(_PUBLICATION)
_ADD_ENTRY: Final = insert(_ENTRY)
_BODIES: Final = (
    select(_ENTRY.c.body)
    .where(_ENTRY.c.seq >= bindparam("start"), _ENTRY.c.seq < bindparam("stop"))
    .order_by(_ENTRY.c.seq)
)
_PAGE: Final = (
    select(_ENTRY).where(_ENTRY.c.seq >= bindparam("start")).order_by(_ENTRY.c.seq).limit(bindparam("count"))
)


@dataclass(frozen=True, slots=True)
class Publication:
    """One committed step of the ledger; see `PublicationRow`."""

    seq: int
    first: int
    next: int
    path: str
    manifest: bytes
    manifest_sha256: str
    checkpoint: bytes
    frontier: bytes
    published: bool = False


def newest_publication(session: Session) -> Publication | None:
    """Return the newest committed step."""
    row = session.connection().execute(_NEWEST).one_or_none()
    return None if row is None else _publication(row)


def publication_of(session: Session, size: int) -> Publication | None:
    """Return the step after which the ledger had a size."""
    row = session.connection().execute(_OF_SIZE, {"size": size}).one_or_none()
    return None if row is None else _publication(row)


def waiting_publications(session: Session) -> list[Publication]:
    """Return the steps that are committed and not yet published, in order."""
    return [_publication(row) for row in session.connection().execute(_WAITING)]


def states_in_order(session: Session) -> Iterator[tuple[int, bytes]]:
    """Yield size and frontier after every step."""
    for row in session.connection().execute(_STATES):
        yield row.next, row.frontier


def ever_published(session: Session) -> bool:
    """Say whether any step was published."""
    return bool(session.connection().execute(_PUBLISHED).scalar_one())


def mark_published(engine: Engine, numbers: Sequence[int]) -> None:
    """Note that steps were published; what a power loss takes back is found out and noted again."""
    with unsynced(engine) as connection:
        connection.execute(_MARK, [{"number": number} for number in numbers])


def add_entries(session: Session, first: int, bodies: Sequence[bytes], publication: Publication) -> None:
    """Write entries from position `first` on, and the step that they are."""
    rows = [{"seq": first + index, "body": body} for index, body in enumerate(bodies)]
    session.connection().execute(_ADD_ENTRY, rows)
    session.connection().execute(_ADD_PUBLICATION, asdict(publication))


def entry_bodies(session: Session, start: int, stop: int) -> list[bytes]:
    """Return the bytes of the entries from `start` to `stop` (not included)."""
    rows = session.connection().execute(_BODIES, {"start": start, "stop": stop}).all()
    return [body for (body,) in rows]


def page_of_bodies(session: Session, start: int, count: int) -> list[tuple[int, bytes]]:
    """Return at most `count` entries from position `start` on, with their positions, whatever is missing."""
    rows = session.connection().execute(_PAGE, {"start": start, "count": count})
    return [(row.seq, row.body) for row in rows]


def _publication(row: Row[Any]) -> Publication:
    return Publication(*cast("Sequence[Any]", row))
