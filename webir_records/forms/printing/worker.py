"""What runs in a helper process, and what goes through the pipes; see `crew`.

Both ends are this program, so pickle is safe: nobody else writes to these pipes.
"""

import os
import pickle
import struct
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import IO, Final, Generic, TypeVar

T = TypeVar("T")
_LENGTH: Final = struct.Struct(">Q")


class Lent(Generic[T]):
    """Something that many tasks need.

    Attributes:
        number: tells it from others.
        value: the thing itself.
    """

    def __init__(self, number: int, value: T) -> None:
        self.number = number
        self.value = value
        self._packed: bytes | None = None

    def packed(self) -> bytes:
        """Return it as it goes through a pipe; made once."""
        if self._packed is None:
            self._packed = pickle.dumps(self.value, pickle.HIGHEST_PROTOCOL)
        return self._packed


@dataclass(frozen=True, slots=True)
class Asked:
    """A task.

    Attributes:
        function: of a module.
        arguments: what it gets; a number stands for a lent thing.
        lent: which arguments are numbers of lent things.
        fresh: lent things that the helper does not have yet.
        gone: lent things that it may forget.
    """

    function: Callable[..., object]
    arguments: tuple[object, ...]
    lent: tuple[int, ...]
    fresh: Mapping[int, bytes]
    gone: tuple[int, ...]


def send(pipe: IO[bytes], thing: object) -> None:
    """Write something to a pipe."""
    data = pickle.dumps(thing, pickle.HIGHEST_PROTOCOL)
    pipe.write(_LENGTH.pack(len(data)))
    pipe.write(data)
    pipe.flush()


def receive(pipe: IO[bytes]) -> tuple[bool, object]:
    """Read an answer: whether the task could be done, and what it gave.

    Raises:
        EOFError: the other end is closed.
    """
    done, result = _read(pipe)
    return bool(done), result


def _read(pipe: IO[bytes]) -> tuple[object, object]:
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    length = _LENGTH.unpack(head)[0]
    data = pipe.read(length)
    if len(data) < length:
        raise EOFError
    first, second = pickle.loads(data)  # noqa: S301 - see the module
    return first, second


def serve() -> None:
    """Do tasks until the pipe is closed. What prints something must not print it into the pipe."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    known: dict[int, object] = {}
    while (asked := _next(sys.stdin.buffer)) is not None:
        for number in asked.gone:
            known.pop(number, None)
        known |= {number: pickle.loads(data) for number, data in asked.fresh.items()}  # noqa: S301 - see the module
        send(answers, _done(asked, known))


def _next(pipe: IO[bytes]) -> Asked | None:
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    asked = pickle.loads(pipe.read(_LENGTH.unpack(head)[0]))  # noqa: S301 - see the module
    if not isinstance(asked, Asked):
        raise TypeError("no task")
    return asked


def _done(asked: Asked, known: Mapping[int, object]) -> tuple[bool, object]:
    arguments = [
        known[one] if place in asked.lent and isinstance(one, int) else one
        for place, one in enumerate(asked.arguments)
    ]
    try:
        return True, asked.function(*arguments)
    except Exception:  # noqa: BLE001 - done again, and then raised, where its caller sees it
        return False, None
