"""There is one door to destruction: who else called it could destroy without the guard."""

from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[3] / "webir_records"


@pytest.mark.parametrize(
    ("call", "only"),
    [
        (".erase_permanently(", "services/destruction/execution.py"),
        (".destroy_permanently(", "archive/archive.py"),
    ],
)
def test_destroying_call_stands_in_one_file_only(call: str, only: str) -> None:
    found = [path for path in PACKAGE.rglob("*.py") if call in path.read_text(encoding="utf-8")]
    assert [path.relative_to(PACKAGE).as_posix() for path in found] == [only]
