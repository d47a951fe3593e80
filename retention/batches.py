"""States of a destruction batch and the steps between them (DESIGN: retention and destruction).

Class A takes the short path, because the agency decides itself (七(二)). Class B goes through the
business units, the 史政機關 and the archive authority (銷毀辦法 §§8–10, 檔案法 §12 II). Class C is reported
(備查, 銷毀辦法 §7 III) and then goes as class A does.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from retention.kinds import RecordClass
from retention.reasons import Reason


class BatchState(StrEnum):
    """Where a batch stands; the order of the members is the order of the full path."""

    DRAFTED = "drafted"
    OPINIONS = "opinions"
    SELECTION = "selection"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    COOLING = "cooling"
    EXECUTING = "executing"
    DESTROYED = "destroyed"
    ANNOTATED = "annotated"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


_S = BatchState
_SHORT: Final = (_S.DRAFTED, _S.APPROVED, _S.EXECUTING, _S.DESTROYED, _S.CLOSED)
_REPORTED: Final = (_S.DRAFTED, _S.SUBMITTED, _S.APPROVED, _S.EXECUTING, _S.DESTROYED, _S.CLOSED)
_FULL: Final = tuple(state for state in BatchState if state is not _S.WITHDRAWN)
_PATHS: Final[Mapping[RecordClass, tuple[BatchState, ...]]] = MappingProxyType(
    {RecordClass.A: _SHORT, RecordClass.B: _FULL, RecordClass.C: _REPORTED},
)
_CLAUSES: Final[Mapping[RecordClass, str]] = MappingProxyType(
    {RecordClass.A: "七(二)", RecordClass.B: "銷毀辦法 §8", RecordClass.C: "銷毀辦法 §7 III"},
)


def allowed_next(state: BatchState, record_class: RecordClass) -> tuple[BatchState, ...]:
    """Return the states that may follow: the next of the path, then `withdrawn` where it is still possible.

    A state outside the class's path, and both final states, lead nowhere.
    """
    path = _PATHS[record_class]
    if state not in path:
        return ()
    place = path.index(state)
    following = path[place + 1 : place + 2]
    return (*following, _S.WITHDRAWN) if place < path.index(_S.EXECUTING) else following


def check_transition(state: BatchState, new: BatchState, record_class: RecordClass) -> Reason | None:
    """Return why the step is not allowed, or `None` when it is."""
    following = allowed_next(state, record_class)
    if new in following:
        return None
    facts = {
        "state": state.value,
        "new": new.value,
        "class": record_class.value,
        "allowed": "、".join(following) or "–",
    }
    return Reason("R301", _CLAUSES[record_class], facts)
