"""Tasks give the same in a helper and here; a helper that is lost, or was never there, loses none of them."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import CancelledError

import pytest

from webir_records.forms.printing import crew as crews
from webir_records.forms.printing.crew import Crew


def test_tasks_give_the_same_in_helpers_and_here() -> None:
    with Crew() as here, Crew() as there:
        there.start(2)
        for crew in (here, there):
            lent = crew.lend({"甲": 1})
            futures = [crew.submit(sorted, [number, -number]) for number in range(20)]
            futures.append(crew.submit(list, lent))
            assert [future.result() for future in futures] == [*([-n, n] for n in range(20)), ["甲"]]
        assert all(helper.process is not None for helper in there.helpers)
        assert {there.submit(os.getpid).result() for _ in range(8)} <= {
            helper.process.pid for helper in there.helpers if helper.process is not None
        }


def test_error_of_a_task_is_raised_where_its_result_is_asked_for() -> None:
    with Crew() as crew:
        crew.start(1)
        with pytest.raises(ZeroDivisionError):
            crew.submit(divmod, 1, 0).result()
        assert crew.submit(divmod, 7, 2).result() == (3, 1)


def test_lent_things_are_sent_once_and_forgotten_when_there_are_many() -> None:
    with Crew() as crew:
        crew.start(1)
        lent = [crew.lend([number]) for number in range(crews.KEPT + 6)]
        for _ in range(2):
            assert [crew.submit(sum, one).result() for one in lent] == list(range(len(lent)))
        assert len(crew.helpers[0]._kept) == crews.KEPT
        assert crew.helpers[0].process is not None


def test_killed_helper_loses_no_task() -> None:
    with Crew() as crew:
        crew.start(2)
        assert crew.submit(abs, -1).result() == 1
        futures = [crew.submit(time.sleep, 0.3) for _ in range(4)]
        for helper in list(crew.helpers):
            assert helper.process is not None
            os.kill(helper.process.pid, signal.SIGKILL)
        assert [future.result(timeout=20) for future in futures] == [None] * 4
        assert crew.submit(os.getpid).result(timeout=20) == os.getpid()


def test_python_that_does_not_start_is_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    for program in ("/nowhere/python", "/bin/false"):
        monkeypatch.setattr("sys.executable", program)
        with Crew() as crew:
            crew.start(2)
            assert crew.submit(os.getpid).result(timeout=20) == os.getpid()


def test_closing_ends_helpers_at_once_and_cancels_what_waits() -> None:
    crew = Crew()
    crew.start(1)
    pids = [helper.process.pid for helper in crew.helpers if helper.process is not None]
    futures = [crew.submit(time.sleep, 30) for _ in range(3)]
    time.sleep(0.3)
    begun = time.monotonic()
    crew.close()
    assert time.monotonic() - begun < 10
    for future in futures:
        with pytest.raises(CancelledError):
            future.result(timeout=5)
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_helpers_end_with_the_program_that_was_killed() -> None:
    program = textwrap.dedent("""
        import os, signal
        from webir_records.forms.printing.crew import Crew
        crew = Crew()
        crew.start(1)
        assert crew.submit(abs, -1).result() == 1
        print(crew.helpers[0].process.pid, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    """)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    pid = int(done.stdout)
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail("the helper is still there")
