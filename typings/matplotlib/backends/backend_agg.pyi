from collections.abc import Mapping
from io import BytesIO

from matplotlib.figure import Figure

class FigureCanvasAgg:
    def __init__(self, figure: Figure) -> None: ...
    def print_png(self, filename_or_obj: BytesIO, *, metadata: Mapping[str, str | None]) -> None: ...
