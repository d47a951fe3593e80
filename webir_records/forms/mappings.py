"""An agency's own decisions about headers: which column of its lists stands for which field.

One small TOML file for each form, `mappings/<form>.toml` in the workspace, for people to read and edit.
What it says wins over the form's aliases.
"""

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from webir_records.forms.headers import GROUP_MARK, Header, normalise
from webir_records.forms.spec_types import FormSpec
from webir_records.model.errors import Detail, InputError

IGNORE: Final = "ignore"
"""Stands where a column is not read."""

_KEYS: Final = ("form", "headers", "columns")
_COMMENT: Final = """\
# 欄名對照：左邊是貴機關表上的欄名，右邊是表單欄位的代號；"ignore" 表示不讀該欄。
# 可自行修改；欄位代號見 webir forms show {form}。
"""


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Which header stands for which field.

    Attributes:
        form: id of the form.
        columns: text of a header, and the key of its field or `ignore`.
        fingerprint: of the header that it was made for; see `header_fingerprint`.
    """

    form: str
    columns: Mapping[str, str]
    fingerprint: str = ""

    def fields(self) -> Mapping[str, str]:
        """Return the key for each header, empty for a column that is not read."""
        return {text: "" if key == IGNORE else key for text, key in self.columns.items()}


def mapping_path(folder: Path, form: str) -> Path:
    """Return where a form's mapping lies."""
    return folder / f"{form}.toml"


def header_fingerprint(header: Header) -> str:
    """Return what stays the same as long as the headers do: their texts in order, as they are compared."""
    texts = "\n".join(normalise(column.header.rsplit(GROUP_MARK, 1)[-1]) for column in header.columns)
    return f"sha256:{hashlib.sha256(texts.encode('utf-8', 'surrogatepass')).hexdigest()}"


def mapping_of(form: str, header: Header) -> ColumnMapping:
    """Return how a header was read, so that it can be saved and edited."""
    columns = {column.header: column.field or IGNORE for column in header.columns}
    return ColumnMapping(form, columns, header_fingerprint(header))


def save_mapping(path: Path, mapping: ColumnMapping) -> None:
    """Write a mapping; the file is replaced as a whole.

    Raises:
        InputError: `F225`, it cannot be written.
    """
    temporary = path.with_name(f"{path.name}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(dump_mapping(mapping), encoding="utf-8", newline="\n")
        temporary.replace(path)
    except OSError as error:
        raise InputError("F225", path=str(path), problem=error.strerror or "") from error


def dump_mapping(mapping: ColumnMapping) -> str:
    """Return the text of a mapping file."""
    lines = [f"{_quoted(text)} = {_quoted(key)}" for text, key in mapping.columns.items()]
    head = [f"form = {_quoted(mapping.form)}", f"headers = {_quoted(mapping.fingerprint)}", "", "[columns]"]
    return _COMMENT.format(form=mapping.form) + "\n".join([*head, *lines]) + "\n"


def _quoted(text: str) -> str:
    """Write a basic string of TOML, whose escapes are those of JSON for every character that needs one."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def load_mapping(path: Path, spec: FormSpec) -> ColumnMapping:
    """Read a mapping file.

    Raises:
        InputError: `F220` it cannot be read or is no TOML, `F221` it is wrong (every problem at once,
            with its line).
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        content = cast("dict[str, object]", tomllib.loads(text))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError("F220", path=path.name, problem=str(error)) from error
    details = list(_problems(content, text, spec))
    if details:
        raise InputError("F221", details, path=path.name)
    columns = cast("dict[str, str]", content.get("columns", {}))
    return ColumnMapping(spec.id, columns, str(content.get("headers", "")))


def _problems(content: Mapping[str, object], text: str, spec: FormSpec) -> Iterator[Detail]:
    for key in content:
        if key not in _KEYS:
            yield Detail("F222", {"line": _line_of(text, key), "got": key, "expected": "、".join(_KEYS)})
    form = content.get("form")
    if form != spec.id:
        yield Detail("F223", {"line": _line_of(text, "form"), "got": str(form), "expected": spec.id})
    columns = content.get("columns", {})
    if not isinstance(columns, dict):
        yield Detail("F222", {"line": _line_of(text, "columns"), "got": "columns", "expected": "[columns]"})
        return
    known = {field.key for field in spec.fields} | {IGNORE}
    for header, wanted in cast("dict[str, object]", columns).items():
        if wanted not in known:
            yield Detail("F224", {"line": _line_of(text, header), "header": header, "got": str(wanted)})


def _line_of(text: str, key: str) -> str:
    """Return the number of the line that sets a key, or `?` for a spelling of TOML that nobody writes."""
    for number, line in enumerate(text.splitlines(), start=1):
        if _key_of(line) == key:
            return str(number)
    return "?"


def _key_of(line: str) -> str | None:
    try:
        content = tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return None
    return next(iter(content), None)
