"""The plug is pulled at every sync and commit of a backup and of a restore."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from signing.findings import Verdict
from webir_records.bootstrap import open_workspace
from webir_records.model.errors import InputError
from webir_records.services.backing_up import create_backup, list_backups
from webir_records.services.cancelling import cancel_accounts
from webir_records.services.destruction import drafting, execution, stating
from webir_records.services.filing import file_records
from webir_records.services.people import add_person
from webir_records.services.restoring import unpacking
from webir_records.services.restoring.restore import restore_backup
from webir_records.services.verifying import Reading, verify

PASSPHRASE = "correct horse battery"
FULL = Reading(workers=1)
Fused = Callable[[object], AbstractContextManager[None]]


@pytest.fixture
def fused(monkeypatch, power_loss) -> Fused:
    """Let every sync and every commit count; at the fuse's operation the power goes."""

    @contextmanager
    def burning(fuse) -> Iterator[None]:
        real = os.fsync

        def sync(descriptor: int) -> None:
            if fuse.burns():
                raise power_loss
            real(descriptor)

        def committing(_connection: object) -> None:
            if fuse.burns():
                raise power_loss

        event.listen(Engine, "commit", committing)
        try:
            with monkeypatch.context() as patch:
                patch.setattr(os, "fsync", sync)
                patch.setattr(unpacking.shutil, "rmtree", lambda *_, **__: None)  # nobody tidies up then
                with suppress(power_loss):
                    yield
        finally:
            event.remove(Engine, "commit", committing)

    return burning


@pytest.fixture(scope="module")
def backed_up(tmp_path_factory, prepared_workspace) -> tuple[Path, object]:
    """A workspace, a backup of it, and a destruction since then."""
    folder = tmp_path_factory.mktemp("backed-up")
    root, machine, papers = prepared_workspace(folder)
    with open_workspace(root, machine=machine) as workspace:
        file_records(workspace, "form_1_2", papers.applications(2))
        cancel_accounts(workspace, papers.cancellations(1))
        for person, role in (("arch-01", "archivist"), ("wit-01", "witness"), ("mgr-01", "agency_manager")):
            add_person(workspace, person, (role,), PASSPHRASE)
    create_backup(lambda: open_workspace(root, machine=machine), folder / "b.tar")
    with open_workspace(root, machine=machine) as workspace:
        batch = drafting.draft(workspace, actor="arch-01").batch.batch
        for kind, person in (("approval", "mgr-01"), ("witness", "wit-01")):
            stating.state(workspace, batch, kind=kind, actor=person, passphrase=PASSPHRASE)
        execution.execute(workspace, batch, actor="arch-01", confirm=batch)
    return folder, machine


def test_broken_restore_opens_with_nothing_or_is_whole(backed_up, tmp_path, fused, make_fuse) -> None:
    """Until the settings are there, no workspace: what was destroyed since is never seen again."""
    folder, machine = backed_up
    nth, whole, restored = 1, False, 0
    while not whole:
        target, fuse = tmp_path / f"r{nth}", make_fuse(nth, kept=False)
        with fused(fuse):
            restore_backup(folder / "b.tar", target, newer=folder / "workspace/archive")
        whole = fuse.count < nth
        if (target / "webir.toml").exists():
            _assert_restored(target, folder, machine)
            restored += 1
        else:
            with pytest.raises(InputError, match="U102"), open_workspace(target, machine=machine):
                pass
        shutil.rmtree(target, ignore_errors=True)
        nth += 1 if nth < 4 else 3
    assert restored == 1


def _assert_restored(target: Path, folder: Path, machine) -> None:
    shutil.copytree(folder / "workspace/keys", target / "keys", dirs_exist_ok=True)
    with open_workspace(target, machine=machine) as workspace:
        checked = verify(workspace, "full", reading=FULL)
        assert checked.report.records == {"DESTROYED_AUTHORISED": 1, "OK": 1}
        assert checked.report.verdict is Verdict.VALID


def test_broken_backup_is_not_in_the_ledger_or_whole(backed_up, tmp_path, fused, make_fuse) -> None:
    folder, machine = backed_up
    nth, done = 1, False
    while not done:
        root = Path(shutil.copytree(folder / "workspace", tmp_path / f"w{nth}"))
        target, fuse = tmp_path / f"b{nth}.tar", make_fuse(nth, kept=False)
        with fused(fuse):
            create_backup(lambda root=root: open_workspace(root, machine=machine), target)
        done = fuse.count < nth
        with open_workspace(root, machine=machine) as workspace:
            assert verify(workspace, "full", reading=FULL).fine
            told = len(list_backups(workspace)) - 1
            assert not told or target.is_file()
            assert not list((root / "state").glob("work-*"))
        shutil.rmtree(root)
        nth += 1
    assert told == 1
