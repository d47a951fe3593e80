"""Errors for those who cannot go on; what a verifier judges is a finding (`signing.findings`)."""

from typing import ClassVar


class SigningError(Exception):
    """Base of this package's errors; `code` is stable and listed in docs/errors.md."""

    code: ClassVar[str] = "S000"


class MalformedError(SigningError):
    """The bytes do not follow their format: nothing can be said about them."""

    code: ClassVar[str] = "S001"


class IntegrityError(SigningError):
    """The bytes follow their format and contradict the evidence: never retried."""

    code: ClassVar[str] = "S002"


class ProofError(IntegrityError):
    """A Merkle proof does not lead where it should.

    Attributes:
        index: position of the leaf, or size of the older tree, that the proof speaks of.
        tree_size: size of the (newer) tree.
    """

    code: ClassVar[str] = "S003"

    def __init__(self, message: str, *, index: int, tree_size: int) -> None:
        super().__init__(f"{message} (index {index}, tree size {tree_size})")
        self.index = index
        self.tree_size = tree_size


class UsageError(SigningError):
    """An argument cannot be used: a level, a key or a folder that is not what it should be."""

    code: ClassVar[str] = "S004"


class FileError(SigningError):
    """A file of the archive cannot be read as what it should be.

    Attributes:
        reason: `missing`, `not_a_file` (link, folder, device), `too_large` or `unreadable`.
    """

    code: ClassVar[str] = "S005"

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason
