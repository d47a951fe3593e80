"""What the programs of this package are given on the command line: keys, and files outside the archive."""

from collections.abc import Sequence
from pathlib import Path

from signing.errors import FileError, MalformedError, UsageError
from signing.note import Verifier
from signing.report_text import Words
from signing.verifier.folder import ArchiveFolder


def given_keys(vkeys: Sequence[str], words: Words) -> list[Verifier]:
    """Read verifier keys.

    Raises:
        UsageError: S011 one of them is none.
    """
    keys: list[Verifier] = []
    for vkey in vkeys:
        try:
            keys.append(Verifier.parse(vkey))
        except MalformedError as error:
            raise UsageError(words.say_code("S011", vkey=vkey)) from error
    return keys


def keys_of_file(data: bytes) -> list[Verifier]:
    """Read `log.vkey`: the log's keys, the newest first, one a line.

    Raises:
        MalformedError: a line is no key, or there is none.
    """
    try:
        lines = data.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise MalformedError("keys are not ASCII") from error
    if lines[-1]:
        raise MalformedError("last line of the keys has no end")
    return [Verifier.parse(line) for line in lines[:-1] or [""]]


def given_file(path: Path, limit: int, code: str, words: Words) -> bytes:
    """Read a small file that was named on the command line.

    Args:
        path: the file.
        limit: largest acceptable size in bytes.
        code: message for a file that cannot be read; may name `{path}` and `{problem}`.
        words: texts.

    Raises:
        UsageError: the file cannot be read.
    """
    try:
        return ArchiveFolder(path.parent).read(path.name, limit)
    except FileError as error:
        problem = words.say(f"problem.{error.reason}")
        raise UsageError(words.say_code(code, path=str(path), problem=problem)) from error
