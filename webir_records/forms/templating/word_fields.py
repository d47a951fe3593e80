"""Make ordinary tags of Word's own ways to mark a place: merge fields and content controls."""

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Final

from lxml import etree

from webir_records.forms.templating.xml_parts import Element

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W14: Final = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_XML_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
_MERGEFIELD = re.compile(r'^\s*MERGEFIELD\s+(?:"([^"]+)"|(\S+))(.*)$', re.IGNORECASE | re.DOTALL)
_MAIL: Final = frozenset(
    {"MERGEFIELD", "NEXT", "NEXTIF", "SKIPIF", "MERGEREC", "MERGESEQ", "ADDRESSBLOCK", "GREETINGLINE"}
)
"""Fields that mail merge fills."""

_SWITCH = re.compile(r"\\\*\s*(?:MERGEFORMAT|CHARFORMAT)", re.IGNORECASE)
_BRACES = re.compile(r"\{[{%#]|[%}#]\}")
_FOREIGN_TAG = re.compile(r"goog_rdk_\d+", re.IGNORECASE)
"""Google Docs marks its own content controls so."""


def merge_fields(root: Element) -> list[tuple[Element, str]]:
    """Replace every MERGEFIELD by a tag of its name.

    Returns:
        Fields that ask for more than a name, each with its instruction; they are left as they are.
    """
    refused: list[tuple[Element, str]] = []
    for simple in list(root.iter(f"{W}fldSimple")):
        instruction = simple.get(f"{W}instr") or ""
        if name := _field_name(instruction):
            _put_text(simple, list(simple.iter(f"{W}r")), name)
            _unwrap(simple)
        elif _is_mail(instruction):
            refused.append((simple, instruction.strip()))
    for paragraph in root.iter(f"{W}p"):
        if any("MERGEFIELD" in (node.text or "").upper() for node in paragraph.iter(f"{W}instrText")):
            _split_runs(paragraph)
            _complex_fields(paragraph)
    return refused + list(_left(root))


def _is_merge(instruction: str) -> bool:
    return instruction.strip().upper().startswith("MERGEFIELD")


def _is_mail(instruction: str) -> bool:
    return instruction.strip().upper().partition(" ")[0] in _MAIL


def _split_runs(paragraph: Element) -> None:
    """Give every mark of a field a run of its own, so that text beside it stays."""
    for run in list(paragraph.iter(f"{W}r")):
        others = [child for child in run if child.tag != f"{W}rPr"][1:]
        if not others or run.find(f"{W}fldChar") is None:
            continue
        look = run.find(f"{W}rPr")
        for child in others:
            part = etree.Element(f"{W}r")
            if look is not None:
                part.append(deepcopy(look))
            part.append(child)
            run.addnext(part)
            run = part  # noqa: PLW2901 - the next one stands after it


def _left(root: Element) -> Iterator[tuple[Element, str]]:
    """Yield fields that nobody fills, and tags among the instructions of fields.

    A field may go over paragraphs, and stand in the instruction of another one (ISO/IEC 29500-1, 17.16.18).
    """
    fields: list[_Field] = []
    for node in root.iter(f"{W}fldChar", f"{W}instrText", f"{W}t"):
        kind = node.get(f"{W}fldCharType")
        if kind == "begin":
            fields.append(_Field())
        elif node.tag == f"{W}t":
            if any(not field.result for field in fields) and _BRACES.search(node.text or ""):
                yield node, node.text or ""
        elif kind is None:
            fields = fields or [_Field()]
            fields[-1].instruction += node.text or ""
            if _BRACES.search(fields[-1].instruction):
                yield node, fields[-1].instruction.strip()
                fields[-1].instruction = ""
        elif fields:
            if not fields[-1].result and _is_mail(fields[-1].instruction):
                yield node, fields[-1].instruction.strip()
            fields[-1].result = True
            if kind == "end":
                fields.pop()


@dataclass(slots=True)
class _Field:
    """A field that is open: what it says so far, and whether its result has begun."""

    instruction: str = ""
    result: bool = False


def _field_name(instruction: str) -> str:
    found = _MERGEFIELD.match(instruction)
    if found is None or _SWITCH.sub("", found[3]).strip():
        return ""
    name = (found[1] or found[2]).strip()
    return name if name.isidentifier() else ""


