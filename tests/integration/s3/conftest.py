"""A workspace whose archive lies in a bucket."""

import dataclasses
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from webir_records.bootstrap import create_workspace, open_workspace
from webir_records.services.context import Machine, Workspace

if TYPE_CHECKING:  # the library is an extra; without it these tests are skipped
    from webir_records.archive.s3_store import BucketStore


@dataclass(frozen=True)
class BucketWorkspace:
    """A workspace, its machine with the daily credentials, and the bucket behind its back."""

    root: Path
    machine: Machine
    server: object
    prefix: str

    def open(self) -> AbstractContextManager[Workspace]:
        return open_workspace(self.root, machine=self.machine)

    @property
    def store(self) -> "BucketStore":
        """The bucket as its owner sees it."""
        return self.server.store(self.prefix, "admin")

    def versions(self) -> list[str]:
        """Every version and delete marker below the prefix, as `path version`."""
        pages = self.server.client().get_paginator("list_object_versions")
        place = self.server.place(self.prefix)
        return sorted(
            f"{place.path(item['Key'])} {item['VersionId']}"
            for page in pages.paginate(Bucket=place.bucket, Prefix=f"{self.prefix}/")
            for kind in ("Versions", "DeleteMarkers")
            for item in page.get(kind, ())
        )


@pytest.fixture
def make_workspace(s3_server, prefix, tmp_path, machine, agency_file) -> Callable[..., BucketWorkspace]:
    def make(**changes: str) -> BucketWorkspace:
        daily = dataclasses.replace(machine, environment=s3_server.environment() | changes)
        root = tmp_path / "in-bucket"
        create_workspace(root, agency_file, store_url=s3_server.url(prefix), machine=daily)
        return BucketWorkspace(root, daily, s3_server, prefix)

    return make


@pytest.fixture
def agency_file(workspace_root: Path) -> Path:
    """The settings of the fictional agency, as another workspace has them."""
    return workspace_root / "agency.json"


@pytest.fixture
def bucket_workspace(make_workspace) -> BucketWorkspace:
    return make_workspace()
