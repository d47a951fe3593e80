"""The one place that opens database, store, keys and clock, and reads the environment."""

import os
import secrets
import shutil
import tomllib
from collections.abc import Generator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from filelock import FileLock, Timeout
from sqlalchemy import Engine

from retention.profile import Profile
from signing.errors import MalformedError
from webir_records.archive.archive import Archive
from webir_records.archive.disk import LocalDisk
from webir_records.archive.key_files import LOOKUP_KEY, close_key_files, parse_lookup_key
from webir_records.archive.keystore import KeyStore
from webir_records.archive.ledger import Ledger
from webir_records.archive.opening import open_store, require_new
from webir_records.archive.store import Store
from webir_records.archive.store_url import DEFAULT_STORE
from webir_records.forms.agency import AgencySettings
from webir_records.model.database import open_database
from webir_records.model.errors import EnvironmentMissingError, FaultError, InputError
from webir_records.model.tables import KEY_TABLES, WORK_TABLES
from webir_records.services.context import Machine, Workspace
from webir_records.services.creating import (
    AGENCY,
    SETTINGS,
    Plan,
    check_keys,
    create_files,
    finish,
    first_entry,
    is_begun,
    settings_of,
)
from webir_records.services.handing_out import finish_hand_out
from webir_records.services.key_acts import finish_key_act
from webir_records.services.key_restoring import LockedWorkspace
from webir_records.services.log_keys import finish_log_key, older_verifiers, read_log_keys, settle_log_key
from webir_records.services.restoring.finishing import finish_restore
from webir_records.services.rule_files import RuleFiles, read_rule, unsettled

_PACKAGE: Final = Path(__file__).resolve().parent
_LOCK_WAIT_S: Final = 30.0
DEFAULT_PROFILE: Final = "taipei-2017"


def this_machine() -> Machine:
    """Return the real clock, randomness and programs."""
    return Machine(
        now=lambda: datetime.now(UTC),
        random=secrets.token_bytes,
        environment=dict(os.environ),
        soffice=find_soffice(os.environ),
        templates=data_folder("templates"),
    )


def data_folder(name: str) -> Path:
    """Return `templates` or `examples`: inside the wheel, or beside the packages in a checkout."""
    packed = _PACKAGE / "_data" / name
    return packed if packed.is_dir() else _PACKAGE.parent / name


def find_soffice(variables: Mapping[str, str]) -> Path | None:
    """Return LibreOffice's program: WEBIR_SOFFICE, the PATH, or where its installers put it."""
    named = variables.get("WEBIR_SOFFICE")
    if named is not None:
        return Path(named) if Path(named).is_file() else None
    found = shutil.which("soffice") or shutil.which("libreoffice")
    usual = (
        Path("/Applications/LibreOffice.app/Contents/MacOS/soffice"),
        Path(variables.get("PROGRAMFILES", "C:/Program Files")) / "LibreOffice/program/soffice.exe",
    )
    return Path(found) if found else next((path for path in usual if path.is_file()), None)


def create_workspace(
    root: Path,
    agency_file: Path,
    *,
    profile: str = DEFAULT_PROFILE,
    language: str = "zh-Hant",
    store_url: str = DEFAULT_STORE,
    machine: Machine,
) -> None:
    """Make a new workspace; the same call again finishes one that was broken off.

    Raises:
        InputError: the folder is not empty (U101), the agency's file or the profile cannot be used;
            A170, A187 about the store.
        EnvironmentMissingError: A171-A177 the bucket cannot be used.
    """
    root = root.resolve()
    agency = AgencySettings.load(agency_file)
    own = Path(profile) if profile.endswith(".toml") else None
    plan = Plan(root, agency_file, agency, read_rule(profile).versions[0], own, language, store_url)
    if not is_begun(plan):
        with closing(_store(root, settings_of(plan), plan.profile, machine)) as store:
            require_new(store_url, store)
        create_files(plan, machine)
    with _hold(root), _opened(root, settings_of(plan), machine) as workspace:
        first_entry(workspace)
    finish(plan)  # settings come last: without them a half-made folder is no workspace


@contextmanager
def open_workspace(root: Path, *, machine: Machine) -> Generator[Workspace]:
    """Open a workspace for one act; a broken run is finished or undone first.

    Raises:
        InputError: U102 there is no workspace, U103 its settings cannot be read, A101/A102 about a database.
        FaultError: A160 another program holds the workspace; or it is damaged.
    """
    root = root.resolve()  # LibreOffice and others are started in other folders
    settings = _read_settings(root)
    with _hold(root), _opened(root, settings, machine) as workspace:
        with _damage_named():
            check_keys(workspace)
            _tidy(root)
            workspace.archive.recover()
            finish_restore(workspace)
            finish_log_key(workspace)
            finish_key_act(workspace)
            remarks = finish_hand_out(workspace)
        yield replace(workspace, remarks=(*workspace.remarks, *remarks)) if remarks else workspace


