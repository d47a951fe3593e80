"""Bags: the reference validator accepts them, proofs hold offline, and they come back in whole."""

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import bagit
import pytest

from signing.entries import Event, parse_entry
from signing.findings import Verdict
from webir_records.archive.bagit import BagWriter, open_bag
from webir_records.bootstrap import create_workspace, open_workspace
from webir_records.model.errors import FaultError, InputError, RefusedError
from webir_records.services.cancelling import cancel_accounts
from webir_records.services.context import Workspace
from webir_records.services.exporting.bags import Content, Wanted, export_bag
from webir_records.services.filing import file_records
from webir_records.services.importing.bags import import_bag
from webir_records.services.people import add_person
from webir_records.services.records import list_records, show_record
from webir_records.services.verifying import verify

ALL = Wanted(everything=True)


@pytest.fixture
def filed(workspace, papers) -> Workspace:
    """Three applications; one is annotated, so it has two versions."""
    file_records(workspace, "form_1_2", papers.applications(3))
    cancel_accounts(workspace, papers.cancellations(1))
    return workspace


def _files(bag: Path) -> set[str]:
    return {path.relative_to(bag).as_posix() for path in bag.rglob("*") if path.is_file()}


def test_bag_is_valid_for_the_reference_validator_and_for_sha256sum(filed, tmp_path) -> None:
    done = export_bag(filed, tmp_path / "bag", ALL)
    assert bagit.Bag(str(tmp_path / "bag")).validate(processes=1)
    checked = ["sha256sum", "-c", "--quiet", "--strict", "manifest-sha256.txt"]
    subprocess.run(checked, cwd=tmp_path / "bag", check=True)
    assert (len(done.records), len(done.lines)) == (3, 4)
    assert "data/records/1-2-115-0001_" in "".join(sorted(_files(tmp_path / "bag")))
    assert len([name for name in _files(tmp_path / "bag") if name.endswith("renditions/form.docx")]) == 4


def test_every_proof_in_the_bag_holds_offline_with_the_sealed_file(filed, tmp_path) -> None:
    export_bag(filed, tmp_path / "bag", Wanted(everything=True, content=Content.BOTH))
    data = tmp_path / "bag/data"
    lines = json.loads((data / "index.json").read_text())["versions"]
    assert len(lines) == 4
    key = (data / "ledger/log.vkey").read_text().strip()
    for line in lines:
        (sealed,) = (data / "sealed").rglob(f"{line['record']}.{line['version']}.sealed")
        proof = data / f"proofs/{line['record']}.{line['version']}.tlog-proof"
        command = [sys.executable, "-m", "signing", "proof", proof, "--key", key, "--sealed", sealed]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_index_opens_without_us_and_names_nobody(filed, tmp_path) -> None:
    export_bag(filed, tmp_path / "bag", ALL)
    data = tmp_path / "bag/data"
    table = (data / "index.csv").read_bytes()
    assert table.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(table.decode("utf-8-sig").splitlines()))
    assert [row["表單編號"] for row in rows] == [
        "1-2-115-0001",
        "1-2-115-0001",
        "1-2-115-0002",
        "1-2-115-0003",
    ]
    assert all((data / row["資料夾"] / "data.json").is_file() for row in rows)
    for name in ("index.csv", "index.html", "index.json"):
        text = (data / name).read_text("utf-8")
        assert "1-2-115-0003" in text
        assert not [needle for needle in ("林𠮷堃", "陳試驗", "ta1000") if needle in text]


def test_sealed_export_holds_nothing_in_the_clear(filed, tmp_path) -> None:
    export_bag(filed, tmp_path / "bag", Wanted(everything=True, content=Content.SEALED))
    everything = b"".join((tmp_path / "bag" / name).read_bytes() for name in _files(tmp_path / "bag"))
    assert not [name for name in _files(tmp_path / "bag") if "data.json" in name]
    assert "陳試驗".encode() not in everything
    assert b"ta1001" not in everything


def test_each_exported_record_has_its_entry_and_the_archive_stays_valid(filed, tmp_path) -> None:
    done = export_bag(filed, tmp_path / "bag", Wanted(("1-2-115-0001", "1-2-115-0002")))
    entries = [parse_entry(body) for _, body in filed.archive.ledger.bodies()]
    exported = [entry.string("record") for entry in entries if entry.event is Event.EXPORTED]
    assert sorted(exported) == sorted(done.records)
    assert verify(filed, "full").fine


