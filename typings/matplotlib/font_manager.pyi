from pathlib import Path

class FontProperties:
    def __init__(self, *, fname: Path | None = None, size: float | None = None) -> None: ...
