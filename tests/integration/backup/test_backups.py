"""Making and checking backups: whole, consistent while others work, and nothing left when something fails."""

import hashlib
import io
import json
import subprocess
import tarfile
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

import pytest

from signing.entries import Event, parse_entry
from signing.verifier import Level, verify_archive
from webir_records.archive.backup_file import FACTS
from webir_records.model.errors import FaultError, InputError, RefusedError
from webir_records.services.backing_up import create_backup, list_backups
from webir_records.services.context import Workspace
from webir_records.services.filing import file_records
from webir_records.services.restoring.unpacking import check_file
from webir_records.services.verifying import verify


def test_backup_checks_with_tar_and_sha256sum_alone(box, tmp_path) -> None:
    box.file()
    made = box.back_up(tmp_path / "b.tar")
    (tmp_path / "out").mkdir()
    out = tmp_path / "out"
    subprocess.run(["tar", "xf", made.path], cwd=out, check=True)  # noqa: S607 - the user's own
    checked = ["sha256sum", "-c", "--quiet", "--strict", "manifest-sha256.txt"]
    subprocess.run(checked, cwd=out, check=True)
    found = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.*")}
    assert {"webir.toml", "agency.json", "state/webir.db", "state/keys.db", "archive/log.vkey"} <= found
    assert not any(name.startswith(("keys/", "out/")) for name in found)
    facts = json.loads((tmp_path / "out" / FACTS).read_text())
    report = verify_archive(tmp_path / "out/archive", vkeys=[facts["vkey"]], level=Level.parse("full"))
    assert (report.verdict.value, report.records) == ("valid", {"OK": 4})


def test_backup_is_an_act_in_the_ledger_and_known_to_the_workspace(box, tmp_path) -> None:
    box.file(1)
    made = create_backup(box.reopen, tmp_path / "b.tar", expires_on=date(2027, 1, 31))
    assert made.sha256 == hashlib.sha256(made.path.read_bytes()).hexdigest() == check_file(made.path).sha256
    with box.reopen() as workspace:
        entry = parse_entry(workspace.archive.ledger.entry(made.size))
        (known,) = list_backups(workspace)
        assert verify(workspace, "full").fine
    assert entry.event is Event.WORKSPACE_BACKED_UP
    assert dict(entry.fields) == {
        "backup": made.backup,
        "size": made.size,
        "backup_sha256": made.sha256,
        "expires_on": "2027-01-31",
    }
    assert (known.kind, known.epoch, known.size, known.expired) == ("workspace", "2026", made.size, False)


def test_folder_as_target_gets_a_file_named_after_agency_and_moment(box, tmp_path) -> None:
    (tmp_path / "disk").mkdir()
    made = box.back_up(tmp_path / "disk")
    assert [path.name for path in (tmp_path / "disk").iterdir()] == [
        "379990000Z-20261123T050000Z.webir-backup.tar"
    ]
    assert made.path.stat().st_mode & 0o077 == 0


class Meddling:
    """Opens the workspace for a backup; between the first and the last opening somebody else works."""

    def __init__(self, box, act, at: int) -> None:
        self.box, self.act, self.at, self.openings = box, act, at, 0

    def __call__(self) -> AbstractContextManager[Workspace]:
        self.openings += 1
        if self.openings == self.at:
            self.act()
        return self.box.reopen()


@pytest.mark.parametrize("at", [2, 3, 4])
def test_others_file_records_while_the_backup_runs_and_it_stays_consistent(box, tmp_path, at: int) -> None:
    box.file(2)

    def act() -> None:
        with box.reopen() as workspace:
            papers = box.papers.applications(5)
            assert len(file_records(workspace, "form_1_2", papers).filed) == 3

    made = create_backup(Meddling(box, act, at), tmp_path / "b.tar")
    (tmp_path / "out").mkdir()
    with tarfile.open(made.path) as tar:
        tar.extractall(tmp_path / "out", filter="data")
    facts = json.loads((tmp_path / "out" / FACTS).read_text())
    report = verify_archive(tmp_path / "out/archive", vkeys=[facts["vkey"]], level=Level.parse("full"))
    assert (report.verdict.value, report.records) == ("valid", {"OK": 5 if at == 2 else 2})


def test_backup_that_a_destruction_overtakes_is_given_up(box, tmp_path) -> None:
    box.file()
    box.cancel()
    box.people()
    with pytest.raises(RefusedError, match="U217"):
        create_backup(Meddling(box, box.destroy, 3), tmp_path / "disk" / "b.tar")
    assert list((tmp_path / "disk").iterdir()) == []
    with box.reopen() as workspace:
        assert list_backups(workspace) == ()