def test_only_the_wanted_form_is_exported(filed, tmp_path) -> None:
    assert len(export_bag(filed, tmp_path / "bag", Wanted(form="form_1_2")).records) == 3
    with pytest.raises(InputError, match="U237"):
        export_bag(filed, tmp_path / "other", Wanted(form="form_2"))


@pytest.mark.parametrize(
    ("wanted", "target", "code"),
    [
        (Wanted(), "bag", "U237"),
        (Wanted(("nobody", "1-2-115-0001", "none")), "bag", "U238"),
        (ALL, "workspace/out/bag", "U236"),
        (ALL, "full", "U121"),
    ],
)
def test_what_cannot_be_exported_is_named_and_nothing_is_entered(
    filed, tmp_path, wanted: Wanted, target: str, code: str
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/mine").write_text("mine")
    before = filed.archive.ledger.head()
    with pytest.raises(InputError) as caught:
        export_bag(filed, tmp_path / target, wanted)
    assert caught.value.code == code
    assert filed.archive.ledger.head() == before
    assert (code != "U238") or [detail.facts["record"] for detail in caught.value.details] == [
        "nobody",
        "none",
    ]


def test_bag_that_meets_a_damaged_record_is_no_bag(filed, tmp_path) -> None:
    max((filed.root / "archive/records").rglob("*.sealed")).write_bytes(b"changed")
    with pytest.raises(FaultError, match="A151"):
        export_bag(filed, tmp_path / "bag", ALL)
    assert not (tmp_path / "bag/bagit.txt").exists()
    with pytest.raises(bagit.BagError):
        bagit.Bag(str(tmp_path / "bag"))


def test_unit_manager_may_not_export(filed, tmp_path) -> None:
    add_person(filed, "unit-01", ("unit_manager",), "correct horse battery")
    with pytest.raises(RefusedError, match="U159"):
        export_bag(filed, tmp_path / "bag", ALL, actor="unit-01")
    assert not (tmp_path / "bag").exists()


# --- reading bags


def _bag(tmp_path: Path) -> Path:
    writer = BagWriter(tmp_path / "bag")
    writer.add("a.txt", b"one")
    writer.add("深/𠮷.txt", b"two")
    writer.finish({"Source-Organization": "臺北市政府試驗局"})
    return tmp_path / "bag"


def test_own_bags_and_those_of_the_reference_library_are_read(tmp_path) -> None:
    bag = _bag(tmp_path)
    assert bagit.Bag(str(bag)).is_valid()
    assert open_bag(bag).payload == {"a.txt": 3, "深/𠮷.txt": 3}
    other = tmp_path / "other"
    (other / "sub").mkdir(parents=True)
    (other / "sub/b%20.txt").write_bytes(b"three")
    bagit.make_bag(str(other), {"Contact-Name": "x"}, checksums=["sha512", "sha256"])
    assert open_bag(other).payload == {"sub/b%20.txt": 5}


def test_percent_and_line_end_in_a_name_are_written_as_the_standard_says(tmp_path) -> None:
    writer = BagWriter(tmp_path / "bag")  # the reference library does not encode the percent sign
    for name in ("50%.txt", "a%0Ab", "line\nend"):
        writer.add(name, b"")
    writer.finish({})
    manifest = (tmp_path / "bag/manifest-sha256.txt").read_text()
    assert [line.split("  ")[1] for line in manifest.splitlines()] == [
        "data/50%25.txt",
        "data/a%250Ab",
        "data/line%0Aend",
    ]
    assert set(open_bag(tmp_path / "bag").payload) == {"50%.txt", "a%0Ab", "line\nend"}


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "changed": (lambda bag: (bag / "data/a.txt").write_bytes(b"ONE"), "U234"),
    "gone": (lambda bag: (bag / "data/a.txt").unlink(), "U233"),
    "more": (lambda bag: (bag / "data/b.txt").write_bytes(b""), "U235"),
    "link": (lambda bag: (bag / "data/l").symlink_to("a.txt"), "U232"),
    "linked folder": (lambda bag: (bag / "data/d").symlink_to(bag), "U232"),
    "no manifest": (lambda bag: (bag / "manifest-sha256.txt").unlink(), "U231"),
    "no declaration": (lambda bag: (bag / "bagit.txt").write_text("x"), "U231"),
    "fetch": (lambda bag: (bag / "fetch.txt").write_text("http://example.org - data/x\n"), "U231"),
    "outside": (lambda bag: _append(bag / "manifest-sha256.txt", f"{'0' * 64}  data/../../x\n"), "U232"),
    "info": (lambda bag: _append(bag / "bag-info.txt", "X: y\n"), "U234"),
}


