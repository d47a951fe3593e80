"""`python -m signing proof FILE`: what it prints, its exit codes, and what it refuses."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from signing.__main__ import main
from signing.canonical import JsonValue
from signing.checkpoint import Checkpoint, sign_checkpoint
from signing.entries import Entry, Event
from signing.merkle import inclusion_path, leaf_hash, root_hash
from signing.note import Signer
from signing.proof import TlogProof

ORIGIN = "webir-records.local/379300000A/1"
LOG = Signer(ORIGIN, b"l" * 32)
SEALED = b"sealed bytes"
FILED: dict[str, JsonValue] = {
    "record": "ab12",
    "version": 1,
    "form": "form_1_2",
    "form_no": "1-2-115-000001",
    "class": "A",
    "profile": "taipei-2017",
    "rule": "account-applications",
    "sealed_sha256": sha256(SEALED).hexdigest(),
    "size": len(SEALED),
    "path": "records/2026/ab/ab12.1.sealed",
    "batch": "b1",
}
AT = datetime(2026, 11, 23, 5, tzinfo=UTC)


def entries() -> list[bytes]:
    created = {"agency": "379300000A", "profile": "taipei-2017", "origin": ORIGIN, "vkey": LOG.vkey}
    return [
        Entry(0, AT, Event.ARCHIVE_CREATED, "system", created).to_bytes(),
        Entry(1, AT, Event.FILED, "p-1", FILED).to_bytes(),
        Entry(9, AT, Event.EXPORTED, "p-1", {"record": "ab12", "version": 1}).to_bytes(),
        b"no entry of ours",
    ]


def proof(index: int) -> bytes:
    leaves = [leaf_hash(entry) for entry in entries()]
    checkpoint = sign_checkpoint(Checkpoint(ORIGIN, len(leaves), root_hash(leaves)), LOG)
    path = tuple(inclusion_path(leaves, index, len(leaves)))
    return TlogProof(index, path, checkpoint, entries()[index]).to_bytes()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "filing.tlog-proof"
    path.write_bytes(proof(1))
    return path


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    path = tmp_path / "ab12.1.sealed"
    path.write_bytes(SEALED)
    return path


def run(capfd: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main(["proof", *map(str, arguments)])
    out, err = capfd.readouterr()
    return code, out, err


def test_proof_that_holds_says_in_chinese_what_it_proves(
    file: Path, sealed: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capfd, file, "--key", LOG.vkey, "--sealed", sealed)
    assert (code, err) == (0, "")
    assert out.startswith("驗證結論：有效")
    assert "此帳冊載有第 1 筆條目：" in out
    assert "form_no: 1-2-115-000001" in out
    assert "封存檔即條目所載" in out


def test_json_is_one_object(file: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capfd, file, "--key", LOG.vkey, "--json")
    value = json.loads(out)
    assert (code, value["verdict"], value["problem"], value["sealed"]) == (0, "valid", "", "not_given")
    assert value["checkpoint"]["size"] == 4
    assert value["entry"]["event"] == "filed"
    assert list(value) == ["verdict", "problem", "detail", "checkpoint", "entry", "sealed"]


def test_other_sealed_file_is_not_the_one_that_the_entry_names(
    file: Path, sealed: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    sealed.write_bytes(SEALED[::-1])
    code, out, _ = run(capfd, file, "--key", LOG.vkey, "--sealed", sealed, "--lang", "en")
    assert code == 1
    assert "length or SHA-256 differ" in out


@pytest.mark.parametrize(
    ("index", "problem"), [(2, "entry"), (3, "malformed"), (0, "sealed")], ids=["position", "foreign", "act"]
)
def test_entry_that_says_something_else_is_not_valid(
    file: Path, sealed: Path, capfd: pytest.CaptureFixture[str], index: int, problem: str
) -> None:
    file.write_bytes(proof(index))
    code, out, _ = run(capfd, file, "--key", LOG.vkey, "--sealed", sealed, "--json")
    assert (code, json.loads(out)["problem"]) == (1, problem)


def test_key_of_another_log_and_a_changed_proof_are_refused(
    file: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    other = Signer("another.log", b"a" * 32)
    thief = Signer(ORIGIN, b"t" * 32)
    for key in (other, thief):
        code, out, _ = run(capfd, file, "--key", key.vkey, "--json")
        assert (code, json.loads(out)["problem"], json.loads(out)["entry"]) == (1, "refused", None)
    file.write_bytes(proof(1).replace(b"index 1", b"index 2"))
    code, out, _ = run(capfd, file, "--key", LOG.vkey)
    assert code == 1
    assert "證明不成立" in out


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--key", "garbage"], "公鑰 garbage 無法使用"),
        (["--key", LOG.vkey, "--sealed", "nowhere"], "無法讀取封存檔 nowhere：檔案不存在"),
    ],
)
def test_bad_usage_exits_2_and_says_why(
    file: Path, capfd: pytest.CaptureFixture[str], arguments: list[str], text: str
) -> None:
    code, out, err = run(capfd, file, *arguments)
    assert (code, out) == (2, "")
    assert text in err


def test_proof_that_does_not_exist_exits_2(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capfd, tmp_path / "nothing", "--key", LOG.vkey, "--lang", "en")
    assert code == 2
    assert "cannot be read: it is missing" in err
