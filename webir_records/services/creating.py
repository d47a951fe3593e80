"""Make a new workspace: folders, keys, databases, the first entry of the ledger, and at last its settings."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlmodel import Session

from retention.profile import Profile, added_name, version_files
from signing.canonical import JsonValue
from signing.entries import parse_entry
from signing.note import generate_signer
from webir_records.archive.disk import LocalDisk
from webir_records.archive.key_files import LOG_KEY, LOOKUP_KEY, format_log_key, format_lookup_key
from webir_records.archive.keystore import KEY_SIZE, KeyStore
from webir_records.archive.store_url import DEFAULT_STORE
from webir_records.forms.agency import AgencySettings
from webir_records.model.database import open_database
from webir_records.model.errors import FaultError, InputError
from webir_records.model.tables import KEY_TABLES, WORK_TABLES, MetaRow
from webir_records.services.adopting import enter_own
from webir_records.services.context import Machine, Workspace
from webir_records.services.key_restoring import LOOKUP_CHECK, lookup_check
from webir_records.services.log_keys import read_log_keys, write_vkeys

SETTINGS: Final = "webir.toml"
BEGUN: Final = "webir.toml.begun"
"""The settings of a workspace that is being made; they get their name last."""
AGENCY: Final = "agency.json"
OWN_PROFILE: Final = "profile.toml"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a new workspace is made from.

    Attributes:
        root: a folder that does not exist yet, or is empty.
        agency_file: the agency's settings, copied into the workspace.
        profile_file: the agency's own profile, copied too; None for one that ships with the program.
        language: default language of texts.
        store_url: where the archive's files lie.
    """

    root: Path
    agency_file: Path
    agency: AgencySettings
    profile: Profile
    profile_file: Path | None
    language: str
    store_url: str = DEFAULT_STORE


def is_begun(plan: Plan) -> bool:
    """Tell whether just this workspace was begun in this folder by a run that was broken off."""
    try:
        return (
            (plan.root / BEGUN).read_bytes() == _settings_file(plan)
            and (plan.root / AGENCY).read_bytes() == plan.agency_file.read_bytes()
            and not (plan.root / SETTINGS).exists()
            and all((plan.root / name).read_bytes() == data for name, data in _own_files(plan))
        )
    except OSError:
        return False


def create_files(plan: Plan, machine: Machine) -> None:
    """Lay out the workspace, all but its settings.

    Raises:
        InputError: U101 the folder is not empty, U014 it cannot be made.
        FaultError: the disk refused.
    """
    try:
        if plan.root.exists() and any(plan.root.iterdir()):
            raise InputError("U101", path=str(plan.root))
        for name in ("state", "keys/people", "out"):
            (plan.root / name).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError("U014", path=str(plan.root), cause=error.strerror or "") from error
    for name in ("keys", "keys/people", "state"):
        (plan.root / name).chmod(0o700)
    _make_keys(plan, machine)
    _make_databases(plan.root, machine, str(machine.now().year))
    files = LocalDisk(plan.root)
    files.write(AGENCY, plan.agency_file.read_bytes())
    files.write_many(_own_files(plan))
    files.write(BEGUN, _settings_file(plan))


def _own_files(plan: Plan) -> Iterator[tuple[str, bytes]]:
    """Yield the agency's own profile and the later versions that lie beside it, as they are called here."""
    if plan.profile_file is None:
        return
    for path, profile in version_files(plan.profile_file):
        name = OWN_PROFILE if path == plan.profile_file else added_name(profile.version)
        yield name, path.read_bytes()


def first_entry(workspace: Workspace) -> None:
    """Begin the ledger: which agency, which rule, which key; a run that was broken off is finished."""
    ledger = workspace.archive.ledger
    if ledger.head().size:
        ledger.publish()
        enter_own(workspace, "system")
        return
    with Session(workspace.engine) as session, session.begin():
        session.merge(MetaRow(key=LOOKUP_CHECK, value=lookup_check(workspace.lookup_key)))
    write_vkeys(workspace, ledger.vkeys)
    event: dict[str, JsonValue] = {
        "event": "archive_created",
        "actor": "system",
        "agency": workspace.agency.code,
        "profile": workspace.profile.id,
        "origin": ledger.origin,
        "vkey": ledger.vkey,
    }
    workspace.archive.record_act(event)
    enter_own(workspace, "system")


def settings_of(plan: Plan) -> dict[str, str]:
    """Return the settings of the workspace to come."""
    profile = plan.profile.id if plan.profile_file is None else OWN_PROFILE
    return {
        "profile": profile,
        "language": plan.language,
        "agency": AGENCY,
        "database_url": "sqlite:///state/webir.db",
        "store_url": plan.store_url,
    }


def finish(plan: Plan) -> None:
    """Write the settings: from now on the folder is a workspace."""
    files = LocalDisk(plan.root)
    files.write(SETTINGS, _settings_file(plan))
    files.remove(BEGUN)


def _settings_file(plan: Plan) -> bytes:
    lines = [f'{key} = "{value}"' for key, value in settings_of(plan).items()]
    return "\n".join(["# webir-records workspace. 機關設定在 agency.json。", *lines, ""]).encode()


def check_keys(workspace: Workspace) -> None:
    """See that `keys/` belongs to this workspace before anything is signed or looked up with it.

    Raises:
        FaultError: A135 `log.key` or `lookup.key` is that of another workspace; A153 the
            database does not know `log.key`, which is one of this log; A154 `log.key` is an older one.
    """
    first = parse_entry(workspace.archive.ledger.entry(0))
    known, ledger = read_log_keys(workspace.engine).vkeys, workspace.archive.ledger
    if ledger.vkey in known[1:]:
        raise FaultError("A154", path=f"keys/{LOG_KEY}")
    if ledger.vkey not in known and ledger.origin == first.string("origin"):
        raise FaultError("A153", path=f"keys/{LOG_KEY}")
    if known != ledger.vkeys or known[-1] != first.string("vkey"):
        raise FaultError("A135", path=f"keys/{LOG_KEY}")
    with Session(workspace.engine) as session:
        row = session.get(MetaRow, LOOKUP_CHECK)
    if row is None or row.value != lookup_check(workspace.lookup_key):
        raise FaultError("A135", path=f"keys/{LOOKUP_KEY}")


def _make_keys(plan: Plan, machine: Machine) -> None:
    keys = LocalDisk(plan.root / "keys", mode=0o600)
    origin = f"webir-records.local/{plan.agency.code}/{machine.random(6).hex()}"
    signer = generate_signer(origin, machine.random)
    keys.write(LOG_KEY, format_log_key(signer))
    keys.write(LOOKUP_KEY, format_lookup_key(machine.random(KEY_SIZE)))


def _make_databases(root: Path, machine: Machine, epoch: str) -> None:
    open_database(root / "state" / "webir.db", WORK_TABLES, create=True).dispose()
    engine = open_database(root / "state" / "keys.db", KEY_TABLES, create=True)
    KeyStore(engine, LocalDisk(root / "keys", mode=0o600), machine.random).create(epoch)
    engine.dispose()
    for name in ("webir.db", "keys.db"):
        (root / "state" / name).chmod(0o600)
