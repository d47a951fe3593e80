"""Signals inside the engine; what leaves it is an `InputError` with a code."""


class LimitError(Exception):
    """A template does more than it may: loops, text or lists without end."""


class ValueKindError(Exception):
    """A template does with a value what that kind of value cannot do."""


class ForbiddenCharacterError(Exception):
    """A value has a character that no XML file can hold."""


class MissingImageError(Exception):
    """A template prints an image that was not given.

    Attributes:
        image: its name.
    """

    def __init__(self, image: str) -> None:
        super().__init__(image)
        self.image = image
