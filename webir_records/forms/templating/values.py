"""What a template can be filled with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Value: TypeAlias = str | int | float | Sequence["Value"] | Mapping[str, "Value"] | None
"""Texts, numbers, yes and no, nothing, and lists and rows of them."""

Values: TypeAlias = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Properties:
    """What the file says of itself in its properties. They travel further than the page: no person here."""

    title: str
    subject: str
    author: str
    keywords: str
    comments: str

    def values(self) -> dict[str, str]:
        """Return them by the names that the property parts use."""
        return {
            "property_title": self.title,
            "property_subject": self.subject,
            "property_author": self.author,
            "property_keywords": self.keywords,
            "property_comments": self.comments,
        }
