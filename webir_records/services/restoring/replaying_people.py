"""Replay what became of people and of their keys in the database of a backup."""

from sqlmodel import Session

from signing.entries import Entry, Event
from signing.shape import format_time
from webir_records.model.tables import PersonRow
from webir_records.services.people import KeyState
from webir_records.services.people_changes import put_leaving, put_new_key, retire_key


def replay_people(session: Session, entry: Entry) -> None:
    """Apply one entry; other acts are passed over."""
    at = format_time(entry.at)
    match entry.event:
        case Event.PERSON_ADDED:
            roles = entry.fields["roles"]
            names = ",".join(map(str, roles)) if isinstance(roles, list) else ""
            session.merge(PersonRow(id=entry.string("person"), roles=names, vkey=entry.string("vkey")))
        case Event.PERSON_KEY_REVOKED:
            retire_key(session, entry.string("person"), KeyState.REVOKED, at)
        case Event.PERSON_KEY_REPLACED:
            put_new_key(session, entry.string("person"), entry.string("vkey"), at)
        case Event.PERSON_LEFT:
            put_leaving(session, entry.string("person"), at)
        case _:
            pass
