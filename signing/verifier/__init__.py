"""The verifier: reads an archive folder and says what it found, by the steps of docs/spec/verification.md."""

from signing.verifier.level import Level
from signing.verifier.run import verify_archive

__all__ = ["Level", "verify_archive"]
