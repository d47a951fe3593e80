"""What every use case is given: an open workspace."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from retention.profile import Profile
from retention.versions import profile_for
from webir_records.archive.archive import Archive
from webir_records.archive.disk import LocalDisk
from webir_records.archive.store import Store
from webir_records.forms.agency import AgencySettings

Clock = Callable[[], datetime]
Random = Callable[[int], bytes]
Progress = Callable[[str, int, int], None]
"""Told what is being done, how many are done, how many in all."""

OPERATOR: Final = "operator"
"""The actor when nobody is named with --as; may do everything that needs no signature."""


def silent(_step: str, _done: int, _total: int) -> None:
    """Show no progress."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What comes from outside the program; only `bootstrap` makes one.

    Attributes:
        now: the clock, aware UTC.
        random: cryptographic random bytes.
        environment: for programs that we start (LibreOffice).
        soffice: LibreOffice's program, or None.
        templates: the shipped folder of form folders.
    """

    now: Clock
    random: Random
    environment: Mapping[str, str]
    soffice: Path | None
    templates: Path


@dataclass(frozen=True, slots=True)
class Workspace:
    """An open workspace (DESIGN section 3).

    Attributes:
        root: its folder.
        agency: whose papers these are.
        versions: all versions of the rule that governs them, in their order.
        rule_files: the file of each version, by edition.
        language: default language of texts.
        engine: the working database.
        archive: sealed records, keys and ledger.
        files: the store of `archive/`, for certificates.
        state: the folder `state/` as a disk.
        lookup_key: key of the HMACs by which rows and accounts are found again, 32 bytes.
        machine: clock, randomness and programs.
        remarks: what was found, and mended as far as possible, when it was opened: codes with their facts.
    """

    root: Path
    agency: AgencySettings
    versions: tuple[Profile, ...]
    rule_files: Mapping[str, Path]
    language: str
    engine: Engine
    archive: Archive
    files: Store
    state: LocalDisk
    lookup_key: bytes
    machine: Machine
    remarks: tuple[tuple[str, Mapping[str, str]], ...] = ()

    def today(self) -> date:
        """Return the local date in the profile's time zone."""
        return local_date(self.machine.now(), self.versions[0].timezone)

    @property
    def profile(self) -> Profile:
        """The version that governs what is filed today."""
        return self.versions[0] if len(self.versions) == 1 else profile_for(self.versions, self.today())

    @property
    def templates(self) -> tuple[Path, ...]:
        """Folders of form folders: the agency's own before the shipped one."""
        return form_folders(self.root, self.machine)

    @property
    def out(self) -> Path:
        """Folder of generated documents."""
        return self.root / "out"


def form_folders(root: Path, machine: Machine) -> tuple[Path, ...]:
    """Return where forms are looked for: `templates/` of the workspace, if any, then the shipped ones."""
    own = root / "templates"
    return (own, machine.templates) if own.is_dir() else (machine.templates,)


def local_date(moment: datetime, timezone: str) -> date:
    """Return the date of a moment in a time zone."""
    return moment.astimezone(ZoneInfo(timezone)).date()


def utc_text(moment: datetime) -> str:
    """Return a moment as the ledger writes it, e.g. `2026-11-23T05:00:00Z`."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
