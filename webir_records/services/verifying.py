"""Verify the archive with its own public verifier, remember the checkpoint, and write the act down."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from retention.sections import Act
from signing.canonical import JsonValue
from signing.errors import SigningError, UsageError
from signing.findings import Report, Verdict
from signing.verifier import Level, verify_archive
from webir_records.archive.ledger import Standing
from webir_records.model.errors import InputError
from webir_records.services.acting import permit
from webir_records.services.adopting import differing_versions
from webir_records.services.comparing import compare_entries, compare_keys, compare_tables
from webir_records.services.comparing_tables import Beyond
from webir_records.services.context import OPERATOR, Progress, Workspace, silent

REMEMBERED: Final = "newest-checkpoint"


@dataclass(frozen=True, slots=True)
class Checked:
    """The verifier's report, and what only the workspace can know beyond it: (code, facts)."""

    report: Report
    beyond: tuple[Beyond, ...]

    @property
    def fine(self) -> bool:
        """Whether everything that was checked is as it should be."""
        return self.report.verdict is Verdict.VALID and not self.beyond


@dataclass(frozen=True, slots=True)
class Reading:
    """How the archive is read.

    Attributes:
        against: files with earlier checkpoints, besides the one that the workspace remembers.
        resume: file by which a reading of content that was broken off goes on.
        workers: files read at the same time, at least 1.
    """

    against: tuple[Path, ...] = ()
    resume: Path | None = None
    workers: int = 2


def verify(
    workspace: Workspace,
    level: str,
    *,
    actor: str = OPERATOR,
    progress: Progress = silent,
    reading: Reading = Reading(),
) -> Checked:
    """Verify the archive; a copy of the newest good checkpoint outside it detects a rollback.

    Args:
        workspace: the open workspace.
        level: `structure`, `sample:N/T` or `full`.
        actor: who verifies.
        progress: told about entries and sealed files.
        reading: how the archive is read.

    Raises:
        InputError: U170 the level cannot be read; U014 a checkpoint or the resume file cannot be used.
        RefusedError: U159 the actor's roles do not allow it.
    """
    permit(workspace, actor, Act.VERIFY)
    checked = look(workspace, level, progress=progress, reading=reading)
    checkpoint = workspace.files.read("checkpoint") if checked.fine else None
    if not checked.beyond and workspace.archive.ledger.standing() is Standing.AGREES:
        _record(workspace, checked, actor)  # may refuse; then nothing is to be changed
    if checkpoint is not None:
        workspace.state.write(REMEMBERED, checkpoint)
    return checked


def look(
    workspace: Workspace, level: str, *, progress: Progress = silent, reading: Reading = Reading()
) -> Checked:
    """Verify as `verify` does, but write nothing down: neither the act nor the newest checkpoint.

    Raises:
        InputError: U170, U014, as for `verify`.
    """
    parsed, against = _level(level), [_checkpoint_file(path) for path in reading.against]
    try:
        report = verify_archive(
            workspace.files.reader(),
            vkeys=[workspace.archive.ledger.vkey],
            level=parsed,
            remembered=(*remembered(workspace), *against),
            progress=lambda _, done, total: progress("verify", done, total),
            workers=max(1, reading.workers),
            resume=reading.resume,
        )
    except UsageError as error:
        raise InputError("U014", path=str(reading.resume), cause=str(error)) from error
    return Checked(report, _beyond(workspace, report))


def _level(text: str) -> Level:
    try:
        return Level.parse(text)
    except (SigningError, ValueError) as error:
        raise InputError("U170", got=text) from error


def _checkpoint_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError("U014", path=str(path), cause=error.strerror or "") from error


def remembered(workspace: Workspace) -> tuple[bytes, ...]:
    """Return the checkpoint of the last good verification, which lies outside the archive, if any."""
    return (workspace.state.read(REMEMBERED),) if workspace.state.exists(REMEMBERED) else ()


def _beyond(workspace: Workspace, report: Report) -> tuple[Beyond, ...]:
    return (
        *_compare_heads(workspace, report),
        *compare_entries(workspace),
        *compare_tables(workspace),
        *compare_keys(workspace),
        *differing_versions(workspace),
    )


def _compare_heads(workspace: Workspace, report: Report) -> Iterator[Beyond]:
    """Say so when files and working database do not speak of the same ledger."""
    head = workspace.archive.ledger.head()
    found = report.checkpoint
    if found is not None and (found.size, found.root.hex()) != (head.size, head.root):
        yield (
            "U172",
            {
                "files": f"{found.size}, {found.root.hex()[:16]}",
                "database": f"{head.size}, {head.root[:16]}",
            },
        )


def _record(workspace: Workspace, checked: Checked, actor: str) -> None:
    report = checked.report
    event: dict[str, JsonValue] = {
        "event": "verified",
        "actor": actor,
        "level": report.level,
        "verdict": report.verdict.value if checked.fine or report.verdict is not Verdict.VALID else "invalid",
        "findings": len(report.findings) + len(checked.beyond),
        "size": report.checkpoint.size if report.checkpoint else 0,
    }
    workspace.archive.record_act(event)
