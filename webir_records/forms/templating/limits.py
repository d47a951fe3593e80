"""How large a template and a document may be: each limit far above any real form, each far below harm."""

from typing import Final

MAX_FILE_BYTES: Final = 64 * 1024 * 1024
"""Of a template as it comes, packed."""

MAX_MEMBERS: Final = 2_000
MAX_LISTING_BYTES: Final = 1024 * 1024
"""Of the zip's list of members; 2,000 members need about 200 KB."""

MAX_MEMBER_BYTES: Final = 32 * 1024 * 1024
MAX_PACKAGE_BYTES: Final = 96 * 1024 * 1024
"""Unpacked."""

MAX_RATIO: Final = 400
"""Unpacked to packed, for members over `RATIO_FROM_BYTES`; office files reach 50, a bomb 1,000."""

RATIO_FROM_BYTES: Final = 1024 * 1024

MAX_TAGGED_BYTES: Final = 4 * 1024 * 1024
"""Of an XML part that has tags: preparing it costs time for each byte."""

MAX_TAGS: Final = 5_000
MAX_TAG_CHARACTERS: Final = 2_000
MAX_DEPTH: Final = 16
"""Of blocks inside blocks; Python itself allows 20."""

MAX_STEPS: Final = 2_000_000
"""Turns of loops, and elements or characters made by operators and filters, for each part of a document."""

MAX_TEXT: Final = 1_000_000
"""Characters of one text, or elements of one list, that a template makes."""

MAX_OUTPUT: Final = 64 * 1024 * 1024
"""Characters of one part of a document."""

MAX_IMAGE_BYTES: Final = 8 * 1024 * 1024
