"""Look at a template as a whole."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from jinja2 import nodes

from webir_records.forms.linting.agreement import refusals
from webir_records.forms.linting.blocks import Blocks, Site, mark_findings
from webir_records.forms.linting.controls import control_findings
from webir_records.forms.linting.fields import field_findings, field_use
from webir_records.forms.linting.model import Part
from webir_records.forms.linting.naming import Names, Scope
from webir_records.forms.linting.odf_grammar import deleted_texts, odf_parts
from webir_records.forms.linting.packages import Opened, UnreadableError, open_package, wrong_name
from webir_records.forms.linting.pages import page_findings
from webir_records.forms.linting.report import Finding, LintReport, Severity
from webir_records.forms.linting.scanner import scan
from webir_records.forms.linting.tags import ReadPart, read_part
from webir_records.forms.linting.vanishing import vanishing
from webir_records.forms.linting.vocabulary import Vocabulary
from webir_records.forms.linting.word_grammar import word_parts
from webir_records.forms.spec_types import FormSpec


def lint(data: bytes, name: str, spec: FormSpec | None, *, ask_engine: bool = True) -> LintReport:
    """Return everything that is wrong with a template; a bad file is a finding, not an error.

    Args:
        data: the file.
        name: its name, for the report.
        spec: the form that it is to print, or None to look at the template alone.
        ask_engine: let the engine compile a template in which no error was found, and report what it refuses.
            This takes most of the time.
    """
    form = spec.id if spec is not None else ""
    try:
        opened = open_package(data, name)
    except UnreadableError as error:
        return LintReport(name, form, "", error.findings)
    vocabulary = Vocabulary.of(spec)
    texts = parts_of(opened)
    parts = [read_part(part, vocabulary.everything) for part in texts]
    names = Names(vocabulary, _loop_names(parts))
    findings = [finding for part in parts for finding in _of_part(part, names)]
    findings += control_findings(opened.kind, texts, vocabulary, names)
    findings += deleted_findings(opened)
    whole = list(page_findings(opened))
    misnamed = wrong_name(name, opened.kind)
    whole += [misnamed] if misnamed is not None else []
    whole += _without_tags(parts, names)
    use = field_use(spec, vocabulary, names.used)
    if spec is not None:
        whole += field_findings(vocabulary, use)
    if ask_engine and not any(finding.severity is Severity.ERROR for finding in findings):
        findings += refusals(data, name, spec, opened.stories)
    return LintReport(name, form, opened.kind, (*_sorted(findings, parts), *whole), use)


def deleted_findings(opened: Opened) -> Iterator[Finding]:
    """Yield tags that an OpenDocument text keeps apart as tracked deletions."""
    if opened.kind == "odt":
        for part, root in opened.parts.items():
            for text in deleted_texts(root):
                if scan(text).tags:
                    yield Finding(
                        "F429", {"tag": text.strip()}, replace(opened.stories[part], text=text.strip())
                    )


def parts_of(opened: Opened) -> tuple[Part, ...]:
    """Return the parts of a template that hold text."""
    return word_parts(opened.parts, opened.stories) if opened.kind == "docx" else odf_parts(opened.parts)


def _loop_names(parts: Sequence[ReadPart]) -> frozenset[str]:
    """Return every name that some loop gives to its rows."""
    loops = [site.parsed.node for part in parts for site in part.sites]
    targets = [node.target for node in loops if isinstance(node, nodes.For)]
    return frozenset(target.name for target in targets if isinstance(target, nodes.Name))


def _of_part(read: ReadPart, names: Names) -> Iterator[Finding]:
    blocks = Blocks(read.sites)
    yield from read.findings
    for index, site in enumerate(read.sites):
        yield from mark_findings(site)
        slips, scope = _names_of(site, names, blocks)
        yield from slips
        blocks.take(index, scope)
    blocks.finish()
    yield from blocks.findings
    yield from vanishing(read.part.paragraphs, read.sites)


def _names_of(site: Site, names: Names, blocks: Blocks) -> tuple[list[Finding], Scope]:
    if site.parsed.node is None:
        return [], {}
    slips, scope = names.judge(site.parsed.node, blocks.scopes)
    return [Finding(slip.code, {**slip.facts, "tag": site.tag.raw}, site.place) for slip in slips], scope


def _without_tags(parts: Sequence[ReadPart], names: Names) -> list[Finding]:
    tagged = any(part.sites or part.findings for part in parts) or names.used
    return [] if tagged else [Finding("F407")]


def _sorted(findings: Sequence[Finding], parts: Sequence[ReadPart]) -> list[Finding]:
    order = {part.part.name: number for number, part in enumerate(parts)}
    return sorted(
        findings, key=lambda f: (order.get(f.place.part, len(order)), f.place.index, f.place.start, f.code)
    )
