"""Whatever the file is, the linter answers with a report, and soon."""

import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from webir_records.forms.linting import LintReport, lint
from webir_records.forms.spec_types import FormSpec

Make = Callable[..., bytes]


@pytest.mark.parametrize(
    "text",
    [
        "{{ " + "unit+" * 3000 + "unit }}",
        "{{ " + "(" * 3000 + "unit" + ")" * 3000 + " }}",
        "{{ " + "unit|upper" + "|upper" * 2000 + " }}",
        "{% if unit %}" * 1500,
        "{{ " * 3000,
        "｛｛ unit ｝｝" * 1500,
    ],
    ids=["operators", "brackets", "filters", "blocks", "openers", "full-width"],
)
def test_endless_tags_are_errors_and_cost_little(
    template: Make, good: list[Any], spec: FormSpec, text: str
) -> None:
    data = template("docx", [*good, text])
    start = time.process_time()
    assert lint(data, "form.docx", spec).errors
    assert time.process_time() - start < 10


def test_many_rows_and_formats_cost_little(word: Make, spec: FormSpec) -> None:
    runs = "".join(
        f'<w:r><w:rPr><w:sz w:val="{n}"/></w:rPr><w:t>{{{{ unit }}}}</w:t></w:r>' for n in range(3000)
    )
    rows = "".join(
        f"<w:tr><w:tc><w:p><w:r><w:t>{{%tr {word_} %}}</w:t></w:r></w:p></w:tc></w:tr>"
        for word_ in ("if unit", "endif")
    )
    data = word(f"<w:p>{runs}</w:p><w:tbl>{rows * 1500}</w:tbl>")
    start = time.process_time()
    assert lint(data, "form.docx", spec, ask_engine=False).findings == ()
    assert time.process_time() - start < 10


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    kind=st.sampled_from(["docx", "odt"]),
    changes=st.lists(st.tuples(st.floats(0, 0.9999), st.integers(0, 255)), min_size=1, max_size=4),
    cut=st.none() | st.floats(0, 1),
)
def test_any_damage_gives_a_report(
    template: Callable[[str, Sequence[Any]], bytes],
    good: list[Any],
    spec: FormSpec,
    kind: str,
    changes: list[tuple[float, int]],
    cut: float | None,
) -> None:
    data = bytearray(template(kind, good))
    for place, byte in changes:
        data[int(place * len(data))] = byte
    end = len(data) if cut is None else int(cut * len(data))
    report = lint(bytes(data[:end]), f"form.{kind}", spec)
    assert isinstance(report, LintReport)
    assert report.kind or report.errors
