"""A file by which an interrupted reading of content goes on (see docs/spec/verification.md, Resuming)."""

from pathlib import Path
from typing import BinaryIO, Final

from signing.checkpoint import Checkpoint
from signing.errors import UsageError
from signing.note import to_base64
from signing.verifier.level import Level

HEADER: Final = "webir-records/resume@v1"
_OFTEN: Final = 256  # files between two notes


class Resumption:
    """Which sealed files an earlier run read and found right.

    Files are numbered in the order of reading, which ledger and level alone determine. The state says only
    that the files before a number were read, and which of them were not right; those are read again.

    Attributes:
        taken_over: how many files were not read again.
    """

    def __init__(self, path: Path, checkpoint: Checkpoint, level: Level) -> None:
        """Read the state of an earlier run of the same checkpoint and level, else begin anew.

        Raises:
            UsageError: the file exists and is something else, or cannot be written.
        """
        self.taken_over = 0
        self._path = path
        self._reached, self._read_again = 0, set[int]()
        bound = "\n".join(
            (HEADER, checkpoint.origin, str(checkpoint.size), to_base64(checkpoint.root), str(level), "")
        ).encode()
        try:
            data = path.read_bytes() if path.exists() else b""
            if data and not data.startswith(HEADER.encode() + b"\n"):
                raise UsageError("resume file is something else")
            if data.startswith(bound):
                self._parse(data[len(bound) :])
            self._file: BinaryIO = path.open("wb")
            self._write(bound)
        except OSError as error:
            raise UsageError("resume file cannot be used") from error
        for number in sorted(self._read_again):
            self._write(b"again %d\n" % number)
        self._write(b"read %d\n" % self._reached)

    def skips(self, number: int) -> bool:
        """Say whether a file was read before; it is counted as taken over."""
        known = number < self._reached and number not in self._read_again
        self.taken_over += known
        return known

    def again(self, number: int) -> None:
        """Note that a file is to be read by the next run, whatever this one finds of later ones."""
        if number not in self._read_again:
            self._read_again.add(number)
            self._write(b"again %d\n" % number)

    def note(self, number: int, *, right: bool) -> None:
        """Note that a file was read; files come in their order."""
        if not right:
            self.again(number)
        if number < self._reached:
            return
        self._reached = number + 1
        if self._reached % _OFTEN == 0:
            self._write(b"read %d\n" % self._reached)

    def finish(self) -> None:
        """Remove the state: everything was read, and the next run reads everything again."""
        self._file.close()
        self._path.unlink(missing_ok=True)

    def interrupt(self) -> None:
        """Keep the state for the next run."""
        if not self._file.closed:
            self._write(b"read %d\n" % self._reached)
            self._file.close()

    def _parse(self, data: bytes) -> None:
        for line in data.split(b"\n")[:-1]:  # a line that was cut off counts for nothing
            word, _, number = line.partition(b" ")
            if not number.isdigit():
                continue
            if word == b"read":
                self._reached = max(self._reached, int(number))
            elif word == b"again":
                self._read_again.add(int(number))

    def _write(self, data: bytes) -> None:
        self._file.write(data)
        self._file.flush()
