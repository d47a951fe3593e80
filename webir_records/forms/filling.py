"""Fill a form's Word layout with checked data; what comes out has been read back and compared."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Self, cast

import jinja2
import segno
from docx.opc.exceptions import OpcError
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree

from signing.canonical import JsonValue
from webir_records.forms.agency import AgencySettings
from webir_records.forms.display import TemplateValues, field_context
from webir_records.forms.docx_package import FIXED_TIME, read_parts, write_parts
from webir_records.forms.readback import ExpectedText, compare
from webir_records.forms.spec_types import FormSpec
from webir_records.model.errors import FaultError, InputError

QR_WIDTH: Final = Mm(20)
"""Printed width of the code; readers need about 0.4 mm per module."""

_QR_SCALE: Final = 8
_FIXED_DATE: Final = datetime(*FIXED_TIME, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class FillContext:
    """What the program itself puts onto a form.

    Attributes:
        notice: text on the status of the rule, or empty.
    """

    record_id: str
    form_no: str
    agency: AgencySettings
    notice: str


class Template:
    """One form's layout, read once; filling never changes it, so it can be shared."""

    def __init__(self, spec: FormSpec, layout: bytes, expected: ExpectedText) -> None:
        self._spec = spec
        self._layout = layout
        self._expected = expected

    @classmethod
    def load(cls, spec: FormSpec) -> Self:
        """Read the layout of a form.

        Raises:
            InputError: `F203` the form has no layout, `F303` it is no docx, `F304` a tag is wrong,
                `F305` it asks for values that the form does not have (all of them at once).
        """
        try:
            layout = spec.layout_path.read_bytes()
        except OSError as error:
            raise InputError("F203", form=spec.id, path=str(spec.layout_path)) from error
        return cls.parse(spec, layout)

    @classmethod
    def parse(cls, spec: FormSpec, layout: bytes) -> Self:
        """Take a layout that is already in memory; see `load`."""
        name = spec.layout_path.name
        expected = ExpectedText(read_parts(layout, name), name)
        unknown = sorted(expected.names - known_names(spec))
        if unknown:
            raise InputError("F305", path=name, form=spec.id, got="、".join(unknown))
        return cls(spec, layout, expected)

    def fill(self, data: Mapping[str, JsonValue], context: FillContext) -> bytes:
        """Return the filled form as docx; the same input gives the same bytes.

        Args:
            data: canonical data of one document, as `check` gives it.
            context: what the program adds.

        Raises:
            InputError: `F305` the template asks a row for a value that it does not have.
            FaultError: `F301`, `F302` the document does not say what it must; it is not handed out.
                `F306` the layout cannot be filled.
        """
        values = template_values(self._spec, data, context)
        try:
            document = self._render(values, context)
            expected = self._expected.render(values)
        except jinja2.TemplateError as error:
            raise InputError(
                "F305", path=self._spec.layout_path.name, form=self._spec.id, got=error.message or "?"
            ) from error
        compare(expected, document, values)
        return document

    def _render(self, values: TemplateValues, context: FillContext) -> bytes:
        buffer = io.BytesIO()
        try:
            template = DocxTemplate(io.BytesIO(self._layout))
            image = InlineImage(template, _qr_code(self._spec, context), width=QR_WIDTH)
            environment = SandboxedEnvironment(undefined=jinja2.StrictUndefined, autoescape=True)
            template.render({**values, "qr": image}, environment, autoescape=True)
            self._set_properties(template, context)
            template.save(buffer)
        except (OpcError, etree.LxmlError, KeyError, ValueError) as error:
            raise FaultError("F306", form=self._spec.id, problem=type(error).__name__) from error
        return write_parts(read_parts(buffer.getvalue(), "docx"))

    def _set_properties(self, template: DocxTemplate, context: FillContext) -> None:
        """Describe the file without naming a person: properties travel further than the page."""
        spec, properties = self._spec, template.docx.core_properties
        properties.title = spec.title
        properties.subject = spec.number
        properties.author = properties.last_modified_by = context.agency.name
        properties.keywords = f"{context.form_no} {context.record_id}".strip()
        properties.comments = f"layout: {spec.layout} {spec.layout_version}"
        properties.created = properties.modified = _FIXED_DATE
        properties.revision = 1


def template_values(spec: FormSpec, data: Mapping[str, JsonValue], context: FillContext) -> TemplateValues:
    """Return everything that a layout of this form may say, as display text."""
    values: dict[str, str | Sequence[Mapping[str, str]]] = {}
    values |= field_context(spec.document_fields if spec.grouped else spec.fields, data)
    if spec.grouped:
        rows = cast("Sequence[Mapping[str, JsonValue]]", data.get(spec.rows_key) or ())
        values[spec.rows_key] = [field_context(spec.row_fields, row) for row in rows]
    return values | {
        "form_no": context.form_no,
        "record_id": context.record_id,
        "agency_name": context.agency.name,
        "agency_code": context.agency.code,
        "notice": context.notice,
        "form_title": spec.title,
        "form_number": spec.number,
    }


def known_names(spec: FormSpec) -> frozenset[str]:
    """Return every name that a layout of this form may use outside a loop."""
    agency = AgencySettings("", "", (), (), ())
    return frozenset(template_values(spec, {}, FillContext("", "", agency, ""))) | {"qr"}


def qr_text(spec: FormSpec, context: FillContext) -> str:
    """Return what the printed code says: which form, which number, which record; no personal data."""
    return f"{spec.number} | {context.form_no} | {context.record_id}"


def _qr_code(spec: FormSpec, context: FillContext) -> io.BytesIO:
    image = io.BytesIO()
    segno.make(qr_text(spec, context), error="m", micro=False).save(
        image, kind="png", scale=_QR_SCALE, border=2
    )
    image.seek(0)
    return image
