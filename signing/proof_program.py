"""Check one proof: `python -m signing proof FILE --key VKEY`; docs/spec/proof.md says what it proves."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from signing.canonical import JsonValue
from signing.checkpoint import Checkpoint
from signing.entries import Entry, parse_entry
from signing.errors import FileError, IntegrityError, SigningError, UsageError
from signing.findings import Verdict
from signing.messages import LANGUAGES
from signing.note import Verifier, to_base64
from signing.proof import MAX_PROOF_SIZE, parse_proof, verify_proof
from signing.reading_arguments import given_file, given_keys
from signing.report_text import Words
from signing.shape import format_time
from signing.verifier.folder import ArchiveFolder


class Sealed(StrEnum):
    """How a sealed file stands to the proved entry."""

    NOT_GIVEN = "not_given"
    MATCHES = "matches"
    DIFFERS = "differs"
    NOT_NAMED = "not_named"


@dataclass(frozen=True, slots=True)
class ProofReport:
    """What came of checking a proof.

    Attributes:
        verdict: VALID, or INVALID.
        problem: why not, as a stable word (`malformed`, `refused`, `entry`, `sealed`); empty if valid.
        detail: the same for people who know the formats.
        checkpoint: the log's signed checkpoint, if proof and signature hold.
        entry: the proved entry, if proof and signature hold.
        sealed: how the given sealed file stands to it.
    """

    verdict: Verdict
    problem: str
    detail: str
    checkpoint: Checkpoint | None
    entry: Entry | None
    sealed: Sealed


def main(argv: Sequence[str]) -> int:
    """Check and print; returns the exit code: 0 valid, 1 not valid, 2 bad usage."""
    given = _parse(argv)
    words = Words(given.lang)
    try:
        keys = given_keys(given.key, words)
        data = given_file(given.file, MAX_PROOF_SIZE, "S014", words)
        report = check_proof(data, keys, _sealed_digest(given.sealed, words))
    except UsageError as error:
        print(error, file=sys.stderr)  # noqa: T201 - a program that prints
        return 2
    lines = (
        [json.dumps(report_json(report), ensure_ascii=False)] if given.json else report_lines(report, words)
    )
    sys.stdout.buffer.write(("\n".join(lines) + "\n").encode("utf-8", "backslashreplace"))
    sys.stdout.flush()
    return 0 if report.verdict is Verdict.VALID else 1


def check_proof(data: bytes, keys: Sequence[Verifier], sealed: tuple[int, str] | None) -> ProofReport:
    """Check a proof of a ledger entry.

    Args:
        data: the file.
        keys: verifier keys of logs.
        sealed: length and SHA-256 (hex) of a sealed file to compare with the entry, if one was given.
    """
    stands = Sealed.NOT_GIVEN
    try:
        proof = parse_proof(data)
        checkpoint = verify_proof(proof, keys)
        entry = parse_entry(proof.extra or b"")
    except SigningError as error:
        problem = "refused" if isinstance(error, IntegrityError) else "malformed"
        return ProofReport(Verdict.INVALID, problem, str(error), None, None, stands)
    if entry.seq != proof.index:
        return ProofReport(Verdict.INVALID, "entry", str(entry.seq), checkpoint, entry, stands)
    if sealed is not None:
        stands = _stands(entry, sealed)
    fine = stands in {Sealed.NOT_GIVEN, Sealed.MATCHES}
    verdict = Verdict.VALID if fine else Verdict.INVALID
    return ProofReport(verdict, "" if fine else "sealed", "", checkpoint, entry, stands)


def report_json(report: ProofReport) -> dict[str, JsonValue]:
    """Return the object that `--json` prints."""
    checkpoint, entry = report.checkpoint, report.entry
    return {
        "verdict": report.verdict.value,
        "problem": report.problem,
        "detail": report.detail,
        "checkpoint": (
            None
            if checkpoint is None
            else {"origin": checkpoint.origin, "size": checkpoint.size, "root": to_base64(checkpoint.root)}
        ),
        "entry": None if entry is None else dict(_entry_fields(entry)),
        "sealed": report.sealed.value,
    }


def report_lines(report: ProofReport, words: Words) -> list[str]:
    """Return what came of it as lines for people."""
    verdict = words.say(f"verdict.{report.verdict}")
    lines = [words.say("verdict", verdict=verdict)]
    if report.problem and report.problem != "sealed":
        lines.append(words.say(f"proof.{report.problem}", detail=report.detail))
    if report.checkpoint is not None:
        root = to_base64(report.checkpoint.root)
        size = str(report.checkpoint.size)
        lines.append(words.say("checkpoint", origin=report.checkpoint.origin, size=size, root=root))
    if report.entry is not None:
        lines.append(words.say("proof.entry_fields", seq=str(report.entry.seq)))
        lines += [f"  {name}: {value}" for name, value in _entry_fields(report.entry).items()]
        lines.append(words.say(f"proof.sealed.{report.sealed}"))
    return lines


def _entry_fields(entry: Entry) -> Mapping[str, JsonValue]:
    return {
        "seq": entry.seq,
        "at": format_time(entry.at),
        "event": entry.event.value,
        "actor": entry.actor,
        **dict(sorted(entry.fields.items())),
    }


def _stands(entry: Entry, sealed: tuple[int, str]) -> Sealed:
    if "sealed_sha256" not in entry.fields:
        return Sealed.NOT_NAMED
    named = (entry.integer("size"), entry.string("sealed_sha256"))
    return Sealed.MATCHES if sealed == named else Sealed.DIFFERS


def _sealed_digest(path: Path | None, words: Words) -> tuple[int, str] | None:
    if path is None:
        return None
    try:
        return ArchiveFolder(path.parent).digest(path.name)
    except FileError as error:
        problem = words.say(f"problem.{error.reason}")
        raise UsageError(words.say_code("S015", path=str(path), problem=problem)) from error


class _Given(argparse.Namespace):
    file: Path
    key: list[str]
    sealed: Path | None
    lang: str
    json: bool


def _parse(argv: Sequence[str]) -> _Given:
    parser = argparse.ArgumentParser(
        prog="python -m signing proof",
        description="離線驗證單一條目的證明檔。Check the proof of one entry, offline.",
        epilog="結束代碼 exit codes: 0 成立 valid; 1 不成立 not valid; 2 用法錯誤 bad usage.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="證明檔 proof, *.tlog-proof")
    parser.add_argument(
        "--key",
        action="append",
        required=True,
        metavar="VKEY",
        help="帳冊公鑰，可重複 verifier key of the log",
    )
    parser.add_argument(
        "--sealed", type=Path, metavar="FILE", help="與條目比對的封存檔 sealed file to compare with the entry"
    )
    parser.add_argument("--lang", default="zh-Hant", choices=list(LANGUAGES), help="輸出語言 language")
    parser.add_argument("--json", action="store_true", help="只輸出一個 JSON 物件 print one JSON object")
    return parser.parse_args(argv, namespace=_Given())
