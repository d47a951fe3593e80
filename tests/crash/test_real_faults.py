"""Faults of real systems: a full disk, a disk without power, a kernel that reports EIO."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from webir_records.bootstrap import open_workspace, this_machine
from webir_records.services.context import Machine
from webir_records.services.filing import file_records
from webir_records.services.records import list_records
from webir_records.services.verifying import Reading, verify

WEBIR: Final = Path(sys.executable).with_name("webir")
NOT_ALLOWED: Final = 77
FAULT: Final = 5  # exit code: our own fault, or the machine's
needs_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("unshare") is None,
    reason="needs root and `unshare`, to mount a file system of its own",
)
needs_fiu = pytest.mark.skipif(
    shutil.which("fiu-run") is None, reason="`fiu-run` is not installed (fiu-utils)"
)


@pytest.fixture
def machine() -> Machine:
    """The real machine: its clock is that of the program under test."""
    return replace(this_machine(), soffice=None)


@pytest.fixture
def in_namespace(workspace_root: Path, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Run `namespace.py`, whose mounts nobody else sees and which end with it."""

    def run(mode: str, papers: Path) -> dict[str, Any]:
        (tmp_path / "mounted").mkdir()
        script = Path(__file__).with_name("namespace.py")
        command = ["unshare", "-m", "--propagation", "private", sys.executable, script, mode]
        done = subprocess.run(
            [*map(str, command), str(workspace_root), str(papers), str(tmp_path / "mounted")],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        if done.returncode == NOT_ALLOWED or "unshare" in done.stderr[:8]:
            pytest.skip(f"this system does not let root mount: {done.stderr.strip()[-200:]}")
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout)

    return run


@needs_root
def test_full_disk_loses_nothing(in_namespace, papers) -> None:
    found = in_namespace("full", papers.applications(40))
    assert len(found["codes"]) >= 3
    assert set(found["codes"]) <= {"A110", "A112", "A113", "A161", "F902"}


@needs_root
@pytest.mark.skipif(shutil.which("mkfs.ext4") is None, reason="needs mkfs.ext4")
def test_ext4_without_power_has_everything_that_was_acknowledged(in_namespace, papers, tmp_path) -> None:
    (tmp_path / "one-by-one").mkdir()
    for number in range(60):
        data = papers.applications(
            1, 我的e政府帳號=f"tb{number:04}", 公務電子郵件=f"tb{number:04}@gov.taipei"
        )
        data.rename(tmp_path / "one-by-one" / f"{number:03}.json")
    assert in_namespace("power", tmp_path / "one-by-one")["acknowledged"] >= 4


@needs_fiu
@pytest.mark.parametrize(
    ("point", "nth"),
    [
        ("posix/io/sync/fsync", 1),
        ("posix/io/sync/fsync", 4),
        ("posix/io/sync/fdatasync", 2),
        ("posix/io/rw/pwrite", 9),
    ],
)
def test_error_of_the_kernel_stops_the_program_and_nothing_is_acknowledged(
    point: str, nth: int, workspace_root: Path, papers, machine
) -> None:
    with open_workspace(workspace_root, machine=machine) as workspace:
        file_records(workspace, "form_1_2", papers.applications(1))
    done = _with_fault(point, nth, workspace_root, papers.applications(3))
    assert "Traceback" not in done.stderr
    acknowledged = (
        {item["record"] for item in json.loads(done.stdout).get("filed", [])} if done.stdout else set()
    )
    assert done.returncode == (0 if acknowledged else FAULT), (done.returncode, done.stdout, done.stderr)
    with open_workspace(workspace_root, machine=machine) as workspace:
        checked = verify(workspace, "full", reading=Reading(workers=1))
        assert checked.fine, (checked.report.findings, checked.beyond)
        assert acknowledged <= {record.record for record in list_records(workspace)}


def _with_fault(point: str, nth: int, root: Path, data: Path) -> subprocess.CompletedProcess[str]:
    """Let the n-th and every later call of a kind fail with EIO."""
    fault = f"enable_random name={point},probability={1 / nth},failinfo=5"
    kept = {"PATH": os.environ["PATH"], "HOME": str(root), "WEBIR_SOFFICE": "/nonexistent"}
    command = [
        "fiu-run",
        "-x",
        "-c",
        fault,
        str(WEBIR),
        "-w",
        str(root),
        "--json",
        "records",
        "file",
        "form_1_2",
        str(data),
    ]
    return subprocess.run(command, env=kept, capture_output=True, text=True, check=False, timeout=60)
