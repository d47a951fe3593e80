"""Check an archive folder, `python -m signing DIR`, or one proof, `python -m signing proof FILE`.

Needs Python and `cryptography`, nothing else of ours. A folder that is named `proof` is given as `./proof`.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from signing import proof_program
from signing.errors import FileError, MalformedError, SigningError, UsageError
from signing.findings import Report, Verdict
from signing.messages import LANGUAGES
from signing.note import Verifier
from signing.report_text import Words, report_lines, report_to_json
from signing.verifier import Level, verify_archive
from signing.verifier.folder import ArchiveFolder

EXIT_VALID: Final = 0
EXIT_FINDINGS: Final = 1
EXIT_USAGE: Final = 2
_MAX_KEY_SIZE: Final = 4096  # bytes
_MAX_REMEMBERED: Final = 1 << 20  # bytes


@dataclass(frozen=True, slots=True)
class Arguments:
    """What the command line asked for."""

    folder: Path
    keys: tuple[str, ...]
    level: str
    remember: Path | None
    language: str
    as_json: bool


def main(argv: Sequence[str]) -> int:
    """Verify and print; returns the exit code: 0 valid, 1 findings, 2 bad usage."""
    if argv and argv[0] == "proof":
        return proof_program.main(argv[1:])
    arguments = _parse(argv)
    words = Words(arguments.language)
    try:
        keys, key_source = _keys(arguments, words)
        report = verify_archive(
            arguments.folder,
            vkeys=keys,
            level=_level(arguments.level, words),
            remembered=_remembered(arguments.remember, words),
        )
    except UsageError as error:
        print(error, file=sys.stderr)  # noqa: T201 - a program that prints
        return EXIT_USAGE
    _print(report, arguments, words, key_source)
    return EXIT_VALID if report.verdict is Verdict.VALID else EXIT_FINDINGS


def _parse(argv: Sequence[str]) -> Arguments:
    parser = argparse.ArgumentParser(
        prog="python -m signing",
        description="驗證歸檔資料夾（不需資料庫與加密金鑰）。Verify an archive folder, offline.",
        epilog="結束代碼 exit codes: 0 無矛盾 valid; 1 有發現 findings; 2 用法錯誤 bad usage.",
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help="歸檔資料夾 archive folder")
    parser.add_argument(
        "--key", action="append", default=[], metavar="VKEY", help="帳冊公鑰，可重複 verifier key of the log"
    )
    parser.add_argument(
        "--level", default="full", metavar="LEVEL", help="structure, sample:N/T, full (預設 default: full)"
    )
    parser.add_argument(
        "--remember", type=Path, metavar="FILE", help="另行保存的較早檢查點 earlier checkpoint kept elsewhere"
    )
    parser.add_argument(
        "--lang", default="zh-Hant", choices=list(LANGUAGES), help="輸出語言 language of the texts"
    )
    parser.add_argument("--json", action="store_true", help="只輸出一個 JSON 物件 print one JSON object")
    given = parser.parse_args(argv)
    return Arguments(given.folder, tuple(given.key), given.level, given.remember, given.lang, given.json)


def _keys(arguments: Arguments, words: Words) -> tuple[tuple[str, ...], str]:
    """Return the keys and where they come from: `given`, `archive` or `archive_unusable`."""
    if not arguments.folder.is_dir():
        raise UsageError(words.say_code("S010", path=str(arguments.folder)))
    for vkey in arguments.keys:
        try:
            Verifier.parse(vkey)
        except MalformedError as error:
            raise UsageError(words.say_code("S011", vkey=vkey)) from error
    if arguments.keys:
        return arguments.keys, "given"
    try:
        text = ArchiveFolder(arguments.folder).read("log.vkey", _MAX_KEY_SIZE).decode("ascii")
        return (Verifier.parse(text.strip()).vkey,), "archive"
    except (SigningError, UnicodeDecodeError):
        return (), "archive_unusable"


def _level(text: str, words: Words) -> Level:
    try:
        return Level.parse(text)
    except UsageError as error:
        raise UsageError(words.say_code("S012", level=text)) from error


def _remembered(path: Path | None, words: Words) -> bytes | None:
    if path is None:
        return None
    try:
        return ArchiveFolder(path.parent).read(path.name, _MAX_REMEMBERED)
    except FileError as error:
        raise UsageError(words.say_code("S013", path=str(path))) from error


def _print(report: Report, arguments: Arguments, words: Words, key_source: str) -> None:
    if arguments.as_json:
        lines = [json.dumps({**report_to_json(report), "key": key_source}, ensure_ascii=False)]
    else:
        remembered = "given" if arguments.remember else "none"
        lines = [
            *report_lines(report, language=arguments.language),
            words.say(f"key.{key_source}"),
            words.say(f"remembered.{remembered}"),
        ]
    sys.stdout.buffer.write(("\n".join(lines) + "\n").encode("utf-8", "backslashreplace"))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
