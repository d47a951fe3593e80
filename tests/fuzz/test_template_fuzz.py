"""Whatever a template is, compiling and filling gives a document that opens, or an error with a code."""

import io
import random
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from webir_records.forms.messages import MESSAGES
from webir_records.forms.templating import CompiledTemplate
from webir_records.forms.templating.qr_code import qr_png
from webir_records.model.errors import FaultError, InputError

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
SEEDS = [TEMPLATES / f"{form}/form.{kind}" for form in ("form_1_2", "form_4") for kind in ("docx", "odt")]
ROUNDS = 60
ROW: dict[str, Any] = {"a": "王&<小>明", "b": "2\n3", "k": ""}
IMAGES = {"qr": qr_png("x")}


class _Anything(dict[str, Any]):
    """Stands for the data of any form: whatever is asked for is there."""

    def __missing__(self, name: str) -> str:
        return f"值{name}"


def _survives(layout: bytes, values: dict[str, Any] | None = None) -> bool:
    """Compile and fill; True if a document came out, which then must be whole."""
    try:
        template = CompiledTemplate.compile(layout, "x")
        wanted = values if values is not None else {name: _Anything()[name] for name in template.names}
        document = template.render(wanted, IMAGES)
    except InputError as error:
        return _refused(error)
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        assert package.testzip() is None
        for name in ("word/document.xml", "content.xml"):
            if name in package.namelist():
                etree.fromstring(package.read(name), etree.XMLParser(huge_tree=True))
    return True


def _refused(error: InputError) -> bool:
    assert error.code.startswith("F3")
    assert error.code in MESSAGES
    assert all(detail.code in MESSAGES for detail in error.details)
    return False


@pytest.mark.parametrize("seed", SEEDS, ids=lambda path: f"{path.parent.name}-{path.suffix[1:]}")
def test_mutated_bytes_of_a_template_never_crash(seed: Path) -> None:
    chance = random.Random(f"{seed.parent.name}{seed.suffix}")  # noqa: S311 - the same mutations every time
    whole = seed.read_bytes()
    for _ in range(ROUNDS):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        if chance.random() < 0.2:
            del data[chance.randrange(len(data)) :]
        _survives(bytes(data))


@pytest.mark.parametrize("seed", SEEDS, ids=lambda path: f"{path.parent.name}-{path.suffix[1:]}")
def test_mutated_xml_of_a_template_never_crashes(seed: Path) -> None:
    """Mutations of the packed bytes hardly get past the checksum; these reach the compiler."""
    chance = random.Random(f"{seed.parent.name}{seed.suffix}xml")  # noqa: S311 - as above
    body = "word/document.xml" if seed.suffix == ".docx" else "content.xml"
    with zipfile.ZipFile(seed) as package:
        members = {name: package.read(name) for name in package.namelist()}
    pieces = [
        b"{{",
        b"}}",
        b"{%",
        b"%}",
        b"{%tr ",
        b"endfor",
        b"if ",
        b"<",
        b">",
        b'"',
        b"&",
        b"|",
        b"{#",
        b"\xff",
    ]
    survived = 0
    for _ in range(ROUNDS // 3):
        data = bytearray(members[body])
        place = chance.randrange(len(data))
        data[place : place + chance.randint(0, 40)] = b"".join(chance.choices(pieces, k=chance.randint(0, 3)))
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as package:
            for name, content in members.items():
                package.writestr(name, bytes(data) if name == body else content)
        survived += _survives(buffer.getvalue())
    assert survived < ROUNDS // 3  # the mutations do reach the compiler


_TOKENS = st.sampled_from(
    [
        *(
            "{{ a }}",
            "{{ r.a }}",
            "{{ b }}",
            "{% for r in rows %}",
            "{% endfor %}",
            "{% if a %}",
            "{% else %}",
        ),
        *(
            "{% endif %}",
            "{%p for r in rows %}",
            "{%p endfor %}",
            "{%p if k %}",
            "{%p endif %}",
            "{%tr if a %}",
        ),
        *(
            "{{ a",
            "}}",
            "{%",
            "%}",
            "{#",
            "#}",
            "{{ qr }}",
            "{{ rows }}",
            "{{ a | upper }}",
            "{{ 1/0 }}",
            "{_{",
        ),
        *("{{ a.b.c }}", "{% set x = a %}{{ x }}", "{%- if a -%}", "｛｛ a ｝｝", "文字", "\n", " "),
        *(
            "{{ range(9)|join }}",
            "{{ loop.index }}",
            "{%r if a %}",
            "{%tc for r in rows %}",
            "{% vm %}",
            "{% hm %}",
        ),
    ]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cells=st.lists(st.lists(_TOKENS, max_size=4), min_size=1, max_size=8))
def test_any_soup_of_tags_is_a_document_or_an_error(cells: list[list[str]]) -> None:
    document = docx.Document()
    table = document.add_table(rows=2, cols=2)
    places = [*(cell.paragraphs[0] for row in table.rows for cell in row.cells)]
    for number, tokens in enumerate(cells):
        paragraph = places[number] if number < len(places) else document.add_paragraph()
        for token in tokens:
            paragraph.add_run(token)
    buffer = io.BytesIO()
    document.save(buffer)
    try:
        _survives(buffer.getvalue(), {"a": ROW["a"], "b": ROW["b"], "k": "", "rows": [ROW, ROW]})
    except FaultError as error:
        raise AssertionError(f"not read back: {error} {cells}") from error
