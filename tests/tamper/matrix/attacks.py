"""Edits of databases and files by which honest people are to destroy what they must not.

Each edits, then lets the others work. Whoever edits may write every file, and knows nobody's passphrase.
"""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from hashlib import sha256
from typing import Final

from signing.canonical import canonical_bytes, parse_canonical
from signing.statement import sign_statement
from tests.tamper.matrix import office
from tests.tamper.matrix.scene import Scene, approve_by_authority
from webir_records.services.destruction import opinions, selection, stating, submitting
from webir_records.services.people import make_key, open_signer

THIEF: Final = "I stole this laptop"
FIRST_DAY: Final = "2020-01-01"


def earlier_day(scene: Scene) -> None:
    """The day of an application that was cancelled lately, in the table of records alone."""
    scene.sql(
        "UPDATE record SET due = ?, trigger_date = ? WHERE id = ?",
        FIRST_DAY,
        "2016-01-01",
        scene.records["young"],
    )
    scene.cycle()


def earlier_day_in_the_entries(scene: Scene) -> None:
    """The same in its entries too, so that table and entry agree."""
    young = scene.records["young"]
    scene.sql("UPDATE record SET due = ?, trigger_date = ? WHERE id = ?", FIRST_DAY, "2016-12-31", young)
    with closing(sqlite3.connect(scene.root / "state/webir.db")) as connection, connection:
        for seq, body in connection.execute("SELECT seq, body FROM entry").fetchall():
            entry = parse_canonical(body)
            if entry.get("record") == young and "due" in entry:
                entry |= {"due": FIRST_DAY, "trigger_date": "2016-12-31"}
                connection.execute("UPDATE entry SET body = ? WHERE seq = ?", (canonical_bytes(entry), seq))
    scene.cycle()


def mark_removed(scene: Scene) -> None:
    """A classified paper is not called so any more."""
    scene.sql("DELETE FROM mark WHERE record = ?", scene.records["classified"])
    scene.cycle()


def national_archive_unmarked(scene: Scene) -> None:
    """A national archive is not called so any more."""
    scene.sql("DELETE FROM mark WHERE record = 'national'")
    scene.documents()


def loan_returned(scene: Scene) -> None:
    """A paper that a court has is called returned."""
    scene.sql("UPDATE loan SET returned_at = '2026-11-22T02:00:00Z', condition = 'intact'")
    scene.cycle()


def period_begun_again(scene: Scene) -> None:
    """A revoked cancellation stands again."""
    scene.sql("DELETE FROM retention")
    scene.sql(
        "UPDATE record SET due = ?, trigger_date = '2016-12-31', trigger = 'account_cancelled' WHERE id = ?",
        FIRST_DAY,
        scene.records["revoked"],
    )
    scene.cycle()


def file_forgotten(scene: Scene) -> None:
    """A document leaves its file of ten years, and has the day of three years again."""
    scene.sql("DELETE FROM record_file")
    scene.sql("UPDATE record SET due = '2025-01-01' WHERE id = 'infile'")
    scene.documents()


def document_called_a_paper(scene: Scene) -> None:
    """A filed document becomes an unfiled paper, for which no archive authority is asked."""
    scene.sql("UPDATE record SET record_class = 'A' WHERE id = 'doc1'")
    scene.cycle()


def keys_of_the_approvers_replaced(scene: Scene) -> None:
    """Approver and witness get keys whose passphrase the attacker knows."""
    assert scene.draft()
    _new_keys(scene, "mgr-01", "wit-01")
    assert scene.sign(THIEF)
    scene.execute()


def _new_keys(scene: Scene, *people: str) -> None:
    vkeys = {person: make_key(scene.workspace(), person, THIEF) for person in people}
    for person, vkey in vkeys.items():
        scene.sql("UPDATE person SET vkey = ? WHERE id = ?", vkey, person)


def stolen_key_in_force_again(scene: Scene) -> None:
    """A stolen key was revoked; its thief knows the passphrase and calls it active."""
    assert scene.draft()
    scene.sql("UPDATE person_key SET state = 'active', until = '' WHERE person = 'mgr-02'")
    for kind, person, words in (("approval", "mgr-02", THIEF), ("witness", "wit-01", office.PASSPHRASE)):
        scene.try_to(
            lambda w, kind=kind, person=person, words=words: stating.state(
                w, scene.batch, kind=kind, actor=person, passphrase=words
            )
        )
    scene.execute()


def statement_forged_with_an_own_key(scene: Scene) -> None:
    """Both notes are made by hand; the tables call the batch approved."""
    assert scene.draft()
    digest = scene.one("SELECT catalogue_sha256 FROM batch WHERE id = ?", scene.batch)[0]
    _new_keys(scene, "mgr-01", "wit-01")
    for kind, person in (("approval", "mgr-01"), ("witness", "wit-01")):
        _forge(scene, kind, person, digest)
    scene.sql("UPDATE batch SET state = 'approved' WHERE id = ?", scene.batch)
    scene.execute()


def _forge(scene: Scene, kind: str, person: str, digest: str) -> None:
    signer = open_signer(scene.workspace(), person, THIEF)
    fields = {"batch": scene.batch, "kind": kind, "person": person, "catalogue_sha256": digest}
    note = sign_statement(fields | {"at": "2026-11-22T03:00:00Z"}, signer)
    path = f"certificates/{scene.batch}/statement-{kind}-{person}.note"
    (scene.root / "archive" / path).write_bytes(note)
    values = (scene.batch, kind, person, sha256(note).hexdigest(), path)
    scene.sql("INSERT INTO statement (batch, kind, person, sha256, path) VALUES (?, ?, ?, ?, ?)", *values)


