"""The engine's face: compile a template once, fill it thousands of times."""

from collections.abc import Callable, Mapping
from typing import Final, Self

import jinja2

from webir_records.forms.templating.errors import (
    ForbiddenCharacterError,
    LimitError,
    MissingImageError,
    ValueKindError,
)
from webir_records.forms.templating.escaping import Picture, forbidden_in
from webir_records.forms.templating.images import IMAGES, UNUSABLE, ImageInfo, inspect
from webir_records.forms.templating.layout import Layout, keys_of, names_of, property_names_of
from webir_records.forms.templating.odt import compile_odt
from webir_records.forms.templating.package import Kind, read_package
from webir_records.forms.templating.part import Part
from webir_records.forms.templating.properties import PropertyText
from webir_records.forms.templating.readback import flat
from webir_records.forms.templating.values import Properties, Values
from webir_records.forms.templating.word import compile_word
from webir_records.forms.templating.zipping import Entry
from webir_records.model.errors import InputError

FORBIDDEN_CHARACTER: Final = "F340"
LIMIT: Final = "F341"
CANNOT: Final = "F342"
NO_VALUE: Final = "F345"
NO_IMAGE: Final = "F346"


class CompiledTemplate:
    """A template that was read, checked and compiled; immutable, safe between threads and processes.

    Attributes:
        kind: `docx` or `odt`.
        names: values that it asks for, images included.
        keys: what it may ask of rows; None means anything.
        property_names: those that its file properties ask for beside what the program writes there.
    """

    def __init__(self, layout: bytes, name: str, images: frozenset[str], compiled: Layout) -> None:
        self._source = (layout, name, images)
        self._layout = compiled
        self.kind: Kind = compiled.kind
        self.names = names_of(compiled)
        self.property_names = property_names_of(compiled)
        self.keys = keys_of(compiled)

    @classmethod
    def compile(cls, layout: bytes, name: str, *, images: frozenset[str] = IMAGES) -> Self:
        """Read, check and compile a template.

        Args:
            layout: the file, docx or odt.
            name: what messages call it.
            images: names that stand for images.

        Raises:
            InputError: the file cannot be used: `F303` no docx or odt, `F320` too large or a zip bomb,
                `F321` a password, `F322` an old .doc, `F323` damaged, `F324` dangerous names in the zip,
                `F325` entities, `F326` macros or another feature that filling would break, `F327` another
                kind of office file, `F328` broken XML. `F304`: tags that cannot be used, all of them at
                once as details, each with its place.
        """
        package = read_package(layout, name)
        compiler = compile_odt if package.kind == "odt" else compile_word
        return cls(layout, name, images, compiler(package, name, images))

    def __reduce__(self) -> tuple[Callable[..., object], tuple[bytes, str, frozenset[str]]]:
        """Travel to another process as the template itself, and be compiled there."""
        return _rebuild, self._source

    def render(
        self, values: Values, images: Mapping[str, bytes], properties: Properties | None = None
    ) -> bytes:
        """Return the filled document; the same input gives the same bytes.

        Args:
            values: by name.
            images: PNG or JPEG by name; a placed picture of that name is kept when there is none.
            properties: of the file; without them the template's own are filled and kept.

        Raises:
            InputError: `F340` a value has a control character, `F341` the template runs or prints without
                end, `F342` it does with a value what cannot be done, `F343` an image is unusable, `F345` a
                value is missing, `F346` an image is missing.
            FaultError: `F301`, `F302` the document does not say what it must; it is not handed out.
        """
        layout = self._layout
        shown = {name: images[name] for name in images if name in layout.links.images}
        facts = {name: inspect(name, data) for name, data in shown.items()}
        entries = [self._entry(part, values, facts) for part in layout.parts]
        entries.append(self._properties(values, properties))
        kinds = tuple(sorted((name, info.kind) for name, info in facts.items()))
        entries += layout.links.entries(shown, kinds)
        return layout.archive.with_entries(entries)

    def _properties(self, values: Values, properties: Properties | None) -> Entry:
        parts = self._layout.properties
        if properties is None:
            return parts.fixed if parts.own is None else self._entry(parts.own, values, {})
        if isinstance(parts.given, PropertyText):
            try:
                return Entry.deflated(parts.given.name, parts.given.render(properties.values()))
            except ForbiddenCharacterError as error:
                raise InputError(FORBIDDEN_CHARACTER, field=_field(properties.values())) from error
        return self._entry(parts.given, {**values, **properties.values()}, {})

    def _entry(self, part: Part, values: Values, facts: Mapping[str, ImageInfo]) -> Entry:
        name = self._source[1]
        try:
            data = part.render(values, self._pictures(part, facts))
        except ForbiddenCharacterError as error:
            raise InputError(FORBIDDEN_CHARACTER, field=_field(values)) from error
        except MissingImageError as error:
            raise InputError(NO_IMAGE, path=name, image=error.image) from error
        except jinja2.UndefinedError as error:
            raise InputError(
                NO_VALUE, path=name, part=part.name, got=_at(part, error, error.message)
            ) from error
        except (LimitError, RecursionError, MemoryError) as error:
            raise InputError(LIMIT, path=name, part=part.name) from error
        except (ValueKindError, jinja2.TemplateError) as error:
            raise InputError(
                CANNOT, path=name, part=part.name, problem=_at(part, error, str(error))
            ) from error
        except (
            ArithmeticError,
            AttributeError,
            LookupError,
            NameError,
            RuntimeError,
            TypeError,
            ValueError,
        ) as error:
            problem = _at(part, error, type(error).__name__)  # its text may hold values
            raise InputError(CANNOT, path=name, part=part.name, problem=problem) from error
        return Entry.streamed(part.name, data)

    def _pictures(self, part: Part, facts: Mapping[str, ImageInfo]) -> dict[str, Picture]:
        links, wanted = self._layout.links, part.names & self._source[2]
        return {
            name: Picture(name, links.picture(part.name, name, facts[name]) if name in facts else "")
            for name in wanted
        }


def _rebuild(layout: bytes, name: str, images: frozenset[str]) -> CompiledTemplate:
    return CompiledTemplate.compile(layout, name, images=images)


def _at(part: Part, error: BaseException, problem: str | None) -> str:
    """Return what went wrong, after the tag in which it did."""
    return f"{part.tag_of(error)}: {problem or '?'}"


def _field(values: Values) -> str:
    return "、".join(name for name, text in flat(values) if forbidden_in(text)) or "?"


__all__ = ["UNUSABLE", "CompiledTemplate"]
