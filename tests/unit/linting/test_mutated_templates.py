"""One slip anywhere in a good template is either found, or changes nothing that the template asks for."""

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from webir_records.forms.linting import lint
from webir_records.forms.linting.scanner import scan
from webir_records.forms.spec_types import FormSpec
from webir_records.forms.templating import CompiledTemplate

SIGNS = "{}%｛｝％#|.'“ \u3000\u200b　空x=()" + "trpc"
PLACES = [(0, 0), (1, 0), (2, 0), (2, 1), (2, 2), (2, 3)]


def slip(blocks: list[Any], place: tuple[int, int], position: float, sign: str | None) -> list[Any]:
    """Insert a sign into one text of a template, or take one away."""

    def changed(text: str) -> str:
        at = int(position * len(text))
        return text[:at] + text[at + 1 :] if sign is None else text[:at] + sign + text[at:]

    copied: list[Any] = [
        block if isinstance(block, str) else [list(row) for row in block] for block in blocks
    ]
    block, cell = place
    if block < 2:
        copied[block] = changed(copied[block])
    else:
        row, column = [(0, 0), (1, 0), (1, 1), (2, 0)][cell]
        copied[block][row][column] = changed(copied[block][row][column])
    return copied


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    kind=st.sampled_from(["docx", "odt"]),
    place=st.sampled_from(PLACES),
    position=st.floats(0, 0.999),
    sign=st.none() | st.sampled_from(SIGNS),
)
def test_one_slip_is_found_or_harmless(
    template: Callable[..., bytes],
    good: list[Any],
    spec: FormSpec,
    kind: str,
    place: tuple[int, int],
    position: float,
    sign: str | None,
) -> None:
    data = template(kind, slip(good, place, position, sign))
    report = lint(data, f"form.{kind}", spec, ask_engine=False)
    if not report.errors:
        names = CompiledTemplate.compile(data, f"form.{kind}").names
        assert names == CompiledTemplate.compile(template(kind, good), f"form.{kind}").names


@given(st.text(alphabet="{}%#｛｝％ ab'\"“_-\u2060\n", max_size=40))
def test_any_text_can_be_scanned_and_tags_lie_in_order(text: str) -> None:
    found = scan(text, {"a"})
    ends = [0]
    for tag in found.tags:
        assert tag.start >= ends[-1]
        assert text[tag.start : tag.end] == tag.raw
        ends.append(tag.end)
    assert all(0 <= t.start < t.end <= len(text) for t in found.troubles)
