"""The escrow sheet is made, read by its codes and its text, and restores; open modes are closed."""

import io
import re
import shutil
import struct
import subprocess
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import pytest
from docx import Document
from sqlmodel import Session, select

from signing.entries import parse_entry
from webir_records.archive.escrow import Line, read_lines
from webir_records.archive.key_files import check_key_files
from webir_records.bootstrap import create_workspace, find_soffice, open_without_keys, open_workspace
from webir_records.forms.templating import qr_code
from webir_records.model.errors import InputError, RefusedError
from webir_records.model.tables import BackupRow
from webir_records.services.context import Machine, Workspace
from webir_records.services.escrowing import write_sheet
from webir_records.services.filing import file_records
from webir_records.services.key_restoring import Restored, restore_sheet
from webir_records.services.keys import rotate_epoch
from webir_records.services.records import list_records

LINE: Final = re.compile(r"\b[ABC][123]  (?:[0-9A-Z]{1,4} ?)+")
SOFFICE: Final = find_soffice({})
POPPLER: Final = shutil.which("pdftoppm")


@pytest.fixture
def restore(workspace_root: Path, machine: Machine) -> Callable[[dict[str, Line]], Restored]:
    """Restore from the lines of a sheet, as `webir keys restore --escrow` does."""

    def act(lines: dict[str, Line]) -> Restored:
        with open_without_keys(workspace_root, machine=machine) as locked:
            return restore_sheet(locked, lines)

    return act


def _typed(path: Path) -> dict[str, Line]:
    """What somebody types who has the paper before them: the text of the sheet's cells."""
    document = Document(str(path))
    texts = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return read_lines(found for text in dict.fromkeys(texts) for found in LINE.findall(text))


