"""Compare the names that a template uses with the fields of its form."""

from collections.abc import Iterable, Iterator

from webir_records.forms.linting.report import FieldUse, Finding
from webir_records.forms.linting.vocabulary import IDENTITY, Vocabulary
from webir_records.forms.spec_types import FieldSpec, FieldType, FormSpec


def field_use(spec: FormSpec | None, vocabulary: Vocabulary, used: Iterable[str]) -> FieldUse:
    """Return which fields are printed, which are not, and which have to be.

    Args:
        spec: the form, or None: then there is nothing to miss.
        vocabulary: its names.
        used: names as the template says them.
    """
    if spec is None:
        return FieldUse(tuple(sorted(set(used))))
    bare = [name.split(".", 1)[-1] for name in used]
    keys = {vocabulary.owners.get(name, name) for name in bare}
    unused = [field for field in spec.fields if field.key not in keys]
    missing = [field.key for field in unused if _needed(field)]
    missing += [name for name in IDENTITY if name not in keys and name not in missing]
    return FieldUse(
        tuple(field.key for field in spec.fields if field.key in keys)
        + tuple(sorted(keys - {field.key for field in spec.fields} - {spec.rows_key})),
        tuple(field.key for field in unused),
        tuple(missing),
    )


def _needed(field: FieldSpec) -> bool:
    return field.required and field.type is not FieldType.SIGN and field.key not in IDENTITY


def field_findings(vocabulary: Vocabulary, use: FieldUse) -> Iterator[Finding]:
    """Yield what the template should print and does not."""
    for key in use.missing:
        code = "F442" if key in IDENTITY else "F441"
        row = key in vocabulary.row_keys
        tag = f"{{{{ e.{key} }}}}" if row else f"{{{{ {key} }}}}"
        yield Finding(code, {"got": vocabulary.shown(key), "fix": tag})
    optional = [key for key in use.unused if key not in use.missing and key not in vocabulary.automatic]
    if optional:
        yield Finding("F443", {"got": "、".join(vocabulary.shown(key) for key in optional)})
