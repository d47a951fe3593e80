"""Versions of the workspace's rule: what is known of each, taking up a later one, and finding edited ones.

A version of the agency's own lies in the workspace as `profile.toml` or `profile@2.toml`. The ledger names
the digest of each (`profile_changed`), so that nobody can shorten a term by editing a file: nothing is
destroyed while a version is not what the ledger names. Versions that ship with the program need no entry.
"""

import dataclasses
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import text
from sqlmodel import Session, col, func, select

from retention.errors import ProfileError
from retention.profile import FOLDER, LATER, Profile, added_name, load_profile
from retention.reasons import Reason
from retention.sections import Act
from retention.versions import check_versions, shorter_terms
from signing.canonical import JsonValue
from webir_records.archive.disk import LocalDisk
from webir_records.archive.ledger import Event
from webir_records.archive.rows import FILED
from webir_records.model.errors import Detail, InputError, RefusedError
from webir_records.model.tables import RecordRow
from webir_records.services.acting import permit
from webir_records.services.context import OPERATOR, Progress, Workspace, silent
from webir_records.services.rule_files import note_settled
from webir_records.services.settling import settle

_CLAUSE: Final = "檔案法 §12 I"
PROFILE_CHANGED: Final = "profile_changed"
_AT_ONCE: Final = 1000
"""Records that one transaction settles."""
_ENTERED: Final = text(
    'SELECT body FROM entry WHERE instr(body, CAST(\'"event":"profile_changed"\' AS BLOB)) ORDER BY seq'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of the workspace's rule.

    Attributes:
        profile: what it says.
        sha256: digest of its file (hex).
        own: the agency's own, not one that ships with the program.
        entered: digest that the ledger names; empty when it names none.
        governs: it governs what is filed today.
        shorter: notices for terms that it makes shorter than the version before (R355, R356); what was
            filed before keeps the longer term.
    """

    profile: Profile
    sha256: str
    own: bool
    entered: str
    governs: bool
    shorter: tuple[Reason, ...]

    @property
    def as_entered(self) -> bool:
        """Whether nobody changed it behind the ledger, nor put a shipped one in the place of the agency's."""
        return self.sha256 == self.entered if self.entered else not self.own


@dataclass(frozen=True, slots=True)
class Adopted:
    """What adopting did: the versions that were entered, and how many records move to a later day."""

    entered: tuple[str, ...]
    moved: int
    governs: str


def list_versions(workspace: Workspace) -> tuple[Version, ...]:
    """Return all versions of the workspace's rule, the first one first."""
    with Session(workspace.engine) as session:
        entered = _entered(session)
    before = (None, *workspace.versions)
    pairs = zip(before, workspace.versions, strict=False)
    return tuple(_version(workspace, profile, earlier, entered) for earlier, profile in pairs)


def adopt(
    workspace: Workspace, file: Path | None = None, *, actor: str = OPERATOR, progress: Progress = silent
) -> Adopted:
    """Take up a later version of the rule, enter it in the ledger, and let longer terms take effect.

    Safe to repeat: a run that was broken off is finished by the next one. No day becomes earlier.

    Args:
        workspace: the open workspace.
        file: the new version; None enters what the workspace has already, such as a version that came with
            a newer program.
        actor: who decides it.
        progress: told how many records were settled.

    Raises:
        InputError: U430 the file is no profile, is laxer than the shipped one of the same rule, or does not
            follow the versions before it; U431 its number is taken by another text.
        RefusedError: U159 the actor's roles do not allow it.
    """
    permit(workspace, actor, Act.MANAGE_PEOPLE)
    now = workspace if file is None else _take_in(workspace, file)
    entered = enter_own(now, actor)
    return Adopted(entered, _settle_all(now, actor, progress), now.profile.edition)


def differing_versions(workspace: Workspace) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield what the ledger does not name so, as (code, facts): U433 edited, U434 not entered, U435 gone."""
    versions = list_versions(workspace)
    for version in versions:
        if not version.as_entered:
            yield "U433" if version.entered else "U434", {"edition": version.profile.edition}
    with Session(workspace.engine) as session:
        named = _entered(session)
    for edition in sorted(named.keys() - {version.profile.edition for version in versions}):
        yield "U435", {"edition": edition}


def require_adopted(workspace: Workspace) -> None:
    """See that the rule is the one that the ledger names, before anything is drafted, signed or destroyed.

    Raises:
        RefusedError: U432 a version was edited, is not in the ledger, or is missing.
    """
    reasons = [Reason(code, _CLAUSE, facts) for code, facts in differing_versions(workspace)]
    if reasons:
        raise RefusedError("U432", reasons)


def enter_own(workspace: Workspace, actor: str) -> tuple[str, ...]:
    """Enter those of the agency's own versions that the ledger does not name so; returns their names."""
    new = [v for v in list_versions(workspace) if v.own and not v.entered]
    events: list[Event] = [_changed(version, actor) for version in new]
    if events:
        with Session(workspace.engine) as session, session.begin():
            workspace.archive.ledger.append(session, events)
        workspace.archive.ledger.publish()
    return tuple(version.profile.edition for version in new)


def _changed(version: Version, actor: str) -> Event:
    event: dict[str, JsonValue] = {
        "event": PROFILE_CHANGED,
        "actor": actor,
        "profile": version.profile.id,
        "profile_sha256": version.sha256,
        "version": version.profile.version,
    }
    if version.profile.applies_from is not None:
        event["from"] = version.profile.applies_from.isoformat()
    return event


def _entered(session: Session) -> dict[str, str]:
    """Return the digest that the ledger names last for each version, by edition."""
    found: dict[str, str] = {}
    for (body,) in session.connection().execute(_ENTERED):
        entry = json.loads(body)
        name, number = entry["profile"], entry.get("version", 1)
        found[name if number == 1 else f"{name}{LATER}{number}"] = entry["profile_sha256"]
    return found


def _version(
    workspace: Workspace, profile: Profile, earlier: Profile | None, entered: dict[str, str]
) -> Version:
    path = workspace.rule_files[profile.edition]
    return Version(
        profile=profile,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        own=path.parent != FOLDER,
        entered=entered.get(profile.edition, ""),
        governs=profile is workspace.profile,
        shorter=shorter_terms(earlier, profile) if earlier else (),
    )


def _take_in(workspace: Workspace, file: Path) -> Workspace:
    """Put a later version beside the others; returns the workspace with it."""
    try:
        profile = load_profile(file.resolve())
        versions = check_versions((*_others(workspace, profile), profile))
    except ProfileError as error:
        details = [Detail(p.code, {"place": p.place, **p.facts}) for p in error.problems]
        raise InputError("U430", details, path=str(file)) from error
    data, name = file.read_bytes(), added_name(profile.version)
    _require_same(workspace, profile, data)
    LocalDisk(workspace.root).write(name, data)
    files = {**workspace.rule_files, profile.edition: workspace.root / name}
    return dataclasses.replace(workspace, versions=versions, rule_files=files)


def _others(workspace: Workspace, profile: Profile) -> list[Profile]:
    return [version for version in workspace.versions if version.edition != profile.edition]


def _require_same(workspace: Workspace, profile: Profile, data: bytes) -> None:
    """Refuse other bytes under a name that the ledger or the workspace knows already."""
    with Session(workspace.engine) as session:
        known = _entered(session).get(profile.edition)
    held = workspace.rule_files.get(profile.edition)
    if known is None and held is not None:
        known = hashlib.sha256(held.read_bytes()).hexdigest()
    if known is not None and known != hashlib.sha256(data).hexdigest():
        raise InputError("U431", edition=profile.edition)


def _settle_all(workspace: Workspace, actor: str, progress: Progress) -> int:
    """Work out the days of all records anew, page by page; returns how many moved."""
    moved, after, done = 0, "", 0
    with Session(workspace.engine) as session:
        filed = select(func.count()).select_from(RecordRow).where(RecordRow.state == FILED)
        count = session.exec(filed).one()
    while page := _page(workspace, after):
        with Session(workspace.engine) as session, session.begin():
            events = settle(workspace, session, page, actor=actor, cause=PROFILE_CHANGED)
            if events:
                workspace.archive.ledger.append(session, events)
        if events:
            workspace.archive.ledger.publish()
        moved, after, done = moved + len(events), page[-1], done + len(page)
        progress("settle", done, count)
    with Session(workspace.engine) as session, session.begin():
        note_settled(session, workspace.profile.edition)
    return moved


def _page(workspace: Workspace, after: str) -> list[str]:
    with Session(workspace.engine) as session:
        query = select(RecordRow.id).where(RecordRow.state == FILED, col(RecordRow.id) > after)
        return list(session.exec(query.order_by(col(RecordRow.id)).limit(_AT_ONCE)))