def _append(path: Path, text: str) -> None:
    path.write_text(path.read_text("utf-8") + text, "utf-8")


@pytest.mark.parametrize("name", DAMAGE)
def test_everything_wrong_with_a_bag_is_found(tmp_path, name: str) -> None:
    bag = _bag(tmp_path)
    damage, code = DAMAGE[name]
    damage(bag)
    with pytest.raises(InputError, match="U230") as caught:
        open_bag(bag)
    assert code in {detail.code for detail in caught.value.details}


# --- coming back in


@pytest.fixture
def other_agency(tmp_path, machine, workspace_root) -> Path:
    create_workspace(tmp_path / "other", workspace_root / "agency.json", machine=machine)
    return tmp_path / "other"


def test_bag_is_imported_by_another_archive_with_versions_periods_and_proofs(
    filed, tmp_path, other_agency, machine
) -> None:
    export_bag(filed, tmp_path / "bag", ALL)
    expected = {(r.version, r.due, r.trigger) for r in list_records(filed)}
    with open_workspace(other_agency, machine=machine) as workspace:
        done = import_bag(workspace, tmp_path / "bag")
        assert (len(done.filed), done.origin) == (3, filed.archive.ledger.origin)
        records = list_records(workspace)
        assert {(r.version, r.due, r.trigger) for r in records} == expected
        view = show_record(workspace, done.filed[0].record)
        assert view.data["name"] == "林𠮷堃"
        assert {"renditions/form.docx", "attachments/source.tlog-proof"} <= set(view.files)
        package = workspace.archive.read(done.filed[0].record)
        source = package.record["imported"]
        assert isinstance(source, dict)
        assert (source["form_no"], source["version"]) == ("1-2-115-0001", 2)
        again = import_bag(workspace, tmp_path / "bag")
        assert (len(again.filed), len(again.already)) == (0, 3)
        assert verify(workspace, "full").report.verdict is Verdict.VALID


def test_own_bag_is_not_filed_twice(filed, tmp_path) -> None:
    export_bag(filed, tmp_path / "bag", ALL)
    done = import_bag(filed, tmp_path / "bag")
    assert (done.filed, len(done.already), len(list_records(filed))) == ((), 3, 3)


def _rebagged(bag: Path, change: Callable[[Path], object]) -> None:
    """Change something and make the digests right again, as a forger would."""
    change(bag / "data")
    for tag in bag.glob("*.txt"):
        tag.unlink()
    payload = shutil.move(bag / "data", bag.parent / "payload")
    shutil.rmtree(bag)
    writer = BagWriter(bag)
    for path in sorted(Path(payload).rglob("*")):
        if path.is_file():
            writer.add(path.relative_to(payload).as_posix(), path.read_bytes())
    writer.finish({})


def _other_digest(data: Path) -> None:
    index = (data / "index.json").read_text("utf-8")
    digest = json.loads(index)["versions"][0]["sealed_sha256"]
    (data / "index.json").write_text(index.replace(digest, "0" * 64), "utf-8")


FORGERIES: dict[str, tuple[Callable[[Path], object], str]] = {
    "proof gone": (lambda data: min((data / "proofs").iterdir()).unlink(), "U240"),
    "proofs swapped": (
        lambda data: shutil.copy(min((data / "proofs").iterdir()), max((data / "proofs").iterdir())),
        "U240",
    ),
    "other digest": (_other_digest, "U240"),
    "data gone": (lambda data: min(data.rglob("data.json")).unlink(), "U240"),
    "no index": (lambda data: (data / "index.json").unlink(), "U248"),
    "index of something else": (lambda data: (data / "index.json").write_text("{}"), "U251"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_bag_with_right_digests_and_a_wrong_story_is_refused_and_nothing_is_filed(
    filed, tmp_path, other_agency, machine, name: str
) -> None:
    export_bag(filed, tmp_path / "bag", ALL)
    change, code = FORGERIES[name]
    _rebagged(tmp_path / "bag", change)
    assert bagit.Bag(str(tmp_path / "bag")).is_valid()
    with open_workspace(other_agency, machine=machine) as workspace:
        with pytest.raises(InputError) as caught:
            import_bag(workspace, tmp_path / "bag")
        assert caught.value.code == code
        assert list_records(workspace) == ()


def test_sealed_bag_cannot_be_imported(filed, tmp_path) -> None:
    export_bag(filed, tmp_path / "bag", Wanted(everything=True, content=Content.SEALED))
    with pytest.raises(InputError, match="U249"):
        import_bag(filed, tmp_path / "bag")
