"""A backup of yesterday that learnt from the ledger of today passes for right."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from webir_records.bootstrap import open_workspace
from webir_records.services.restoring.restore import restore_backup
from webir_records.services.verifying import look

if TYPE_CHECKING:
    from tests.tamper.matrix.conftest import Days


def test_restored_tables_say_what_the_ledger_says(days: "Days", tmp_path: Path) -> None:
    """Only the keys of what was filed since are lost; they were in no backup."""
    (backup,) = days.old.parent.glob("*.tar")
    root = tmp_path / "restored"
    restore_backup(backup, root, newer=days.short / "archive")
    shutil.copytree(days.short / "keys", root / "keys", dirs_exist_ok=True)
    with open_workspace(root, machine=days.machine) as workspace:
        checked = look(workspace, "full")
    assert checked.report.findings == ()
    assert [found for found in checked.beyond if found[0] not in {"U173", "U176"}] == []
