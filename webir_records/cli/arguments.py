"""The four options that are accepted before and after the command."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

_WITH_VALUE: Final = {"-w": "workspace", "--workspace": "workspace", "--as": "actor", "--lang": "lang"}
_JSON: Final = "--json"


@dataclass(frozen=True, slots=True)
class GlobalOptions:
    """What stands beside the command itself; an empty text means not given.

    Attributes:
        missing: options that need a value and have none.
        rest: the command with its own arguments.
    """

    workspace: str = ""
    actor: str = ""
    lang: str = ""
    json: bool = False
    missing: tuple[str, ...] = ()
    rest: tuple[str, ...] = field(default=())


def split_arguments(arguments: Sequence[str]) -> GlobalOptions:
    """Take the global options out, wherever they stand; after `--` everything is left alone."""
    values: dict[str, str] = {}
    rest: list[str] = []
    missing: list[str] = []
    json = False
    waiting = list(arguments)
    while waiting:
        word = waiting.pop(0)
        name, value = _option(word)
        if word == "--":
            rest += [word, *waiting]
            break
        if word == _JSON:
            json = True
        elif name is None:
            rest.append(word)
        elif value is not None:
            values[_WITH_VALUE[name]] = value
        elif waiting and not waiting[0].startswith("-"):
            values[_WITH_VALUE[name]] = waiting.pop(0)
        else:
            missing.append(name)
    return GlobalOptions(**values, json=json, missing=tuple(missing), rest=tuple(rest))


def _option(word: str) -> tuple[str | None, str | None]:
    """Return (option, value given in the same word) if the word is one of ours."""
    if word in _WITH_VALUE:
        return word, None
    name, equals, value = word.partition("=")
    if equals and name in _WITH_VALUE and name.startswith("--"):
        return name, value
    if word.startswith("-w") and len(word) > 2:
        return "-w", word[2:].removeprefix("=")
    return None, None
