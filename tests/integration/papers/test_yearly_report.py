"""The yearly report counts what is there, names what is late, and shows it as a picture."""

import io
import os
import warnings
import zipfile
from datetime import date
from pathlib import Path

import docx
import pytest
from sqlmodel import Session

from webir_records.forms.charts import YearBars, draw_years, find_font
from webir_records.forms.templating.images import inspect
from webir_records.model.errors import InputError
from webir_records.model.tables import BackupRow, CopyRow, LoanRow
from webir_records.services.destruction import drafting, selection
from webir_records.services.holding import place_hold
from webir_records.services.papers.incidents import NewIncident, report_incident
from webir_records.services.papers.year_data import SHOWN, YearData, read_year, shown
from webir_records.services.papers.yearly_report import bars_of, write_yearly
from webir_records.services.retention_reports import Obstacle, list_lapsed


def _text(path: Path) -> str:
    document = docx.Document(str(path))
    rows = (row for table in document.tables for row in table.rows)
    return "\n".join("|".join(dict.fromkeys(cell.text for cell in row.cells)) for row in rows)


def _figures(path: Path) -> dict[str, list[str]]:
    """Return the numbers of the report by item."""
    rows = (row for table in docx.Document(str(path)).tables for row in table.rows)
    cells = ([cell.text for cell in row.cells] for row in rows)
    return {line[-5]: line[-4:] for line in cells if len(line) >= 6 and line[-1].isdecimal()}


def _add(workspace, *rows: object) -> None:
    with Session(workspace.engine) as session, session.begin():
        session.add_all(rows)


def test_report_counts_by_class_and_state_and_names_what_is_late(workspace, documents, tmp_path) -> None:
    place_hold(workspace, documents[0], authority="臺灣臺北地方法院", review_on=date(2027, 1, 5))
    report_incident(workspace, NewIncident(kind="unlawful", on=date(2026, 3, 1), course="一箱誤送碎紙。"))
    _add(
        workspace,
        CopyRow(
            id="C-1", record=documents[1], kind="disc", medium="optical", made_at="x", due=date(2027, 5, 1)
        ),
        LoanRow(
            id="L-1",
            record=documents[2],
            version=1,
            borrower="wang-02",
            reason_code="audit",
            lent_at="2026-01-01T00:00:00Z",
            return_by=date(2026, 2, 1),
        ),
        BackupRow(
            id="K-1",
            kind="workspace",
            epoch="2026",
            made_at="2026-01-01T00:00:00Z",
            size=1,
            expires_on=date(2027, 3, 1),
        ),
    )
    out = tmp_path / "report.docx"
    found = write_yearly(workspace, 2026, out)
    text, figures = _text(out), _figures(out)
    assert found.kept == {"B": 6, "C": 1}
    assert figures["保存中"] == ["0", "6", "1", "7"]
    assert figures["已屆滿未銷毀"] == ["0", "6", "0", "6"]
    assert figures["其中依法不得銷毀"] == ["0", "1", "0", "1"]
    assert figures["保留中"] == ["0", "1", "0", "1"]
    assert figures["114年"] == ["0", "6", "0", "6"]
    assert figures["116年"] == ["0", "0", "1", "1"]
    assert "4-109-0001（b0000doc）" not in text  # under hold: it may not go, and is not late
    assert "4-109-0002（b0001doc）：得銷毀日 中華民國114年1月1日，逾 691 日" in text
    assert "檢視日 中華民國116年1月5日" in text
    assert "L-1：借閱人 wang-02，應還 中華民國115年2月1日" in text
    assert "I-2026-0001 違法銷毀" in text
    assert "K-1 工作區備份：應於 中華民國116年3月1日 前銷毀" in text


def test_what_a_historical_office_selected_is_kept_by_its_letter_and_not_overdue(
    workspace, documents, cycle, tmp_path
) -> None:
    batch, letter = cycle.to("answered"), "國史館字第1150000009號"
    selection.offer(workspace, batch, office="office-01", actor="arch-01")
    chosen = documents[5]  # in no file
    selection.answer(workspace, batch, selected=(chosen,), authority=letter, actor="arch-01")
    drafting.withdraw(workspace, batch, actor="arch-01", reason_code="another-day")
    today = workspace.today()
    lapsed = {line.summary.record: line for line in list_lapsed(workspace)}
    assert lapsed[chosen].obstacles == (Obstacle("selected", letter, "office-01", today),)
    assert [record for record, line in lapsed.items() if not line.overdue] == [chosen]
    write_yearly(workspace, 2026, tmp_path / "report.docx")
    text = _text(tmp_path / "report.docx")
    assert f"史政機關檢選 1 件：office-01，{letter}，自 中華民國115年11月23日 起，不得銷毀" in text
    assert f"（{chosen}）：得銷毀日" not in text
    assert _figures(tmp_path / "report.docx")["其中依法不得銷毀"] == ["0", "1", "0", "1"]


