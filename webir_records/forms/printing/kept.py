"""What of a laid-out PDF may go into the PDFs of other people's documents: a closed list.

The only words in it are titles that every document of the class prints, too. Whatever else LibreOffice
writes, now or some day (names, links, alternative and actual texts, marks of pages), may say what only one
document says, so it is not kept and nothing is shared.
"""

from dataclasses import dataclass
from typing import Final

import pikepdf

from webir_records.forms.document_text import without_spaces
from webir_records.forms.printing.page_text import UnknownContentError


def _keys(names: str) -> frozenset[str]:
    return frozenset(f"/{name}" for name in names.split())


_KEYS: Final = (
    _keys("Type Subtype Length Filter N")
    | _keys(
        "OutputIntents ViewerPreferences StructTreeRoot Pages Metadata Lang MarkInfo DisplayDocTitle Marked"
    )
    | _keys("Outlines First Last Next Prev Dest")
    | _keys("S DestOutputProfile OutputConditionIdentifier")
    | _keys("Count Kids Contents StructParents Resources Parent MediaBox")
    | _keys("K ParentTree RoleMap Nums A P Pg O BBox ColSpan RowSpan Scope Height Width Placement")
    | _keys("SpaceAfter SpaceBefore TextAlign TextIndent StartIndent EndIndent")
)
_TEXTS: Final = ("/Lang", "/OutputConditionIdentifier")
"""Where a text may stand: the language, and the name of the colour profile."""

_TITLE: Final = "/Title"
_LONGEST: Final = 35
"""Characters of a language tag or of a profile's name."""


@dataclass(frozen=True, slots=True)
class Common:
    """Words that all documents of a class have.

    Attributes:
        titles: what their common paragraphs print, without white space: outlines may say it.
        roles: names of tags that come from styles.
    """

    titles: frozenset[str]
    roles: frozenset[str] = frozenset()


def check_kept(thing: pikepdf.Object, common: Common) -> None:
    """Check an object that every document of a class gets, with all that stands in it.

    Args:
        thing: the object; what it refers to is checked on its own.
        common: words that it may hold.

    Raises:
        UnknownContentError: it holds something that is not on the list, or a text.
    """
    if isinstance(thing, pikepdf.String):
        raise UnknownContentError("a text")
    if isinstance(thing, pikepdf.Array):
        for value in thing:
            if not _elsewhere(value):
                check_kept(value, common)
    elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        for key, value in thing.items():
            _check_entry(key, value, common)


def _elsewhere(value: object) -> bool:
    """Return whether a value is no more than a reference to another object."""
    return isinstance(value, pikepdf.Object) and value.is_indirect


def _check_entry(key: str, value: object, common: Common) -> None:
    if key == _TITLE and isinstance(value, pikepdf.String) and without_spaces(str(value)) in common.titles:
        return
    if key not in _KEYS and key not in common.roles:
        raise UnknownContentError("an entry of another kind")
    if not isinstance(value, pikepdf.Object) or _elsewhere(value):
        return
    if isinstance(value, pikepdf.String) and key in _TEXTS and len(str(value)) <= _LONGEST:
        return
    check_kept(value, common)
