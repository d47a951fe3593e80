"""Prove that the store does what the archive relies on, and say what nobody can prove from here."""

from dataclasses import dataclass

from webir_records.archive.disk import LocalDisk
from webir_records.archive.folder_trials import try_folder
from webir_records.archive.trials import Outcome, Proof
from webir_records.services.context import Workspace


@dataclass(frozen=True, slots=True)
class StoreReport:
    """What the store was seen to do.

    Attributes:
        kind: `folder` or `bucket`.
        place: which one, without anything secret.
        proofs: every property, in the order in which they were tried.
    """

    kind: str
    place: str
    proofs: tuple[Proof, ...]

    @property
    def fine(self) -> bool:
        """Whether nothing that was tried failed."""
        return not any(proof.outcome is Outcome.FAILED for proof in self.proofs)


def check_store(workspace: Workspace) -> StoreReport:
    """Try the store with small files of its own, below `self-test/`; takes some seconds for a bucket.

    Raises:
        EnvironmentMissingError: A173-A177 the bucket cannot be used.
        FaultError: A110 the folder cannot be written to.
    """
    token = workspace.machine.random(8).hex()
    store = workspace.files
    if isinstance(store, LocalDisk):
        return StoreReport("folder", str(store.root), tuple(try_folder(store, store.root, token)))
    from webir_records.archive.bucket_trials import try_bucket  # noqa: PLC0415 - needs the extra `s3`
    from webir_records.archive.s3_client import shown  # noqa: PLC0415 - the same
    from webir_records.archive.s3_store import BucketStore  # noqa: PLC0415 - the same

    if not isinstance(store, BucketStore):
        raise TypeError("a store that nobody knows how to try")
    proofs = tuple(try_bucket(store, workspace.machine.now, token))
    return StoreReport("bucket", shown(store.place), proofs)
