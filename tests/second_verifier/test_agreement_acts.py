"""The verifier written from docs/spec alone says the same of terms, authorities, keys and the clock."""

import json
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.tamper import acts_of_people, acts_of_retention
from tests.tamper.conftest import codes, start_archive

if TYPE_CHECKING:
    from tests.tamper.conftest import Builder

SECOND: Final = runpy.run_path(
    str(Path(__file__).resolve().parent / "verifier.py"), run_name="second_verifier"
)
ACTS: Final = [*acts_of_retention.ACTS, *acts_of_people.ACTS]


@pytest.mark.parametrize("act", [act for act, *_ in ACTS], ids=[act.__name__ for act, *_ in ACTS])
def test_both_say_the_same_of_an_act(
    act: "Callable[[Builder], object]", tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    builder = start_archive(tmp_path / "archive")
    act(builder)
    builder.publish()
    ours = builder.verify()
    SECOND["main"]([str(builder.root), "--key", builder.vkey])
    theirs: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert theirs["verdict"] == ours.verdict.value
    assert {f["code"] for f in theirs["findings"]} == {code.partition(".")[0] for code in codes(ours)}
    assert theirs["records"] == ours.records
