"""The whole workspace rolled back, signed anew or rewritten: `whole.toml` says what `webir verify` finds."""

import shutil
import sqlite3
import tomllib
from collections.abc import Callable, Mapping
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from signing.canonical import canonical_bytes, parse_canonical
from signing.checkpoint import Checkpoint, sign_checkpoint, unverified_checkpoint
from signing.manifest import Manifest, parse_manifest
from signing.merkle import Frontier, leaf_hash
from signing.note import Signer
from signing.tiles import published_files

if TYPE_CHECKING:
    from tests.tamper.matrix.conftest import Case

MATRIX: Final = tomllib.loads((Path(__file__).parent / "whole.toml").read_text(encoding="utf-8"))
MEMORY: Final = "state/newest-checkpoint"


def _put_back(case: "Case", *names: str) -> None:
    for name in names:
        target, source = case.root / name, case.old / name
        if target.is_dir():
            shutil.rmtree(target)
            shutil.copytree(source, target)
        else:
            shutil.copyfile(source, target)


def _databases(case: "Case") -> None:
    _put_back(case, "state/webir.db", "state/keys.db")


def _all_but_memory(case: "Case") -> None:
    _put_back(case, "archive", "keys", "state/webir.db", "state/keys.db")


def _everything(case: "Case") -> None:
    _all_but_memory(case)
    _put_back(case, MEMORY, "webir.toml", "agency.json", "profile.toml")


def _databases_and_keys(case: "Case") -> None:
    _put_back(case, "keys", "state/webir.db", "state/keys.db")


def _log_key(case: "Case") -> Signer:
    return Signer.from_skey((case.root / "keys/log.key").read_text().strip())


def _stranger(case: "Case") -> Signer:
    return Signer(_log_key(case).name, bytes(range(32)))


def _sign_checkpoint(case: "Case") -> None:
    path = case.root / "archive/checkpoint"
    path.write_bytes(sign_checkpoint(unverified_checkpoint(path.read_bytes()), _stranger(case)))


def _sign_log(case: "Case") -> None:
    stranger, previous = _stranger(case), None
    for path in sorted(case.root.glob("archive/manifests/*/*.json")):
        manifest = parse_manifest(path.read_bytes())
        note = sign_checkpoint(unverified_checkpoint(manifest.checkpoint), stranger)
        manifest = _changed(
            manifest, manifest.previous_sha256 if previous is None else previous, note, manifest.root
        )
        path.write_bytes(manifest.to_bytes())
        previous = manifest.sha256()
    (case.root / "archive/checkpoint").write_bytes(note)
    (case.root / "archive/log.vkey").write_text(f"{stranger.vkey}\n")


def _changed(manifest: Manifest, previous: str, note: bytes, root: bytes) -> Manifest:
    return Manifest(manifest.seq, previous, manifest.first, manifest.next, manifest.entries, root, note)


def _rewrite(case: "Case") -> None:
    """Change the actor of the newest filing in database and files, and sign everything after it anew."""
    signer = _log_key(case)
    with closing(sqlite3.connect(case.root / "state/webir.db")) as connection, connection:
        bodies = [body for (body,) in connection.execute("SELECT body FROM entry ORDER BY seq")]
        place = max(seq for seq, body in enumerate(bodies) if b'"event":"annotated"' in body)
        bodies[place] = canonical_bytes({**parse_canonical(bodies[place]), "actor": "mgr-01"})
        connection.execute("UPDATE entry SET body = ? WHERE seq = ?", (bodies[place], place))
        _rewrite_steps(case, connection, bodies, place, signer)
    for path, data in published_files(
        old_size=0, new_size=len(bodies), entries=lambda first, stop: bodies[first:stop], read=lambda _: b""
    ):
        (case.root / "archive" / path).write_bytes(data)


def _rewrite_steps(
    case: "Case", connection: sqlite3.Connection, bodies: list[bytes], place: int, signer: Signer
) -> None:
    steps = connection.execute(
        "SELECT seq, path, manifest FROM publication WHERE next > ? ORDER BY seq", (place,)
    )
    previous = None
    for number, path, data in steps.fetchall():
        old = parse_manifest(data)
        frontier = Frontier.empty().extend(map(leaf_hash, bodies[: old.next]))
        note = sign_checkpoint(Checkpoint(signer.name, old.next, frontier.root()), signer)
        manifest = _changed(old, previous or old.previous_sha256, note, frontier.root())
        previous = sha256(manifest.to_bytes()).hexdigest()
        connection.execute(
            "UPDATE publication SET manifest=?, manifest_sha256=?, checkpoint=?, frontier=? WHERE seq=?",
            (manifest.to_bytes(), previous, note, frontier.to_bytes(), number),
        )
        (case.root / "archive" / path).write_bytes(manifest.to_bytes())
        (case.root / "archive/checkpoint").write_bytes(note)


