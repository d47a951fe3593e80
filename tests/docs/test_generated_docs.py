"""The docs name every code, command and field, and every link leads somewhere."""

import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_docs_tool", ROOT / "tools/build_docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


build_docs = _load()


def _pages() -> list[Path]:
    """Every Markdown page that belongs to the project."""
    own = [*ROOT.glob("*.md")]
    for folder in (
        "docs",
        "examples",
        "templates",
        "signing",
        "retention",
        "webir_records",
        "tests",
        "bench",
    ):
        own += (ROOT / folder).rglob("*.md")
    return sorted(own)


def _anchors(page: Path) -> set[str]:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    titles = re.findall(r"^#+ +(.+?) *$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def _broken_links(page: Path) -> Iterator[str]:
    for target in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists():
            yield f"{page.relative_to(ROOT)}: no such file: {target}"
        elif anchor and anchor not in _anchors(file):
            yield f"{page.relative_to(ROOT)}: no such heading: {target}"


def test_generated_pages_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, "tools/build_docs.py", "check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_message_code_is_documented_in_both_languages() -> None:
    page = (ROOT / "docs/errors.md").read_text(encoding="utf-8")
    rows = {
        code: texts
        for code, *texts in re.findall(r"^\| ([A-Z]\d{3}) \| (.+) \| (.+) \|$", page, re.MULTILINE)
    }
    assert set(build_docs.messages(ROOT)) <= set(rows)
    assert [code for code, (english, chinese) in rows.items() if english == chinese] == []


def test_every_link_in_every_page_leads_somewhere() -> None:
    broken = [problem for page in _pages() for problem in _broken_links(page)]
    assert broken == []


def test_a_link_to_a_missing_file_or_heading_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    page = tmp_path / "a.md"
    page.write_text(
        "# 一、Title here\n[x](gone.md) [y](#title) [z](#一title-here) [w](https://example.org)\n", "utf-8"
    )
    assert [problem.rpartition(": ")[2] for problem in _broken_links(page)] == ["gone.md", "#title"]


def test_every_command_of_the_program_is_documented() -> None:
    try:
        tree = build_docs.command_tree("en")
    except ImportError as error:
        pytest.fail(f"the command tree cannot be read: {error}")
    page = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    missing = [
        " ".join(path) for path, _ in build_docs.commands(tree) if f"## `{' '.join(path)}`" not in page
    ]
    assert missing == []


def test_every_form_has_a_page_that_names_every_field() -> None:
    for source in (ROOT / "templates").glob("*/fields.toml"):
        page = (ROOT / "docs/forms" / f"{source.parent.name}.md").read_text(encoding="utf-8")
        keys = re.findall(r'^key = "(\w+)"$', source.read_text(encoding="utf-8"), re.MULTILINE)
        assert [key for key in keys if f"| `{key}` |" not in page] == []


def test_a_cell_with_a_bar_or_a_tag_does_not_break_the_table() -> None:
    assert build_docs.table(("a",), [("x|y\n<b>",)]) == "| a |\n| --- |\n| x\\|y<br>&lt;b> |\n"
