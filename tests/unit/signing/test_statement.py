import pytest

from signing.checkpoint import Checkpoint, sign_checkpoint, unverified_checkpoint
from signing.errors import IntegrityError, MalformedError
from signing.note import Signer, generate_signer, sign_note
from signing.statement import open_statement, person_key_name, sign_statement

HEAD = generate_signer(person_key_name("log", "p-head"), lambda count: b"h" * count)
WITNESS = generate_signer(person_key_name("log", "p-witness"), lambda count: b"w" * count)
FIELDS = {"batch": "2026-A", "kind": "approval", "person": "p-head"}


def test_statement_opens_with_its_fields_and_signer() -> None:
    statement = open_statement(sign_statement(FIELDS, HEAD), [WITNESS.verifier, HEAD.verifier])
    assert (statement.fields, statement.signer_name) == (FIELDS, "log/person/p-head")


def test_statement_has_the_bytes_of_the_specification() -> None:
    data = sign_statement(FIELDS, HEAD)
    text = b'webir-records/statement@v1\n{"batch":"2026-A","kind":"approval","person":"p-head"}\n\n'
    assert data.startswith(text + "— log/person/p-head ".encode())


def test_statement_of_another_person_is_refused() -> None:
    with pytest.raises(IntegrityError):
        open_statement(sign_statement(FIELDS, WITNESS), [HEAD.verifier])


def test_statement_signed_by_two_people_is_refused() -> None:
    text = sign_statement(FIELDS, HEAD).rpartition(b"\n\n")[0].decode() + "\n"
    with pytest.raises(IntegrityError):
        open_statement(sign_note(text, HEAD, WITNESS), [HEAD.verifier, WITNESS.verifier])


@pytest.mark.parametrize(
    "text",
    [
        "webir-records/statement@v2\n{}\n",
        "{}\n",
        "webir-records/statement@v1\n",
        "webir-records/statement@v1\n[]\n",
        "webir-records/statement@v1\n{ }\n",
        "webir-records/statement@v1\n{}\n\n",
        "webir-records/statement@v1\n{}\n{}\n",
    ],
)
def test_signed_text_that_is_no_statement_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        open_statement(sign_note(text, HEAD), [HEAD.verifier])


def test_statement_and_checkpoint_cannot_stand_for_each_other() -> None:
    log = Signer("log", b"l" * 32)
    with pytest.raises(MalformedError):
        open_statement(sign_checkpoint(Checkpoint("log", 1, b"r" * 32), log), [log.verifier])
    with pytest.raises(MalformedError):
        unverified_checkpoint(sign_statement(FIELDS, log))
