"""The catalogues are complete, and the check that says so can fail."""

import gettext
import importlib.util
import io
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("catalogue_tool", ROOT / "tools/catalogue.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


catalogue = _load()


def _problems(po: str, *texts: str) -> list[str]:
    part = read_po(io.BytesIO(po.encode()), locale="zh_Hant_TW")
    return list(catalogue.translation_problems(dict.fromkeys(texts, "here"), [("a.po", part)]))


def test_every_text_has_a_translation_and_the_catalogues_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, "tools/catalogue.py", "check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("po", "problem"),
    [
        ("", "no translation"),
        ('msgid "row {row}"\nmsgstr ""\n', "empty translation"),
        ('#, fuzzy\nmsgid "row {row}"\nmsgstr "第 {row} 列"\n', "fuzzy"),
        ('msgid "row {row}"\nmsgstr "第 {line} 列"\n', "placeholders differ"),
        ('msgid "row {row}"\nmsgstr "第 {row 列"\n', "braces do not pair"),
        ('msgid "row {row}"\nmsgstr "这是 {row}"\n', "simplified Chinese: 这"),
        ('msgid "row {row}"\nmsgstr "第 {row} 列"\n\nmsgid "gone"\nmsgstr "沒了"\n', "no longer used"),
        ('msgid "row {row}"\nmsgstr "第 {row} 列"\n\n#~ msgid "old"\n#~ msgstr "舊"\n', "obsolete"),
    ],
)
def test_check_names_the_problem_when_a_translation_is_wrong(po: str, problem: str) -> None:
    found = _problems(po, "row {row}")
    assert len(found) == 1
    assert problem in found[0]


def test_check_lists_every_problem_at_once() -> None:
    assert len(_problems('msgid "a {x}"\nmsgstr "这"\n\nmsgid "z"\nmsgstr "z"\n', "a {x}", "b", "c")) == 5


def test_check_accepts_taiwanese_characters_and_full_width_marks() -> None:
    assert _problems('msgid "a"\nmsgstr "臺灣裏著台里后個堃𠮷，（「」）"\n', "a") == []


def test_check_refuses_a_code_that_two_rooms_define() -> None:
    found = list(catalogue.code_problems([("F101", "forms"), ("A101", "archive"), ("F101", "services")]))
    assert found == ["services: code F101 is already taken by forms"]


@pytest.mark.parametrize("code", ["F1", "f101", "F1O1", "FF01"])
def test_check_refuses_a_code_that_is_not_a_letter_and_three_digits(code: str) -> None:
    assert len(list(catalogue.code_problems([(code, "forms")]))) == 1


def test_texts_are_collected_from_calls_that_say_them_and_from_no_other() -> None:
    source = """
_("one {x}", x=1)
N_("two "
   "halves")
say(_("three" if many else "four"), ignored=_(variable))
self.texts.text("five", when=texts.text("six"))
table.text("key"); text("x"); _(f"{y}"); _("")
"""
    found = [text for _line, text in catalogue.texts_of(source)]
    assert sorted(found) == ["five", "four", "one {x}", "six", "three", "two halves"]


def test_compiled_catalogue_is_readable_by_gettext_and_keeps_every_text() -> None:
    entries = {"b {x}": "乙 {x}", "a": "甲𠮷", "z\nline": "多\n行"}
    compiled = gettext.GNUTranslations(io.BytesIO(catalogue.mo_bytes(entries)))
    assert {key: compiled.gettext(key) for key in entries} == entries


def test_compiled_catalogue_has_the_same_bytes_in_any_order_of_entries() -> None:
    entries = {"b": "乙", "a": "甲"}
    assert catalogue.mo_bytes(entries) == catalogue.mo_bytes(dict(reversed(entries.items())))
