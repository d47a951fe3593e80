"""What the verifier reads of an archive in a bucket."""

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from signing.errors import FileError
from signing.verifier.files import Children
from webir_records.archive.s3_client import translated
from webir_records.archive.store_url import BucketPlace
from webir_records.model.errors import WebirError

if TYPE_CHECKING:  # the stubs are not there when the program runs
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import GetObjectOutputTypeDef

_CHUNK: Final = 1 << 20  # bytes


class BucketFiles:
    """An archive in a bucket, read only; the newest version of a file counts, as for every other reader."""

    def __init__(self, place: BucketPlace, client: "S3Client") -> None:
        self._place = place
        self._client = client

    def children(self, folder: str) -> Children:
        """Return what lies directly in a folder; nothing if there is no such folder.

        Raises:
            FileError: the folder cannot be listed.
        """
        try:
            return self._children(folder)
        except (WebirError, FileNotFoundError) as error:
            raise FileError(folder, "unreadable") from error

    def read(self, path: str, limit: int) -> bytes:
        """Return a file's content.

        Raises:
            FileError: the file is missing, larger than `limit` bytes, or cannot be read.
        """
        try:
            with translated(self._place, path):
                answer = self._get(path)
                if answer["ContentLength"] > limit:
                    raise FileError(path, "too_large")
                return answer["Body"].read()
        except FileNotFoundError as error:
            raise FileError(path, "missing") from error
        except WebirError as error:
            raise FileError(path, "unreadable") from error

    def digest(self, path: str) -> tuple[int, str]:
        """Return a file's length in bytes and its SHA-256 in hex; memory does not grow with the file.

        Raises:
            FileError: the file is missing or cannot be read.
        """
        hasher, length = sha256(), 0
        try:
            with translated(self._place, path):
                for chunk in self._get(path)["Body"].iter_chunks(_CHUNK):
                    hasher.update(chunk)
                    length += len(chunk)
        except FileNotFoundError as error:
            raise FileError(path, "missing") from error
        except WebirError as error:
            raise FileError(path, "unreadable") from error
        return length, hasher.hexdigest()

    def _get(self, path: str) -> "GetObjectOutputTypeDef":
        return self._client.get_object(Bucket=self._place.bucket, Key=self._place.key(path))

    def _children(self, folder: str) -> Children:
        prefix = self._place.key(f"{folder}/" if folder else "")
        folders: list[str] = []
        files: list[tuple[str, int]] = []
        pages = self._client.get_paginator("list_objects_v2")
        with translated(self._place, folder):
            for page in pages.paginate(Bucket=self._place.bucket, Prefix=prefix, Delimiter="/"):
                below = (self._place.path(item.get("Prefix", "")) for item in page.get("CommonPrefixes", ()))
                folders += [name[:-1] for name in below]
                files += [
                    (self._place.path(item.get("Key", "")), item.get("Size", 0))
                    for item in page.get("Contents", ())
                    if item.get("Key") != prefix  # consoles make an empty file for a folder
                ]
        return Children(folders, files)
