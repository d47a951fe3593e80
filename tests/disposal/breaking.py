"""Pull the plug on an act: disks and databases fail at the n-th operation, then the workspace opens anew."""

import dataclasses
from collections.abc import Callable

from tests.crash.conftest import FailingDisk, Fuse, PowerLossError
from tests.disposal.office import Office
from webir_records.archive.archive import Archive
from webir_records.archive.ledger import Ledger
from webir_records.services.context import Workspace


def break_off(office: Office, act: Callable[[Workspace], object], *, nth: int, kept: bool) -> bool:
    """Do an act on disks that lose power; return whether its caller was told that it is done.

    Args:
        office: the office; its workspace is closed afterwards, as by a power loss.
        act: what is done.
        nth: the operation at which power is lost, counted from 1.
        kept: that operation reached the disk.
    """
    fuse = Fuse(nth, kept=kept)
    try:
        act(_with_failing_disks(office.workspace, fuse))
    except PowerLossError:
        return False
    finally:
        office.close()
    return True


def _with_failing_disks(workspace: Workspace, fuse: Fuse) -> Workspace:
    archive = workspace.archive
    files = FailingDisk(archive.disk, fuse)
    archive.keys._disk = FailingDisk(archive.keys._disk, fuse)  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue] - a part is broken on purpose
    ledger = Ledger(workspace.engine, files, archive.ledger._signer, workspace.machine.now)  # pyright: ignore[reportPrivateUsage] - as above
    fuse.burn_at_commits_of(workspace.engine, archive.keys._engine)  # pyright: ignore[reportPrivateUsage] - as above
    return dataclasses.replace(
        workspace, archive=Archive(workspace.engine, files, archive.keys, ledger), files=files
    )
