"""The files of a workspace's rule, and whether all records were judged by the version that governs now."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Engine
from sqlmodel import Session

from retention.errors import ProfileError
from retention.profile import Profile, available_profiles, version_files
from retention.versions import check_versions, profile_for
from webir_records.model.errors import Detail, InputError
from webir_records.model.tables import MetaRow
from webir_records.services.context import local_date

SETTLED: Final = "rules_settled"
"""Name of the row that says by which version the days of all records were worked out last."""


@dataclass(frozen=True, slots=True)
class RuleFiles:
    """All versions of one rule in their order, and the file of each by edition."""

    versions: tuple[Profile, ...]
    files: Mapping[str, Path]


def read_rule(name: str, adopted: Path | None = None) -> RuleFiles:
    """Read a profile with its later versions.

    Args:
        name: name of a shipped profile, or path of the agency's own.
        adopted: folder in which adopted versions lie.

    Raises:
        InputError: U104 one of them cannot be used, or they do not fit together; all problems at once.
    """
    try:
        found = version_files(name, adopted)
        versions = check_versions([profile for _, profile in found])
    except ProfileError as error:
        details = [Detail(p.code, {"place": p.place, **p.facts}) for p in error.problems]
        shipped = ", ".join(available_profiles())
        raise InputError("U104", details, profile=name, expected=shipped) from error
    return RuleFiles(versions, {profile.edition: path for path, profile in found})


def settled_by(session: Session) -> str:
    """Return the edition by which the days of all records were worked out last; empty when not noted."""
    row = session.get(MetaRow, SETTLED)
    return row.value if row else ""


def note_settled(session: Session, edition: str) -> None:
    """Write down by which version the days of all records were worked out."""
    session.merge(MetaRow(key=SETTLED, value=edition))


def unsettled(
    engine: Engine, versions: Sequence[Profile], now: datetime
) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield a remark when another version governs now than the one by which the days were worked out."""
    present = profile_for(versions, local_date(now, versions[0].timezone)).edition
    with Session(engine) as session:
        if present != (settled_by(session) or versions[0].edition):
            yield "U436", {"edition": present}
