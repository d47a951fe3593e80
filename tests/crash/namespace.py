"""Run in a mount namespace of its own (`unshare -m`): a full disk, and a disk that loses its power.

Usage: namespace.py full|power WORKSPACE PAPERS FOLDER. Prints one JSON object with what happened.
"""

# ruff: noqa: S607, T201 - programs are found on root's path; this is a program that prints

import fcntl
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Final

from webir_records.bootstrap import open_workspace, this_machine
from webir_records.model.errors import WebirError
from webir_records.services.context import Machine
from webir_records.services.filing import file_records
from webir_records.services.records import list_records
from webir_records.services.verifying import Reading, verify

SHUTDOWN: Final = 0x8004587D
"""EXT4_IOC_SHUTDOWN, `_IOR('X', 125, __u32)` in fs/ext4/ext4.h."""

NO_LOG_FLUSH: Final = 2  # what was not synced is lost, as when the plug is pulled
LEFT: Final = (24, 60, 120, 250, 500)  # KiB that are free when filing begins
MOMENTS: Final = (0.05, 0.15, 0.3, 0.5)  # seconds after the first acknowledged filing


def main(mode: str, workspace: Path, papers: Path, folder: Path) -> dict[str, object]:
    """Do it, and say what was found."""
    machine = replace(this_machine(), soffice=None)
    return {"full": full, "power": power, "file": file}[mode](workspace, papers, folder, machine)


def full(workspace: Path, papers: Path, folder: Path, machine: Machine) -> dict[str, object]:
    """File on a file system that is almost full."""
    codes: list[str] = []
    for left in LEFT:
        mount("-t", "tmpfs", "-o", "size=8m", "none", str(folder))
        root = Path(shutil.copytree(workspace, folder / "w"))
        free = os.statvfs(folder).f_bavail * os.statvfs(folder).f_bsize
        (folder / "filler").write_bytes(b"\0" * (free - left * 1024))
        told: set[str] = set()
        try:
            with open_workspace(root, machine=machine) as opened:
                told = {item.record for item in file_records(opened, "form_1_2", papers).filed}
        except WebirError as error:
            codes.append(error.code)
        (folder / "filler").unlink()
        check(root, machine, told)
        subprocess.run(["umount", str(folder)], check=True)
    return {"codes": codes}


def power(workspace: Path, papers: Path, folder: Path, machine: Machine) -> dict[str, object]:
    """Take the power from an ext4 while a program files; after each time the journal is replayed."""
    image, disk = folder / "image", folder / "disk"
    disk.mkdir()
    with image.open("wb") as file:
        file.truncate(64 << 20)
    subprocess.run(["mkfs.ext4", "-q", "-F", str(image)], check=True)
    mount("-o", "loop", str(image), str(disk))
    shutil.copytree(workspace, disk / "w")
    os.sync()
    acknowledged: set[str] = set()
    for moment in MOMENTS:
        acknowledged |= _until_power_is_lost(disk, papers, moment)
        subprocess.run(["umount", str(disk)], check=True)
        mount("-o", "loop", str(image), str(disk))
        check(disk / "w", machine, acknowledged)
    subprocess.run(["umount", str(disk)], check=True)
    return {"acknowledged": len(acknowledged)}


def _until_power_is_lost(disk: Path, papers: Path, moment: float) -> set[str]:
    command = [sys.executable, __file__, "file", str(disk / "w"), str(papers), "-"]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    lines = [child.stdout.readline()]
    time.sleep(moment)
    descriptor = os.open(disk, os.O_RDONLY)
    fcntl.ioctl(descriptor, SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
    os.close(descriptor)
    child.send_signal(signal.SIGKILL)
    lines += child.stdout.readlines()
    child.wait()
    return {line.strip() for line in lines if line.endswith("\n") and line.strip()}


def file(workspace: Path, papers: Path, _folder: Path, machine: Machine) -> dict[str, object]:
    """File one paper after the other, and print each record only when it was acknowledged."""
    with open_workspace(workspace, machine=machine) as opened:
        for path in sorted(papers.iterdir()):
            for item in file_records(opened, "form_1_2", path).filed:
                print(item.record, flush=True)
    return {}


def check(root: Path, machine: Machine, acknowledged: set[str]) -> None:
    """Open as every command does: what was acknowledged is whole, nothing is left over."""
    with open_workspace(root, machine=machine) as opened:
        checked = verify(opened, "full", reading=Reading(workers=1))
        found = {record.record for record in list_records(opened)}
        for record in found:
            opened.archive.read(record)
    if not checked.fine or not acknowledged <= found:
        raise SystemExit(f"{checked.report.findings} {checked.beyond} {acknowledged - found}")


def mount(*arguments: str) -> None:
    """Mount within this namespace only; 77 says that the system does not allow it."""
    if subprocess.run(["mount", *arguments], check=False, capture_output=True).returncode:
        raise SystemExit(77)


if __name__ == "__main__":
    mode, *places = sys.argv[1:]
    json.dump(main(mode, *map(Path, places)), sys.stdout)
