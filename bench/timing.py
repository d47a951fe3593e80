"""Measure, compare, print: medians of repeated runs, the peers in the same run, and what machine it was."""

import argparse
import os
import platform
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
REPETITIONS: Final = 3


@dataclass(frozen=True)
class Work:
    """One thing to measure.

    Attributes:
        name: what is done, as the table shows it.
        run: does it once.
        count: how many of the unit one run does.
        prepare: undone work before each run, not measured.
    """

    name: str
    run: Callable[[], object]
    count: int = 1
    prepare: Callable[[], object] = lambda: None


@dataclass(frozen=True)
class Line:
    """One row of the table, in seconds for each unit.

    Attributes:
        median_s: median of the runs, by the clock on the wall.
        cpu_s: median of the processor time, of child processes too; tells much on a busy machine.
        runs_s: every run.
    """

    name: str
    median_s: float
    cpu_s: float
    runs_s: tuple[float, ...]


def measure(works: Sequence[Work], *, repetitions: int = REPETITIONS) -> list[Line]:
    """Run every work in turn, again and again, so that noise of the machine meets all of them alike."""
    walls: dict[str, list[float]] = {work.name: [] for work in works}
    cpus: dict[str, list[float]] = {work.name: [] for work in works}
    for _ in range(repetitions):
        for work in works:
            work.prepare()
            begun, begun_cpu = time.perf_counter(), _cpu()
            work.run()
            walls[work.name].append((time.perf_counter() - begun) / work.count)
            cpus[work.name].append((_cpu() - begun_cpu) / work.count)
    return [
        Line(name, statistics.median(found), statistics.median(cpus[name]), tuple(found))
        for name, found in walls.items()
    ]


def _cpu() -> float:
    """Return the processor time of this process and of its finished children, in seconds."""
    return sum(os.times()[:4])


def show(
    title: str, lines: Sequence[Line], *, unit: str, peer: str, notes: Mapping[str, str] | None = None
) -> None:
    """Print the table: time of one unit, units per second, and its time as a multiple of the peer's.

    Args:
        title: what is compared.
        lines: the measurements.
        unit: what one run counts, e.g. `record`.
        peer: name of the line that the others are compared with, or empty.
        notes: further facts, printed below.
    """
    base = next((line.median_s for line in lines if line.name == peer), None)
    width = max(len(line.name) for line in lines)
    print(f"{title}\n{machine()}")
    header = ("median per " + unit, "per second", "fastest–slowest", "processor", "× peer")
    print(f"{'':{width}}  {header[0]:>20}  {header[1]:>12}  {header[2]:>23}  {header[3]:>10}  {header[4]:>7}")
    for line in lines:
        ratio = f"{line.median_s / base:7.2f}" if base else f"{'':7}"
        spread = f"{_duration(min(line.runs_s))}–{_duration(max(line.runs_s))}"
        speed, cpu = f"{1 / line.median_s:12,.1f}", f"{_duration(line.cpu_s):>10}"
        print(f"{line.name:{width}}  {_duration(line.median_s):>20}  {speed}  {spread:>23}  {cpu}  {ratio}")
    for name, text in (notes or {}).items():
        print(f"{name}: {text}")


def machine() -> str:
    """Return what the figures depend on: processor, load, versions."""
    load = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "load unknown"
    packages = ", ".join(f"{name} {_version(name)}" for name in ("cryptography", "docxtpl", "sqlalchemy"))
    return (
        f"{_processor()}, {os.cpu_count()} cores, {load}; {platform.system()} {platform.release()}; "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {packages}"
    )


def arguments(description: str, **defaults: int) -> dict[str, int]:
    """Read `--name N` options from the command line, and `--work DIR`, the folder for scratch files."""
    parser = argparse.ArgumentParser(description=description)
    for name, value in defaults.items():
        parser.add_argument(f"--{name}", type=int, default=value, help=f"default: {value}")
    return dict(vars(parser.parse_args()))


@contextmanager
def scratch() -> Iterator[Path]:
    """Give a folder on the disk where this checkout lies: the usual temporary folder may be memory."""
    parent = ROOT / ".cache"
    parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=parent, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def progress(text: str) -> None:
    """Say what is going on, on stderr."""
    print(text, file=sys.stderr, flush=True)


def _duration(seconds: float) -> str:
    if seconds >= 1:
        return f"{seconds:.2f} s"
    if seconds >= 1e-3:
        return f"{seconds * 1e3:.2f} ms"
    return f"{seconds * 1e6:.2f} µs"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
