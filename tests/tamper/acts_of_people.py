"""People who leave, lose keys and confirm the clock, each with what a verifier must find."""

from collections.abc import Callable
from hashlib import sha256
from typing import Final

from signing.canonical import JsonValue
from signing.entries import Event
from signing.note import Signer
from signing.statement import person_key_name, sign_statement
from tests.tamper.conftest import ORIGIN, Builder, signer

Act = Callable[[Builder], object]
MISSING: Final = "MISSING.no_authority"


def new_key(person: str, seed: int) -> Signer:
    return signer(person_key_name(ORIGIN, person), seed)


def revoke(builder: Builder, person: str, vkey: str = "") -> None:
    vkey = vkey or builder.people[person].vkey
    builder.add(Event.PERSON_KEY_REVOKED, person=person, vkey=vkey, reason_code="stolen")


def replace(builder: Builder, person: str, seed: int) -> Signer:
    """Give a person a new key; returns the old one."""
    old = builder.people[person]
    builder.people[person] = new_key(person, seed)
    builder.add(Event.PERSON_KEY_REPLACED, person=person, vkey=builder.people[person].vkey, previous=old.vkey)
    return old


def leave(builder: Builder, person: str) -> None:
    builder.add(Event.PERSON_LEFT, person=person)


def approve(builder: Builder, catalogue: str, key: Signer | None = None) -> None:
    builder.state("d1", "approval", "p-head", catalogue, key=key)


def finish(builder: Builder, catalogue: str) -> None:
    builder.state("d1", "witness", "p-witness", catalogue)
    builder.start("d1", catalogue)
    builder.destroy("d1", "bb02")
    builder.complete("d1")


def revoked_key_signs(builder: Builder) -> None:
    catalogue = builder.draft("d1", ["bb02"])
    revoke(builder, "p-head")
    approve(builder, catalogue)
    finish(builder, catalogue)


def key_revoked_later(builder: Builder) -> None:
    catalogue = builder.draft("d1", ["bb02"])
    approve(builder, catalogue)
    revoke(builder, "p-head")
    finish(builder, catalogue)


def new_key_signs(builder: Builder) -> None:
    catalogue = builder.draft("d1", ["bb02"])
    revoke(builder, "p-head")
    replace(builder, "p-head", 9)
    approve(builder, catalogue)
    finish(builder, catalogue)


def replaced_key_signs(builder: Builder) -> None:
    catalogue = builder.draft("d1", ["bb02"])
    approve(builder, catalogue, replace(builder, "p-head", 9))
    finish(builder, catalogue)


def new_key_signs_before_it_is_entered(builder: Builder) -> None:
    catalogue = builder.draft("d1", ["bb02"])
    approve(builder, catalogue, new_key("p-head", 9))
    replace(builder, "p-head", 9)
    finish(builder, catalogue)


def key_replaced_later(builder: Builder) -> None:
    catalogue = builder.draft("d1", ["bb02"])
    approve(builder, catalogue)
    replace(builder, "p-head", 9)
    finish(builder, catalogue)


def somebody_who_left_signs(builder: Builder) -> None:
    catalogue = builder.draft("d1", ["bb02"])
    leave(builder, "p-head")
    approve(builder, catalogue)
    finish(builder, catalogue)


def left_later(builder: Builder) -> None:
    catalogue = builder.draft("d1", ["bb02"])
    approve(builder, catalogue)
    leave(builder, "p-head")
    finish(builder, catalogue)


def back_with_a_new_key(builder: Builder) -> None:
    catalogue = builder.draft("d1", ["bb02"])
    leave(builder, "p-head")
    builder.add_person("p-head", 9)
    approve(builder, catalogue)
    finish(builder, catalogue)


def back_with_the_old_key(builder: Builder) -> None:
    catalogue = builder.draft("d1", ["bb02"])
    leave(builder, "p-head")
    builder.add_person("p-head", 3)
    approve(builder, catalogue)
    finish(builder, catalogue)


def old_key_of_the_drafter_under_another_name(builder: Builder) -> None:
    catalogue = builder.draft("d1", ["bb02"])
    replace(builder, "p-archivist", 9)
    builder.add_person("p-twin", 2)  # the number of the archivist's first key
    builder.state("d1", "approval", "p-twin", catalogue)
    finish(builder, catalogue)


def garbage_key(builder: Builder) -> None:
    builder.add(Event.PERSON_KEY_REPLACED, person="p-head", vkey="garbage")


def key_of_somebody_else(builder: Builder) -> None:
    builder.add(Event.PERSON_KEY_REPLACED, person="p-head", vkey=new_key("p-witness", 9).vkey)


def key_that_was_revoked(builder: Builder) -> None:
    revoke(builder, "p-head")
    builder.add(Event.PERSON_KEY_REPLACED, person="p-head", vkey=builder.people["p-head"].vkey)


def unknown_previous_key(builder: Builder) -> None:
    fields = {"vkey": new_key("p-head", 9).vkey, "previous": new_key("p-head", 8).vkey}
    builder.add(Event.PERSON_KEY_REPLACED, person="p-head", **fields)


def new_key_for_somebody_who_left(builder: Builder) -> None:
    leave(builder, "p-head")
    replace(builder, "p-head", 9)


