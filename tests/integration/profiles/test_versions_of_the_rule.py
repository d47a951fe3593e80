"""A rule that changes: who keeps which term, what the ledger says, and an edited one destroys nothing."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from retention.profile import FOLDER
from signing.entries import parse_entry
from webir_records.bootstrap import create_workspace, open_workspace
from webir_records.model.errors import InputError, RefusedError
from webir_records.services.adopting import adopt, list_versions
from webir_records.services.backing_up import create_backup
from webir_records.services.cancelling import cancel_accounts
from webir_records.services.context import Machine, Workspace
from webir_records.services.destruction.drafting import draft
from webir_records.services.filing import file_records
from webir_records.services.people import add_person
from webir_records.services.records import list_records
from webir_records.services.restoring.restore import restore_backup
from webir_records.services.retention_dates import list_due, show_due
from webir_records.services.verifying import verify

SHIPPED = (FOLDER / "taipei-2017.toml").read_text(encoding="utf-8")
FROM = "2026-12-01"
"""First day of the second version; the tests begin on 2026-11-23."""


def version(number: int, years: int, *, own: bool = False, start: str = FROM) -> str:
    """Return the text of a version with another term for what runs from the cancellation."""
    text = SHIPPED.replace("years = 3 ", f"years = {years} ")
    assert text.count(f"years = {years} ") >= 1
    if own:  # a rule of another number: the floors of the shipped one do not bind it
        text = re.sub(r'^number = ".*"', 'number = "X-1"', text, count=1, flags=re.MULTILINE)
        text = text.replace('id = "taipei-2017"', 'id = "own-city"', 1)
    later = f"version = {number}\napplies_from = {start}\nsupersedes = {number - 1}"
    return re.sub(r"^version = 1", later if number > 1 else "version = 1", text, count=1, flags=re.MULTILINE)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    def put(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return put


def acts(workspace: Workspace) -> list[dict[str, object]]:
    entries = (parse_entry(body) for _, body in workspace.archive.ledger.bodies())
    return [{**entry.fields, "event": entry.event.value} for entry in entries]


@pytest.fixture
def own(tmp_path: Path, machine: Machine, workspace_root: Path, write) -> Callable[[], object]:
    """Open a workspace under an agency's own rule of five years."""
    agency, root = workspace_root / "agency.json", tmp_path / "own"
    create_workspace(root, agency, profile=str(write("own.toml", version(1, 5, own=True))), machine=machine)

    @contextmanager
    def reopen() -> Iterator[Workspace]:
        with open_workspace(root, machine=machine) as workspace:
            yield workspace

    return reopen


def test_longer_later_version_moves_what_was_filed_before(reopen, papers, clock, write) -> None:
    with reopen() as workspace:
        file_records(workspace, "form_1_2", papers.applications(2))
        cancel_accounts(workspace, papers.cancellations(1))
        before = [record.due for record in list_records(workspace)]
        clock.forward(days=8)
        assert adopt(workspace, write("second.toml", version(2, 5))).moved == 1
    with reopen() as workspace:
        assert workspace.profile.edition == "taipei-2017@2"
        due = next(record for record in list_records(workspace) if record.due)
        (first,) = [day for day in before if day]
        assert due.due == first.replace(year=first.year + 2)
        shown = show_due(workspace, due.record)
        assert (shown.filed_under, [notice.code for notice in shown.notices]) == ("taipei-2017", ["R324"])
        assert shown.governs.years == 5
        assert list_due(workspace, first).count == 0
        (changed,) = [act for act in acts(workspace) if act["event"] == "profile_changed"]
        assert (changed["version"], changed["from"]) == (2, FROM)
        (moved,) = [act for act in acts(workspace) if act["event"] == "retention_changed"]
        assert (moved["cause"], moved["due"]) == ("profile_changed", due.due.isoformat())
        assert verify(workspace, "full").fine
        file_records(workspace, "form_1_2", papers.applications(1, 申請類別="異動", 職稱="股長"))
        assert {act["profile"] for act in acts(workspace) if act["event"] == "filed"} == {
            "taipei-2017",
            "taipei-2017@2",
        }


def test_shorter_later_version_shortens_nothing_that_was_filed(own, papers, clock, write) -> None:
    with own() as workspace:
        file_records(workspace, "form_1_2", papers.applications(1))
        cancel_accounts(workspace, papers.cancellations(1))
        (before,) = [record.due for record in list_records(workspace)]
        clock.forward(days=8)
        assert adopt(workspace, write("own2.toml", version(2, 3, own=True))).moved == 0
    with own() as workspace:
        first, second = list_versions(workspace)
        assert (first.governs, second.governs) == (False, True)
        assert {notice.code for notice in second.shorter} == {"R355"}
        file_records(workspace, "form_1_2", papers.applications(1, 申請類別="異動", 職稱="股長"))
        cancel_accounts(workspace, papers.cancellations(1))
        assert sorted(record.due for record in list_records(workspace)) == [
            before.replace(year=before.year - 2),
            before,
        ]
        assert verify(workspace, "full").fine


