"""Do `webir people …`."""

from collections.abc import Sequence
from pathlib import Path

from webir_records.cli.failing import Exit
from webir_records.cli.say import _
from webir_records.cli.session import Session
from webir_records.cli.work.secret import passphrase
from webir_records.services.people import Person, add_person, list_people


def add(session: Session, person: str, roles: Sequence[str], passphrase_file: Path | None) -> int:
    """Register a person."""
    secret = passphrase(passphrase_file, confirm=True)
    with session.workspace() as workspace:
        added = add_person(workspace, person, tuple(roles), secret, actor=session.actor_or_operator)
    session.output.line(
        _("Registered: {person}. The key keys/people/{person}.pem is theirs alone.", person=person)
    )
    session.output.result(_json(added))
    return Exit.DONE


def list_all(session: Session) -> int:
    """List everybody."""
    with session.workspace() as workspace:
        people = list_people(workspace)
        names = {key: entry.name for key, entry in workspace.profile.roles.items()}
    language = "en" if session.lang == "en" else "zh"
    session.output.table(
        (_("Person"), _("Roles"), _("Key")),
        (
            (
                p.person,
                "、".join(f"{getattr(names[r], language)} ({r})" for r in p.roles),
                p.vkey.split("+")[1],
            )
            for p in people
        ),
    )
    session.output.result({"people": [_json(person) for person in people]})
    return Exit.DONE


def _json(person: Person) -> dict[str, object]:
    return {"person": person.person, "roles": list(person.roles), "vkey": person.vkey}
