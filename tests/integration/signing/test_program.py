"""The program `python -m signing`: what it prints, its exit codes, and what it does not need."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from signing.__main__ import main
from signing.checkpoint import Checkpoint, sign_checkpoint
from signing.entries import Entry, Event
from signing.merkle import leaf_hash, root_hash
from signing.note import Signer
from signing.tiles import published_files

ORIGIN = "webir-records.local/379300000A/1"
LOG = Signer(ORIGIN, b"l" * 32)
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An archive that was created and holds no record yet."""
    fields = {"agency": "379300000A", "profile": "taipei-2017", "origin": ORIGIN, "vkey": LOG.vkey}
    entry = Entry(0, datetime(2026, 11, 23, tzinfo=UTC), Event.ARCHIVE_CREATED, "system", fields).to_bytes()
    files = dict(published_files(old_size=0, new_size=1, entries=lambda *_: [entry], read=lambda _: b""))
    files["checkpoint"] = sign_checkpoint(Checkpoint(ORIGIN, 1, root_hash([leaf_hash(entry)])), LOG)
    files["log.vkey"] = LOG.vkey.encode() + b"\n"
    for path, data in files.items():
        full = tmp_path / "archive" / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_bytes(data)
    return tmp_path / "archive"


def run(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    out, err = capfd.readouterr()
    return code, out, err


def test_sound_archive_exits_0_and_speaks_chinese(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capfd, str(folder), "--key", LOG.vkey)
    assert (code, err) == (0, "")
    assert out.startswith("驗證結論：有效，未發現矛盾（valid）\n層級：full")
    assert "帳冊條目：1 筆" in out
    assert "公鑰：由您提供。" in out
    assert "未與較早的檢查點比對" in out


def test_key_from_the_folder_itself_is_said_to_prove_only_consistency(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capfd, str(folder), "--lang", "en")
    assert code == 0
    assert "proves only that the archive agrees with itself" in out


@pytest.mark.parametrize("key", [b"", b"garbage", b"\xff" * 9, b"x" * 10_000])
def test_unusable_key_in_the_folder_is_undetermined(
    folder: Path, capfd: pytest.CaptureFixture[str], key: bytes
) -> None:
    (folder / "log.vkey").write_bytes(key)
    code, out, _ = run(capfd, str(folder))
    assert code == 1
    assert "無法判定（undetermined）" in out
    assert "log.vkey 無法使用" in out


def test_damaged_archive_exits_1_and_says_where_and_what_to_do(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "tile/0/000.p/1").unlink()
    code, out, _ = run(capfd, str(folder))
    assert code == 1
    assert "TILE_CORRUPT（S110），位置：tile/0/000.p/1" in out
    assert "請由備份放回" in out


def test_json_is_one_object_with_the_names_of_the_contract(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capfd, str(folder), "--json", "--level", "structure")
    value = json.loads(out)
    assert (code, err, value["verdict"], value["level"], value["key"]) == (
        0,
        "",
        "valid",
        "structure",
        "archive",
    )
    names = {"verdict", "level", "read", "records", "findings", "checkpoint", "consistency", "key"}
    assert set(value) == names
    assert value["checkpoint"]["size"] == 1


def test_remembered_checkpoint_of_a_larger_log_is_a_rollback(
    folder: Path, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    newer = tmp_path / "newer"
    newer.write_bytes(sign_checkpoint(Checkpoint(ORIGIN, 2, b"r" * 32), LOG))
    code, out, _ = run(capfd, str(folder), "--remember", str(newer))
    assert code == 1
    assert "帳冊遭倒回" in out


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--level", "some"], "不認得層級 some"),
        (["--key", "garbage"], "公鑰 garbage 無法使用"),
        (["--remember", "nowhere"], "無法讀取另存的檢查點"),
    ],
)
def test_bad_usage_exits_2_and_says_why(
    folder: Path, capfd: pytest.CaptureFixture[str], arguments: list[str], text: str
) -> None:
    code, out, err = run(capfd, str(folder), *arguments)
    assert (code, out) == (2, "")
    assert text in err


def test_folder_that_does_not_exist_exits_2(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capfd, str(tmp_path / "nothing"), "--lang", "en")
    assert code == 2
    assert "There is no folder" in err


def test_program_loads_nothing_but_python_and_cryptography(folder: Path) -> None:
    script = (
        "import sys, signing.__main__ as program\n"
        "code = program.main([sys.argv[1], '--json'])\n"
        "known = sys.stdlib_module_names | {'signing', 'cryptography', '_cffi_backend', '__main__'}\n"
        "foreign = {name.partition('.')[0] for name in sys.modules} - known\n"
        "foreign = {name for name in foreign if 'cffi' not in name and not name.startswith('_')}\n"
        "sys.exit(f'foreign: {foreign}' if foreign else code)\n"
    )
    done = subprocess.run(
        [
            sys.executable,
            "-S",
            "-c",
            f"import sys; sys.path[:0] = {[str(ROOT), *site_packages()]}\n{script}",
            str(folder),
        ],
        capture_output=True,
        check=False,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")


def site_packages() -> list[str]:
    return [path for path in sys.path if path.endswith("site-packages")]


def test_output_in_chinese_does_not_depend_on_the_console(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "signing", str(folder)],
        capture_output=True,
        check=False,
        cwd=ROOT,
        env={"PYTHONIOENCODING": "ascii", "PATH": ""},
    )
    assert done.returncode == 0
    assert "驗證結論：有效" in done.stdout.decode("utf-8")
