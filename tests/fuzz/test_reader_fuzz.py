"""Whatever a file holds, a check ends with findings or with an input error, soon and without a crash."""

import io
import json
import random
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook as Xlsx

from retention.profile import load_profile
from webir_records.forms.agency import AgencySettings
from webir_records.forms.checking import CheckContext, CheckResult, check
from webir_records.forms.spec_types import FormSpec
from webir_records.forms.specs import load_form
from webir_records.model.errors import InputError

ROOT = Path(__file__).resolve().parents[2]
HEADER = ["使用單位", "案件編號", "查詢人員", "查詢日期", "查詢目的", "資料處理方式"]
ROWS = [
    ["社會救助科", "收1090001", "林𠮷堃", "109/01/02", "低收入戶資格審查", "歸檔"],
    ["社會救助科", "收1090002", "O'Brien & 李<小>明", "109/01/03", "低收入戶資格審查", "立即銷毀"],
]
MUTATIONS = 120
"""Broken files of each kind; all of them together take some seconds."""


@pytest.fixture(scope="module")
def spec() -> FormSpec:
    return load_form("form_2", ROOT / "templates")


@pytest.fixture(scope="module")
def context() -> CheckContext:
    agency = AgencySettings.load(ROOT / "examples" / "機關設定.json")
    return CheckContext(agency, date(2026, 11, 23), load_profile("taipei-2017"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


def _outcome(spec: FormSpec, path: Path, context: CheckContext) -> CheckResult | InputError:
    try:
        return check(spec, path, context)
    except InputError as error:
        return error


def _assert_sane(outcome: CheckResult | InputError) -> None:
    if isinstance(outcome, CheckResult):
        assert 0 <= outcome.valid <= outcome.rows
        shown = [p.value for p in (*outcome.problems, *outcome.warnings)]
        "".join(shown).encode()  # can be printed
    else:
        assert outcome.code.startswith("F1")
        "".join(outcome.facts.values()).encode()


def _xlsx() -> bytes:
    book = Xlsx()
    sheet = book.worksheets[0]
    sheet.append(["查詢資料登記簿"])
    sheet.merge_cells("A1:F1")
    for row in (HEADER, *ROWS):
        sheet.append(row)
    sheet["G3"], sheet["G4"] = "=1+1", date(2020, 1, 2)
    book.create_sheet("隱藏").sheet_state = "hidden"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _ods() -> bytes:
    urn = "urn:oasis:names:tc:opendocument:xmlns"
    names = "".join(f' xmlns:{name}="{urn}:{name}:1.0"' for name in ("office", "table", "text"))
    rows = "".join(
        f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in (HEADER, *ROWS)
    )
    content = (
        f"<office:document-content{names}><office:body><office:spreadsheet>"
        f'<table:table table:name="a">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", content)
        package.writestr("META-INF/manifest.xml", "<manifest/>")
    return buffer.getvalue()


def _ods_cell(text: str) -> str:
    return f'<table:table-cell office:value-type="string"><text:p>{escape(text)}</text:p></table:table-cell>'


def _csv() -> bytes:
    return "\r\n".join(",".join(row) for row in (HEADER, *ROWS)).encode("utf-8-sig")


def _json() -> bytes:
    entries = [dict(zip(HEADER, row, strict=True)) for row in ROWS]
    return json.dumps([{"unit": "社會救助科", "entries": entries}, *entries], ensure_ascii=False).encode()


def _jsonl() -> bytes:
    return b"\n".join(json.dumps(dict(zip(HEADER, row, strict=True))).encode() for row in ROWS)


KINDS: dict[str, Callable[[], bytes]] = {
    ".xlsx": _xlsx,
    ".ods": _ods,
    ".csv": _csv,
    ".json": _json,
    ".jsonl": _jsonl,
}


def _mutated(whole: bytes, chance: random.Random) -> bytes:
    """Break a file as disks, mails and people do: bytes changed, cut out, doubled, cut off."""
    data = bytearray(whole)
    for _ in range(chance.choice((1, 1, 2, 8))):
        at, length = chance.randrange(len(data)), chance.choice((1, 1, 4, 64))
        match chance.randrange(5):
            case 0:
                data[at] = chance.randrange(256)
            case 1:
                del data[at : at + length]
            case 2:
                data[at:at] = data[at : at + length]
            case 3:
                data[at : at + length] = bytes(chance.choices(b'\0\xff<>"/&0A[]{},', k=length))
            case _:
                del data[max(1, at) :]
        if not data:
            return b"\0"
    return bytes(data)


def _rezipped(whole: bytes, chance: random.Random) -> bytes:
    """Break one part inside a package and pack it rightly, so that the damage gets past the zip."""
    source, target = zipfile.ZipFile(io.BytesIO(whole)), io.BytesIO()
    names = source.namelist()
    broken = chance.choice(names)
    with zipfile.ZipFile(target, "w") as package:
        for name in names:
            part = source.read(name)
            package.writestr(name, _mutated(part, chance) if name == broken and part else part)
    return target.getvalue()


@pytest.mark.parametrize("kind", list(KINDS))
def test_whole_file_of_every_kind_makes_its_document(
    kind: str, spec: FormSpec, context: CheckContext, folder: Path
) -> None:
    path = folder / f"whole{kind}"
    path.write_bytes(KINDS[kind]())
    outcome = _outcome(spec, path, context)
    assert isinstance(outcome, CheckResult)
    assert outcome.problems == ()
    assert outcome.documents


@pytest.mark.parametrize("kind", list(KINDS))
def test_broken_bytes_give_findings_or_an_input_error(
    kind: str, spec: FormSpec, context: CheckContext, folder: Path
) -> None:
    whole, chance = KINDS[kind](), random.Random(f"bytes{kind}")  # noqa: S311 - no secret
    path = folder / f"broken{kind}"
    for _ in range(MUTATIONS):
        path.write_bytes(_mutated(whole, chance))
        _assert_sane(_outcome(spec, path, context))


@pytest.mark.parametrize("kind", [".xlsx", ".ods"])
def test_broken_part_in_a_whole_package_gives_findings_or_an_input_error(
    kind: str, spec: FormSpec, context: CheckContext, folder: Path
) -> None:
    whole, chance = KINDS[kind](), random.Random(f"parts{kind}")  # noqa: S311 - no secret
    path = folder / f"broken{kind}"
    for _ in range(MUTATIONS):
        path.write_bytes(_rezipped(whole, chance))
        _assert_sane(_outcome(spec, path, context))


ANY_BYTES = st.binary(min_size=1, max_size=200) | st.text(max_size=200).map(
    lambda text: text.encode("utf-8", "replace")
)


@pytest.mark.parametrize("kind", [*KINDS, ".xls", ".xlsm"])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.binary(min_size=1, max_size=200)
    | st.text(max_size=200).map(lambda t: t.encode("utf-8", "replace"))
)
def test_arbitrary_content_gives_findings_or_an_input_error(
    kind: str, data: bytes, spec: FormSpec, context: CheckContext, folder: Path
) -> None:
    path = folder / f"any{kind}"
    path.write_bytes(data)
    _assert_sane(_outcome(spec, path, context))


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*HEADER, "entries", "unit", "query_date", "count"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=ANY_JSON)
def test_arbitrary_json_gives_findings_or_an_input_error(
    value: object, spec: FormSpec, context: CheckContext, folder: Path
) -> None:
    path = folder / "any.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    _assert_sane(_outcome(spec, path, context))


CELLS = st.text(max_size=6) | st.sampled_from(['"', ",", "109/01/02", "\n", "合計", *HEADER])


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(CELLS, max_size=8), max_size=6), mark=st.sampled_from(",;\t"))
def test_arbitrary_lines_below_a_header_give_findings_or_an_input_error(
    rows: list[list[str]], mark: str, spec: FormSpec, context: CheckContext, folder: Path
) -> None:
    path = folder / "lines.csv"
    text = "\n".join(mark.join(row) for row in [HEADER, *rows])
    path.write_bytes(text.encode("utf-8", "replace"))
    _assert_sane(_outcome(spec, path, context))