def _complex_fields(paragraph: Element) -> None:
    """Replace the fields of a paragraph that are made of begin, instruction, result and end."""
    runs: list[Element] = []
    instruction, depth, in_result = "", 0, False
    results: list[Element] = []
    for run in list(paragraph.iter(f"{W}r")):
        marks = [mark.get(f"{W}fldCharType") for mark in run.iter(f"{W}fldChar")]
        if "begin" in marks:
            depth += 1
            if depth == 1:
                runs, results, instruction, in_result = [], [], "", False
        if depth:
            runs.append(run)
            instruction += "".join(node.text or "" for node in run.iter(f"{W}instrText"))
            if in_result and run.find(f"{W}t") is not None:
                results.append(run)
        in_result = in_result or "separate" in marks
        if "end" in marks and depth:
            depth -= 1
            if depth == 0 and _is_merge(instruction) and (name := _field_name(instruction)):
                _replace_runs(runs, results, name)


def _replace_runs(runs: Sequence[Element], results: Sequence[Element], name: str) -> None:
    kept = results[0] if results else runs[0]
    for run in runs:
        if run is not kept:
            _remove(run)
    _put_text(kept, [kept], name)


def content_controls(root: Element, images: frozenset[str]) -> list[tuple[Element, str]]:
    """Fill content controls whose tag is a name and that hold no tag of ours already.

    Returns:
        Controls of kinds that no text can be put into, each with its tag.
    """
    refused: list[tuple[Element, str]] = []
    for control in list(root.iter(f"{W}sdt")):
        properties, content = control.find(f"{W}sdtPr"), control.find(f"{W}sdtContent")
        label = properties.find(f"{W}tag") if properties is not None else None
        name = label.get(f"{W}val", "").strip() if label is not None else ""
        if properties is None or content is None or not name.isidentifier() or _FOREIGN_TAG.fullmatch(name):
            continue
        texts = "".join(node.text or "" for node in content.iter(f"{W}t"))
        if "{{" in texts or "{%" in texts or name in images:
            continue
        runs = [run for run in content.iter(f"{W}r") if run.find(f"{W}t") is not None]
        if _special(properties) or _divided(content):
            refused.append((control, name))
        elif runs or _make_run(content, runs):
            _put_text(content, runs, name)
            _forget_binding(properties)
    return refused


def _special(properties: Element) -> bool:
    kinds = (
        f"{W}picture",
        f"{W}docPartObj",
        f"{W}docPartList",
        f"{W14}checkbox",
        f"{W}group",
        f"{W}citation",
    )
    return any(properties.find(kind) is not None for kind in kinds)


def _divided(content: Element) -> bool:
    """Tell whether a control holds more than one paragraph or whole cells."""
    return len(list(content.iter(f"{W}p"))) > 1 or next(content.iter(f"{W}tbl", f"{W}tr"), None) is not None


def _make_run(content: Element, runs: list[Element]) -> bool:
    """Give an empty control a run to write into."""
    holder = content if content.getparent().getparent().tag == f"{W}p" else content.find(f".//{W}p")  # type: ignore[union-attr] # a control has a parent
    if holder is None:
        return False
    runs.append(etree.SubElement(holder, f"{W}r"))
    return True


def _forget_binding(properties: Element) -> None:
    """Word would fill a bound control from its own data again, and show a placeholder as grey text."""
    for name in (
        f"{W}dataBinding",
        f"{W}showingPlcHdr",
        "{http://schemas.microsoft.com/office/word/2012/wordml}dataBinding",
    ):
        for found in properties.findall(name):
            properties.remove(found)


def _put_text(owner: Element, runs: Sequence[Element], name: str) -> None:
    """Let the first run say the tag and the others nothing."""
    if not runs:
        runs = [etree.SubElement(owner, f"{W}r")]
    for run in runs[1:]:
        _remove(run)
    for child in list(runs[0]):
        if child.tag != f"{W}rPr":
            runs[0].remove(child)
    node = etree.SubElement(runs[0], f"{W}t")
    node.text = f"{{{{ {name} }}}}"
    node.set(_XML_SPACE, "preserve")


def _unwrap(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        place = parent.index(element)
        parent[place : place + 1] = list(element)


def _remove(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
