"""One LibreOffice that stays up between conversions, in a profile and a process group of its own.

The second `soffice --convert-to` with the same profile hands its files to the one that already runs and
waits until they are done; that takes a tenth of a second instead of a whole start. The running one would
end with its last document, so it keeps an empty one open.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from webir_records.model.errors import FaultError

FONTS_FILE: Final = Path(__file__).resolve().parents[1] / "fonts.conf"
"""Maps 標楷體 and its other names to TW-Kai."""

PDF_A_2B: Final = 'pdf:writer_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"2"}}'

START_S: Final = 60.0
"""Seconds that a process may take to start, on a slow office machine."""

EACH_S: Final = 15.0
"""Seconds that one document may take."""

_SEARCH_PATH: Final = "/usr/local/bin:/usr/bin:/bin"
_INHERITED: Final = ("PATH", "SYSTEMROOT", "SystemDrive", "LD_LIBRARY_PATH", "PROGRAMFILES")
_ALLOCATOR: Final = (
    "glibc.malloc.trim_threshold=1073741824:glibc.malloc.mmap_threshold=1073741824:"
    "glibc.malloc.top_pad=67108864:glibc.malloc.arena_max=1"
)
"""Keep freed memory: giving it back and asking again was a sixth of LibreOffice's time. Others ignore it."""

_KEPT_OPEN: Final = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.3" '
    'office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text/>'
    "</office:body></office:document>"
)
_POLL_S: Final = 0.02
_SETTLE_S: Final = 20.0
"""So long a process may take to open its empty document before it is used without one."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long things may take, in seconds."""

    start_s: float = START_S
    each_s: float = EACH_S


class Office:
    """A LibreOffice of our own; use one from one thread at a time, and close it.

    Attributes:
        soffice: LibreOffice's program.
        folder: holds the profile and what LibreOffice leaves about; removed when it ends.
        converted: files since it was started.
    """

    def __init__(
        self,
        soffice: Path,
        folder: Path,
        *,
        environment: Mapping[str, str] = MappingProxyType({}),
        limits: Limits | None = None,
    ) -> None:
        self.soffice = soffice
        self.folder = folder
        self._variables = variables(environment, folder)
        self._limits = limits or Limits()
        self._server: subprocess.Popen[str] | None = None
        self.converted = 0

    def start(self) -> None:
        """Begin to start LibreOffice; returns at once."""
        if os.name != "posix" or (self._server is not None and self._server.poll() is None):
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        opened = self.folder / "open.fodt"
        opened.write_text(_KEPT_OPEN, encoding="utf-8")
        self._server = _popen([*self._command(), str(opened)], self._variables, subprocess.DEVNULL)

    def convert(self, sources: Sequence[Path], out: Path, what: str) -> None:
        """Make a PDF/A of each file in the folder `out`, in this order; the caller looks what came out.

        Args:
            sources: documents; their stems name the PDFs.
            out: an existing folder.
            what: the first document's name, for the message.

        Raises:
            FaultError: `F311`, one took too long; LibreOffice was killed with all that it started.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        self.start()
        self._settle()
        command = [*self._command(), "--convert-to", PDF_A_2B, "--outdir", str(out), *map(str, sources)]
        client = _popen(command, self._variables, subprocess.DEVNULL)
        done, patience_s = 0, self._limits.start_s + self._limits.each_s
        while (now := self._wait(client, out, done, patience_s)) is not None:
            if now == done:
                kill_group(client)
                self.close()
                raise FaultError("F311", document=what, seconds=f"{patience_s:.0f}")
            done, patience_s = now, self._limits.each_s
        self.converted += len(sources)
        if client.returncode or (self._server is not None and self._server.poll() is not None):
            self.close()

    def close(self) -> None:
        """End LibreOffice with all that it started."""
        if self._server is not None:
            kill_group(self._server)
            self._server = None
        self.converted = 0
        shutil.rmtree(self.folder, ignore_errors=True)

    def _command(self) -> list[str]:
        return [
            str(self.soffice),
            f"-env:UserInstallation={(self.folder / 'profile').resolve().as_uri()}",
            "--headless",
            "--norestore",
            "--nologo",
            "--nolockcheck",
            "--nodefault",
        ]

    def _settle(self) -> None:
        """Wait until the server has its empty document open, or is gone, or is no LibreOffice at all."""
        lock = self.folder / ".~lock.open.fodt#"
        for _ in range(round(min(_SETTLE_S, self._limits.start_s) / _POLL_S)):
            if lock.exists() or self._server is None or self._server.poll() is not None:
                return
            time.sleep(_POLL_S)

    @staticmethod
    def _wait(client: subprocess.Popen[str], out: Path, done: int, patience_s: float) -> int | None:
        """Wait for the next PDF; return how many there are, or None when the conversion has ended."""
        for _ in range(max(1, round(patience_s / _POLL_S))):
            with contextlib.suppress(subprocess.TimeoutExpired):
                client.wait(timeout=_POLL_S)
                return None
            if (now := sum(1 for _ in out.iterdir())) > done:
                return now
        return done


def variables(environment: Mapping[str, str], home: Path) -> dict[str, str]:
    """Return the environment of a program that we start: little of the caller's, nothing of a person's."""
    kept = {key: value for key, value in environment.items() if key in _INHERITED}
    return {
        "PATH": _SEARCH_PATH,
        **kept,
        "HOME": str(home),
        "TMPDIR": str(home),
        "LANG": "C.UTF-8",
        "SAL_USE_VCLPLUGIN": "svp",
        "FONTCONFIG_FILE": str(FONTS_FILE),
        "GLIBC_TUNABLES": _ALLOCATOR,
    }


def _popen(command: Sequence[str], environment: Mapping[str, str], output: int) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 - the program is the caller's, the arguments are ours
        command,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        text=True,
        encoding="utf-8",
        errors="replace",
    )


def kill_group(process: subprocess.Popen[str]) -> None:
    """Kill a process and all that it started: soffice is a script, its child does the work."""
    if os.name == "posix":
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


def list_fonts(environment: Mapping[str, str], home: Path, limit_s: float) -> str | None:
    """Return fontconfig's list of families and character sets, or None on a machine without fontconfig.

    Raises:
        FaultError: `F311`, it took too long.
    """
    own = variables(environment, home)
    program = shutil.which("fc-list", path=own["PATH"])
    if program is None:
        return None
    with _popen([program, "--format=%{family}\t%{charset}\n"], own, subprocess.PIPE) as process:
        try:
            output, _ = process.communicate(timeout=limit_s)
        except subprocess.TimeoutExpired as error:
            kill_group(process)
            raise FaultError("F311", document="fc-list", seconds=f"{limit_s:.0f}") from error
    return output
