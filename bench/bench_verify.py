"""Verify a whole archive, beside sha256sum and bagit-python on the same files."""

import hashlib
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from archives import Box, new_versions, open_box
from timing import Work, arguments, measure, progress, scratch, show

from signing.findings import Verdict
from signing.verifier import Level, verify_archive

SIZE: Final = 37_000  # bytes of a package
OURS: Final = "verify, full: ledger, manifests and every sealed file, 2 processes"
SUMS: Final = "sha256sum with xargs -P2"


def main() -> None:
    given = arguments(__doc__ or "", records=10_000)
    count = given["records"]
    with scratch() as folder, open_box(folder / "box") as box:
        progress(f"filing {count} records …")
        for start in range(0, count, 1000):
            box.file(new_versions(start, min(1000, count - start), SIZE))
        sealed = sorted((box.folder / "records").rglob("*.sealed"))
        works = [
            Work(OURS, lambda: _verify(box, "full"), count),
            Work("verify, structure only", lambda: _verify(box, "structure"), count),
            *_sha256sum(sealed),
            *_bagit(folder / "bag", sealed),
        ]
        lines = measure(works)
        bytes_ = sum(path.stat().st_size for path in sealed)
    peer = SUMS if any(line.name == SUMS for line in lines) else ""
    notes = {f"{line.name}, all {count:,}": f"{line.median_s * count:.2f} s" for line in lines}
    notes["bytes"] = f"{bytes_:,} in sealed files"
    notes |= {} if len(works) == 4 else {"not measured": "a peer is not installed (sha256sum, bagit)"}
    show(
        f"Verifying {count:,} sealed files of {SIZE:,} bytes, warm cache",
        lines,
        unit="record",
        peer=peer,
        notes=notes,
    )


def _verify(box: Box, level: str) -> None:
    report = verify_archive(box.folder, vkeys=[box.vkey], level=Level.parse(level), workers=2)
    if report.verdict is not Verdict.VALID:
        raise SystemExit(f"the archive does not verify: {report.findings[:3]}")


def _sha256sum(files: Sequence[Path]) -> list[Work]:
    programs = shutil.which("sha256sum"), shutil.which("xargs")
    if None in programs:
        return []
    names = b"\0".join(str(path).encode() for path in files)
    command = [str(programs[1]), "-0", "-P2", "-n", "250", str(programs[0])]

    def run() -> None:
        subprocess.run(command, input=names, stdout=subprocess.DEVNULL, check=True)

    return [Work(SUMS, run, len(files))]


def _bagit(folder: Path, files: Sequence[Path]) -> list[Work]:
    try:
        import bagit  # noqa: PLC0415 - a peer that need not be there
    except ImportError:
        return []
    progress("making a bag of the same files …")
    (folder / "data").mkdir(parents=True)
    lines: list[str] = []
    for path in files:
        (folder / "data" / path.name).hardlink_to(path)
        lines.append(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  data/{path.name}\n")
    (folder / "bagit.txt").write_text("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    (folder / "manifest-sha256.txt").write_text("".join(lines))
    return [
        Work("bagit-python, 2 processes", lambda: bagit.Bag(str(folder)).validate(processes=2), len(files))
    ]


if __name__ == "__main__":
    main()
