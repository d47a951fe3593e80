"""A document that is read quickly, beside one that was taken apart, is read the same."""

from collections import Counter
from collections.abc import Callable

import pytest

from webir_records.forms.docx_package import read_parts, write_parts
from webir_records.forms.printing.patterns import DIALECTS, Reader
from webir_records.forms.printing.source import Kind

FORMS = ("form_1_1", "form_1_2", "form_2", "form_3", "form_4")
Fill = Callable[[str, str, int], dict[str, bytes]]


@pytest.mark.parametrize("kind", ["docx", "odt"])
@pytest.mark.parametrize("form", FORMS)
def test_quick_reading_agrees_with_taking_apart(form: str, kind: Kind, filled_forms: Fill) -> None:
    documents = [read_parts(data, kind) for data in filled_forms(form, kind, 3).values()]
    reader = Reader()
    quick = [reader.read(str(number), kind, parts) for number, parts in enumerate(documents)]
    assert len(reader._patterns) == 1
    for source, parts in zip(quick, documents, strict=True):
        alone = DIALECTS[kind].read(source.name, parts)
        assert (source.skeleton, source.images) == (alone.skeleton, alone.images)
        assert source.pieces == alone.pieces
        assert [slot.text for slot in source.slots] == [slot.text for slot in alone.slots]
        said, all_said = Counter(source.text), Counter(alone.text)
        assert {c: n for c, n in said.items() if not c.isspace()} == {
            c: n for c, n in all_said.items() if not c.isspace()
        }
    assert len({source.slots for source in quick}) == 3


def test_other_structure_is_another_skeleton(filled_forms: Fill) -> None:
    (data,) = filled_forms("form_3", "docx", 1).values()
    parts = read_parts(data, "docx")
    reader = Reader()
    first = reader.read("a", "docx", parts)
    body = parts["word/document.xml"]
    for old, new in (
        (b"<w:keepNext/>", b""),
        (b'w:val="FormValue"', b'w:val="FormLabel"'),
        ("附件3".encode(), "附件9".encode()),
    ):
        assert old in body
        changed = {**parts, "word/document.xml": body.replace(old, new, 1)}
        other = Reader().read("b", "docx", read_parts(write_parts(changed), "docx"))
        assert reader.read("b", "docx", changed).skeleton == other.skeleton
        same_but_text = old.startswith("附件".encode())
        assert (other.skeleton == first.skeleton) is same_but_text