def broken_run_pretended(scene: Scene) -> None:
    """A drafted batch is called one that was begun, so that its start is not judged again."""
    assert scene.draft()
    scene.sql("UPDATE batch SET state = 'executing' WHERE id = ?", scene.batch)
    scene.execute()


def record_slipped_onto_the_signed_batch(scene: Scene) -> None:
    """Between signature and execution a living record gets onto catalogue and batch."""
    assert scene.draft()
    assert scene.sign()
    path = scene.root / f"archive/certificates/{scene.batch}/catalogue.json"
    catalogue = json.loads(path.read_bytes())
    catalogue["items"].append(catalogue["items"][0] | {"record": scene.records["living"]})
    path.write_bytes(canonical_bytes(catalogue))
    scene.sql("UPDATE batch SET catalogue_sha256 = ?", sha256(path.read_bytes()).hexdigest())
    scene.sql("INSERT INTO batch_item (batch, record) VALUES (?, ?)", scene.batch, scene.records["living"])
    scene.execute()


def file_of_another_record(scene: Scene) -> None:
    """The row of a lapsed record's sealed file names that of a living one: it would be deleted."""
    living, lapsed = scene.records["living"], scene.records["lapsed"]
    columns = "(path, sealed_sha256, size)"
    scene.sql(
        f"UPDATE version SET {columns} = (SELECT path, sealed_sha256, size FROM version WHERE record = ?)"  # noqa: S608
        " WHERE record = ? AND version = 1",
        living,
        lapsed,
    )
    scene.cycle()


def unit_answered_by_the_database(scene: Scene) -> None:
    """Nobody of the unit has answered; the tables say that it agreed."""
    ask = scene.root.parent / "sheets"
    assert scene.draft("B")
    assert scene.try_to(lambda w: opinions.ask(w, scene.batch, ask, actor="arch-01"))
    scene.sql("UPDATE opinion SET state = 'answered', sheet_sha256 = ?", "0a" * 32)
    scene.sql("UPDATE opinion_item SET opinion = 'agreed'")
    steps = (
        lambda w: selection.skip(w, scene.batch, reason_code="none", actor="arch-01"),
        lambda w: submitting.submit(w, scene.batch, letter="府字第1號", on=w.today(), actor="arch-01"),
        lambda w: approve_by_authority(w, scene.batch),
    )
    if all(scene.try_to(step) for step in steps) and scene.sign(approver="head-01"):
        scene.machine.now.moment += timedelta(days=8)
        scene.execute()


def authority_by_the_database(scene: Scene) -> None:
    """A drafted batch of documents is called approved, with a made-up letter of the archive authority."""
    assert scene.draft("B")
    digest = scene.one("SELECT catalogue_sha256 FROM batch WHERE id = ?", scene.batch)[0]
    scene.sql(
        'INSERT INTO batch_step (batch, step, "on", number, sha256, path)'
        " VALUES (?, 'authority', '2026-11-22', '檔徵字第1號', ?, '')",
        scene.batch,
        digest,
    )
    scene.sql("UPDATE batch SET state = 'approved'")
    scene.sign(approver="head-01")
    scene.machine.now.moment += timedelta(days=8)
    scene.execute()


def shorter_rule(scene: Scene) -> None:
    """The agency's own rule keeps something for a shorter time, and nobody has to wait or to sign."""
    path = scene.root / "profile.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("cooling_off_days = 8", "cooling_off_days = 0"), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != text
    scene.cycle()


def own_rule_exchanged_for_the_shipped_one(scene: Scene) -> None:
    """The settings name the shipped rule of the same number instead of the agency's stricter one."""
    path = scene.root / "webir.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"profile.toml"', '"taipei-2017"'), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != text
    scene.cycle()


ATTACKS: Final[dict[Callable[[Scene], None], tuple[str, str]]] = {
    earlier_day: ("U441", "U175"),
    earlier_day_in_the_entries: ("U174", "U174 FORKED CHECKPOINT_INVALID"),
    mark_removed: ("U441", "U177"),
    national_archive_unmarked: ("U441", "U177"),
    loan_returned: ("U441", "U177"),
    period_begun_again: ("U441", "U175 U177"),
    file_forgotten: ("U441", "U175 U177"),
    document_called_a_paper: ("U441", "U175"),
    keys_of_the_approvers_replaced: ("U441", "U177 CERTIFICATE_INVALID"),
    stolen_key_in_force_again: ("U441", "U177 CERTIFICATE_INVALID"),
    statement_forged_with_an_own_key: ("U441", "U177"),
    broken_run_pretended: ("U441", "U177"),
    record_slipped_onto_the_signed_batch: ("U168 R261 R266 R252", "U177 CERTIFICATE_INVALID"),
    file_of_another_record: ("U441", "U177"),
    unit_answered_by_the_database: ("U441", "U177"),
    authority_by_the_database: ("U166 U168 R274 R275 R276", "U177"),
    shorter_rule: ("U432 U433", "U433"),
    own_rule_exchanged_for_the_shipped_one: ("U432 U433", "U433"),
}
"""What refuses each attack, and what `webir verify` says of it."""
