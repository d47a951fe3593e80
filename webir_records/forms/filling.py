"""Fill a form's layout with checked data; what comes out was compared with what it must say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Self, cast

from signing.canonical import JsonValue
from webir_records.forms.agency import AgencySettings
from webir_records.forms.display import DisplayPlan, TemplateValues
from webir_records.forms.spec_types import FormSpec
from webir_records.forms.templating import IMAGES, CompiledTemplate, Properties
from webir_records.forms.templating.qr_code import qr_png
from webir_records.model.errors import InputError

QR: Final = "qr"
_NO_IMAGES: Final[Mapping[str, bytes]] = {}


@dataclass(frozen=True, slots=True)
class FillContext:
    """What the program itself puts onto a form.

    Attributes:
        notice: text on the status of the rule, or empty.
        images: PNG or JPEG by name, beside the QR code: `seal`, `logo`.
    """

    record_id: str
    form_no: str
    agency: AgencySettings
    notice: str
    images: Mapping[str, bytes] = field(default_factory=lambda: _NO_IMAGES)


class Template:
    """One form's layout, read and compiled once; filling never changes it, so it can be shared."""

    def __init__(self, spec: FormSpec, compiled: CompiledTemplate, name: str) -> None:
        self._spec = spec
        self._compiled = compiled
        self._name = name
        self._plan = _Plan(spec, compiled)

    @classmethod
    def load(cls, spec: FormSpec, kind: str = "docx") -> Self:
        """Read the layout of a form.

        Args:
            spec: the form.
            kind: `docx` or `odt`.

        Raises:
            InputError: `F203` the form has no layout of that kind, `F305` it asks for values that the form
                does not have (all of them at once); or see `CompiledTemplate.compile`.
        """
        path = spec.layout_for(kind)
        try:
            layout = path.read_bytes()
        except OSError as error:
            raise InputError("F203", form=spec.id, path=str(path)) from error
        return cls.parse(spec, layout, path.name)

    @classmethod
    def parse(cls, spec: FormSpec, layout: bytes, name: str = "") -> Self:
        """Take a layout that is already in memory; see `load`."""
        name = name or spec.layout_path.name
        compiled = CompiledTemplate.compile(layout, name)
        unknown = sorted(compiled.names - known_names(spec))
        if unknown:
            raise InputError("F305", path=name, form=spec.id, got="、".join(unknown))
        personal = {f.key for f in spec.fields if f.personal != "none"}
        personal |= {f.label for f in spec.fields if f.personal != "none"}
        if forbidden := sorted(compiled.property_names & personal):
            raise InputError("F348", path=name, got="、".join(forbidden))
        return cls(spec, compiled, name)

    @property
    def kind(self) -> str:
        """What `fill` returns: `docx` or `odt`."""
        return self._compiled.kind

    def fill(self, data: Mapping[str, JsonValue], context: FillContext) -> bytes:
        """Return the filled form; the same input gives the same bytes.

        Args:
            data: canonical data of one document, as `check` gives it.
            context: what the program adds.

        Raises:
            InputError: `F305` the template asks a row for a value that it does not have; or see
                `CompiledTemplate.render`.
            FaultError: `F301`, `F302` the document does not say what it must; it is not handed out.
        """
        values = self._plan.values(data, context)
        images = dict(context.images)
        if QR in self._compiled.names:
            images[QR] = qr_png(qr_text(self._spec, context))
        try:
            return self._compiled.render(values, images, self._properties(context))
        except InputError as error:
            if error.code != "F345":
                raise
            facts = {"path": self._name, "form": self._spec.id, "got": error.facts["got"]}
            raise InputError("F305", (), **facts) from error

    def _properties(self, context: FillContext) -> Properties:
        """Describe the file without naming a person: properties travel further than the page."""
        spec = self._spec
        return Properties(
            title=spec.title,
            subject=spec.number,
            author=context.agency.name,
            keywords=f"{context.form_no} {context.record_id}".strip(),
            comments=f"layout: {spec.layout} {spec.layout_version}",
        )


def template_values(spec: FormSpec, data: Mapping[str, JsonValue], context: FillContext) -> TemplateValues:
    """Return everything that a layout of this form may say, as display text."""
    return _Plan(spec).values(data, context)


class _Plan:
    """Which values a layout wants and how they print, worked out once; immutable."""

    def __init__(self, spec: FormSpec, compiled: CompiledTemplate | None = None) -> None:
        names = compiled.names if compiled else None
        row_names = compiled.keys if compiled else None
        self._spec = spec
        self._document = DisplayPlan(spec.document_fields if spec.grouped else spec.fields, names)
        self._rows = DisplayPlan(spec.row_fields, row_names) if spec.grouped else None

    def values(self, data: Mapping[str, JsonValue], context: FillContext) -> TemplateValues:
        """Return the values of one document."""
        spec = self._spec
        values: dict[str, str | Sequence[Mapping[str, str]]] = {}
        values |= self._document.show(data)
        if self._rows is not None:
            rows = cast("Sequence[Mapping[str, JsonValue]]", data.get(spec.rows_key) or ())
            values[spec.rows_key] = list(map(self._rows.show, rows))
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
    return frozenset(template_values(spec, {}, FillContext("", "", agency, ""))) | IMAGES


def qr_text(spec: FormSpec, context: FillContext) -> str:
    """Return what the printed code says: which form, which number, which record; no personal data."""
    return f"{spec.number} | {context.form_no} | {context.record_id}"
