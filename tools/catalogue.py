"""Check and compile the catalogues of texts for people.

Usage: python tools/catalogue.py check|compile

English is the key. A text is collected from every `_("…")`, `N_("…")` and `….texts.text("…")` call, and from
every `MESSAGES` table. `check` lists everything wrong at once and exits 1; `compile` writes the `.mo` files.
"""

import ast
import gettext
import importlib
import string
import struct
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages import Catalog
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]
KEYWORDS = ("_", "N_")
HEADER = "Language: zh_Hant_TW\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n"


@dataclass(frozen=True)
class Book:
    """One compiled catalogue, the sources of its texts, and the files that hold its translations."""

    mo: Path
    packages: tuple[str, ...]  # folders whose calls and MESSAGES tables belong here
    parts: tuple[Path, ...]


@dataclass
class Collected:
    """Texts found in the code."""

    where: dict[str, str] = field(default_factory=dict[str, str])  # text -> the first place that uses it
    codes: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])  # (code, table)


def books(root: Path) -> tuple[Book, ...]:
    """Name the two catalogues: the program's, and that of `signing`, which must work alone."""
    locale, signing = root / "webir_records/locale", root / "signing/locale/zh_Hant/LC_MESSAGES"
    return (
        Book(
            locale / "zh_Hant/LC_MESSAGES/webir.mo",
            ("retention", "webir_records"),
            tuple(sorted((locale / "parts").glob("*.zh_Hant.po"))),
        ),
        Book(signing / "signing.mo", ("signing",), tuple(signing.glob("signing.po"))),
    )


def _source_files(root: Path, package: str) -> Iterator[Path]:
    return (path for path in sorted((root / package).rglob("*.py")) if "__pycache__" not in path.parts)


def _is_text_call(call: ast.Call) -> bool:
    """Tell whether a call says a text: `_(…)`, `N_(…)`, or `.text(…)` of something called texts."""
    if isinstance(call.func, ast.Name):
        return call.func.id in KEYWORDS
    if not isinstance(call.func, ast.Attribute) or call.func.attr != "text":
        return False
    owner = call.func.value  # other things have a method of that name, such as a table of a TOML file
    name = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
    return name.endswith("texts")


