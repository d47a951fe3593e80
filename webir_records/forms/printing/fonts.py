"""Which characters the fonts of this machine can show."""

import importlib
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from webir_records.forms.printing.office import list_fonts
from webir_records.model.errors import EnvironmentMissingError

_CNS_FAMILIES: Final = ("TW-Kai", "TW-Sung", "全字庫")
"""Fonts whose private characters are those of CNS 11643; in any other font they are something else."""

_LAST_CODE_POINT: Final = 0x10FFFF
_SYMBOL_FAMILIES: Final = ("OpenSymbol", "LastResort", "Noto Sans Symbols")
_FONT_FILES: Final = (".ttf", ".otf", ".ttc", ".otc")
_FAMILY_NAME: Final = 1

Ranges = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class FontCoverage:
    """Which characters the installed fonts can show.

    Attributes:
        ranges: first and last code point, sorted, without overlaps.
        private: the same for private characters.
    """

    ranges: Ranges
    private: Ranges

    @classmethod
    def parse(cls, listing: str) -> "FontCoverage":
        """Read what `fc-list` says of families and character sets, a tab between them."""
        return cls._of(
            (family.replace("\\", ""), [_range(part) for part in charset.split()])
            for family, _, charset in (line.partition("\t") for line in listing.splitlines())
        )

    @classmethod
    def of_files(cls, files: Iterable[Path]) -> "FontCoverage":
        """Read font files themselves; what is no font counts for nothing."""
        return cls._of(
            (family, _merged((code, code) for code in codes))
            for path in files
            for family, codes in _faces(path)
        )

    @classmethod
    def _of(cls, families: Iterable[tuple[str, Iterable[tuple[int, int]]]]) -> "FontCoverage":
        common: set[tuple[int, int]] = set()
        private: set[tuple[int, int]] = set()
        for family, ranges in families:
            if any(name in family for name in _SYMBOL_FAMILIES):
                continue
            found = set(ranges)
            common |= found
            if any(name in family for name in _CNS_FAMILIES):
                private |= found
        return cls(_merged(common), _merged(private))

    def lacks(self, characters: str) -> list[str]:
        """Return the characters that no font can show, each once."""
        wanted = dict.fromkeys(characters)
        return [
            c
            for c in wanted
            if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf") and not self._has(c)
        ]

    def _has(self, character: str) -> bool:
        ranges = self.private if _private(character) else self.ranges
        place = bisect_right(ranges, (ord(character), _LAST_CODE_POINT)) - 1
        return place >= 0 and ord(character) <= ranges[place][1]


def installed_fonts(environment: Mapping[str, str], home: Path, limit_s: float) -> FontCoverage:
    """Ask fontconfig, or, on a machine without it, the font files of Windows.

    Raises:
        EnvironmentMissingError: `X102`, there is neither.
        FaultError: `F311`, fontconfig took too long.
    """
    listing = list_fonts(environment, home, limit_s)
    if listing is not None:
        return _parsed(listing)
    folders = [Path(environment[key]) / rest for key, rest in _WINDOWS if key in environment]
    files = sorted(
        path for folder in folders for path in folder.glob("*") if path.suffix.lower() in _FONT_FILES
    )
    if not files:
        raise EnvironmentMissingError("X102", got=environment.get("PATH", "-"))
    return _read(tuple(files))


_WINDOWS: Final = (("SYSTEMROOT", "Fonts"), ("LOCALAPPDATA", "Microsoft/Windows/Fonts"))
"""Where Windows keeps the fonts of the machine and of the person."""


@lru_cache(maxsize=4)
def _parsed(listing: str) -> FontCoverage:
    return FontCoverage.parse(listing)


@lru_cache(maxsize=4)
def _read(files: tuple[Path, ...]) -> FontCoverage:
    return FontCoverage.of_files(files)


def _faces(path: Path) -> Iterator[tuple[str, list[int]]]:
    """Give family and characters of each font in a file; fontTools is read only on machines that need it."""
    library = importlib.import_module("fontTools.ttLib")
    try:
        with path.open("rb") as file:
            collection = path.suffix.lower() in (".ttc", ".otc")
            for font in library.TTCollection(file).fonts if collection else [library.TTFont(file, lazy=True)]:
                family = font["name"].getDebugName(_FAMILY_NAME) or ""
                yield family, sorted(font.getBestCmap() or ())
    except (library.TTLibError, OSError, KeyError, AssertionError):
        return


def _merged(ranges: Iterable[tuple[int, int]]) -> Ranges:
    merged: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return tuple(merged)


def _private(character: str) -> bool:
    return unicodedata.category(character) == "Co"


def _range(part: str) -> tuple[int, int]:
    first, _, last = part.partition("-")
    return int(first, 16), int(last or first, 16)
