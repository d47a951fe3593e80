import pytest

from webir_records.model.texts import SUPPORTED, Texts


@pytest.mark.parametrize("lang", SUPPORTED)
def test_every_supported_language_loads_when_installed(lang: str) -> None:
    assert Texts.load(lang).lang == lang


@pytest.mark.parametrize("lang", ["zh-Hans", "zh_Hant", "", "../en"])
def test_load_when_language_is_unknown_names_the_supported_ones(lang: str) -> None:
    with pytest.raises(ValueError, match="zh-Hant, en"):
        Texts.load(lang)


def test_text_fills_facts_given_by_name() -> None:
    assert (
        Texts.load("en").text("row {row}: {got}", row=7, got="O'Brien & 李<小>明")
        == "row 7: O'Brien & 李<小>明"
    )


@pytest.mark.parametrize("lang", SUPPORTED)
@pytest.mark.parametrize(
    "msgid", ["no such {thing} here", "{count:,} of {other.name}", "{a[key]}", "{{literal}}"]
)
def test_text_when_a_fact_is_missing_leaves_the_placeholder_visible(lang: str, msgid: str) -> None:
    assert Texts.load(lang).text(msgid) == msgid.replace("{{", "{").replace("}}", "}")


def test_text_of_nothing_is_nothing_and_not_the_catalogue_header() -> None:
    assert Texts.load("zh-Hant").text("") == ""


def test_a_fact_that_looks_like_a_placeholder_is_not_filled_again() -> None:
    assert Texts.load("en").text("got {value}", value="{inner}", inner="x") == "got {inner}"


def test_a_fact_may_be_called_msgid_or_self() -> None:
    assert Texts.load("en").text("{msgid}", msgid="x") == "x"
