"""Turn filled documents into PDF/A-2b with LibreOffice: one process for a whole batch.

LibreOffice gets a profile of its own for each run, our font file, and an environment that the caller
gives. A run that takes too long is killed with everything it started.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

from webir_records.forms.pdf_checks import (
    FontCoverage,
    check_fonts,
    check_pdf,
    normalise_pdf,
    printed_body,
)
from webir_records.model.errors import EnvironmentMissingError, FaultError

FONTS_FILE: Final = Path(__file__).resolve().parent / "fonts.conf"
"""Maps 標楷體 and its other names to TW-Kai."""

PDF_A_2B: Final = 'pdf:writer_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"2"}}'

BATCH: Final = 100
"""Documents per process; LibreOffice grows slower after some hundred conversions."""

START_S: Final = 60.0
"""Seconds that a process may take to start, on a slow office machine."""

EACH_S: Final = 15.0
"""Seconds that one document may take."""

_SEARCH_PATH: Final = "/usr/local/bin:/usr/bin:/bin"
_INHERITED: Final = ("PATH", "SYSTEMROOT", "SystemDrive", "LD_LIBRARY_PATH", "PROGRAMFILES")
_LISTING: Final = "%{family}\t%{charset}\n"


class Converter:
    """Converts documents; use one at a time.

    Attributes:
        soffice: LibreOffice's program, or None when the machine has none.
        work: folder for what lies about during a run; nothing stays there.
    """

    def __init__(
        self,
        soffice: Path | None,
        work: Path,
        *,
        environment: Mapping[str, str] = MappingProxyType({}),
        start_s: float = START_S,
        each_s: float = EACH_S,
    ) -> None:
        self.soffice = soffice
        self.work = work
        self._environment = environment
        self._start_s = start_s
        self._each_s = each_s

    def convert(self, documents: Mapping[str, bytes]) -> dict[str, bytes]:
        """Return a PDF/A-2b for each docx, under the same name.

        Every PDF has been opened, is A4, and holds every letter and digit of its document; every character
        has a font.

        Raises:
            EnvironmentMissingError: `X101` no LibreOffice, `X102` no fontconfig.
            FaultError: `F310` no PDF came out, `F311` it took too long, `F312` to `F315` see `pdf_checks`.
                Nothing is returned then.
        """
        if not documents:
            return {}
        soffice = self.require()
        texts = {name: printed_body(data) for name, data in documents.items()}
        self.work.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="pdf-", dir=self.work, ignore_cleanup_errors=True) as folder:
            coverage = self._coverage(Path(folder))
            for name, text in texts.items():
                check_fonts(name, text, coverage)
            made: dict[str, bytes] = {}
            names = list(documents)
            for start in range(0, len(names), BATCH):
                batch = names[start : start + BATCH]
                made |= self._convert_batch(soffice, Path(folder), {n: documents[n] for n in batch})
        for name, pdf in made.items():
            check_pdf(name, pdf, texts[name])
        return made

    def require(self) -> Path:
        """Return LibreOffice's program; ask before long work that ends in a conversion.

        Raises:
            EnvironmentMissingError: `X101` it is not on this machine.
        """
        if self.soffice is None or not self.soffice.is_file():
            raise EnvironmentMissingError("X101", got=str(self.soffice or "-"))
        return self.soffice

    def _coverage(self, folder: Path) -> FontCoverage:
        variables = self._variables(folder)
        program = shutil.which("fc-list", path=variables["PATH"])
        if program is None:
            raise EnvironmentMissingError("X102", got=variables["PATH"])
        done = self._run([program, f"--format={_LISTING}"], variables, self._start_s, "fc-list")
        return FontCoverage.parse(done)

    def _convert_batch(self, soffice: Path, folder: Path, batch: Mapping[str, bytes]) -> dict[str, bytes]:
        sources = {name: folder / f"{number:06d}.docx" for number, name in enumerate(batch)}
        for name, path in sources.items():
            path.write_bytes(batch[name])
        command = [
            str(soffice),
            f"-env:UserInstallation={(folder / 'profile').resolve().as_uri()}",
            "--headless",
            "--norestore",
            "--nologo",
            "--nolockcheck",
            "--nodefault",
            "--convert-to",
            PDF_A_2B,
            "--outdir",
            str(folder),
            *map(str, sources.values()),
        ]
        limit = self._start_s + self._each_s * len(batch)
        self._run(command, self._variables(folder), limit, "、".join(list(batch)[:3]))
        return {name: self._collect(name, path) for name, path in sources.items()}

    def _collect(self, name: str, source: Path) -> bytes:
        target = source.with_suffix(".pdf")
        try:
            data = target.read_bytes()
        except OSError as error:
            raise FaultError("F310", document=name) from error
        source.unlink()
        target.unlink()
        return normalise_pdf(name, data)

    def _variables(self, folder: Path) -> dict[str, str]:
        kept = {key: value for key, value in self._environment.items() if key in _INHERITED}
        return {
            "PATH": _SEARCH_PATH,
            **kept,
            "HOME": str(folder),
            "TMPDIR": str(folder),
            "LANG": "C.UTF-8",
            "SAL_USE_VCLPLUGIN": "svp",
            "FONTCONFIG_FILE": str(FONTS_FILE),
        }

    def _run(self, command: Sequence[str], variables: Mapping[str, str], limit_s: float, what: str) -> str:
        with subprocess.Popen(  # noqa: S603 - the program is the caller's, the arguments are ours
            command,
            env=dict(variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            text=True,
            encoding="utf-8",
            errors="replace",
        ) as process:
            try:
                output, _ = process.communicate(timeout=limit_s)
            except subprocess.TimeoutExpired as error:
                _kill_group(process)
                raise FaultError("F311", document=what, seconds=f"{limit_s:.0f}") from error
        return output


def _kill_group(process: subprocess.Popen[str]) -> None:
    """Kill a process and all that it started: soffice is a script, its child does the work."""
    if os.name == "posix":
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()
