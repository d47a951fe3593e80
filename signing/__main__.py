"""Check an archive folder, `python -m signing DIR`, or one proof, `python -m signing proof FILE`.

Needs Python and `cryptography`, nothing else of ours. A folder that is named `proof` is given as `./proof`.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from signing import proof_program
from signing.errors import SigningError, UsageError
from signing.findings import Report, Verdict
from signing.messages import LANGUAGES
from signing.reading_arguments import given_file, given_keys, keys_of_file
from signing.report_text import Words, report_lines, report_to_json
from signing.verifier import Level, verify_archive
from signing.verifier.folder import ArchiveFolder

EXIT_VALID: Final = 0
EXIT_FINDINGS: Final = 1
EXIT_USAGE: Final = 2
_MAX_KEYS_SIZE: Final = 1 << 16  # bytes
_MAX_REMEMBERED: Final = 1 << 20  # bytes


class _Given(argparse.Namespace):
    folder: Path
    key: list[str]
    level: str
    against: list[Path]
    resume: Path | None
    workers: int
    lang: str
    json: bool
    progress: bool


def main(argv: Sequence[str]) -> int:
    """Verify and print; returns the exit code: 0 valid, 1 findings, 2 bad usage."""
    if argv and argv[0] == "proof":
        return proof_program.main(argv[1:])
    given = _parse(argv)
    words = Words(given.lang)
    try:
        report, key_source = _verify(given, words)
    except UsageError as error:
        print(error, file=sys.stderr)  # noqa: T201 - a program that prints
        return EXIT_USAGE
    _print(report, given, words, key_source)
    return EXIT_VALID if report.verdict is Verdict.VALID else EXIT_FINDINGS


def _parse(argv: Sequence[str]) -> _Given:
    parser = argparse.ArgumentParser(
        prog="python -m signing",
        description="驗證歸檔資料夾（不需資料庫與加密金鑰）。Verify an archive folder, offline. "
        "單一條目的證明 one proof: python -m signing proof --help",
        epilog="結束代碼 exit codes: 0 無矛盾 valid; 1 有發現 findings; 2 用法錯誤 bad usage.",
    )
    add = parser.add_argument
    add("folder", type=Path, metavar="DIR", help="歸檔資料夾 archive folder")
    add("--key", action="append", default=[], metavar="VKEY", help="帳冊公鑰，可重複 verifier key of the log")
    add("--level", default="full", help="structure, sample:N/T, full (預設 default: full)")
    add(
        "--against",
        "--remember",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="另行保存的較早檢查點，可重複 earlier checkpoint kept elsewhere",
    )
    add("--resume", type=Path, metavar="FILE", help="中斷後續行的紀錄檔 file by which a broken run goes on")
    add("--workers", type=int, default=os.cpu_count() or 1, metavar="N", help="同時讀檔數 readers at once")
    add("--lang", default="zh-Hant", choices=list(LANGUAGES), help="輸出語言 language of the texts")
    add("--json", action="store_true", help="只輸出一個 JSON 物件 print one JSON object")
    add("--progress", action="store_true", help="於標準錯誤顯示進度 show progress on standard error")
    return parser.parse_args(argv, namespace=_Given())


def _verify(given: _Given, words: Words) -> tuple[Report, str]:
    """Return the report, and where the keys come from: `given`, `archive` or `archive_unusable`."""
    if not given.folder.is_dir():
        raise UsageError(words.say_code("S010", path=str(given.folder)))
    keys, key_source = _keys(given, words)
    level = _level(given.level, words)
    remembered = [given_file(path, _MAX_REMEMBERED, "S013", words) for path in given.against]
    if given.workers < 1:
        raise UsageError(words.say_code("S017", workers=str(given.workers)))
    try:
        report = verify_archive(
            given.folder,
            vkeys=keys,
            level=level,
            remembered=remembered,
            progress=_shown_progress if given.progress else None,
            workers=given.workers,
            resume=given.resume,
        )
    except UsageError as error:
        raise UsageError(words.say_code("S016", path=str(given.resume))) from error
    return report, key_source


def _keys(given: _Given, words: Words) -> tuple[Sequence[str], str]:
    if given.key:
        return [key.vkey for key in given_keys(given.key, words)], "given"
    try:
        data = ArchiveFolder(given.folder).read("log.vkey", _MAX_KEYS_SIZE)
        return [key.vkey for key in keys_of_file(data)], "archive"
    except SigningError:
        return (), "archive_unusable"


def _level(text: str, words: Words) -> Level:
    try:
        return Level.parse(text)
    except UsageError as error:
        raise UsageError(words.say_code("S012", level=text)) from error


def _shown_progress(step: str, done: int, total: int) -> None:
    """Write a line that overwrites itself; every thousandth is enough for the eye."""
    if done % 1024 == 0 or done == total:
        sys.stderr.write(f"\r{step} {done:,} / {total:,}" + ("\n" if done == total else ""))
        sys.stderr.flush()


def _print(report: Report, given: _Given, words: Words, key_source: str) -> None:
    if given.json:
        lines = [json.dumps({**report_to_json(report), "key": key_source}, ensure_ascii=False)]
    else:
        lines = [*report_lines(report, language=given.lang), words.say(f"key.{key_source}")]
        lines.append(words.say(f"remembered.{'given' if given.against else 'none'}"))
        if report.read["sealed_taken_over"]:
            lines.append(words.say("resumed", path=str(given.resume)))
    sys.stdout.buffer.write(("\n".join(lines) + "\n").encode("utf-8", "backslashreplace"))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
