"""README.md lists every sentence and every field, and its example is a real case."""

import re
import tomllib

from tests.disposal.acts import ACT
from tests.disposal.given import GIVEN
from tests.disposal.questions import QUESTION
from tests.disposal.reading import FOLDER, KEYS, load_cases
from tests.disposal.sentences import README, listed

TEXT = README.read_text(encoding="utf-8")


def test_every_sentence_is_listed() -> None:
    assert TEXT.endswith(listed()), "python -m tests.disposal.sentences writes the list anew"


def test_every_field_and_file_is_explained() -> None:
    assert [key for key in KEYS if not re.search(rf"^\| [^|]*{key}", TEXT, re.MULTILINE)] == []
    files = [path.name for path in FOLDER.glob("*.toml") if not path.name.startswith("practice-")]
    assert [name for name in files if name not in TEXT] == []


def test_example_is_a_case() -> None:
    example = tomllib.loads(TEXT.partition("```toml")[2].partition("```")[0])["案例"][0]
    case = next(case for case in load_cases() if case.title == example["題名"])
    assert (list(case.given), list(case.acts)) == (example["前提"], example["經過"])


def test_every_sentence_is_used() -> None:
    cases = load_cases()
    said = (
        (GIVEN, [sentence for case in cases for sentence in case.given]),
        (ACT, [act.partition(" → ")[0] for case in cases for act in case.acts]),
        (QUESTION, [case.question for case in cases]),
    )
    unused = [
        phrase.text
        for vocabulary, sentences in said
        for phrase in vocabulary.phrases
        if not any(map(phrase.pattern.fullmatch, sentences))
    ]
    assert unused == []
