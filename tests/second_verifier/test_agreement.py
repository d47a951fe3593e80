"""A verifier written from docs/spec alone says what ours says, of a whole archive and of damaged ones."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from signing.report_text import report_to_json
from signing.verifier import Level, verify_archive

HERE: Final = Path(__file__).resolve().parent
WORKSPACES: Final = HERE.parent / "data/workspaces"
KEPT: Final = sorted(path.name for path in WORKSPACES.iterdir() if path.is_dir())
ACTED: Final = "0.1.0-schema-3"
"""The kept workspace in which most has happened."""


def _files(root: Path, pattern: str) -> list[Path]:
    return sorted(path for path in root.glob(pattern) if path.is_file())


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _nothing(_root: Path) -> None:
    """Leave the archive as it is."""


def _old_checkpoint(root: Path) -> None:
    manifest = json.loads(_files(root, "manifests/*/*.json")[-3].read_text(encoding="utf-8"))
    (root / "checkpoint").write_text(manifest["checkpoint"], encoding="utf-8")


def _unledgered(root: Path) -> None:
    path = root / "records/2026/zz/zzz999.1.sealed"
    path.parent.mkdir()
    path.write_bytes(b"x" * 50)


def _resurrected(root: Path) -> None:
    entries = b"".join(path.read_bytes() for path in _files(root, "tile/entries/**/*"))
    destroyed = re.findall(rb'"event":"destroyed"[^}]*"record":"(\w+)"', entries)
    record = destroyed[0].decode()
    path = root / f"records/2026/{record[:2]}/{record}.1.sealed"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"abc")


def _swapped(root: Path) -> None:
    one, other, *_ = _files(root, "records/*/*/*.sealed")
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)


DAMAGES: Final[dict[str, Callable[[Path], object]]] = {
    "whole": _nothing,
    "sealed file changed": lambda root: _flip(_files(root, "records/*/*/*.sealed")[0]),
    "sealed file gone": lambda root: _files(root, "records/*/*/*.sealed")[1].unlink(),
    "sealed files swapped": _swapped,
    "file that nobody filed": _unledgered,
    "destroyed file back": _resurrected,
    "hash tile changed": lambda root: _flip(_files(root, "tile/0/**/*")[0]),
    "entry changed": lambda root: _flip(_files(root, "tile/entries/**/*")[0]),
    "manifest gone": lambda root: _files(root, "manifests/*/*.json")[3].unlink(),
    "manifest changed": lambda root: _flip(_files(root, "manifests/*/*.json")[-1]),
    "older checkpoint": _old_checkpoint,
    "checkpoint cut off": lambda root: (root / "checkpoint").write_bytes(
        (root / "checkpoint").read_bytes()[:-20]
    ),
    "certificate changed": lambda root: _flip(_files(root, "certificates/*/certificate.json")[0]),
    "statement changed": lambda root: _flip(_files(root, "certificates/*/statement-*.note")[0]),
    "records gone": lambda root: shutil.rmtree(root / "records"),
}


def _vkeys(kept: str) -> list[str]:
    expected = json.loads((WORKSPACES / kept / "expected.json").read_text(encoding="utf-8"))
    return [expected["vkey"], expected["first_vkey"]]


def _copied(kept: str, tmp_path: Path) -> Path:
    return Path(shutil.copytree(WORKSPACES / kept / "workspace/archive", tmp_path / "archive"))


def _second(*arguments: str | Path) -> dict[str, Any]:
    return _answer(sys.executable, "-I", str(HERE / "verifier.py"), *map(str, arguments))


def _answer(*command: str) -> dict[str, Any]:
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert not done.stderr, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def _said(report: dict[str, Any]) -> tuple[str, dict[str, int], set[str]]:
    """Return what both must agree on: verdict, records that were filed, and the codes of the findings."""
    records = {state: count for state, count in report["records"].items() if state != "UNLEDGERED"}
    return report["verdict"], records, {finding["code"] for finding in report["findings"]}


@pytest.mark.parametrize("keys", [1, 2], ids=["newest key", "both keys"])
@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("kept", KEPT)
def test_both_say_the_same(kept: str, damage: str, keys: int, tmp_path: Path) -> None:
    root = _copied(kept, tmp_path)
    DAMAGES[damage](root)
    vkeys = _vkeys(kept)[:keys]
    ours = report_to_json(verify_archive(root, vkeys=vkeys, level=Level.parse("full")))
    theirs = _second(root, *(word for vkey in vkeys for word in ("--key", vkey)))
    assert _said(theirs) == _said(dict(ours))
    assert (ours["verdict"] == "valid") == (damage == "whole")


REFUSED: Final = (
    "checkpoint",
    "tile",
    "tile/entries/000.p/115",
    "tile/0",
    "manifests/2026/000003.json",
    "manifests/2026",
    "certificates/A2026-2/catalogue.json",
    "certificates/A2026-2/statement-witness-wit-01.note",
    "certificates/B2026-1/certificate.json",
    "certificates/B2026-1/selection-answered.json",
    "certificates",
    "records/2026/do",
)
UNPRIVILEGED: Final = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
"""Even root may be refused behind this."""


@pytest.mark.skipif(os.name != "posix", reason="Windows refuses by access lists, which chmod does not write")
@pytest.mark.skipif(
    hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("setpriv") is None,
    reason="root is refused nothing, and `setpriv` is not installed",
)
@pytest.mark.parametrize("path", REFUSED)
def test_both_call_undetermined_what_the_system_refuses_to_read(path: str, tmp_path: Path) -> None:
    root = _copied(ACTED, tmp_path)
    keys = [word for vkey in _vkeys(ACTED) for word in ("--key", vkey)]
    shield = UNPRIVILEGED if os.geteuid() == 0 else ()
    (root / path).chmod(0)
    try:
        ours = _answer(*shield, sys.executable, "-m", "signing", "--json", str(root), *keys)
        theirs = _answer(*shield, sys.executable, "-I", str(HERE / "verifier.py"), str(root), *keys)
    finally:
        (root / path).chmod(0o700)
    assert _said(theirs) == _said(ours)
    assert ours["verdict"] == "undetermined"
