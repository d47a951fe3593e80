"""Draw the picture of what is due by year and class: bars, as PNG. The same figures give the same bytes.

matplotlib is read only here, and only when a picture is drawn: it takes a second.
"""

import io
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from webir_records.forms.printing.office import variables

if TYPE_CHECKING:
    from matplotlib.figure import Axes

_FAMILIES: Final = "標楷體,Noto Sans CJK TC,Noto Serif CJK TC:lang=zh-tw"
_WINDOWS: Final = ("kaiu.ttf", "msjh.ttc", "mingliu.ttc")
_PROBE: Final = "年類屆"
_LIMIT_S: Final = 30.0
_MM_PER_INCH: Final = 25.4
_SIZE_MM: Final = (158.0, 84.0)
_DPI: Final = 200
_COLOURS: Final = ("#4472c4", "#ed7d31", "#a5a5a5")
_OVERDUE: Final = "#fbe5d6"
_ROOM: Final = 1.18
"""Height of the picture's scale over its highest bar."""


@dataclass(frozen=True, slots=True)
class YearBars:
    """What is drawn.

    Attributes:
        labels: name of each year, in order.
        classes: name of each class in Chinese, and its name where no Chinese font is.
        counts: for each class, a number for each year.
        past: how many of the years lie before the one of the report.
        past_name: what they are called, with and without a Chinese font.
        title: in Chinese.
        unit: what is counted, in Chinese.
    """

    labels: tuple[str, ...]
    classes: tuple[tuple[str, str], ...]
    counts: tuple[tuple[int, ...], ...]
    past: int
    past_name: tuple[str, str]
    title: str
    unit: str


def find_font(environment: Mapping[str, str], home: Path) -> Path | None:
    """Return the file of a font with the characters of Taiwan, or None.

    Args:
        environment: of this machine.
        home: a private folder for what fontconfig writes.
    """
    own = variables(environment, home)
    program = shutil.which("fc-match", path=own["PATH"])
    if program is None:
        folder = Path(environment.get("SYSTEMROOT", "")) / "Fonts"
        return next((folder / name for name in _WINDOWS if (folder / name).is_file()), None)
    found = subprocess.run(  # noqa: S603 - a program of the system, with arguments of ours
        [program, "--format=%{file}", _FAMILIES], env=own, capture_output=True, check=False, timeout=_LIMIT_S
    )
    path = Path(found.stdout.decode(errors="replace"))
    return path if path.is_file() and _shows_chinese(path) else None


def draw_years(bars: YearBars, font: Path | None) -> bytes:
    """Return the picture.

    Args:
        bars: the figures.
        font: file of a font with Chinese; without one the words are those that every font has.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - slow to read
    from matplotlib.figure import Figure  # noqa: PLC0415

    width, height = _SIZE_MM
    figure = Figure(figsize=(width / _MM_PER_INCH, height / _MM_PER_INCH), dpi=_DPI, layout="tight")
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    highest = _bars(axes, bars, chinese=font is not None)
    axes.set_ylim(0, max(1, highest) * _ROOM)
    _words(axes, bars, font)
    picture = io.BytesIO()
    canvas.print_png(picture, metadata={"Software": None})
    return picture.getvalue()


def _bars(axes: "Axes", bars: YearBars, *, chinese: bool) -> int:
    """Draw a bar for each year, its classes above each other; return the height of the highest."""
    places = list(range(len(bars.labels)))
    if bars.past:
        label = bars.past_name[0] if chinese else bars.past_name[1]
        axes.axvspan(-0.6, bars.past - 0.5, color=_OVERDUE, zorder=0, label=label)
    below = [0] * len(places)
    for names, counts, colour in zip(bars.classes, bars.counts, _COLOURS, strict=False):
        label = names[0] if chinese else names[1]
        axes.bar(places, counts, bottom=below, color=colour, label=label, zorder=2)
        below = [low + count for low, count in zip(below, counts, strict=True)]
    for place, total in zip(places, below, strict=True):
        if total:
            axes.text(place, total, f"{total:,}", ha="center", va="bottom", fontsize=6.5)
    axes.set_xlim(-0.6, len(places) - 0.4)
    return max(below, default=0)


def _words(axes: "Axes", bars: YearBars, font: Path | None) -> None:
    """Write names, scale and legend; without a Chinese font the years stand in digits."""
    from matplotlib.font_manager import FontProperties  # noqa: PLC0415 - slow to read

    def sized(points: float) -> FontProperties:
        return FontProperties(fname=font, size=points)

    labels = bars.labels if font else tuple(label.rstrip("年") for label in bars.labels)
    places = list(range(len(labels)))
    axes.set_xticks(places, labels, fontproperties=sized(7.5), rotation=_turn(labels))
    axes.locator_params(axis="y", integer=True)
    axes.tick_params(axis="y", labelsize=7)
    axes.grid(axis="y", color="#d9d9d9", linewidth=0.5, zorder=1)
    if font:
        axes.set_title(bars.title, fontproperties=sized(11))
        axes.set_ylabel(bars.unit, fontproperties=sized(9))
    axes.legend(
        prop=sized(8),
        loc="upper center",
        bbox_to_anchor=(0.5, -0.1 - _turn(labels) / 450),
        ncols=4,
        frameon=False,
    )
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _turn(labels: Sequence[str]) -> float:
    """Return by how many degrees the names are turned, so that they do not lie on each other."""
    return 0.0 if len(labels) <= 14 else 45.0


def _shows_chinese(path: Path) -> bool:
    from matplotlib.ft2font import FT2Font  # noqa: PLC0415 - slow to read

    try:
        face = FT2Font(str(path))
    except (OSError, RuntimeError):
        return False
    return all(face.get_char_index(ord(mark)) for mark in _PROBE)
