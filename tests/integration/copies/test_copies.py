"""Copies outside the archive: each is registered, listed with its day, and ends before two people's eyes."""

from datetime import date, timedelta

import pytest
from sqlmodel import Session

from signing.entries import Event
from signing.note import Verifier
from signing.statement import open_statement
from webir_records.model.errors import InputError, RefusedError
from webir_records.model.tables import CopyRow, RecordRow, RetentionRow
from webir_records.services.attesting import Witness
from webir_records.services.copies import Description, add_copy, destroy_copy
from webir_records.services.copy_terms import Copy, list_copies, show_copy
from webir_records.services.exporting.bags import Content, Wanted, export_bag
from webir_records.services.exporting.single import export_record
from webir_records.services.governing import STORED_COPY
from webir_records.services.people import add_person, require_person
from webir_records.services.verifying import verify

WITNESS = Witness("wit-01", "correct horse battery")
DUE = date(2024, 3, 1)
"""First day of the office's cancelled records."""


def _destroy(workspace, copy: str, method: str = "erase", witness: Witness = WITNESS, **more: str) -> Copy:
    return destroy_copy(workspace, copy, method=method, actor="arch-01", witness=witness, **more)


def test_every_bag_is_a_copy_of_each_record_in_it(office, entries, tmp_path) -> None:
    with office.reopen() as workspace:
        wanted = Wanted(everything=True, content=Content.SEALED, holder="chen-02")
        done = export_bag(workspace, tmp_path / "bag", wanted)
        (copy,) = list_copies(workspace)
        made = [entry for entry in entries(workspace) if entry.event is Event.COPY_MADE]
    assert (copy.copy, copy.kind, copy.medium, copy.holder) == (done.copy, "bag", "electronic", "chen-02")
    assert copy.records == tuple(sorted(office.records))
    assert {entry.string("record") for entry in made} == set(office.records)
    assert {entry.string("copy") for entry in made} == {copy.copy}
    assert {entry.string("due") for entry in made} == {DUE.isoformat(), ""}  # one has no period yet


def test_folder_outside_is_a_copy_and_one_in_out_falls_with_its_record(office, tmp_path) -> None:
    with office.reopen() as workspace:
        export_record(workspace, office.records[0], workspace.out)
        assert list_copies(workspace) == ()
        export_record(workspace, office.records[0], tmp_path / "elsewhere", holder="chen-02")
        (copy,) = list_copies(workspace)
    assert (copy.kind, copy.holder, copy.records) == ("export", "chen-02", (office.records[0],))


def test_disc_has_a_number_that_no_other_kept_medium_has(office) -> None:
    with office.reopen() as workspace:
        disc = add_copy(
            workspace, office.records, Description("disc", number="1150802_V001", holder="chen-02")
        )
        assert (disc.medium, disc.number) == ("optical", "1150802_V001")
        assert show_copy(workspace, "1150802_V001") == disc
        with pytest.raises(InputError, match="U328"):
            add_copy(workspace, office.records[:1], Description("disc", number="1150802_V001"))
        _destroy(workspace, "1150802_V001", "smash")
        again = add_copy(workspace, office.records[:1], Description("disc", number="1150802_V001"))
        assert show_copy(workspace, "1150802_V001").copy == again.copy


@pytest.mark.parametrize(
    ("what", "code"),
    [
        (Description("disc"), "U327"),
        (Description("disc", number="林𠮷堃"), "U327"),
        (Description("disc", number="1" * 17), "U327"),
        (Description("fax"), "U325"),
        (Description("print", medium="stone"), "U326"),
        (Description("print", holder="O'Brien & 李<小>明"), "U150"),
    ],
)
def test_copy_that_cannot_be_described_is_refused_and_nothing_is_entered(office, what, code) -> None:
    with office.reopen() as workspace:
        size = workspace.archive.ledger.head().size
        with pytest.raises(InputError, match=code):
            add_copy(workspace, office.records, what)
        with pytest.raises(InputError, match="U329"):
            add_copy(workspace, ["no-such", *office.records], Description("print"))
        assert workspace.archive.ledger.head().size == size
        assert list_copies(workspace) == ()


def test_copies_are_due_when_a_term_of_their_originals_is_over(office) -> None:
    lapsed, _, running = office.records
    with office.reopen() as workspace:
        due = add_copy(workspace, [lapsed, running], Description("print"))
        add_copy(workspace, [running], Description("print"))
        assert (due.due, due.overdue) == (DUE, True)
        assert [copy.copy for copy in list_copies(workspace, due_on=workspace.today())] == [due.copy]
        assert list_copies(workspace, due_on=DUE - timedelta(days=1)) == ()
        assert [copy.copy for copy in list_copies(workspace, due_on=DUE)] == [due.copy]
        assert len(list_copies(workspace)) == 2


