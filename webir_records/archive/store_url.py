"""Reading `store_url`: where the files of an archive lie (docs/s3.md)."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from webir_records.model.errors import InputError

DEFAULT_STORE: Final = "file:archive"
SELF_TEST: Final = "self-test"
"""Folder of the files by which a store is tried; no archive has one of this name."""
_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")  # what every S3 server accepts
_SEGMENT: Final = re.compile(r"[A-Za-z0-9._-]+")
_OPTIONS: Final = frozenset({"endpoint", "region", "bypass"})
_EXPECTED: Final = "file:FOLDER, s3://BUCKET/PREFIX?endpoint=https://HOST&region=NAME"


@dataclass(frozen=True, slots=True)
class FolderPlace:
    """A folder of this machine; a relative path starts at the workspace."""

    path: str


@dataclass(frozen=True, slots=True)
class BucketPlace:
    """A bucket, or a part of it.

    Attributes:
        bucket: its name.
        prefix: before every key, without `/` at its ends; may be empty.
        endpoint: URL of the server; empty for AWS.
        region: for the signature of requests; empty for what the environment says.
        bypass: whether deletion may ask the bucket to set a running governance retention aside.
    """

    bucket: str
    prefix: str = ""
    endpoint: str = ""
    region: str = ""
    bypass: bool = False

    def key(self, path: str) -> str:
        """Return the key of a path in the archive."""
        return f"{self.prefix}/{path}" if self.prefix else path

    def path(self, key: str) -> str:
        """Return the path in the archive of a key below the prefix."""
        return key[len(self.prefix) + 1 :] if self.prefix else key


def parse_store_url(text: str) -> FolderPlace | BucketPlace:
    """Read a store URL.

    Raises:
        InputError: A170 it is none, or holds a secret; credentials belong in the environment.
    """
    if text.startswith("file:"):
        return _folder(text)
    try:
        return _bucket(text)
    except ValueError as error:
        raise InputError("A170", got=_shown(text), problem=str(error), expected=_EXPECTED) from error


def _folder(text: str) -> FolderPlace:
    path = unquote(text.removeprefix("file:").removeprefix("//"))
    if not path or ".." in path.replace("\\", "/").split("/"):
        raise InputError("A170", got=text, problem="no folder", expected=_EXPECTED)
    return FolderPlace(path)


def _bucket(text: str) -> BucketPlace:
    parts = urlsplit(text)
    if parts.scheme != "s3":
        raise ValueError("unknown kind of store")
    if "@" in parts.netloc:
        raise ValueError("a secret may not stand here; credentials come from the environment")
    prefix = parts.path.strip("/")
    if not _BUCKET.fullmatch(parts.netloc):
        raise ValueError("no name of a bucket")
    if prefix and not all(_SEGMENT.fullmatch(name) and name.strip(".") for name in prefix.split("/")):
        raise ValueError("the prefix may hold letters, digits, dots, - and _")
    options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    unknown = sorted(options.keys() - _OPTIONS)
    if unknown or parts.fragment:
        raise ValueError(f"unknown option: {', '.join(unknown) or '#'}")
    return BucketPlace(
        bucket=parts.netloc,
        prefix=prefix,
        endpoint=_endpoint(options.get("endpoint", "")),
        region=options.get("region", ""),
        bypass=_switch(options.get("bypass", "no")),
    )


def _endpoint(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise ValueError("the endpoint is no http(s) address")
    if "@" in parts.netloc:
        raise ValueError("a secret may not stand here; credentials come from the environment")
    return text.rstrip("/")


def _switch(text: str) -> bool:
    if text not in {"yes", "no"}:
        raise ValueError("bypass is yes or no")
    return text == "yes"


def _shown(text: str) -> str:
    """Return the text without what may be a secret: nothing before an `@` is repeated."""
    return re.sub(r"//[^/@]*@", "//…@", text)