def _rewrite_and_forget(case: "Case") -> None:
    _rewrite(case)
    (case.root / MEMORY).unlink()


def _destroyed_today(case: "Case") -> Path:
    gone = [
        p
        for p in case.old.glob("archive/records/*/*/*.1.sealed")
        if not (case.root / p.relative_to(case.old)).exists()
    ]
    return gone[0].relative_to(case.old)


def _file_put_back(case: "Case") -> None:
    _put_back(case, _destroyed_today(case).as_posix())


def _key_put_back(case: "Case") -> None:
    record = _destroyed_today(case).name.split(".")[0]
    with closing(sqlite3.connect(case.old / "state/keys.db")) as old:
        rows = old.execute(
            "SELECT record, version, epoch, wrapped FROM record_key WHERE record = ?", (record,)
        ).fetchall()
    with closing(sqlite3.connect(case.root / "state/keys.db")) as connection, connection:
        connection.executemany(
            "INSERT INTO record_key (record, version, epoch, wrapped) VALUES (?, ?, ?, ?)", rows
        )


def _strange_file(case: "Case") -> None:
    sealed = next(case.root.glob("archive/records/*/*/*.sealed"))
    shutil.copyfile(sealed, sealed.with_name("zzzzzzzzzzzzzzzzzzzz.1.sealed"))


def _made_up_leftover(case: "Case") -> None:
    with closing(sqlite3.connect(case.root / "state/webir.db")) as connection, connection:
        connection.execute("INSERT INTO pending SELECT path, record, version FROM version")


def _made_up_act(case: "Case") -> None:
    act = canonical_bytes({"event": "keys_restored", "actor": "mgr-01", "epoch": "2026"}).decode()
    with closing(sqlite3.connect(case.root / "state/webir.db")) as connection, connection:
        connection.execute("INSERT INTO meta (key, value) VALUES ('key_act', ?)", (act,))


def _edit_rule(case: "Case", *changes: tuple[str, str]) -> None:
    path = case.root / "profile.toml"
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def _shorter_periods(case: "Case") -> None:
    _edit_rule(case, ("floor_years = 3", "floor_years = 1"), ("years = 3", "years = 1"))


def _another_number(case: "Case") -> None:
    _shorter_periods(case)
    _edit_rule(case, ('number = "北市09-01-2017"', 'number = "本局01-2017"'))


def _less_waiting(case: "Case") -> None:
    _edit_rule(case, ("cooling_off_days = 7", "cooling_off_days = 0"))


DEEDS: Final[Mapping[str, Callable[["Case"], None]]] = {
    "archive-of-yesterday": lambda case: _put_back(case, "archive"),
    "archive-databases-and-keys-of-yesterday": _all_but_memory,
    "everything-of-yesterday": _everything,
    "everything-of-yesterday-and-a-checkpoint-elsewhere": _everything,
    "databases-of-yesterday": _databases,
    "databases-and-keys-of-yesterday": _databases_and_keys,
    "checkpoint-signed-by-another-key": _sign_checkpoint,
    "log-signed-by-another-key": _sign_log,
    "past-rewritten-by-the-log-key": _rewrite,
    "past-rewritten-and-memory-removed": _rewrite_and_forget,
    "past-rewritten-and-a-checkpoint-elsewhere": _rewrite_and_forget,
    "destroyed-file-put-back": _file_put_back,
    "destroyed-key-put-back": _key_put_back,
    "strange-file": _strange_file,
    "filed-record-made-up-as-a-leftover": _made_up_leftover,
    "act-made-up-in-the-database": _made_up_act,
    "shorter-periods": _shorter_periods,
    "shorter-periods-of-a-rule-with-another-number": _another_number,
    "less-waiting": _less_waiting,
}


@pytest.mark.parametrize("deed", MATRIX)
def test_what_was_done_to_the_whole_is_found_as_the_matrix_says(
    deed: str, case: "Case", tmp_path: Path
) -> None:
    row, against = MATRIX[deed], []
    if "against" in row:
        against.append(Path(shutil.copyfile(case.root / row["against"], tmp_path / "elsewhere")))
    DEEDS[deed](case)
    case.expect(row["found"], *against)


def test_every_deed_is_told_and_every_undetected_one_has_its_reason() -> None:
    assert MATRIX.keys() == DEEDS.keys()
    assert all((row["found"] == "undetected") == ("why" in row) for row in MATRIX.values())