def revoke_twice(builder: Builder) -> None:
    revoke(builder, "p-head")
    revoke(builder, "p-head")


def leave_twice(builder: Builder) -> None:
    leave(builder, "p-head")
    leave(builder, "p-head")


TODAY: Final = "2027-01-05"
NEWEST: Final = "2026-01-02"


def confirm(
    builder: Builder,
    *people: str,
    today: str = TODAY,
    newest: str = NEWEST,
    said: dict[str, JsonValue] | None = None,
) -> None:
    """Have people confirm the date."""
    digests: list[JsonValue] = []
    for person in people:
        fields: dict[str, JsonValue] = {
            "kind": "clock",
            "person": person,
            "today": today,
            "newest": newest,
            "at": "2027-01-05T01:00:00Z",
            **(said or {}),
        }
        key = builder.people.get(person) or new_key(person, 9)
        note = sign_statement(fields, key)
        digests.append(sha256(note).hexdigest())
        if "/" not in person:
            builder.write(f"certificates/clock/{today}-{person}.note", note)
    builder.add(Event.CLOCK_CONFIRMED, today=today, newest=newest, people=list(people), statements=digests)


def confirmed_without_its_papers(builder: Builder) -> None:
    confirm(builder, "p-head", "p-witness")
    (builder.root / f"certificates/clock/{TODAY}-p-head.note").unlink()


def confirmed_with_a_changed_paper(builder: Builder) -> None:
    confirm(builder, "p-head", "p-witness")
    path = f"certificates/clock/{TODAY}-p-head.note"
    builder.write(path, (builder.root / path).read_bytes() + b"x")


def confirmed_with_a_revoked_key(builder: Builder) -> None:
    revoke(builder, "p-head")
    confirm(builder, "p-head", "p-witness")


def confirmed_with_fewer_papers(builder: Builder) -> None:
    builder.add(
        Event.CLOCK_CONFIRMED, today=TODAY, newest=NEWEST, people=["p-head", "p-witness"], statements=["x"]
    )


ACTS: Final[list[tuple[Act, list[str], str]]] = [
    (revoked_key_signs, ["CERTIFICATE_INVALID.retired_key", MISSING], "no_approval"),
    (key_revoked_later, [], ""),
    (new_key_signs, [], ""),
    (replaced_key_signs, ["CERTIFICATE_INVALID.retired_key", MISSING], "no_approval"),
    (new_key_signs_before_it_is_entered, ["CERTIFICATE_INVALID.signature", MISSING], "no_approval"),
    (key_replaced_later, [], ""),
    (somebody_who_left_signs, ["CERTIFICATE_INVALID.person_left", MISSING], "no_approval"),
    (left_later, [], ""),
    (back_with_a_new_key, [], ""),
    (
        back_with_the_old_key,
        ["CERTIFICATE_INVALID.person_left", "HISTORY_INVALID.key_again", MISSING],
        "no_approval",
    ),
    (old_key_of_the_drafter_under_another_name, [MISSING], "drafter_signed"),
    (garbage_key, ["HISTORY_INVALID.bad_key"], ""),
    (key_of_somebody_else, ["HISTORY_INVALID.bad_key"], ""),
    (key_that_was_revoked, ["HISTORY_INVALID.key_again"], ""),
    (unknown_previous_key, ["HISTORY_INVALID.unknown_key"], ""),
    (new_key_for_somebody_who_left, ["HISTORY_INVALID.person_gone"], ""),
    (revoke_twice, ["HISTORY_INVALID.unknown_key"], ""),
    (leave_twice, ["HISTORY_INVALID.person_gone"], ""),
    (lambda b: leave(b, "p-nobody"), ["HISTORY_INVALID.unknown_person"], ""),
    (lambda b: revoke(b, "p-nobody", "k"), ["HISTORY_INVALID.unknown_person"], ""),
    (
        lambda b: b.add(Event.PERSON_KEY_REPLACED, person="p-nobody", vkey=new_key("p-nobody", 9).vkey),
        ["HISTORY_INVALID.unknown_person"],
        "",
    ),
    (lambda b: confirm(b, "p-head", "p-witness"), [], ""),
    (lambda b: confirm(b, "p-head", "p-head"), ["HISTORY_INVALID.clock"], ""),
    (lambda b: confirm(b, "p-head"), ["HISTORY_INVALID.clock"], ""),
    (
        lambda b: confirm(b, "p-head", "p-witness", today="2026-01-01"),
        ["HISTORY_INVALID.clock"],
        "",
    ),
    (lambda b: confirm(b, "p-head", "../x"), ["HISTORY_INVALID.clock"], ""),
    (lambda b: confirm(b, "p-head", "p-nobody"), ["CERTIFICATE_INVALID.signature"], ""),
    (
        lambda b: confirm(b, "p-head", "p-witness", said={"today": "2026-01-05"}),
        ["CERTIFICATE_INVALID.says_otherwise"] * 2,
        "",
    ),
    (confirmed_without_its_papers, ["CERTIFICATE_INVALID.file"], ""),
    (confirmed_with_a_changed_paper, ["CERTIFICATE_INVALID.differs"], ""),
    (confirmed_with_a_revoked_key, ["CERTIFICATE_INVALID.retired_key"], ""),
    (confirmed_with_fewer_papers, ["HISTORY_INVALID.clock"], ""),
]
