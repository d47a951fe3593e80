"""Reading much content: by processes, broken off and gone on with; the findings stay the same."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from signing.__main__ import main
from signing.errors import UsageError
from signing.findings import Report, Verdict
from signing.verifier import Level, content, verify_archive
from signing.verifier.folder import ArchiveFolder

if TYPE_CHECKING:
    from tests.tamper.conftest import Builder

Found = Callable[[Report], list[str]]
FILES = 600
BAD = (3, 250, 599)


class BrokenOffError(Exception):
    """Stands for a power cut."""


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> "Builder":
    """An archive of 600 files and more, three of which were changed."""
    from tests.tamper.conftest import start_archive

    builder = start_archive(tmp_path_factory.mktemp("many") / "archive")
    for number in range(FILES):
        builder.file(f"{number % 7}f{number:03}", b"content %d" % number)
    builder.publish()
    for number in BAD:
        path = builder.root / builder.paths[f"{number % 7}f{number:03}"][0]
        path.write_bytes(path.read_bytes()[::-1])
    return builder


def verify(many: "Builder", *, workers: int = 2, resume: Path | None = None, stop: int = 0) -> Report:
    def progress(step: str, done: int, _total: int) -> None:
        if step == "content" and done == stop:
            raise BrokenOffError

    return verify_archive(
        many.root,
        vkeys=[many.vkey],
        level=Level.parse("full"),
        workers=workers,
        resume=resume,
        progress=progress,
    )


def records(report: Report) -> list[str]:
    return [finding.facts["record"] for finding in report.findings]


EXPECTED = [f"{number % 7}f{number:03}" for number in BAD]


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_processes_find_what_one_thread_finds(
    many: "Builder", monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    with_processes = verify(many, workers=workers)
    monkeypatch.setattr(content, "_ENOUGH_FOR_PROCESSES", 10**9)
    assert with_processes == verify(many, workers=1)
    assert records(with_processes) == EXPECTED
    assert with_processes.read["sealed_read"] == FILES + 3


def test_process_that_dies_or_cannot_start_costs_no_answer(
    many: "Builder", monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[subprocess.Popen[bytes]] = []
    start = content._start

    def dying(root: Path) -> subprocess.Popen[bytes] | None:
        process = start(root)
        assert process is not None
        started.append(process)
        process.kill()
        if len(started) == 1:
            process.wait()
            return process
        process.communicate()
        return None

    monkeypatch.setattr(content, "_start", dying)
    assert records(verify(many)) == EXPECTED
    assert len(started) == 2


def test_broken_run_is_gone_on_with_and_finds_the_same(many: "Builder", tmp_path: Path) -> None:
    state = tmp_path / "state"
    with pytest.raises(BrokenOffError):
        verify(many, resume=state, stop=400)
    report = verify(many, resume=state)
    assert records(report) == EXPECTED
    assert report.verdict is Verdict.INVALID
    taken_over = report.read["sealed_taken_over"]
    assert 256 <= taken_over < 400
    assert report.read["sealed_read"] == FILES + 3 - taken_over
    assert not state.exists()  # the next run reads everything again


def test_file_that_is_gone_since_the_earlier_run_is_missed(many: "Builder", tmp_path: Path) -> None:
    state = tmp_path / "state"
    with pytest.raises(BrokenOffError):
        verify(many, resume=state, stop=400)
    path = many.root / many.paths["0f000"][0]
    data = path.read_bytes()
    path.unlink()
    try:
        assert {"0f000", *EXPECTED} == set(records(verify(many, resume=state)))
    finally:
        path.write_bytes(data)


def test_state_of_another_checkpoint_or_level_counts_for_nothing(
    many: "Builder", built: "Builder", tmp_path: Path
) -> None:
    state = tmp_path / "state"
    with pytest.raises(BrokenOffError):
        verify(many, resume=state, stop=400)
    sample = verify_archive(
        many.root, vkeys=[many.vkey], level=Level.parse("sample:1/2"), resume=state, workers=1
    )
    assert sample.read["sealed_taken_over"] == 0
    with pytest.raises(BrokenOffError):
        verify(many, resume=state, stop=400)
    other = verify_archive(built.root, vkeys=[built.vkey], level=Level.parse("full"), resume=state)
    assert (other.verdict, other.read["sealed_taken_over"]) == (Verdict.VALID, 0)


def test_forged_state_is_told_as_taken_over_and_hides_no_missing_file(
    many: "Builder", tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    state = tmp_path / "state"
    with pytest.raises(BrokenOffError):
        verify(many, resume=state, stop=1)
    state.write_bytes(state.read_bytes() + b"read 999999\nagain x\nnonsense\nagain 1")
    many.root.joinpath(many.paths["0f007"][0]).rename(tmp_path / "aside")
    try:
        code = main([str(many.root), "--key", many.vkey, "--resume", str(state), "--lang", "en"])
    finally:
        (tmp_path / "aside").rename(many.root / many.paths["0f007"][0])
    out = capfd.readouterr().out
    assert code == 1
    assert "0f007" in out
    assert f"taken over from its file: {FILES + 2}" in out
    assert "verify without it" in out


@pytest.mark.parametrize("content", [b"my own text\n", b"\0\1\2"])
def test_file_of_somebody_else_is_not_overwritten(
    many: "Builder", tmp_path: Path, content: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "mine"
    mine.write_bytes(content)
    with pytest.raises(UsageError):
        verify(many, resume=mine)
    assert main([str(many.root), "--resume", str(mine), "--lang", "en"]) == 2
    assert "resume file" in capfd.readouterr().err
    assert mine.read_bytes() == content


def test_reader_of_an_archive_elsewhere_gives_the_same_report(built: "Builder") -> None:
    class Elsewhere:
        """Not an `ArchiveFolder`, so that threads read it."""

        def __init__(self, root: Path) -> None:
            folder = ArchiveFolder(root)
            self.children, self.read, self.digest = folder.children, folder.read, folder.digest

    elsewhere = verify_archive(Elsewhere(built.root), vkeys=[built.vkey], level=Level.parse("full"))
    assert elsewhere == built.verify()


@pytest.mark.parametrize("workers", ["0", "-1"])
def test_less_than_one_reader_is_bad_usage(
    many: "Builder", capfd: pytest.CaptureFixture[str], workers: str
) -> None:
    assert main([str(many.root), "--workers", workers, "--lang", "en"]) == 2
    assert "at least 1" in capfd.readouterr().err
