"""年度報告: what is kept, due, overdue and destroyed, for the head of the agency, with a picture of it."""

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from sqlmodel import Session

from signing.canonical import JsonValue
from webir_records.forms.charts import YearBars, draw_years, find_font
from webir_records.forms.problems import FormDocument
from webir_records.forms.specs import load_form
from webir_records.forms.templating.images import CHART
from webir_records.model.errors import InputError
from webir_records.services.context import OPERATOR, Workspace
from webir_records.services.issuing import Issued
from webir_records.services.papers.year_data import CLASSES, Counts, YearData, read_year, shown
from webir_records.services.rendering import renderer
from webir_records.services.verification_report import check_target

PAPER: Final = "yearly_report"
_ROC_OFFSET: Final = 1911
_BEFORE, _AFTER = 5, 8
"""Years before and after the one of the report that have a bar of their own."""

_NAMES: Final = (("A類 未歸檔文書", "Class A"), ("B類 公文檔案", "Class B"), ("C類 複製品", "Class C"))


def write_yearly(workspace: Workspace, year: int, path: Path, *, actor: str = OPERATOR) -> YearData:
    """Write the report of a year.

    Args:
        workspace: the open workspace.
        year: AD; this year or an earlier one.
        path: FILE.docx, .odt or .pdf; nothing may lie there.
        actor: who makes it.

    Raises:
        InputError: U110 another format, U012 the file exists, U014 there is no such folder; U368 the year is
            to come.
        EnvironmentMissingError: X101 a PDF is wanted and LibreOffice is missing.
    """
    check_target(path)
    today = workspace.today()
    if year > today.year or year <= _ROC_OFFSET:
        raise InputError("U368", year=str(year), today=str(today.year))
    found = read_year(workspace, year)
    with tempfile.TemporaryDirectory() as home:
        picture = draw_years(bars_of(found), find_font(workspace.machine.environment, Path(home)))
    spec = load_form(PAPER, *workspace.templates)
    data = report_data(workspace, found, actor)
    number = str(data["report_no"])
    item = Issued(FormDocument(form=spec.id, data=data, rows=()), number.lower(), number)
    kind = path.suffix.removeprefix(".")
    with renderer(workspace, spec, [kind], images={CHART: picture}) as maker:
        for result in maker.run([item]):
            if result.failed:
                raise result.failed[0].error
            path.write_bytes(result.made[0].files[kind])
    return found


def bars_of(found: YearData) -> YearBars:
    """Return the figures of the picture: each year around the report's, what lies beyond in one bar."""
    windows = _windows(found)
    counts = tuple(tuple(counted.get(name, 0) for _, counted in windows) for name in CLASSES)
    past = len(windows) - _AFTER - 1 - sum(label.endswith("後") for label, _ in windows)
    labels = tuple(label for label, _ in windows)
    title = f"各年度得銷毀件數（{found.today.year - _ROC_OFFSET}年{found.today.month}月{found.today.day}日）"
    return YearBars(labels, _NAMES, counts, past, ("已過年度", "Past years"), title, "件")


def report_data(workspace: Workspace, found: YearData, actor: str) -> dict[str, JsonValue]:
    """Return the report as form data."""
    with Session(workspace.engine) as session:
        head = workspace.archive.ledger.head(session)
    now = workspace.machine.now().astimezone(ZoneInfo(workspace.profile.timezone))
    profile = workspace.profile
    return {
        "agency_name": workspace.agency.name,
        "agency_code": workspace.agency.code,
        "report_no": f"Y-{found.year - _ROC_OFFSET}-{head.size}",
        "year": found.year - _ROC_OFFSET,
        "made_at": now.replace(tzinfo=None).isoformat(timespec="minutes"),
        "maker": actor,
        "profile": f"{profile.id} 第{profile.version}版",
        "checkpoint": f"{head.size:,} 筆；{head.root}",
        "summary": _summary(found),
        "figures": list(_figures(found)),
        "overdue": _late(found),
        "holds": shown(found.holds),
        "loans": shown(found.loans),
        "incidents": shown(found.incidents),
        "batches": shown(found.batches),
        "backups": shown(found.backups),
    }


def _summary(found: YearData) -> str:
    kept, lapsed, barred, held = (
        sum(counts.values()) for counts in (found.kept, found.lapsed, found.barred, found.held)
    )
    return (
        f"保存中 {kept:,} 件；已屆滿未銷毀 {lapsed:,} 件，其中依法不得銷毀 {barred:,} 件；"
        f"保留中 {held:,} 件。\n"
        f"本年度銷毀批次 {len(found.batches)} 批；異常情形 {len(found.incidents)} 件；"
        f"調借逾期 {len(found.loans)} 件；應銷毀之備份 {len(found.backups)} 份。"
    )


def _late(found: YearData) -> str:
    """Return what ought to have gone, and beside it what was selected: that is kept, and is not late."""
    late = sum(found.lapsed.values()) - sum(found.barred.values())
    listed = shown(found.oldest, total=late)
    return "\n".join((listed, shown(found.selected))) if found.selected else listed


def _figures(found: YearData) -> Iterator[dict[str, JsonValue]]:
    now = (
        ("保存中", found.kept),
        ("已銷毀（累計）", found.destroyed),
        ("期間尚未起算", found.waiting),
        ("已屆滿未銷毀", found.lapsed),
        ("其中依法不得銷毀", found.barred),
        ("保留中", found.held),
    )
    for item, counts in now:
        yield _figure("現況", item, counts)
    for label, counts in _windows(found):
        yield _figure("得銷毀年度", label, counts)


def _figure(part: str, item: str, counts: Counts) -> dict[str, JsonValue]:
    a, b, c = (counts.get(name, 0) for name in CLASSES)
    return {"part": part, "item": item, "class_a": a, "class_b": b, "class_c": c, "total": a + b + c}


def _windows(found: YearData) -> Sequence[tuple[str, Counts]]:
    """Return name and counts of each bar."""
    first, last = found.year - _BEFORE, found.year + _AFTER
    early = _together(counts for year, counts in found.by_year.items() if year < first)
    late = _together(counts for year, counts in found.by_year.items() if year > last)
    years = [(f"{year - _ROC_OFFSET}年", found.by_year.get(year, {})) for year in range(first, last + 1)]
    earlier = [(f"{first - _ROC_OFFSET}年前", early)] if early else []
    later = [(f"{last - _ROC_OFFSET}年後", late)] if late else []
    return [*earlier, *years, *later]


def _together(many: Iterable[Counts]) -> Counts:
    total: Counter[str] = Counter()
    for counts in many:
        total.update(counts)
    return total
