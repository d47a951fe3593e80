"""Read one sheet of an xlsx exactly: slow, for whatever `sheet_plain` does not know for sure.

Rows and cells are counted the way the fast reader counts them, which does not look at prefixes, takes
references in small letters and goes on counting where a reference is missing. What it would read falsely or
not at all without a word is refused here, because a value that is silently missing is worse than a file
that must be saved again.
"""

import re
from collections.abc import Iterable
from typing import Final
from xml.parsers import expat

from webir_records.forms.issues import CellFault
from webir_records.forms.sheet_types import (
    ERROR_CELL,
    MAX_CELLS,
    NO_RESULT,
    DoubleCellError,
    SheetScan,
    column_number,
)

_REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_ROW_NUMBER = re.compile(r"[0-9]{1,7}")
_TEXT_KINDS: Final = frozenset({"str", "d", "inlineStr", "is"})
_SHOWN: Final = 80


class _TooLargeError(Exception):
    """The sheet is refused anyway."""


def scan_exactly(pieces: Iterable[bytes]) -> SheetScan:
    """Return what a sheet holds.

    Raises:
        ValueError: it is no well-formed XML in UTF-8, declares a document type, or holds what would be read
            falsely.
        DoubleCellError: a cell stands twice.
    """
    return _Scanner().run(pieces)


class _Scanner:
    """Counts rows and cells while the XML passes by."""

    def __init__(self) -> None:
        self._scan = SheetScan()
        self._parser = expat.ParserCreate()
        self._inside = self._done = False
        self._row = 1
        self._column = 1
        self._taken: dict[int, int] = {}  # columns with a value by row, one bit each
        self._level = 0  # 0 outside a cell, 1 in it, 2 in one of its parts
        self._kind = ""
        self._place = (1, 1)
        self._part = ""
        self._formula: list[str] | None = None
        self._value: list[str] | None = None
        self._begin = 0

    def run(self, pieces: Iterable[bytes]) -> SheetScan:
        parser = self._parser
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.XmlDeclHandler = _declaration
        parser.StartDoctypeDeclHandler = _refuse
        parser.CommentHandler = parser.ProcessingInstructionHandler = self._between
        parser.StartCdataSectionHandler = self._between
        try:
            for piece in pieces:
                parser.Parse(piece, False)  # noqa: FBT003 - expat takes it by place only
            parser.Parse(b"", True)  # noqa: FBT003
        except expat.ExpatError as error:
            raise ValueError(str(error)) from error
        except _TooLargeError:
            return self._scan
        return self._scan

    def _between(self, *_: str) -> None:
        """Refuse what splits a value: the fast reader takes only the piece before it."""
        if self._part == "v":
            raise ValueError("a value in pieces")

    # ── elements

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2] if ":" in name else name
        if self._level:
            self._level += 1
            self._within(tag)
        elif not self._inside:
            self._inside = tag == "sheetData" and not self._done
        elif tag == "c":
            self._cell(attributes)
        elif tag == "row" and "r" in attributes:
            self._row = _row_number(attributes["r"])

    def _within(self, tag: str) -> None:
        if self._level > 2:
            if self._part != "is":
                raise ValueError("an element in a value")
            return
        if self._value is not None or tag not in {"v", "is", "f"}:
            raise ValueError("parts of a cell in another order")
        self._part = tag
        if tag == "f":
            self._formula = []
        else:
            self._value = []
            self._begin = -1

    def _end(self, name: str) -> None:
        if self._level:
            self._level -= 1
            if self._level == 1:
                self._part_ends()
            elif not self._level:
                self._cell_ends()
        elif self._inside:
            tag = name.rpartition(":")[2]
            if tag == "row":
                self._row += 1
                self._column = 1
            elif tag == "sheetData":
                self._inside, self._done = False, True

    def _text(self, text: str) -> None:
        if self._part == "f" and self._formula is not None:
            self._formula.append(text)
        elif self._part and self._value is not None:
            if self._begin < 0:
                self._begin = self._parser.CurrentByteIndex
            self._value.append(text)

    # ── cells

    def _cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        if reference is not None:
            match = _REFERENCE.fullmatch(reference)
            if not match or not int(match[2]):
                raise ValueError("no reference")
            self._column = column_number(match[1])
            self._place = (int(match[2]), self._column)
        else:
            self._place = (self._row, self._column)
        self._level = 1
        self._kind = attributes.get("t", "")
        self._formula = self._value = None
        self._part = ""

    def _part_ends(self) -> None:
        if self._part == "v" and self._value and self._kind not in _TEXT_KINDS:
            length = self._parser.CurrentByteIndex - self._begin
            if length != len("".join(self._value).encode()):
                raise ValueError("a number with an escape")
        self._part = ""

    def _cell_ends(self) -> None:
        self._column += 1
        row, column = self._place
        value = self._value
        if self._kind == "e" and value is not None:
            self._scan.note(row, column - 1, CellFault(ERROR_CELL, "".join(value)[:_SHOWN] or "#?"))
        elif self._formula is not None and not value and (value is None or self._kind != "str"):
            self._scan.note(row, column - 1, CellFault(NO_RESULT, f"={''.join(self._formula)[:_SHOWN]}"))
        if value is None:
            return
        taken = self._taken.get(row, 0)
        if taken >> column & 1:
            raise DoubleCellError(reference_of(row, column))
        self._taken[row] = taken | 1 << column
        self._scan.values += 1
        self._scan.reach(row, column)
        if self._scan.cells > MAX_CELLS:
            raise _TooLargeError


def reference_of(row: int, column: int) -> str:
    """Return how a spreadsheet calls a cell; both are counted from 1."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def _row_number(text: str) -> int:
    if not _ROW_NUMBER.fullmatch(text) or not int(text):
        raise ValueError("no row number")
    return int(text)


def _declaration(_version: str, encoding: str | None, _standalone: int) -> None:
    if (encoding or "utf-8").lower() not in {"utf-8", "utf8", "us-ascii", "ascii"}:
        raise ValueError(encoding)


def _refuse(*_: object) -> None:
    raise ValueError("a document type")
