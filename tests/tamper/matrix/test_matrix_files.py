"""Every class of file, every kind of damage: `files.toml` says what `webir verify` finds."""

import re
import shutil
import sqlite3
import tomllib
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tests.tamper.matrix.conftest import agree

if TYPE_CHECKING:
    from tests.tamper.matrix.conftest import Case, Desk

MATRIX: Final = tomllib.loads((Path(__file__).parent / "files.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Target:
    """A file to be damaged, another one of its class, and an older version of it."""

    path: Path
    at: int | None
    other: Path | None
    older: Path | None


def _put(path: Path, data: bytes) -> None:
    """Replace a file; its content may be shared with the undamaged workspace."""
    path.unlink()
    path.write_bytes(data)


def _flip(target: Target) -> None:
    data = bytearray(target.path.read_bytes())
    data[len(data) // 2 if target.at is None else target.at] ^= 1
    _put(target.path, data)


def _truncate(target: Target) -> None:
    data = target.path.read_bytes()
    _put(target.path, data[: len(data) // 2])


def _extend(target: Target) -> None:
    _put(target.path, target.path.read_bytes() + b"x")


def _delete(target: Target) -> None:
    target.path.unlink()


def _swap(target: Target) -> None:
    mine, others = target.path.read_bytes(), target.other.read_bytes()
    assert mine != others
    _put(target.path, others)
    _put(target.other, mine)


def _replay(target: Target) -> None:
    older = target.older.read_bytes()
    assert older != target.path.read_bytes()
    _put(target.path, older)


ACTS: Final[Mapping[str, Callable[[Target], None]]] = {
    "flip": _flip,
    "truncate": _truncate,
    "extend": _extend,
    "delete": _delete,
    "swap": _swap,
    "replay": _replay,
}


def _newest(root: Path, pattern: str) -> Path:
    if "{" in pattern:
        pattern = pattern.format_map(_catalogues(root))
    found = sorted(root.glob(pattern))
    assert found, pattern
    return found[-1]


def _catalogues(root: Path) -> dict[str, str]:
    """Return the digest of the catalogue about which units are asked, and that of a finished batch."""
    with closing(sqlite3.connect(root / "state/webir.db")) as connection:
        (asked,) = connection.execute(
            "SELECT sha256 FROM batch_step WHERE batch = 'B2026-2' AND step = 'opinions'"
        ).fetchone()
        (newest,) = connection.execute("SELECT catalogue_sha256 FROM batch WHERE id = 'B2026-1'").fetchone()
    return {"asked": asked, "newest": newest}


def _target(case: "Case", row: Mapping[str, object]) -> Target:
    places = {"yesterday/": case.old}

    def find(pattern: object) -> Path | None:
        if not isinstance(pattern, str):
            return None
        for prefix, root in places.items():
            if pattern.startswith(prefix):
                return _newest(root, pattern.removeprefix(prefix))
        return _newest(case.root, pattern)

    return Target(find(row["where"]), row.get("at"), find(row.get("with")), find(row.get("older")))


PAPER: Final = {"CERTIFICATE_INVALID", "U440"}
"""What is said of a paper that decides nothing; many of them are damaged at once."""
CELLS: Final = [
    (name, act) for name, row in MATRIX.items() for act in ACTS if row.get(act, "U440") not in PAPER
]
FULL: Final = {"full-hash-tile", "partial-hash-tile", "full-entry-bundle"}
"""Classes that need more entries than fit into two tiles."""


AT_DESK: Final = [
    (name, act)
    for name, act in CELLS
    if MATRIX[name]["where"].startswith("archive/") and name not in FULL and act != "delete"
]
OPENED: Final = [cell for cell in CELLS if cell not in AT_DESK]


@pytest.mark.parametrize(("name", "act"), OPENED, ids=["-".join(cell) for cell in OPENED])
def test_damaged_file_is_found_as_the_matrix_says(
    name: str, act: str, request: pytest.FixtureRequest
) -> None:
    """Opened and verified as a whole: the program may refuse, mend, or find nothing."""
    case: Case = request.getfixturevalue("case" if name in FULL else "short_case")
    ACTS[act](_target(case, MATRIX[name]))
    case.expect(MATRIX[name][act])


@pytest.mark.parametrize(("name", "act"), AT_DESK, ids=["-".join(cell) for cell in AT_DESK])
def test_file_that_is_damaged_in_use_is_found_as_the_matrix_says(name: str, act: str, desk: "Desk") -> None:
    target = _target(desk.case, MATRIX[name])
    ACTS[act](target)
    try:
        agree(MATRIX[name][act], desk.found())
    finally:
        desk.mend(target.path, *([target.other] if target.other else []))


@pytest.mark.parametrize("kind", ["papers", "prints"])
@pytest.mark.parametrize("act", [act for act in ACTS if act != "replay"])
def test_damaged_papers_are_found_each_by_its_path(act: str, kind: str, short_case: "Case") -> None:
    """All are damaged at once, and each is named; prints apart, because papers name their digests."""
    right = {name: row[act] for name, row in MATRIX.items() if row.get(act) in PAPER}
    names = [name for name in right if name.endswith("to-print") is (kind == "prints")]
    damaged = {name: _target(short_case, MATRIX[name]) for name in names}
    for target in damaged.values():
        ACTS[act](target)
    checked = short_case.verify()
    told = {finding.where: finding.code for finding in checked.report.findings}
    told |= {facts["path"]: code for code, facts in checked.beyond}
    assert len(names) > 1
    root = short_case.root / "archive"
    found = {name: told.get(target.path.relative_to(root).as_posix()) for name, target in damaged.items()}
    assert found == {name: right[name] for name in names}


def test_workspace_without_damage_is_in_order(case: "Case") -> None:
    assert case.found() == "undetected"


def test_no_class_of_file_is_missing(case: "Case") -> None:
    """Every file that a workspace holds belongs to a class of the matrix; the lock holds nothing."""
    classes = [row[key] for row in MATRIX.values() for key in ("where", "with") if key in row]
    known = {path for pattern in classes for path in case.root.glob(_class_of(pattern))}
    files = {path for path in case.root.rglob("*") if path.is_file()}
    documents = {path for path in files if path.is_relative_to(case.root / "out")}
    assert {path.relative_to(case.root).as_posix() for path in files - known - documents} == {"state/lock"}


def _class_of(pattern: str) -> str:
    """Return the pattern of all files of a class: numbers and names of one file do not matter."""
    for one, every in (
        ("000020", "*"),
        ("000021", "*"),
        ("A2026-1", "*"),
        ("A2026-2", "*"),
        ("arch-01", "*"),
        ("B2026-1", "*"),
        ("B2026-2", "*"),
        ("I-2026-0001", "*"),
        ("I-2026-0002", "*"),
        ("{asked}", "*"),
        ("{newest}", "*"),
    ):
        pattern = pattern.replace(one, every)
    return re.sub(r"(tile/\w+)/00[01]$", r"\1/[0-9]*", pattern)


@pytest.mark.parametrize("name", MATRIX)
def test_every_cell_is_filled_or_has_its_reason(name: str) -> None:
    row = MATRIX[name]
    possible = {
        act
        for act in ACTS
        if (act, True) not in {("swap", "with" not in row), ("replay", "older" not in row)}
    }
    assert possible <= row.keys()
    assert ("undetected" in row.values()) == ("why" in row)


@pytest.mark.parametrize("database", ["state/webir.db", "state/keys.db"])
def test_no_bit_of_a_database_makes_the_program_fall(database: str, short_case: "Case") -> None:
    """A flipped bit is found, or lies where nothing is; the answer is always one of ours."""
    path = short_case.root / database
    good = path.read_bytes()
    for place in range(30, len(good), len(good) // 8):
        damaged = bytearray(good)
        damaged[place] ^= 0x10
        path.write_bytes(damaged)
        assert short_case.found()
        shutil.copyfile(short_case.old.parent / "short" / database, path)


def test_trust_table_speaks_of_every_class_and_admits_what_is_not_detected() -> None:
    text = (Path(__file__).parents[3] / "docs/security.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    for name, row in MATRIX.items():
        place = row["where"].split("/")
        word = next(
            part for part in reversed(place) if not re.search(r"[*{\d]|entries", part.removeprefix("kek-*"))
        )
        speaking = [line for line in rows if f"{word.removeprefix('kek-*')}" in line]
        assert speaking, name
        if "undetected" in row.values() and not name.endswith("database"):
            assert any("不偵測" in line for line in speaking), name