def texts_of(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and text of every call that says one, also both sides of `_("a" if many else "b")`."""
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call) or not call.args or not _is_text_call(call):
            continue
        first = call.args[0]
        choices = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
        for choice in choices:
            if isinstance(choice, ast.Constant) and isinstance(choice.value, str) and choice.value:
                yield choice.lineno, choice.value


def collect(root: Path, packages: Iterable[str]) -> Collected:
    """Find every text of some packages, in calls and in `MESSAGES` tables."""
    found = Collected()
    for path in (path for package in packages for path in _source_files(root, package)):
        place = path.relative_to(root).as_posix()
        for line, text in texts_of(path.read_text(encoding="utf-8")):
            found.where.setdefault(text, f"{place}:{line}")
        if path.name == "messages.py":
            module = ".".join(path.relative_to(root).with_suffix("").parts)
            for code, text in importlib.import_module(module).MESSAGES.items():
                found.codes.append((code, module))
                found.where.setdefault(text, f"{module} {code}")
    return found


def read_parts(parts: Iterable[Path]) -> list[tuple[str, Catalog]]:
    """Read PO files, each with the name by which problems cite it."""
    read: list[tuple[str, Catalog]] = []
    for part in parts:
        with part.open("rb") as stream:
            read.append((part.name, read_po(stream, locale="zh_Hant_TW", abort_invalid=True)))
    return read


def placeholders(text: str) -> frozenset[str]:
    """List the `{fact}` names of a text.

    Raises:
        ValueError: the braces do not pair.
    """
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def simplified(text: str) -> str:
    """List the characters that only simplified Chinese uses: in GB 2312, not in Taiwan's CP950."""

    def fits(char: str, codec: str) -> bool:
        try:
            char.encode(codec)
        except UnicodeEncodeError:
            return False
        return True

    chars = (char for char in text if "\u4e00" <= char <= "\u9fff")
    return "".join(char for char in chars if fits(char, "gb2312") and not fits(char, "cp950"))


def _wrong_with(text: str, translation: str) -> Iterator[str]:
    try:
        wanted, got = placeholders(text), placeholders(translation)
    except ValueError as error:
        yield f"braces do not pair ({error})"
        return
    if wanted != got:
        yield f"placeholders differ: expected {sorted(wanted)}, got {sorted(got)}"
    if chars := simplified(translation):
        yield f"simplified Chinese: {chars}"


def translation_problems(where: Mapping[str, str], parts: Iterable[tuple[str, Catalog]]) -> Iterator[str]:
    """Compare the texts of the code with their translations; yields one line per problem."""
    seen: dict[str, tuple[str, str]] = {}
    for part, catalogue in parts:
        for obsolete in catalogue.obsolete:
            yield f"{part}: obsolete entry left in the file: {obsolete!r}"
        for message in (message for message in catalogue if message.id):
            text, translation, place = str(message.id), str(message.string or ""), f"{part}:{message.lineno}"
            if text in seen and seen[text][0] != translation:
                yield f"{place}: translated differently in {seen[text][1]}: {text!r}"
            seen.setdefault(text, (translation, place))
            if text not in where:
                yield f"{place}: no longer used in the code, remove it: {text!r}"
            elif message.fuzzy:
                yield f"{place}: fuzzy, check it and remove the mark: {text!r}"
            elif not translation.strip():
                yield f"{place}: empty translation: {text!r}"
            else:
                yield from (f"{place}: {problem}: {text!r}" for problem in _wrong_with(text, translation))
    yield from (f"{place}: no translation: {text!r}" for text, place in where.items() if text not in seen)


def code_problems(codes: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Find message codes that two tables define, or that do not look like a code."""
    first: dict[str, str] = {}
    for code, table in codes:
        if code in first:
            yield f"{table}: code {code} is already taken by {first[code]}"
        if not (len(code) == 4 and code[0] in string.ascii_uppercase and code[1:].isdecimal()):
            yield f"{table}: expected a letter and three digits, got {code!r}"
        first.setdefault(code, table)


def translations(parts: Iterable[tuple[str, Catalog]]) -> dict[str, str]:
    """Join the usable translations of all parts; the first of two wins."""
    joined: dict[str, str] = {}
    for _part, catalogue in parts:
        for message in catalogue:
            if message.id and message.string and not message.fuzzy:
                joined.setdefault(str(message.id), str(message.string))
    return joined


def mo_bytes(entries: Mapping[str, str]) -> bytes:
    """Encode a catalogue in GNU's `.mo` format: same entries, same bytes, whoever compiles."""
    pairs = sorted((key.encode(), value.encode()) for key, value in {"": HEADER, **entries}.items())
    count, table = len(pairs), 28
    keys = b"".join(key + b"\0" for key, _ in pairs)
    heads: list[bytes] = []
    offset = table + 16 * count
    for texts in ([key for key, _ in pairs], [value for _, value in pairs]):
        for text in texts:
            heads.append(struct.pack("<II", len(text), offset))
            offset += len(text) + 1
    start = struct.pack("<7I", 0x950412DE, 0, count, table, table + 8 * count, 0, 0)
    return start + b"".join(heads) + keys + b"".join(value + b"\0" for _, value in pairs)


def compiled_entries(path: Path) -> dict[str, str]:
    """Read what a compiled catalogue says, its header left out; nothing when it does not exist."""
    if not path.exists():
        return {}
    with path.open("rb") as stream:
        catalogue: dict[str, str] = vars(gettext.GNUTranslations(stream))["_catalog"]
    return {key: value for key, value in catalogue.items() if key}


def check(root: Path) -> list[str]:
    """List everything wrong with every catalogue."""
    problems: list[str] = []
    codes: list[tuple[str, str]] = []
    for book in books(root):
        found, parts = collect(root, book.packages), read_parts(book.parts)
        codes += found.codes
        problems += translation_problems(found.where, parts)
        if compiled_entries(book.mo) != translations(parts):
            problems.append(
                f"{book.mo.relative_to(root)}: out of date; run: python tools/catalogue.py compile"
            )
    return problems + list(code_problems(codes))


def compile_all(root: Path) -> None:
    """Write every compiled catalogue from its parts."""
    for book in books(root):
        entries = translations(read_parts(book.parts))
        if entries or book.mo.exists():
            book.mo.parent.mkdir(parents=True, exist_ok=True)
            book.mo.write_bytes(mo_bytes(entries))
            print(f"{book.mo.relative_to(root)}: {len(entries)} texts")


def main(arguments: list[str]) -> int:
    """Run the command that the user named; 0 done, 1 problems, 2 usage."""
    sys.path.insert(0, str(ROOT))
    if arguments == ["compile"]:
        compile_all(ROOT)
        return 0
    if arguments != ["check"]:
        print(__doc__, file=sys.stderr)
        return 2
    problems = check(ROOT)
    print("\n".join(problems) if problems else "every text is translated and the catalogues are up to date")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
