"""Let Jinja write faster Python: rows are asked directly, and a template prints pieces instead of text.

What a template prints is a stream of pieces. Text of the template itself is `bytes` in XML templates, a value
is `str` as it was given: the two can never be taken for each other, so every different piece is escaped,
encoded and read back only once for each document, however often it is printed.
"""

from collections.abc import Mapping
from typing import Final

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame

LOOP_ATTRIBUTES: Final = frozenset(
    ("depth", "depth0", "first", "index", "index0", "last", "length", "revindex", "revindex0")
)
TIDY: Final = "tidy"
"""Global of the generated module: makes a piece of a value that is no plain text."""


class TextGenerator(CodeGenerator):
    """Writes the code of a template whose own text stays text."""

    def static(self, text: str) -> str:
        """Return the source of a piece of the template itself."""
        return repr(text)

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:  # noqa: N802 - the visitor's naming
        """Print all pieces of a stretch at once, as a tuple."""
        self.writeline("yield (", node)
        for child in node.nodes:
            if isinstance(child, nodes.TemplateData):
                self.write(f"{self.static(child.data)}, ")
                continue
            self.newline(child)  # so that an error says in which tag it is
            self.write("(piece if (piece := ")
            self.visit(child, frame)
            self.write(f").__class__ is str else {TIDY}(piece)), ")
        self.write(")")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802
        """Ask a row for its value without a detour; everything else goes through the sandbox."""
        if isinstance(node.node, nodes.Name) and node.node.name == "loop" and node.attr in LOOP_ATTRIBUTES:
            self.visit(node.node, frame)
            self.write(f".{node.attr}")
            return
        self.write(f"(row[{node.attr!r}] if (row := ")
        self.visit(node.node, frame)
        self.write(
            f").__class__ is dict and {node.attr!r} in row else environment.getattr(row, {node.attr!r}))"
        )


class XmlGenerator(TextGenerator):
    """Writes the code of a template whose own text is XML, encoded already."""

    def static(self, text: str) -> str:
        """Return the source of a piece of the template itself."""
        return repr(text.encode())


def use_in(module: Mapping[str, object], tidy: object) -> None:
    """Give generated code what it calls."""
    if isinstance(module, dict):
        module[TIDY] = tidy