def test_damage_in_the_archive_is_named_and_everything_else_is_saved(box, tmp_path) -> None:
    box.file()
    first, second, *_ = sorted((box.root / "archive/records").rglob("*.sealed"))
    first.unlink()
    second.write_bytes(b"changed")
    made = box.back_up(tmp_path / "b.tar")
    names = {path.relative_to(box.root / "archive").as_posix() for path in (first, second)}
    assert set(made.damaged) == names
    assert check_file(made.path).files > 5


@pytest.mark.parametrize(
    ("target", "expires", "code"),
    [("workspace/out/b.tar", None, "U215"), ("b.tar", date(2026, 11, 23), "U216"), ("old.tar", None, "U012")],
)
def test_place_or_day_that_cannot_be_is_refused(box, tmp_path, target, expires, code) -> None:
    (tmp_path / "old.tar").write_bytes(b"older")
    with pytest.raises(InputError) as caught:
        create_backup(box.reopen, tmp_path / target, expires_on=expires)
    assert caught.value.code == code
    assert (tmp_path / "old.tar").read_bytes() == b"older"


def test_full_disk_leaves_nothing_behind(box, tmp_path) -> None:
    box.file(1)
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full here")
    (tmp_path / "disk").mkdir()
    (tmp_path / "disk/b.tar.unfinished").symlink_to(full)  # what an earlier run left is not followed
    made = box.back_up(tmp_path / "disk/b.tar")
    assert check_file(made.path).files
    assert [path.name for path in (tmp_path / "disk").iterdir()] == ["b.tar"]


def _flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def test_every_flipped_bit_in_a_files_content_is_found(box, tmp_path) -> None:
    box.file(1)
    made = box.back_up(tmp_path / "b.tar")
    data = made.path.read_bytes()
    with tarfile.open(made.path) as tar:
        places = [(info.name, info.offset_data + info.size // 2) for info in tar if info.size]
    assert len(places) > 10
    for name, at in places:
        (tmp_path / "x.tar").write_bytes(_flipped(data, at))
        with pytest.raises(InputError) as caught:
            check_file(tmp_path / "x.tar")
        assert caught.value.code in {"U210", "U211"}, name


def test_truncated_shuffled_and_foreign_files_are_no_backups(box, tmp_path) -> None:
    box.file(1)
    data = box.back_up(tmp_path / "b.tar").path.read_bytes()
    for number, bad in enumerate((b"", b"not a tar" * 1000, data[: len(data) // 2], data[:512])):
        path = tmp_path / f"{number}.tar"
        path.write_bytes(bad)
        with pytest.raises(InputError) as caught:
            check_file(path)
        assert caught.value.code in {"U210", "U211"}
    with pytest.raises(InputError, match="U014"):
        check_file(tmp_path / "none.tar")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("../outside", tarfile.REGTYPE),
        ("/etc/passwd", tarfile.REGTYPE),
        ("archive/../../x", tarfile.REGTYPE),
        ("keys/log.key", tarfile.REGTYPE),
        ("state/lock", tarfile.REGTYPE),
        ("archive/link", tarfile.SYMTYPE),
        ("archive/hard", tarfile.LNKTYPE),
        ("archive/device", tarfile.CHRTYPE),
    ],
)
def test_member_that_no_backup_holds_is_refused(box, tmp_path, name: str, kind: bytes) -> None:
    made = box.back_up(tmp_path / "b.tar")
    bad = io.BytesIO()
    with tarfile.open(made.path) as tar, tarfile.open(fileobj=bad, mode="w") as out:
        for number, info in enumerate(tar):
            out.addfile(info, tar.extractfile(info))
            if number == 0:
                extra = tarfile.TarInfo(name)
                extra.type, extra.linkname = kind, "log.vkey"
                out.addfile(extra)
    (tmp_path / "bad.tar").write_bytes(bad.getvalue())
    with pytest.raises(InputError, match="U211"):
        check_file(tmp_path / "bad.tar")


def test_backup_needs_a_ledger_that_agrees_with_its_files(box, tmp_path) -> None:
    box.file(1)
    (box.root / "archive/checkpoint").unlink()
    with pytest.raises(FaultError, match="A211"):
        box.back_up(tmp_path / "b.tar")
    assert not list(tmp_path.glob("b.tar*"))
