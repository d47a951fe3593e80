"""Make a new workspace: folders, keys, databases, settings, and the first entry of the ledger."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from retention.profile import Profile
from signing.canonical import JsonValue
from signing.note import Signer, generate_signer
from webir_records.archive.disk import LocalDisk
from webir_records.archive.keystore import KeyStore
from webir_records.forms.agency import AgencySettings
from webir_records.model.database import open_database
from webir_records.model.errors import InputError
from webir_records.model.tables import KEY_TABLES, WORK_TABLES
from webir_records.services.context import Machine

SETTINGS: Final = "webir.toml"
AGENCY: Final = "agency.json"
LOG_KEY: Final = "log.key"
LOOKUP_KEY: Final = "lookup.key"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a new workspace is made from.

    Attributes:
        root: a folder that does not exist yet, or is empty.
        agency_file: the agency's settings, copied into the workspace.
        language: default language of texts.
    """

    root: Path
    agency_file: Path
    agency: AgencySettings
    profile: Profile
    language: str


def create_files(plan: Plan, machine: Machine) -> Signer:
    """Lay out the workspace; `bootstrap` then opens it and `first_entry` begins the ledger.

    Raises:
        InputError: U101 the folder is not empty.
        FaultError: the disk refused.
    """
    if plan.root.exists() and any(plan.root.iterdir()):
        raise InputError("U101", path=str(plan.root))
    for name in ("state", "keys/people", "archive", "out"):
        (plan.root / name).mkdir(parents=True, exist_ok=True)
    (plan.root / "keys").chmod(0o700)
    (plan.root / "state").chmod(0o700)
    signer = _make_keys(plan, machine)
    _make_databases(plan.root, machine, str(machine.now().year))
    settings = LocalDisk(plan.root)
    settings.write(AGENCY, plan.agency_file.read_bytes())
    settings.write(SETTINGS, _settings(plan).encode())
    return signer


def first_entry(plan: Plan, signer: Signer, record_act: Callable[[dict[str, JsonValue]], int]) -> None:
    """Begin the ledger: which agency, which rule, which key."""
    LocalDisk(plan.root / "archive").write("log.vkey", f"{signer.vkey}\n".encode())
    record_act(
        {
            "event": "archive_created",
            "actor": "system",
            "agency": plan.agency.code,
            "profile": plan.profile.id,
            "origin": signer.name,
            "vkey": signer.vkey,
        }
    )


def _make_keys(plan: Plan, machine: Machine) -> Signer:
    keys = LocalDisk(plan.root / "keys", mode=0o600)
    origin = f"webir-records.local/{plan.agency.code}/{machine.random(6).hex()}"
    signer = generate_signer(origin, machine.random)
    keys.write(LOG_KEY, f"{signer.to_skey()}\n".encode())
    keys.write(LOOKUP_KEY, f"{machine.random(32).hex()}\n".encode())
    return signer


def _make_databases(root: Path, machine: Machine, epoch: str) -> None:
    open_database(root / "state" / "webir.db", WORK_TABLES, create=True).dispose()
    engine = open_database(root / "state" / "keys.db", KEY_TABLES, create=True)
    KeyStore(engine, LocalDisk(root / "keys", mode=0o600), machine.random).create(epoch)
    engine.dispose()
    for name in ("webir.db", "keys.db"):
        (root / "state" / name).chmod(0o600)


def _settings(plan: Plan) -> str:
    return (
        "# webir-records workspace. 機關設定在 agency.json。\n"
        f'profile = "{plan.profile.id}"\n'
        f'language = "{plan.language}"\n'
        f'agency = "{AGENCY}"\n'
        'database_url = "sqlite:///state/webir.db"\n'
        'store_url = "file:archive"\n'
    )
