"""Processes of our own that put documents together and check them while LibreOffice works.

Python uses one processor at a time; a helper is another Python that gets its tasks through a pipe. What
it gives back is what the same task gives here, so when a helper is lost, its task is done here again.
"""

import contextlib
import pickle
import queue
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from functools import partial
from itertools import count
from types import TracebackType
from typing import Any, Final, Self, TypeVar, cast

from webir_records.forms.printing.worker import Asked, Lent, receive, send

_T = TypeVar("_T")
KEPT: Final = 24
"""Lent things that a helper keeps."""

_PROGRAM: Final = (
    "import sys; sys.path[:] = sys.argv[1:]; from webir_records.forms.printing.worker import serve; serve()"
)
_LOST: Final = (OSError, EOFError, ValueError, pickle.PickleError)


@dataclass(frozen=True, slots=True)
class _Task:
    function: Callable[..., object]
    arguments: tuple[object, ...]
    outcome: "Future[Any]"

    def here(self) -> object:
        """Do the task in this process."""
        lent = self.lent()
        return self.function(*(lent[place].value if place in lent else one for place, one in self.numbered()))

    def numbered(self) -> Iterator[tuple[int, object]]:
        """Give each argument with its place."""
        return iter(enumerate(self.arguments))

    def lent(self) -> "dict[int, Lent[object]]":
        """Return the arguments that are lent, by their place."""
        return {place: cast("Lent[object]", one) for place, one in self.numbered() if isinstance(one, Lent)}


class Helper:
    """One process; used by one thread."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self._kept: OrderedDict[int, None] = OrderedDict()

    def start(self) -> None:
        """Begin to start the process; without one, every task is done here."""
        with contextlib.suppress(OSError):
            self.process = subprocess.Popen(  # noqa: S603 - our own Python and our own module
                [sys.executable, "-c", _PROGRAM, *sys.path],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )

    def ask(self, task: _Task) -> object:
        """Return what a task gives.

        Raises:
            OSError: the process is gone; so with `EOFError`, `ValueError` and `PickleError`.
        """
        process = self.process
        if process is None or process.stdin is None or process.stdout is None:
            raise EOFError
        send(process.stdin, self._message(task))
        done, result = receive(process.stdout)
        return result if done else task.here()

    def _message(self, task: _Task) -> Asked:
        lent = task.lent()
        fresh = {one.number: one.packed() for one in lent.values() if one.number not in self._kept}
        for one in lent.values():
            self._kept[one.number] = None
            self._kept.move_to_end(one.number)
        gone = [self._kept.popitem(last=False)[0] for _ in range(len(self._kept) - KEPT)]
        arguments = tuple(lent[place].number if place in lent else one for place, one in task.numbered())
        return Asked(task.function, arguments, tuple(lent), fresh, tuple(gone))

    def kill(self) -> None:
        """End the process at once."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def drop(self) -> None:
        """Give the process up; tasks are done here from now on."""
        process, self.process = self.process, None
        if process is not None:
            process.kill()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()
            process.wait()


class Crew:
    """Some helpers; close it, or use it in a `with`. Without helpers every task is done at once, here.

    Attributes:
        helpers: those that were started.
    """

    def __init__(self) -> None:
        self.helpers: list[Helper] = []
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._numbers = count()
        self._closed = False

    def __enter__(self) -> Self:
        """Return the crew itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End every helper."""
        self.close()

    def start(self, wanted: int) -> None:
        """Begin to start so many helpers, unless some run already; returns at once."""
        if self.helpers:
            return
        self.helpers = [Helper() for _ in range(wanted)]
        for number, helper in enumerate(self.helpers):
            helper.start()
            thread = threading.Thread(
                target=self._serve, args=(helper,), name=f"helper-{number}", daemon=True
            )
            thread.start()
            self._threads.append(thread)

    def lend(self, value: _T) -> Lent[_T]:
        """Return a handle to something that many tasks need; each helper gets it once."""
        return Lent(next(self._numbers), value)

    def submit(self, function: Callable[..., _T], *arguments: object) -> "Future[_T]":
        """Have a function of a module called; lent things among the arguments are handed over as they are."""
        outcome: Future[_T] = Future()
        task = _Task(function, arguments, outcome)
        if self._threads and not self._closed:
            self._tasks.put(task)
        else:
            self._do(task, task.here)
        return outcome

    def close(self) -> None:
        """End every helper; tasks that wait are cancelled."""
        self._closed = True
        for helper in self.helpers:
            helper.kill()
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join()
        self._threads.clear()
        self.helpers.clear()

    def _serve(self, helper: Helper) -> None:
        while (task := self._tasks.get()) is not None:
            self._do(task, partial(self._ask, helper, task))
        helper.drop()

    def _ask(self, helper: Helper, task: _Task) -> object:
        if self._closed:
            raise CancelledError
        try:
            return helper.ask(task)
        except _LOST:
            helper.drop()
        if self._closed:
            raise CancelledError
        return task.here()

    def _do(self, task: _Task, how: Callable[[], object]) -> None:
        if task.outcome.set_running_or_notify_cancel():
            try:
                task.outcome.set_result(how())
            except BaseException as error:  # noqa: BLE001 - as executors do: it is raised where the result is asked for
                task.outcome.set_exception(error)
