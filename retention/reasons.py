"""Why something is refused: one immutable value, without text for people."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for a refusal.

    Attributes:
        code: stable code, a key of `retention.messages.MESSAGES`.
        clause: where the refusal comes from, e.g. `檔案法 §12 I` or `七(二)`.
        facts: what the message names; ids, dates and numbers only, never personal data.
    """

    code: str
    clause: str
    facts: Mapping[str, str] = field(default_factory=dict[str, str], hash=False)
