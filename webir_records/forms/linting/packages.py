"""Open a template without trusting it: what kind it is, its parts as XML, or why it cannot be opened."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from webir_records.forms.linting.model import Element
from webir_records.forms.linting.odf_grammar import CONTENT, STYLES
from webir_records.forms.linting.report import Finding, Place
from webir_records.forms.linting.word_grammar import TYPES, word_stories
from webir_records.forms.templating.package import Kind, Package, read_package
from webir_records.forms.templating.xml_parts import BrokenXmlError, UnsafeXmlError, parse
from webir_records.model.errors import InputError

_FINDINGS: Final[Mapping[str, str]] = {
    "F303": "F400",
    "F327": "F400",
    "F322": "F401",
    "F321": "F402",
    "F323": "F403",
    "F324": "F403",
    "F320": "F404",
}
"""What the engine's reader refuses, and the finding that says the same to somebody who knows only Word."""

_USUAL: Final[Mapping[str, tuple[str, ...]]] = {
    "docx": ("docx", "docm", "dotx", "dotm"),
    "odt": ("odt", "ott"),
}
_NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "docx": (TYPES, "_rels/.rels"),
    "odt": ("META-INF/manifest.xml", CONTENT),
}
"""Parts without which no program can open a file of that kind."""

_STYLES_OF_WORD: Final = "word/styles.xml"


class UnreadableError(Exception):
    """A template cannot be opened; carries what to say about it."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(*(finding.code for finding in findings))
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Opened:
    """A template that could be opened.

    Attributes:
        main: name of the part that holds the body.
        stories: the parts of a docx that hold text, and what each of them is.
        parts: the XML parts that hold text or styles, parsed.
        stored: all parts as they are stored.
    """

    kind: Kind
    main: str
    stories: Mapping[str, Place]
    parts: Mapping[str, Element]
    stored: Mapping[str, bytes]


def open_package(data: bytes, name: str) -> Opened:
    """Open a template.

    Raises:
        UnreadableError: it is none, or it is damaged, encrypted, too large or made to do harm.
    """
    try:
        package = read_package(data, name)
    except InputError as error:
        code = _FINDINGS.get(error.code, "F403")
        raise UnreadableError((Finding(code, {"part": name}),)) from error
    except IndexError as error:  # zipfile of Python 3.11: a member without a name
        raise UnreadableError((Finding("F403", {"part": name}),)) from error
    lost = next((part for part in _NEEDED[package.kind] if part not in package.contents), "")
    if lost:
        raise UnreadableError((Finding("F403", {"part": lost}, Place(part=lost)),))
    stories = _stories(package)
    main = next((name for name, place in stories.items() if place.story == "body"), "")
    if main not in package.contents:
        raise UnreadableError((Finding("F400"),))
    return Opened(package.kind, main, stories, _parse_all(package, stories), package.contents)


def _stories(package: Package) -> dict[str, Place]:
    if package.kind == "odt":
        return {CONTENT: Place(part=CONTENT, story="body"), STYLES: Place(part=STYLES, story="header")}
    types = _parse(package.contents[TYPES])
    if isinstance(types, str):
        raise UnreadableError((Finding(types, {"part": TYPES}),))
    return word_stories(types)


def wrong_name(name: str, kind: Kind) -> Finding | None:
    """Return a finding when the name of the file says another format than its content."""
    suffix = PurePath(name).suffix.lower().removeprefix(".")
    if not suffix or suffix in _USUAL[kind]:
        return None
    return Finding("F406", {"got": suffix, "expected": kind})


def _parse_all(package: Package, stories: Mapping[str, Place]) -> dict[str, Element]:
    parts: dict[str, Element] = {}
    findings: list[Finding] = []
    for name, content in package.contents.items():
        if name not in stories and name != _STYLES_OF_WORD:
            continue
        root = _parse(content)
        if isinstance(root, str):
            findings.append(Finding(root, {"part": name}, Place(part=name)))
        else:
            parts[name] = root
    if findings:
        raise UnreadableError(tuple(findings))
    return parts


def _parse(data: bytes) -> Element | str:
    """Return the parsed part, or the code of what is wrong with it."""
    try:
        return parse(data, keep_blanks=True)
    except UnsafeXmlError:
        return "F405"
    except BrokenXmlError:
        return "F403"