def _pixels(png: bytes) -> list[list[bool]]:
    """Undo PNG of one bit: True is dark."""
    width, height = struct.unpack_from(">II", png, 16)
    data, place = b"", 8
    while place < len(png):
        length, kind = struct.unpack_from(">I4s", png, place)
        data += png[place + 8 : place + 8 + length] if kind == b"IDAT" else b""
        place += length + 12
    raw, stride = zlib.decompress(data), 1 + width // 8
    above, rows = bytes(width // 8), []
    for y in range(height):
        line = raw[y * stride : (y + 1) * stride]
        above = (
            bytes((a + b) & 255 for a, b in zip(line[1:], above, strict=True)) if line[0] == 2 else line[1:]
        )
        rows.append([not above[x // 8] >> (7 - x % 8) & 1 for x in range(width)])
    return rows


def _modules(rows: Sequence[Sequence[bool]]) -> list[str]:
    """Find one symbol in a picture and return its modules; the picture may be of any scale."""
    ys = [y for y, row in enumerate(rows) if any(row)]
    xs = [x for x in range(len(rows[0])) if any(row[x] for row in rows)]
    top, left, side = ys[0], xs[0], ys[-1] - ys[0] + 1
    run = next(x for x in range(side) if not rows[top][left + x])  # seven modules of the finder
    count = 4 * round((side / (run / 7) - 17) / 4) + 17
    at = [(2 * n + 1) * side / (2 * count) for n in range(count)]
    return ["".join("1" if rows[int(top + y)][int(left + x)] else "0" for x in at) for y in at]


def _decode(rows: list[str]) -> str:
    """Read byte mode of a symbol that is undamaged: mask, zigzag, blocks (ISO/IEC 18004)."""
    version = (len(rows) - 17) // 4
    fixed = qr_code._function_patterns(version, len(rows))
    places = qr_code._data_places(len(rows), fixed)
    bits = [(rows[y][x] == "1") ^ ((y + x) % 3 == 0) for y, x in places]
    words = [
        sum(bit << 7 - k for k, bit in enumerate(bits[8 * n : 8 * n + 8])) for n in range(len(bits) // 8)
    ]
    correction, blocks = qr_code._BLOCKS[version]
    placed = qr_code._interleaved(blocks, correction)
    data = bytes(words[placed[b, i]] for b, length in enumerate(blocks) for i in range(length))
    value = f"{int.from_bytes(data, 'big'):0{8 * len(data)}b}"
    assert value[:4] == "0100"
    length = int(value[4:12], 2)
    return bytes(int(value[12 + 8 * n : 20 + 8 * n], 2) for n in range(length)).decode()


def _sheet(workspace: Workspace, tmp_path: Path) -> Path:
    path = tmp_path / "sheet.docx"
    write_sheet(workspace, path)
    return path


def test_typed_sheet_restores_lost_keys(reopen, papers, tmp_path, restore, lose_keys, all_files) -> None:
    with reopen() as workspace:
        file_records(workspace, "form_1_2", papers.applications(2))
        lines = _typed(_sheet(workspace, tmp_path))
    before = {name: data for name, data in all_files().items() if name.startswith("keys/")}
    lose_keys()
    assert restore(lines).written == ("kek-2026.key", "log.key", "lookup.key")
    assert {name: data for name, data in all_files().items() if name.startswith("keys/")} == before
    with reopen() as workspace:
        assert all(workspace.archive.read(record.record).data for record in list_records(workspace))
        entry = parse_entry(workspace.archive.ledger.entry(workspace.archive.ledger.head().size - 1))
        assert entry.event == "keys_restored"


def test_codes_of_the_sheet_say_the_same_lines(workspace, tmp_path) -> None:
    path = _sheet(workspace, tmp_path)
    with zipfile.ZipFile(path) as package:
        pictures = [package.read(name) for name in package.namelist() if name.startswith("word/media/")]
    texts = [_decode(_modules(_pixels(png))) for png in pictures]
    scanned = read_lines(line for text in texts if text.startswith("WEBIR") for line in text.splitlines())
    assert sum(text.startswith("WEBIR-ESCROW/1\n") for text in texts) == 3
    assert scanned == _typed(path)
    assert len(scanned) == 9


@pytest.mark.libreoffice
@pytest.mark.skipif(SOFFICE is None or POPPLER is None, reason="LibreOffice and poppler")
def test_printed_sheet_is_one_page_whose_codes_can_be_scanned(workspace_root, machine, tmp_path) -> None:
    from dataclasses import replace

    with open_workspace(workspace_root, machine=replace(machine, soffice=SOFFICE)) as workspace:
        write_sheet(workspace, tmp_path / "sheet.pdf")
    subprocess.run(
        [POPPLER or "", "-r", "200", "-gray", str(tmp_path / "sheet.pdf"), str(tmp_path / "page")], check=True
    )
    (page,) = tmp_path.glob("page*.pgm")
    assert (tmp_path / "sheet.pdf").stat().st_mode & 0o777 == 0o600
    found = read_lines(line for text in _scan(page) for line in text.splitlines())
    assert len(found) == 9


def _scan(page: Path) -> list[str]:
    """Cut the three codes out of the right column of a printed page and read them."""
    header = re.match(rb"P5\s(\d+)\s(\d+)\s255\s", data := page.read_bytes())
    assert header is not None
    width, height = int(header[1]), int(header[2])
    pixels = data[header.end() :]
    rows = [[value < 128 for value in pixels[y * width : (y + 1) * width]] for y in range(height)]
    per_mm = 200 / 25.4
    left, right = int(148 * per_mm), int(186 * per_mm)
    texts = []
    for top, bottom in _bands([row[left:right] for row in rows], least=int(20 * per_mm)):
        texts.append(_decode(_modules([row[left:right] for row in rows[top:bottom]])))
    return [text for text in texts if text.startswith("WEBIR")]


def _bands(rows: Sequence[Sequence[bool]], *, least: int) -> list[tuple[int, int]]:
    """Return the stretches between white rows or ruled lines that are high enough for a code."""
    ink = [0 < sum(row) < 0.9 * len(row) for row in rows]
    edges = [y for y in range(1, len(ink)) if ink[y] != ink[y - 1]]
    return [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False) if b - a >= least]


def test_sheet_is_an_entry_and_a_row_and_holds_the_keys_in_use(workspace, tmp_path) -> None:
    copy = write_sheet(workspace, tmp_path / "sheet.docx")
    entry = parse_entry(workspace.archive.ledger.entry(1))
    assert (entry.event, entry.string("kind"), entry.string("backup")) == (
        "keys_backed_up",
        "escrow",
        copy.backup,
    )
    with Session(workspace.engine) as session:
        assert [(row.kind, row.epoch) for row in session.exec(select(BackupRow))] == [("escrow", "2026")]
    assert (tmp_path / "sheet.docx").stat().st_mode & 0o777 == 0o600
    assert not list(workspace.root.glob("state/work-*"))


def test_sheet_leaves_no_key_in_the_workspace(workspace, workspace_root, tmp_path) -> None:
    lines = _typed(_sheet(workspace, tmp_path))
    everything = b"".join(path.read_bytes() for path in workspace_root.rglob("*") if path.is_file())
    for line in lines.values():
        assert line.characters.encode() not in everything
        assert line.printed.split("  ")[1].encode() not in everything


@pytest.mark.parametrize("name", ["sheet.odt", "sheet"])
def test_sheet_of_another_format_is_refused(name, workspace, tmp_path) -> None:
    with pytest.raises(InputError, match="U110"):
        write_sheet(workspace, tmp_path / name)
    assert workspace.archive.ledger.head().size == 1


def test_part_of_a_sheet_restores_the_one_key_that_is_lost(reopen, tmp_path, restore, workspace_root) -> None:
    with reopen() as workspace:
        lines = _typed(_sheet(workspace, tmp_path))
    (workspace_root / "keys/lookup.key").unlink()
    assert restore({tag: line for tag, line in lines.items() if tag[0] == "C"}).written == ("lookup.key",)
    with reopen():
        pass


def test_sheet_of_a_destroyed_epoch_is_refused(reopen, tmp_path, restore, lose_keys, all_files) -> None:
    with reopen() as workspace:
        lines = _typed(_sheet(workspace, tmp_path))
        rotate_epoch(workspace, reason="yearly")
    lose_keys()
    before = all_files()
    with pytest.raises(RefusedError, match="A191") as caught:
        restore(lines)
    assert caught.value.facts["epoch"] == "2026"
    assert all_files() == before


def test_sheet_of_another_workspace_is_refused(workspace_root, tmp_path, machine, restore, lose_keys) -> None:
    assert workspace_root.is_dir()
    create_workspace(tmp_path / "other", tmp_path / "agency.json", machine=machine)
    with open_workspace(tmp_path / "other", machine=machine) as other:
        lines = _typed(_sheet(other, tmp_path))
    lose_keys()
    with pytest.raises(InputError, match="A190"):
        restore(lines)


def test_sheet_with_a_missing_line_is_refused_and_the_line_named(
    reopen, tmp_path, restore, lose_keys
) -> None:
    with reopen() as workspace:
        lines = _typed(_sheet(workspace, tmp_path))
    lose_keys()
    del lines["B3"]
    with pytest.raises(InputError, match="A196") as caught:
        restore(lines)
    assert caught.value.facts["lines"] == "B3"


# --- modes


def test_new_workspace_is_closed(workspace_root) -> None:
    assert check_key_files(workspace_root) == []


@pytest.mark.parametrize("name", ["keys", "keys/log.key", "keys/people", "state", "state/keys.db"])
@pytest.mark.parametrize("mode", [0o040, 0o004, 0o022, 0o777])
def test_what_others_could_read_is_named_and_closed(name, mode, workspace_root, reopen) -> None:
    path = workspace_root / name
    wanted = 0o700 if path.is_dir() else 0o600
    path.chmod(wanted | mode)
    (problem,) = check_key_files(workspace_root)
    assert problem == ("A197", {"path": name, "mode": f"{wanted | mode:04o}", "expected": f"{wanted:04o}"})
    assert path.stat().st_mode & 0o777 == wanted | mode  # asking changes nothing
    with reopen() as workspace:
        assert [facts["path"] for _, facts in workspace.remarks] == [name]
    assert path.stat().st_mode & 0o777 == wanted
    with reopen() as workspace:
        assert workspace.remarks == ()


def test_link_out_of_the_folder_is_not_followed(workspace_root, tmp_path) -> None:
    (tmp_path / "outside").write_text("x")
    (tmp_path / "outside").chmod(0o644)
    (workspace_root / "keys/link").symlink_to(tmp_path / "outside")
    assert check_key_files(workspace_root) == []
    assert io.BytesIO((tmp_path / "outside").read_bytes()).read() == b"x"
