import pytest
from hypothesis import given
from hypothesis import strategies as st

from webir_records.cli.arguments import split_arguments


@pytest.mark.parametrize(
    "words",
    [
        ["-w", "box", "records", "list"],
        ["-wbox", "records", "list"],
        ["-w=box", "records", "list"],
        ["--workspace", "box", "records", "list"],
        ["records", "list", "--workspace=box"],
        ["records", "-w", "box", "list"],
    ],
)
def test_workspace_is_found_in_every_spelling_and_place(words: list[str]) -> None:
    options = split_arguments(words)
    assert (options.workspace, options.rest) == ("box", ("records", "list"))


def test_four_options_are_taken_out_together() -> None:
    options = split_arguments(
        ["verify", "--json", "--as", "aud-01", "--lang", "en", "-w", "box", "--level", "full"]
    )
    assert (options.json, options.actor, options.lang, options.workspace) == (True, "aud-01", "en", "box")
    assert options.rest == ("verify", "--level", "full")


def test_option_without_its_value_is_named() -> None:
    assert split_arguments(["records", "list", "--as"]).missing == ("--as",)


def test_nothing_after_two_dashes_is_taken() -> None:
    options = split_arguments(["forms", "check", "--", "--json"])
    assert (options.json, options.rest) == (False, ("forms", "check", "--", "--json"))


@given(words=st.lists(st.sampled_from(["records", "list", "--form", "form_1_2", "-o", "out", "表"])))
def test_words_that_are_not_ours_pass_unchanged(words: list[str]) -> None:
    assert split_arguments(words).rest == tuple(words)
