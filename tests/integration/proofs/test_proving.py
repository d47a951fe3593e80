"""Proofs of records, and verification against checkpoints that were kept elsewhere."""

from pathlib import Path

import pytest

from signing.entries import Entry, parse_entry
from signing.errors import SigningError
from signing.findings import Verdict
from signing.note import Verifier
from signing.proof import parse_proof, verify_proof
from webir_records.model.errors import FaultError, InputError
from webir_records.services.cancelling import cancel_accounts
from webir_records.services.context import Workspace
from webir_records.services.destruction import drafting, execution, stating
from webir_records.services.filing import file_records
from webir_records.services.keys import rotate_log_key
from webir_records.services.people import add_person
from webir_records.services.proving import prove_record
from webir_records.services.records import list_records
from webir_records.services.verifying import Reading, verify

PASSPHRASE = "correct horse battery"


@pytest.fixture
def filed(workspace, papers) -> Workspace:
    """Two applications, of which the first one was cancelled and so has a second version."""
    file_records(workspace, "form_1_2", papers.applications(2))
    cancel_accounts(workspace, papers.cancellations(1))
    return workspace


def checked(workspace, path: Path) -> Entry:
    """Check a proof as an outsider does, with the log's key alone, and return what it proves."""
    proof = parse_proof(path.read_bytes())
    checkpoint = verify_proof(proof, [Verifier.parse(workspace.archive.ledger.vkey)])
    assert checkpoint.size == workspace.archive.ledger.head().size
    return parse_entry(proof.extra or b"")


def test_proof_of_a_record_proves_its_newest_filing_and_holds_nothing_personal(filed, tmp_path: Path) -> None:
    out = tmp_path / "new" / "record.tlog-proof"
    (proved,) = prove_record(filed, "1-2-115-0001", out)
    entry = checked(filed, out)
    assert (proved.path, proved.seq, proved.event) == (out, entry.seq, "annotated")
    assert (entry.string("record"), entry.integer("version")) == (proved.record, 2)
    assert "林𠮷堃" not in out.read_text(encoding="utf-8")
    (other,) = prove_record(filed, list_records(filed)[1].record, tmp_path / "other.tlog-proof")
    assert checked(filed, other.path).event == "filed"


def test_destroyed_record_gets_a_proof_of_its_destruction_too(filed, tmp_path: Path) -> None:
    for person, role in {"arch-01": "archivist", "wit-01": "witness", "mgr-01": "agency_manager"}.items():
        add_person(filed, person, (role,), PASSPHRASE)
    batch = drafting.draft(filed, actor="arch-01").batch.batch
    stating.state(filed, batch, kind="approval", actor="mgr-01", passphrase=PASSPHRASE)
    stating.state(filed, batch, kind="witness", actor="wit-01", passphrase=PASSPHRASE)
    execution.execute(filed, batch, actor="arch-01", confirm=batch)
    filing, destruction = prove_record(filed, "1-2-115-0001", tmp_path / "gone.tlog-proof")
    assert destruction.path == tmp_path / "gone.destroyed.tlog-proof"
    assert checked(filed, filing.path).event == "annotated"
    entry = checked(filed, destruction.path)
    assert (entry.event, entry.string("record"), entry.string("batch")) == (
        "destroyed",
        filing.record,
        batch,
    )


def test_file_that_is_there_is_left_alone(filed, tmp_path: Path) -> None:
    out = tmp_path / "mine.txt"
    out.write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="U012"):
        prove_record(filed, "1-2-115-0001", out)
    assert out.read_text(encoding="utf-8") == "mine"
    with pytest.raises(InputError, match="U120"):
        prove_record(filed, "nobody", tmp_path / "x")


def test_damaged_tile_gives_an_error_and_no_file(filed, tmp_path: Path) -> None:
    (tile,) = (filed.root / "archive/tile/0").rglob("000.p/*")
    tile.write_bytes(bytes(tile.stat().st_size))
    with pytest.raises(FaultError, match="U239"):
        prove_record(filed, "1-2-115-0001", tmp_path / "x")
    assert not (tmp_path / "x").exists()


def test_proof_of_another_key_is_refused(filed, tmp_path: Path) -> None:
    (proved,) = prove_record(filed, "1-2-115-0001", tmp_path / "x")
    proof = parse_proof(proved.path.read_bytes())
    other = Verifier(filed.archive.ledger.origin, b"o" * 32)
    with pytest.raises(SigningError):
        verify_proof(proof, [other])


def test_proof_outlives_a_change_of_the_log_key_and_a_new_one_needs_the_new_key(
    filed, tmp_path: Path
) -> None:
    prove_record(filed, "1-2-115-0001", tmp_path / "before")
    old, size = Verifier.parse(filed.archive.ledger.vkey), filed.archive.ledger.head().size
    rotate_log_key(filed, reason="routine")
    new = Verifier.parse(filed.archive.ledger.vkey)
    assert new.key_id != old.key_id

    before = parse_proof((tmp_path / "before").read_bytes())
    assert verify_proof(before, [old]).size == size
    assert verify_proof(before, [new, old]).size == size
    with pytest.raises(SigningError):
        verify_proof(before, [new])
    verify(filed, "structure")  # the checkpoint of the change itself is signed by both keys
    prove_record(filed, "1-2-115-0001", tmp_path / "after")
    after = parse_proof((tmp_path / "after").read_bytes())
    assert after.extra == before.extra
    assert verify_proof(after, [new]).size == filed.archive.ledger.head().size
    with pytest.raises(SigningError):
        verify_proof(after, [old])


def test_verify_against_a_kept_checkpoint_gives_a_consistency_proof(filed, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_bytes((filed.root / "archive/checkpoint").read_bytes())
    size = filed.archive.ledger.head().size
    verify(filed, "structure")
    found = verify(filed, "structure", reading=Reading(against=(kept,))).report
    assert found.verdict is Verdict.VALID
    assert [(one.earlier.size, one.newest.size) for one in found.consistency][-1] == (size, size + 1)


def test_verify_says_which_file_it_cannot_use(filed, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="U014"):
        verify(filed, "structure", reading=Reading(against=(tmp_path / "nothing",)))
    mine = tmp_path / "mine.txt"
    mine.write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="U014"):
        verify(filed, "full", reading=Reading(resume=mine))
    assert mine.read_text(encoding="utf-8") == "mine"