def test_version_of_a_day_to_come_governs_from_that_day(reopen, papers, clock, write) -> None:
    with reopen() as workspace:
        file_records(workspace, "form_1_2", papers.applications(1))
        cancel_accounts(workspace, papers.cancellations(1))
        (before,) = [record.due for record in list_records(workspace)]
        done = adopt(workspace, write("second.toml", version(2, 5)))
        assert (done.moved, done.governs) == (0, "taipei-2017")
    with reopen() as workspace:
        assert not workspace.remarks
        clock.forward(days=8)
    with reopen() as workspace:
        assert [code for code, _ in workspace.remarks] == ["U436"]
        assert show_due(workspace, list_records(workspace)[0].record).governs.due > before
        assert adopt(workspace).moved == 1
    with reopen() as workspace:
        assert not workspace.remarks


@pytest.mark.parametrize("edit", ["shortened", "removed", "unknown version", "another rule"])
def test_rule_that_the_ledger_does_not_name_destroys_nothing(own, papers, clock, write, edit: str) -> None:
    with own() as workspace:
        add_person(workspace, "arch-01", ("archivist",), "correct horse battery")
        file_records(workspace, "form_1_2", papers.applications(1))
        cancel_accounts(workspace, papers.cancellations(1))
        adopt(workspace, write("own2.toml", version(2, 10, own=True)))
        root = workspace.root
    if edit == "shortened":
        (root / "profile.toml").write_text(version(1, 3, own=True), encoding="utf-8")
    elif edit == "removed":
        (root / "profile@2.toml").unlink()
    elif edit == "unknown version":
        text = version(3, 3, own=True, start="2027-01-01")
        (root / "profile@3.toml").write_text(text, encoding="utf-8")
    else:
        (root / "profile@2.toml").unlink()
        (root / "webir.toml").write_text('profile = "taipei-2017"\n', encoding="utf-8")
    clock.forward(days=9 * 365)
    with own() as workspace:
        with pytest.raises(RefusedError, match="U432"):
            draft(workspace, actor="arch-01")
        told = {code for code, _ in verify(workspace, "structure").beyond}
    expected = {"shortened": "U433", "removed": "U435", "unknown version": "U434", "another rule": "U435"}
    assert expected[edit] in told


def test_version_missing_after_a_restore_is_brought_back_with_its_file(
    reopen, workspace_root: Path, machine, papers, clock, write, tmp_path: Path
) -> None:
    with reopen() as workspace:
        file_records(workspace, "form_1_2", papers.applications(1))
    made = create_backup(reopen, tmp_path / "b.tar")
    clock.forward(days=8)
    second = write("second.toml", version(2, 5))
    with reopen() as workspace:
        adopt(workspace, second)
    restored = tmp_path / "restored"
    restore_backup(made.path, restored, newer=workspace_root / "archive")
    shutil.copytree(workspace_root / "keys", restored / "keys", dirs_exist_ok=True)
    with open_workspace(restored, machine=machine) as workspace:
        assert {code for code, _ in verify(workspace, "structure").beyond} == {"U435"}
        with pytest.raises(InputError, match="U431"):
            adopt(workspace, write("other.toml", version(2, 10)))
        size = len(acts(workspace))
        adopt(workspace, second)
        assert len(acts(workspace)) == size
    with open_workspace(restored, machine=machine) as workspace:
        assert verify(workspace, "full").fine


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (version(3, 5), "R351"),
        (version(2, 5).replace(f"applies_from = {FROM}\n", ""), "R361"),
        (version(2, 5).replace('id = "taipei-2017"', 'id = "other"', 1), "R350"),
        (version(2, 1), "R357"),
        ("no toml", "R112"),
    ],
    ids=["gap", "no day", "other id", "laxer", "no profile"],
)
def test_file_that_cannot_be_the_next_version_changes_nothing(workspace, write, text: str, code: str) -> None:
    before = sorted(path.name for path in workspace.root.iterdir()), acts(workspace)
    with pytest.raises(InputError, match="U430") as caught:
        adopt(workspace, write("next.toml", text))
    assert code in {detail.code for detail in caught.value.details}
    assert before == (sorted(path.name for path in workspace.root.iterdir()), acts(workspace))


def test_only_who_manages_people_adopts(workspace, write) -> None:
    add_person(workspace, "mgr-01", ("agency_manager",), "correct horse battery")
    add_person(workspace, "arch-01", ("archivist",), "correct horse battery", actor="mgr-01")
    with pytest.raises(RefusedError, match="U159"):
        adopt(workspace, write("second.toml", version(2, 5)), actor="arch-01")
    assert adopt(workspace, write("second.toml", version(2, 5)), actor="mgr-01").governs == "taipei-2017"


def test_own_rule_with_later_versions_comes_whole_into_a_new_workspace(
    tmp_path: Path, machine, workspace_root: Path, write
) -> None:
    first = write("own.toml", version(1, 5, own=True))
    write("own@2.toml", version(2, 10, own=True))
    root = tmp_path / "new"
    create_workspace(root, workspace_root / "agency.json", profile=str(first), machine=machine)
    with open_workspace(root, machine=machine) as workspace:
        assert [v.profile.version for v in list_versions(workspace) if v.as_entered] == [1, 2]
        assert workspace.profile.version == 1
        assert date(2026, 12, 1) == list_versions(workspace)[1].profile.applies_from
        assert verify(workspace, "full").fine
