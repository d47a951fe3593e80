"""Every sentence that the cases may use; run this file to write them into README.md."""

from pathlib import Path
from typing import Final

import tests.disposal.acts_added
import tests.disposal.acts_filed
import tests.disposal.acts_reports
import tests.disposal.given_batch
from tests.disposal.acts import ACT
from tests.disposal.given import GIVEN
from tests.disposal.questions import QUESTION

README: Final = Path(__file__).with_name("README.md")
START: Final = "### 前提\n"
assert tests.disposal.acts_added
assert tests.disposal.acts_filed
assert tests.disposal.acts_reports
assert tests.disposal.given_batch


def listed() -> str:
    """Return the last part of README.md: all sentences by kind."""
    return "\n".join(
        f"### {one.kind}\n\n" + "".join(f"- {phrase.text}\n" for phrase in one.phrases)
        for one in (GIVEN, ACT, QUESTION)
    )


def write() -> None:
    """Write the sentences into README.md."""
    text = README.read_text(encoding="utf-8").partition(START)[0]
    README.write_text(text + listed(), encoding="utf-8")


if __name__ == "__main__":
    write()
