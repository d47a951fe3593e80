from os import PathLike
from typing import IO, Any

from docx.document import Document as DocumentObject
from jinja2 import Environment

class DocxTemplate:
    docx: DocumentObject
    def __init__(self, template_file: IO[bytes] | str | PathLike[str]) -> None: ...
    def init_docx(self, reload: bool = True) -> None: ...
    def render(
        self, context: dict[str, Any], jinja_env: Environment | None = None, autoescape: bool = False
    ) -> None: ...
    def patch_xml(self, src_xml: str) -> str: ...
    def save(self, filename: IO[bytes] | str | PathLike[str]) -> None: ...

class InlineImage:
    def __init__(
        self,
        tpl: DocxTemplate,
        image_descriptor: IO[bytes] | str,
        width: int | None = None,
        height: int | None = None,
        anchor: str | None = None,
    ) -> None: ...
