"""Forms come from several folders: the agency's own before the shipped one."""

import hashlib
from pathlib import Path

import pytest

from webir_records.forms.specs import Kind, list_forms, load_form
from webir_records.model.errors import InputError

SHIPPED = """
[form]
id = "{id}"
number = "{number}"
title = "{title}"
set = "taipei-2017"
kind = "letter"

[[field]]
key = "name"
label = "姓名"
type = "str"
"""


def _put(
    folder: Path, form: str, *, title: str = "隨附", number: str = "", layouts: str = "docx odt"
) -> Path:
    """Put a form into a folder of forms; its layouts are only looked for, not read as documents."""
    place = folder / form
    place.mkdir(parents=True)
    (place / "fields.toml").write_text(SHIPPED.format(id=form, number=number, title=title), encoding="utf-8")
    for kind in layouts.split():
        (place / f"form.{kind}").write_bytes(kind.encode())
    return place


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    folder = tmp_path / "shipped"
    _put(folder, "memo", number="簽")
    _put(folder, "register", number="附表二")
    return folder


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    return folder


def test_form_knows_its_set_its_kind_and_its_layouts(shipped: Path) -> None:
    spec = load_form("memo", shipped)
    assert (spec.form_set, spec.kind, spec.layout_kinds) == ("taipei-2017", Kind.LETTER, ("docx", "odt"))
    assert spec.layout_for("odt") == shipped / "memo/form.odt"
    assert spec.layout_path == shipped / "memo/form.docx"


def test_form_with_an_odt_layout_alone_can_be_filled(shipped: Path) -> None:
    _put(shipped, "odt_only", layouts="odt")
    _put(shipped, "bare", layouts="")
    assert load_form("odt_only", shipped).fillable
    assert not load_form("bare", shipped).fillable


def test_form_of_the_agency_takes_the_place_of_the_shipped_one(shipped: Path, own: Path) -> None:
    _put(own, "memo", title="本機關之簽", layouts="")
    spec = load_form("memo", own, shipped)
    assert (spec.title, spec.folder, spec.layout_kinds) == ("本機關之簽", own / "memo", ())
    assert load_form("memo", shipped, own).title == "隨附"


def test_form_of_the_agency_is_added_to_the_shipped_ones(shipped: Path, own: Path) -> None:
    _put(own, "application", number="附表一")
    assert [spec.id for spec in list_forms(own, shipped)] == ["application", "memo", "register"]
    assert load_form("附表一", own, shipped).id == "application"


def test_folder_with_a_layout_alone_replaces_every_layout_of_the_shipped_form(
    shipped: Path, own: Path
) -> None:
    (own / "memo").mkdir()
    (own / "memo/form.odt").write_bytes(b"mine")
    spec = load_form("memo", own, shipped)
    assert spec.layout_for("odt") == own / "memo/form.odt"
    assert spec.layout_kinds == ("odt",)  # the shipped docx is another layout: it may not be mixed with this
    assert spec.folder == shipped / "memo"
    assert (spec.layout, spec.layout_version) == ("official", hashlib.sha256(b"mine").hexdigest()[:12])
    assert list_forms(own, shipped)[0] == spec


def test_own_folder_that_is_not_there_counts_as_empty(shipped: Path, tmp_path: Path) -> None:
    assert list_forms(tmp_path / "nothing", shipped) == list_forms(shipped)
    assert load_form("memo", tmp_path / "nothing", shipped) == load_form("memo", shipped)


def test_folder_without_documents_and_hidden_folders_are_passed_over(shipped: Path, own: Path) -> None:
    for name in (".git", "__pycache__", "drafts"):
        (own / name).mkdir()
        (own / name / "note.txt").write_text("x", encoding="utf-8")
    assert list_forms(own, shipped) == list_forms(shipped)


def test_layout_in_a_folder_that_is_no_form_is_refused_by_name(shipped: Path, own: Path) -> None:
    (own / "memmo").mkdir()
    (own / "memmo/form.docx").write_bytes(b"mine")
    with pytest.raises(InputError) as raised:
        list_forms(own, shipped)
    assert raised.value.code == "F205"
    assert raised.value.facts == {"path": str(own / "memmo"), "form": "memmo", "expected": "memo、register"}


def test_layout_by_another_name_is_refused_and_not_passed_over(shipped: Path, own: Path) -> None:
    (own / "memo").mkdir()
    (own / "memo/簽（新版）.docx").write_bytes(b"mine")
    with pytest.raises(InputError) as raised:
        load_form("memo", own, shipped)
    assert raised.value.code == "F206"
    assert raised.value.facts["path"] == str(own / "memo")
    assert raised.value.facts["got"] == "簽（新版）.docx"


def test_mistake_in_a_form_of_the_agency_names_its_file(shipped: Path, own: Path) -> None:
    place = _put(own, "memo")
    (place / "fields.toml").write_text('[form]\nid = "other"\n', encoding="utf-8")
    with pytest.raises(InputError) as raised:
        load_form("memo", own, shipped)
    assert raised.value.code == "F202"
    assert raised.value.facts == {"path": str(place / "fields.toml")}
    mistakes = [
        (detail.code, detail.facts.get("key") or detail.facts["problem"]) for detail in raised.value.details
    ]
    assert mistakes == [("F208", "title"), ("F219", "form: id is 'other' but the folder is 'memo'")]


def test_file_that_is_not_toml_is_named_with_the_place(shipped: Path, own: Path) -> None:
    place = _put(own, "memo")
    (place / "fields.toml").write_text("[form]\nid = memo\n", encoding="utf-8")
    with pytest.raises(InputError) as raised:
        load_form("memo", own, shipped)
    assert raised.value.facts == {"path": str(place / "fields.toml")}
    assert "line 2" in raised.value.details[0].facts["problem"]


def test_number_that_two_forms_have_is_not_guessed(shipped: Path, own: Path) -> None:
    _put(own, "second_register", number="附表二")
    with pytest.raises(InputError) as raised:
        load_form("附表二", own, shipped)
    assert raised.value.code == "F207"
    assert raised.value.facts["expected"] == "register、second_register"


@pytest.mark.parametrize("name", ["nothing", "..", ".", "", "../shipped/memo"])
def test_form_that_is_nowhere_is_refused_with_the_known_ones(shipped: Path, own: Path, name: str) -> None:
    with pytest.raises(InputError) as raised:
        load_form(name, own, shipped)
    assert raised.value.code == "F201"
    assert raised.value.facts["expected"] == "memo、register"