@contextmanager
def open_without_keys(root: Path, *, machine: Machine) -> Generator[LockedWorkspace]:
    """Open a workspace as far as it goes without `keys/`, to put them back.

    Raises:
        InputError: U102, U103, A101/A102, as for `open_workspace`.
        FaultError: A160 another program holds the workspace; a database is damaged.
    """
    root = root.resolve()
    settings = _read_settings(root)
    with _hold(root):
        (root / "keys").mkdir(mode=0o700, exist_ok=True)
        engine = open_database(root / "state" / "webir.db", WORK_TABLES)
        key_engine = open_database(root / "state" / "keys.db", KEY_TABLES)
        disk = LocalDisk(root / "keys", mode=0o600)
        profile = _rule(root, settings).versions[-1]
        keys = KeyStore(key_engine, disk, machine.random)
        try:
            yield LockedWorkspace(root, profile, engine, keys, disk)
        finally:
            engine.dispose()
            key_engine.dispose()


@contextmanager
def _hold(root: Path) -> Generator[None]:
    """Keep other processes out of the workspace."""
    lock = FileLock(root / "state" / "lock")
    try:
        lock.acquire(timeout=_LOCK_WAIT_S)
    except Timeout as error:
        raise FaultError("A160", path=str(root)) from error
    except OSError as error:
        raise EnvironmentMissingError("A161", path=str(root), cause=error.strerror or "") from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _damage_named() -> Generator[None]:
    """Tell a database whose entries and steps cannot be read as what it is: damaged.

    What follows its format and contradicts other evidence has codes of its own, and a mistake of ours none.
    """
    try:
        yield
    except MalformedError as error:
        raise FaultError("A103", path="webir.db") from error


@contextmanager
def _opened(root: Path, settings: Mapping[str, str], machine: Machine) -> Generator[Workspace]:
    workspace, engines = _open(root, settings, machine)
    try:
        yield workspace
    finally:
        workspace.files.close()
        for engine in engines:
            engine.dispose()


def _open(
    root: Path, settings: Mapping[str, str], machine: Machine
) -> tuple[Workspace, tuple[Engine, Engine]]:
    remarks = tuple(close_key_files(root))  # before a database is opened: its log takes over the mode
    engine = open_database(root / "state" / "webir.db", WORK_TABLES)
    key_engine = open_database(root / "state" / "keys.db", KEY_TABLES)
    rule = _rule(root, settings)
    files = _store(root, settings, rule.versions[0], machine)
    key_disk = LocalDisk(root / "keys", mode=0o600)
    with _damage_named():
        log_keys = read_log_keys(engine)
        older = older_verifiers(log_keys)
    signer = settle_log_key(key_disk, log_keys)
    ledger = Ledger(engine, files, signer, machine.now, older)
    workspace = Workspace(
        root=root,
        agency=AgencySettings.load(root / settings.get("agency", AGENCY)),
        versions=rule.versions,
        rule_files=rule.files,
        language=settings.get("language", "zh-Hant"),
        engine=engine,
        archive=Archive(engine, files, KeyStore(key_engine, key_disk, machine.random), ledger),
        files=files,
        state=LocalDisk(root / "state", mode=0o600),
        lookup_key=_lookup_key(key_disk),
        machine=machine,
        remarks=(*remarks, *unsettled(engine, rule.versions, machine.now())),
    )
    return workspace, (engine, key_engine)


def _store(root: Path, settings: Mapping[str, str], profile: Profile, machine: Machine) -> Store:
    return open_store(
        settings.get("store_url", DEFAULT_STORE),
        root,
        environment=machine.environment,
        zone=ZoneInfo(profile.timezone),
        now=machine.now,
    )


def _read_settings(root: Path) -> dict[str, str]:
    path = root / SETTINGS
    if not path.is_file():
        raise InputError("U102", path=str(root))
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError("U103", path=str(path), problem=str(error)) from error
    return {key: value for key, value in values.items() if isinstance(value, str)}


def _lookup_key(disk: LocalDisk) -> bytes:
    try:
        return parse_lookup_key(disk.read(LOOKUP_KEY))
    except OSError as error:
        raise FaultError("A134", path=f"keys/{LOOKUP_KEY}") from error


def _rule(root: Path, settings: Mapping[str, str]) -> RuleFiles:
    """Read the profile that a workspace's settings name, or its own copy, with what was adopted."""
    name = settings.get("profile", DEFAULT_PROFILE)
    return read_rule(str(root / name) if name.endswith(".toml") else name, root)


def _tidy(root: Path) -> None:
    """Remove scratch folders of a run that was killed: they may hold documents in the clear."""
    for folder in (root / "state").glob("work-*"):
        shutil.rmtree(folder, ignore_errors=True)