def test_picture_stands_in_the_report_and_is_a_wide_png(workspace, documents, tmp_path) -> None:
    assert documents
    out = tmp_path / "report.docx"
    write_yearly(workspace, 2026, out)
    with zipfile.ZipFile(out) as package:
        pictures = [package.read(name) for name in package.namelist() if name.startswith("word/media/")]
    widths = sorted(inspect("year_chart", data).width_mm for data in pictures)
    assert widths[-1] == pytest.approx(158, abs=1)


def test_batches_of_the_year_are_listed(cycle, workspace) -> None:
    batch = cycle.to("drafted")
    assert read_year(workspace, 2026).batches == (f"{batch}（B類）：辦理中，6 件",)
    assert read_year(workspace, 2025).batches == ()


def test_empty_archive_has_a_report_too(workspace, tmp_path) -> None:
    write_yearly(workspace, 2026, tmp_path / "report.docx")
    text = _text(tmp_path / "report.docx")
    assert text.count("無。") == 6


@pytest.mark.parametrize("year", [2027, 1911])
def test_year_to_come_has_no_report(workspace, tmp_path, year: int) -> None:
    with pytest.raises(InputError, match="U368"):
        write_yearly(workspace, year, tmp_path / "report.docx")
    assert list(tmp_path.glob("*.docx")) == []


def _data(**by_year: dict[str, int]) -> YearData:
    years = {int(year.removeprefix("y")): counts for year, counts in by_year.items()}
    nothing: dict[str, int] = {}
    return YearData(2026, date(2026, 12, 1), *(nothing,) * 6, years, *((),) * 7)


def test_years_far_away_stand_in_one_bar_each() -> None:
    bars = bars_of(_data(y1999={"A": 1}, y2020={"A": 2}, y2025={"B": 4}, y2026={"A": 3}, y2090={"B": 5}))
    assert bars.labels[0] == "110年前"
    assert bars.labels[-1] == "123年後"
    assert bars.counts[0][0] == 3
    assert bars.counts[1][-1] == 5
    assert bars.labels[bars.past] == "115年"
    assert sum(map(sum, bars.counts)) == 15


def test_window_without_far_years_begins_with_the_first_year() -> None:
    bars = bars_of(_data(y2026={"A": 1}))
    assert bars.labels[0] == "110年"
    assert bars.labels[bars.past] == "115年"


def test_long_list_is_cut_and_counted() -> None:
    lines = shown([str(number) for number in range(SHOWN + 3)], total=40)
    assert lines.splitlines()[-1] == f"……另有 {40 - SHOWN} 項"
    assert shown([]) == "無。"
    assert shown(["一"]) == "一"


BARS = YearBars(
    ("114年", "115年"),
    (("A類 未歸檔文書", "Class A"), ("B類 公文檔案", "Class B"), ("C類 複製品", "Class C")),
    ((3, 4), (1, 0), (0, 2)),
    1,
    ("已過年度", "Past years"),
    "各年度得銷毀件數",
    "件",
)


def test_same_figures_give_the_same_picture_and_others_another(tmp_path) -> None:
    font = find_font(dict(os.environ), tmp_path)
    other = YearBars(BARS.labels, BARS.classes, ((3, 4), (1, 1), (0, 2)), 1, BARS.past_name, BARS.title, "件")
    assert draw_years(BARS, font) == draw_years(BARS, font)
    assert draw_years(BARS, font) != draw_years(other, font)


def test_without_a_chinese_font_no_character_is_a_box() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # matplotlib warns of each character that a font lacks
        picture = draw_years(BARS, None)
    assert io.BytesIO(picture).read(8) == b"\x89PNG\r\n\x1a\n"


def test_machine_without_fontconfig_looks_into_the_folder_of_windows(tmp_path) -> None:
    fonts = tmp_path / "Fonts"
    fonts.mkdir()
    environment = {"PATH": str(tmp_path), "SYSTEMROOT": str(tmp_path)}
    assert find_font(environment, tmp_path) is None
    (fonts / "kaiu.ttf").write_bytes(b"font")
    assert find_font(environment, tmp_path) == fonts / "kaiu.ttf"
