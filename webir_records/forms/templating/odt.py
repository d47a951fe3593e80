"""Prepare an OpenDocument text: which parts have tags, what is wrong with them, what else changes."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

from webir_records.forms.templating.escaping import tidy_xml
from webir_records.forms.templating.gaps import ODT, can_leave_gaps
from webir_records.forms.templating.hidden_tags import OUTSIDE
from webir_records.forms.templating.layout import Builder, Layout
from webir_records.forms.templating.odt_links import MANIFEST, OdtLinks, placed_pictures
from webir_records.forms.templating.odt_source import (
    SCOPE_ELEMENTS,
    SCOPES,
    hidden_problems,
    jinja_source,
    name_fields,
    scan_part,
)
from webir_records.forms.templating.package import Package
from webir_records.forms.templating.part import Traits
from webir_records.forms.templating.properties import EMPTY_META
from webir_records.forms.templating.readback import template_text
from webir_records.forms.templating.sandbox import Sandbox
from webir_records.forms.templating.scanning import scope_problems
from webir_records.forms.templating.tags import Place, detail
from webir_records.forms.templating.word import FEATURE
from webir_records.forms.templating.xml_parts import (
    BrokenXmlError,
    UnsafeXmlError,
    all_text,
    parse,
    serialise,
)
from webir_records.model.errors import Detail, InputError

META: Final = "meta.xml"
_FILLED: Final = ("content.xml", "styles.xml")
_M: Final = "{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}"
_COLUMNS = re.compile(r"\{[%#]tc\s")
_OPENING = re.compile(r"\{\{|\{%|\{_[{%]|[}%]_\}")
_TAG = re.compile(r"\{\{[^{}]*\}\}|\{%[^{}]*%\}")

_ENVIRONMENT: Final = Sandbox(tidy_xml, xml=True)


def compile_odt(package: Package, name: str, images: frozenset[str]) -> Layout:
    """Prepare and compile every part of an OpenDocument text that has tags.

    Raises:
        InputError: see `CompiledTemplate.compile`.
    """
    contents = dict(package.contents)
    _refuse_features(contents, name)
    builder = Builder(name, _ENVIRONMENT)
    manifest = builder.parse(contents, MANIFEST)
    placed: dict[str, tuple[str, str]] = {}
    for part in _FILLED:
        if part in contents:
            _compile_part(builder, contents, part, images, placed)
    if META not in contents:
        contents[META] = EMPTY_META
        entry = {f"{_M}full-path": META, f"{_M}media-type": "text/xml"}
        etree.SubElement(manifest, f"{_M}file-entry", entry)
        contents[MANIFEST] = serialise(manifest).encode()
    builder.properties(builder.parse(contents, META), META, odt=True)
    builder.problems.extend(_outside(contents))
    builder.finish()
    tagged = frozenset(image for part in builder.parts for image in part.names & images)
    links = OdtLinks(serialise(manifest), tagged, placed, contents)
    return builder.layout(package, contents, links, first="mimetype")


def _refuse_features(contents: Mapping[str, bytes], name: str) -> None:
    """Refuse files that would be something else once they are changed."""
    for part in contents:
        feature = ""
        if part.startswith(("Basic/", "Scripts/")):
            feature = "macro"
        elif part.startswith("META-INF/") and "signatures" in part:
            feature = "digital signature"
        if feature:
            raise InputError(FEATURE, path=name, feature=feature, part=part)


def _compile_part(
    builder: Builder,
    contents: dict[str, bytes],
    part: str,
    images: frozenset[str],
    placed: dict[str, tuple[str, str]],
) -> None:
    root = builder.parse(contents, part, keep_blanks=True)
    here = placed_pictures(root, contents, images, len(placed))
    placed |= here
    name_fields(root)
    scanned = scan_part(root, part)
    builder.problems.extend(scanned.problems)
    builder.problems.extend(hidden_problems(root, part, builder.environment))
    if not scanned.found and not _OPENING.search(serialise(root)):
        if here:
            contents[part] = serialise(root).encode()
        return
    builder.check(scanned.tags, SCOPES, merging=False)
    builder.problems.extend(scope_problems(scanned.found, SCOPE_ELEMENTS))
    if any(problem.facts.get("part") == part for problem in builder.problems):
        return
    columns = any(_COLUMNS.match(tag.text) for tag in scanned.tags)
    expected = template_text(root, SCOPE_ELEMENTS)
    gaps = ODT if can_leave_gaps(root, ODT) else None
    builder.compile(part, jinja_source(root), expected, Traits(odt_columns=columns, odt=True, gaps=gaps))


def _outside(contents: Mapping[str, bytes]) -> Iterator[Detail]:
    """Yield tags in parts that are not filled: they would be printed as they are."""
    for part, data in contents.items():
        if (
            part in (*_FILLED, META)
            or not part.endswith("content.xml")
            or not (b"{{" in data or b"{%" in data)
        ):
            continue
        try:
            text = all_text(parse(data))
        except (BrokenXmlError, UnsafeXmlError):
            continue
        if found := _TAG.search(text):
            yield detail(OUTSIDE, Place(part), found[0])
