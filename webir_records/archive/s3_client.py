"""The connection to an S3 server, and what its errors mean.

The only place that knows the library's errors: whatever a request raises leaves `translated` as an
error of ours with a code. Credentials are taken from the variables that are handed in, never from files.
"""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnectionError

from webir_records.archive.store_url import BucketPlace
from webir_records.model.errors import EnvironmentMissingError, FaultError, WebirError

if TYPE_CHECKING:  # the stubs are not there when the program runs
    from types_boto3_s3 import S3Client

WORKERS: Final = 16  # requests under way at once; a bucket answers late but many at a time
_CONNECT_S: Final = 5
_READ_S: Final = 30
_ATTEMPTS: Final = 3
_DEFAULT_REGION: Final = "us-east-1"

_REFUSED: Final = frozenset(
    {
        "403",
        "AccessDenied",
        "AllAccessDisabled",
        "ExpiredToken",
        "Forbidden",
        "InvalidAccessKeyId",
        "InvalidToken",
        "SignatureDoesNotMatch",
    }
)
_SKEWED: Final = frozenset({"RequestTimeTooSkewed", "RequestExpired"})
_BUSY: Final = frozenset({"InternalError", "RequestTimeout", "ServiceUnavailable", "SlowDown"})
ABSENT: Final = frozenset({"404", "NoSuchKey", "NoSuchVersion", "NotFound"})


def connect(place: BucketPlace, environment: Mapping[str, str]) -> "S3Client":
    """Return a client for a bucket's server; nothing is sent yet.

    Raises:
        EnvironmentMissingError: A172 the environment holds no credentials.
    """
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    missing = [name for name in names if not environment.get(name)]
    if missing:
        raise EnvironmentMissingError("A172", missing=", ".join(missing))
    region = place.region or environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION")
    config = Config(
        connect_timeout=_CONNECT_S,
        read_timeout=_READ_S,
        max_pool_connections=WORKERS,
        retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
        s3={"addressing_style": "path" if place.endpoint else "auto"},
    )
    session = boto3.session.Session(
        aws_access_key_id=environment[names[0]],
        aws_secret_access_key=environment[names[1]],
        aws_session_token=environment.get("AWS_SESSION_TOKEN") or None,
        region_name=region or _DEFAULT_REGION,
    )
    # pyright knows the services whose stubs are installed, one of four hundred
    return session.client(  # pyright: ignore[reportUnknownMemberType]
        "s3", endpoint_url=place.endpoint or None, config=config
    )


@contextmanager
def translated(place: BucketPlace, path: str = "") -> Generator[None]:
    """Turn the library's errors into ours.

    Raises:
        FileNotFoundError: the server says that there is no such file.
        EnvironmentMissingError: A173 not reached, A174 refused, A175 no such bucket, A177 clocks differ.
        FaultError: A178 anything else.
    """
    try:
        yield
    except ClientError as error:
        raise _meaning(error, place, path) from error
    except (HTTPClientError, NoConnectionError) as error:
        raise EnvironmentMissingError("A173", place=shown(place), cause=type(error).__name__) from error
    except BotoCoreError as error:
        raise FaultError("A178", path=path, cause=type(error).__name__) from error


def code_of(error: ClientError) -> str:
    """Return the server's code of an error, or the number of its answer."""
    return str(error.response.get("Error", {}).get("Code", ""))


def shown(place: BucketPlace) -> str:
    """Return a place as messages name it."""
    return f"s3://{place.bucket}/{place.prefix} ({place.endpoint or 'AWS'})"


def server_time(client: "S3Client", place: BucketPlace) -> datetime:
    """Return the server's clock, aware UTC, to the second."""
    with translated(place):
        answer = client.head_bucket(Bucket=place.bucket)
    return parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])


def _meaning(error: ClientError, place: BucketPlace, path: str) -> WebirError | FileNotFoundError:
    code = code_of(error)
    if code == "NoSuchBucket":
        return EnvironmentMissingError("A175", bucket=place.bucket, place=shown(place))
    if code in ABSENT:
        return FileNotFoundError(path)
    if code in _SKEWED:
        return EnvironmentMissingError("A177", place=shown(place))
    if code in _REFUSED:
        request = error.operation_name
        return EnvironmentMissingError("A174", place=shown(place), request=request, cause=code)
    if code in _BUSY:
        return EnvironmentMissingError("A173", place=shown(place), cause=code)
    return FaultError("A178", path=path, cause=code)
