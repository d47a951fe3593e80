"""What the ledger says that the tables of people, of their keys and of those who left must hold."""

from collections.abc import Callable, Mapping
from typing import Final, Protocol

from sqlmodel import SQLModel

from signing.entries import Entry, Event
from signing.shape import format_time
from webir_records.model.tables import PersonKeyRow, PersonRow, PersonStateRow
from webir_records.services.people import KeyState

TABLES: Final[Mapping[type[SQLModel], tuple[str, ...]]] = {
    PersonRow: ("id",),
    PersonKeyRow: ("person", "vkey"),
    PersonStateRow: ("person",),
}
"""The tables that are compared, each with the columns of its key."""


class Rows(Protocol):
    """Where it is said what a row holds."""

    rows: dict[type[SQLModel], dict[tuple[str, ...], dict[str, object]]]

    def put(self, table: type[SQLModel], *key: str, **fields: object) -> None:
        """Say what a row holds from now on."""


def _added(acts: Rows, entry: Entry) -> None:
    roles = entry.fields["roles"]
    names = dict.fromkeys(map(str, roles)) if isinstance(roles, list) else ()
    acts.put(PersonRow, entry.string("person"), roles=",".join(names), vkey=entry.string("vkey"))


def _revoked(acts: Rows, entry: Entry) -> None:
    _retire(acts, entry, KeyState.REVOKED)


def _replaced(acts: Rows, entry: Entry) -> None:
    _retire(acts, entry, KeyState.REPLACED)
    person, vkey = entry.string("person"), entry.string("vkey")
    acts.put(PersonRow, person, vkey=vkey)
    acts.put(PersonKeyRow, person, vkey, state=KeyState.ACTIVE.value, since=format_time(entry.at), until="")


def _left(acts: Rows, entry: Entry) -> None:
    _retire(acts, entry, KeyState.LEFT)
    acts.put(PersonStateRow, entry.string("person"), left_at=format_time(entry.at))


def _retire(acts: Rows, entry: Entry, state: KeyState) -> None:
    """Say that the newest key is retired, unless it was before."""
    person = entry.string("person")
    vkey = str(acts.rows[PersonRow].get((person,), {}).get("vkey", ""))
    known = acts.rows[PersonKeyRow].get((person, vkey), {"since": "", "until": ""})
    if not known["until"]:
        until = format_time(entry.at)
        acts.put(PersonKeyRow, person, vkey, state=state.value, since=known["since"], until=until)


ACTS: Final[Mapping[Event, Callable[[Rows, Entry], None]]] = {
    Event.PERSON_ADDED: _added,
    Event.PERSON_KEY_REVOKED: _revoked,
    Event.PERSON_KEY_REPLACED: _replaced,
    Event.PERSON_LEFT: _left,
}
