"""Somebody edits databases and files, so that honest people destroy too early: each way ends in a refusal.

Whoever does this may write every file of the workspace, and knows nobody's passphrase. The others work on
as always: they draft, sign what lies before them and execute. Nothing may be destroyed that the ledger does
not allow, and `webir verify` must tell of the edit.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from signing.canonical import canonical_bytes
from tests.tamper.matrix import office
from tests.tamper.matrix.attacks import ATTACKS, FIRST_DAY, THIEF
from tests.tamper.matrix.conftest import ROOT, TickingClock
from tests.tamper.matrix.scene import Scene
from webir_records.bootstrap import create_workspace, open_workspace
from webir_records.services.cancelling import cancel_accounts
from webir_records.services.context import Machine, Workspace
from webir_records.services.filing import file_records
from webir_records.services.lending import Terms, lend
from webir_records.services.people import add_person
from webir_records.services.people_changes import Loss, revoke_key

if TYPE_CHECKING:
    from tests.conftest import Papers


@dataclass(frozen=True)
class Made:
    """The workspace before the attack, with its records by name."""

    root: Path
    machine: Machine
    papers: "Papers"
    records: dict[str, str]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, prepared_workspace: Callable[..., tuple]) -> Made:
    """Applications and documents: lapsed ones, and those that each kind of duty keeps."""
    folder = tmp_path_factory.mktemp("attacked")
    template, machine, papers = prepared_workspace(folder)
    machine = replace(machine, now=TickingClock())
    profile, root = folder / "own.toml", folder / "office"
    shipped = (ROOT / "retention/profiles/taipei-2017.toml").read_text(encoding="utf-8")
    profile.write_text(shipped.replace("cooling_off_days = 7", "cooling_off_days = 8"), encoding="utf-8")
    create_workspace(root, template / "agency.json", profile=str(profile), machine=machine)
    with open_workspace(root, machine=machine) as workspace:
        records = _people_and_papers(workspace, papers)
    return Made(root, machine, papers, records)


def _people_and_papers(workspace: Workspace, papers: "Papers") -> dict[str, str]:
    for person, role in (*office.PEOPLE.items(), ("mgr-02", "agency_manager")):
        actor = "operator" if person in {"arch-01", "wit-01", "mgr-01"} else "mgr-01"
        passphrase = THIEF if person == "mgr-02" else office.PASSPHRASE
        add_person(workspace, person, (role,), passphrase, actor=actor)
    revoke_key(workspace, "mgr-02", reason=Loss.STOLEN, actor="mgr-01")
    filed = [item.record for item in file_records(workspace, "form_1_2", papers.applications(7)).filed]
    cancel_accounts(workspace, papers.cancellations(4))
    names = ("註銷通報日", "離職或異動生效日", "註銷日期", "權限移除日期")
    late = papers.cancellations(1, 我的e政府帳號="ta1004", **dict.fromkeys(names, "115/02/28"))
    assert len(cancel_accounts(workspace, late).cancelled) == 1
    names = ("lapsed", "classified", "revoked", "lent", "young", "open", "living")
    records = dict(zip(names, filed, strict=True))
    office.mark(workspace, records["classified"], "classified")
    lend(workspace, records["lent"], Terms("p-court", "lawsuit", date(2026, 12, 1)))
    office.revoke(workspace, records["revoked"])
    office.file_documents(workspace, ("doc1", "national", "infile"), "unit-01")
    office.mark(workspace, "national", "national")
    office.put_into_file(workspace, "110/0305/1", ("infile",), years=10)
    return records | {name: name for name in ("doc1", "national", "infile")}


@pytest.fixture
def scene(made: Made, tmp_path: Path) -> Iterator[Scene]:
    root = tmp_path / "office"
    shutil.copytree(made.root, root)
    opened = Scene(root, replace(made.machine, now=replace(made.machine.now)), made.papers, made.records)
    yield opened
    opened.close()


def test_without_an_attack_only_what_has_lapsed_goes(scene: Scene) -> None:
    everybody = set(scene.records)
    assert scene.cycle()
    assert everybody - scene.living() == {"lapsed"}
    assert scene.documents(), scene.codes
    assert everybody - scene.living() == {"lapsed", "doc1"}
    assert scene.told() == set()


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_attack_destroys_nothing_and_is_told(attack: Callable[[Scene], None], scene: Scene) -> None:
    refused, told = ATTACKS[attack]
    attack(scene)
    assert scene.living() == set(scene.records)
    assert set(refused.split()) <= set(scene.codes)
    assert scene.told() == set(told.split())


def test_program_signs_no_entry_that_the_database_makes_up(scene: Scene) -> None:
    """An announced act on keys that is none: a shortened term, which the ledger itself would name."""
    young = scene.records["young"]
    scene.sql("UPDATE record SET due = ? WHERE id = ?", FIRST_DAY, young)
    event = {"event": "retention_changed", "actor": "mgr-01", "record": young, "cause": "trigger_corrected"}
    event |= {"due": FIRST_DAY}
    scene.sql("INSERT INTO meta (key, value) VALUES ('key_act', ?)", canonical_bytes(event).decode())
    assert not scene.cycle()
    assert (scene.codes, scene.living()) == (["A103"], set(scene.records))


def test_cancellation_reaches_no_other_account(scene: Scene) -> None:
    """Two applications exchange the HMACs by which their accounts are found: no entry names them."""
    revoked, living = scene.records["revoked"], scene.records["living"]
    of = "SELECT lookup FROM record WHERE id = ?"
    (one,), (other,) = scene.one(of, revoked), scene.one(of, living)
    scene.sql("UPDATE record SET lookup = ? WHERE id = ?", other, revoked)
    scene.sql("UPDATE record SET lookup = ? WHERE id = ?", one, living)
    assert scene.told() == set()
    again = scene.papers.cancellations(1, 我的e政府帳號="ta1002", 姓名="陳試驗")
    scene.try_to(lambda w: scene.codes.extend(p.code for p in cancel_accounts(w, again).problems))
    assert scene.codes == ["U442"]
    assert scene.cycle()
    assert set(scene.records) - scene.living() == {"lapsed"}