def test_end_of_a_copy_is_signed_by_the_witness_and_entered_for_each_record(office, entries) -> None:
    with office.reopen() as workspace:
        copy = add_copy(workspace, office.records, Description("print", holder="chen-02"))
        done = _destroy(workspace, copy.copy, "shred")
        assert (done.state, done.method, done.overdue) == ("destroyed", "碎紙或紙漿", False)
        ends = [entry for entry in entries(workspace) if entry.event is Event.COPY_DESTROYED]
        assert [entry.string("record") for entry in ends] == sorted(office.records)
        assert ends[0].fields["people"] == ["arch-01", "wit-01"]
        note = workspace.files.read(f"certificates/copies/statement-{copy.copy}-wit-01.note")
        key = Verifier.parse(require_person(workspace, "wit-01").vkey)
        signed = open_statement(note, [key]).fields
        assert (signed["copy"], signed["actor"], signed["person"]) == (copy.copy, "arch-01", "wit-01")
        assert list_copies(workspace, due_on=workspace.today()) == ()
        assert verify(workspace, "full").fine
        with pytest.raises(InputError, match="U321"):
            _destroy(workspace, copy.copy, "shred")


@pytest.mark.parametrize(
    ("method", "witness", "error", "code"),
    [
        ("hide", WITNESS, InputError, "U324"),
        ("smash", WITNESS, RefusedError, "U322"),  # no way to destroy paper
        ("shred", Witness("wit-01", "wrong passphrase"), InputError, "U156"),
        ("shred", Witness("clerk-01", "correct horse battery"), RefusedError, "U159"),  # may not witness
        ("shred", Witness("wang-99", "correct horse battery"), InputError, "U154"),
    ],
)
def test_end_needs_a_lawful_method_and_a_witness_who_signs(office, method, witness, error, code) -> None:
    with office.reopen() as workspace:
        copy = add_copy(workspace, office.records, Description("print"))
        size = workspace.archive.ledger.head().size
        with pytest.raises(error, match=code):
            _destroy(workspace, copy.copy, method, witness)
        assert show_copy(workspace, copy.copy) == copy
        assert workspace.archive.ledger.head().size == size
        assert not list(workspace.files.list("certificates/copies"))


def test_nobody_is_both_hand_and_eye(office) -> None:
    with office.reopen() as workspace:
        add_person(workspace, "both-01", ("auditor_it",), "correct horse battery", actor="mgr-01")
        copy = add_copy(workspace, office.records, Description("print"))
        both = Witness("both-01", "correct horse battery")
        with pytest.raises(RefusedError, match="U323"):
            destroy_copy(workspace, copy.copy, method="shred", actor="both-01", witness=both)
        done = destroy_copy(workspace, copy.copy, method="shred", actor="arch-01", witness=both)
        assert done.state == "destroyed"


def test_copy_for_a_shortened_original_stays_to_the_end_of_the_full_term(office) -> None:
    """銷毀辦法 §7 III: the term of the original was halved because the disc took its place."""
    record = office.records[0]
    with office.reopen() as workspace:
        with Session(workspace.engine) as session, session.begin():
            row = session.get_one(RecordRow, record)
            row.trigger_date, row.due = date(2024, 12, 1), date(2026, 12, 2)
            session.add(row)
            session.add(RetentionRow(record=record, cause=STORED_COPY, due=date(2026, 12, 2)))
        disc = add_copy(workspace, [record], Description("disc", number="1150802_V001"))
        assert (disc.due, disc.keep_until) == (date(2027, 12, 2), date(2027, 12, 2))
        office.wait_until(date(2026, 12, 10))
        assert list_copies(workspace, due_on=workspace.today()) == ()
        with pytest.raises(RefusedError, match="U322") as refused:
            _destroy(workspace, disc.copy, "smash")
        assert [reason.code for reason in refused.value.reasons] == ["R240", "R242"]
        office.wait_until(date(2027, 12, 1))
        with pytest.raises(RefusedError) as refused:
            _destroy(workspace, disc.copy, "smash", authority="府檔字第1161200001號")
        assert [reason.code for reason in refused.value.reasons] == ["R240"]
        office.wait_until(date(2027, 12, 2))
        with pytest.raises(RefusedError) as refused:
            _destroy(workspace, disc.copy, "smash")
        assert [reason.code for reason in refused.value.reasons] == ["R242"]
        done = _destroy(workspace, disc.copy, "smash", authority="府檔字第1161200001號")
        assert done.state == "destroyed"


def test_ordinary_copy_may_go_long_before_its_original(office) -> None:
    with office.reopen() as workspace:
        copy = add_copy(workspace, [office.records[2]], Description("print"))
        assert copy.keep_until is None
        assert _destroy(workspace, copy.copy, "burn").state == "destroyed"


def test_row_that_was_changed_behind_the_ledger_is_noticed(office) -> None:
    with office.reopen() as workspace:
        copy = add_copy(workspace, [office.records[0]], Description("print"))
        with Session(workspace.engine) as session, session.begin():
            row = session.get_one(CopyRow, (copy.copy, office.records[0]))
            row.state = "destroyed"
            session.add(row)
        found = verify(workspace, "structure")
    assert ("U177", "copy", "state") in {
        (code, facts.get("table"), facts.get("field")) for code, facts in found.beyond
    }
