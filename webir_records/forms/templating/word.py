"""Prepare a Word file: which parts have tags, what is wrong with them, what else changes."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from lxml import etree

from webir_records.forms.templating.escaping import tidy_xml
from webir_records.forms.templating.gaps import WORD, can_leave_gaps
from webir_records.forms.templating.hidden_tags import OUTSIDE
from webir_records.forms.templating.layout import Builder, Layout
from webir_records.forms.templating.package import DAMAGED, OTHER_KIND, Package
from webir_records.forms.templating.part import Traits, number_drawings
from webir_records.forms.templating.properties import EMPTY_CORE
from webir_records.forms.templating.readback import template_text
from webir_records.forms.templating.sandbox import Sandbox
from webir_records.forms.templating.scanning import scope_problems
from webir_records.forms.templating.tags import UNCLOSED, Place, detail
from webir_records.forms.templating.word_links import (
    CONTENT_TYPES,
    Links,
    WordLinks,
    path_of,
    with_image_types,
)
from webir_records.forms.templating.word_source import (
    SCOPE_ELEMENTS,
    SCOPES,
    UnclosedError,
    fix_static_tables,
    has_columns,
    hidden_problems,
    jinja_source,
    prepare_tree,
    scan_part,
)
from webir_records.forms.templating.xml_parts import (
    DECLARATION,
    BrokenXmlError,
    UnsafeXmlError,
    all_text,
    parse,
    serialise,
)
from webir_records.model.errors import Detail, InputError

FEATURE: Final = "F326"

CORE: Final = "docProps/core.xml"
_TYPES: Final = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_RELATIONS: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_CORE_TYPE: Final = "application/vnd.openxmlformats-package.core-properties+xml"
_CORE_RELATION: Final = (
    "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
)
_WORD_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_FILLED: Final = (
    "document.main+xml",
    "header+xml",
    "footer+xml",
    "footnotes+xml",
    "endnotes+xml",
    "comments+xml",
)
_STRICT: Final = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_DRAWING: Final = "<wp:docPr "
_OPENING = re.compile(rb"\{\{|\{%|\{_[{%]|[}%]_\}")
_ANY_TAG = re.compile(r"\{\{[^{}]*\}\}|\{%[^{}]*%\}")
_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
"""At the beginning of UTF-16."""

_LOOP = re.compile(r"\{%[-+]?\s*(?:for|endfor)\b|<wp:docPr |\{\{.*?\}\}")

_ENVIRONMENT: Final = Sandbox(tidy_xml, xml=True)


@dataclass(frozen=True, slots=True)
class _Types:
    """Content types by member."""

    main: str
    filled: tuple[str, ...]


def compile_word(package: Package, name: str, images: frozenset[str]) -> Layout:
    """Prepare and compile every part of a Word file that has tags.

    Raises:
        InputError: see `CompiledTemplate.compile`.
    """
    contents = dict(package.contents)
    builder = Builder(name, _ENVIRONMENT)
    types = _read_types(builder, contents)
    _refuse_features(contents, name)
    links = [
        _compile_part(builder, contents, part, images, body=part == types.main)
        for part in types.filled
        if part in contents
    ]
    _compile_properties(builder, contents)
    builder.problems.extend(_outside(contents, {*types.filled, CORE}))
    word_links = WordLinks(links, frozenset(member.casefold() for member in contents))
    if word_links.images:
        contents[CONTENT_TYPES] = with_image_types(contents[CONTENT_TYPES])
    builder.finish()
    return builder.layout(package, contents, word_links, first=CONTENT_TYPES)


def _read_types(builder: Builder, contents: dict[str, bytes]) -> _Types:
    root = builder.parse(contents, CONTENT_TYPES)
    overrides = {
        override.get("PartName", "").lstrip("/"): override.get("ContentType", "")
        for override in root.iter(f"{_TYPES}Override")
    }
    main = next((part for part, kind in overrides.items() if kind == f"{_WORD_TYPE}document.main+xml"), "")
    if not main:
        kinds = [kind for kind in overrides.values() if ".main+xml" in kind]
        if any("macroEnabled" in kind for kind in kinds):
            raise InputError(FEATURE, path=builder.name, feature="macro", part=CONTENT_TYPES)
        raise InputError(OTHER_KIND, path=builder.name, got=kinds[0] if kinds else "–")
    if main not in contents or path_of("") not in contents:
        raise InputError(DAMAGED, path=builder.name)
    others = (part for part in overrides if part != main and overrides[part].startswith(_WORD_TYPE))
    filled = (part for part in others if overrides[part].removeprefix(_WORD_TYPE) in _FILLED)
    return _Types(main, (main, *sorted(filled)))


def _refuse_features(contents: Mapping[str, bytes], name: str) -> None:
    """Refuse files that would be something else once they are changed."""
    for part in contents:
        lower = part.casefold()
        feature = ""
        if lower.endswith("vbaproject.bin"):
            feature = "macro"
        elif lower.startswith("_xmlsignatures/"):
            feature = "digital signature"
        elif lower.endswith("document.xml") and _STRICT in contents[part]:
            feature = "strict"
        if feature:
            raise InputError(FEATURE, path=name, feature=feature, part=part)


def _compile_part(
    builder: Builder, contents: dict[str, bytes], part: str, images: frozenset[str], *, body: bool
) -> Links:
    root, links = builder.parse(contents, part), Links.read(contents, part)
    links.place(root, images)
    builder.problems.extend(prepare_tree(root, part, images))
    scanned = scan_part(root, part)
    builder.problems.extend(scanned.problems)
    builder.problems.extend(hidden_problems(root, part, builder.environment))
    if not scanned.found and not _OPENING.search(serialise(root).encode()):
        if links.placed or (body and _DRAWING in serialise(root)):
            contents[part] = (DECLARATION + number_drawings(serialise(root))).encode()
        return links
    builder.check(scanned.tags, SCOPES, merging=True)
    builder.problems.extend(scope_problems(scanned.found, SCOPE_ELEMENTS))
    columns = has_columns("".join(tag.text for tag in scanned.tags))
    if any(problem.facts.get("part") == part for problem in builder.problems):
        return links
    if body and not columns:
        fix_static_tables(root)
    gaps = can_leave_gaps(root, WORD)
    try:
        source = jinja_source(root)
    except UnclosedError:
        builder.problems.append(detail(UNCLOSED, Place(part), "{ {"))
        return links
    traits = Traits(
        breaks=True,
        columns=body and columns,
        drawings=body and _many_drawings(source, images),
        gaps=WORD if gaps else None,
    )
    compiled = builder.compile(part, source, template_text(root, SCOPE_ELEMENTS), traits)
    for image in sorted(compiled.names & images) if compiled else ():
        links.tag(image)
    return links


def _many_drawings(source: str, images: frozenset[str]) -> bool:
    """Tell whether drawings have to be numbered for each document: more than one, or one in a loop."""
    depth = count = 0
    for found in _LOOP.finditer(source):
        text = found[0]
        if text.startswith("{%"):
            depth += -1 if "endfor" in text else 1
        elif text.startswith("<") or set(re.findall(r"\w+", text)) & images:
            count += 1 + depth
            if text.startswith("<"):
                count += 1  # its number in the template may be another
    return count > 1


def _compile_properties(builder: Builder, contents: dict[str, bytes]) -> None:
    if CORE not in contents:
        _add_properties(contents)
    root = builder.parse(contents, CORE)
    builder.properties(root, CORE, odt=False)


def _add_properties(contents: dict[str, bytes]) -> None:
    """Give a file without properties an empty property part."""
    contents[CORE] = EMPTY_CORE
    types = parse(contents[CONTENT_TYPES])
    etree.SubElement(types, f"{_TYPES}Override", PartName=f"/{CORE}", ContentType=_CORE_TYPE)
    contents[CONTENT_TYPES] = serialise(types).encode()
    relations = parse(contents[path_of("")])
    etree.SubElement(
        relations, f"{_RELATIONS}Relationship", Id="rIdWebirCore", Type=_CORE_RELATION, Target=CORE
    )
    contents[path_of("")] = serialise(relations).encode()


def _outside(contents: Mapping[str, bytes], filled: set[str]) -> Iterator[Detail]:
    """Yield tags in parts that are not filled: they would be printed as they are."""
    for part, data in contents.items():
        if part.endswith(".rels") or (part.startswith("customXml/") and part.endswith(".xml")):
            text = unquote(data.decode("utf-16" if data[:2] in _MARKS else "utf-8", "replace"))
            if found := _ANY_TAG.search(text):
                yield detail(OUTSIDE, Place(part), found[0])
            continue
        if part in filled or not part.endswith(".xml") or not part.startswith(("word/", "docProps/")):
            continue
        if b"{{" not in data and b"{%" not in data:
            continue
        try:
            text = all_text(parse(data))
        except (BrokenXmlError, UnsafeXmlError):
            continue
        if found := _ANY_TAG.search(text):
            yield detail(OUTSIDE, Place(part), found[0])
