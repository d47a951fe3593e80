"""Zips made to harm are refused before they cost memory or time."""

import io
import struct
import zlib

import pytest

from webir_records.forms.templating.limits import MAX_LISTING_BYTES
from webir_records.forms.templating.package import read_package
from webir_records.model.errors import InputError


def _local(name: bytes, packed: int) -> bytes:
    head = (b"PK\3\4", 20, 0, 8, 0, 33, zlib.crc32(b"x"), packed, 1, len(name), 0)
    return struct.pack("<4s5H3L2H", *head) + name


def _central(name: bytes, packed: int, offset: int) -> bytes:
    head = (b"PK\1\2", 20, 20, 0, 8, 0, 33, zlib.crc32(b"x"), packed, 1, len(name), 0, 0, 0, 0, 0, offset)
    return struct.pack("<4s6H3L5H2L", *head) + name


def _zip(body: bytes, directory: bytes, count: int) -> bytes:
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(directory), len(body), 0)
    return body + directory + end


def _refused(data: bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        read_package(data, "x.docx")
    return caught.value


def _code(data: bytes) -> str:
    return _refused(data).code


def _overlapping(members: int, packed: int, padding: int) -> bytes:
    deflated = zlib.compress(b"x", wbits=-15)
    body, directory = io.BytesIO(), io.BytesIO()
    for number in range(members):
        name = b"m%04d.xml" % number
        directory.write(_central(name, packed, body.tell()))
        body.write(_local(name, packed) + deflated)
    body.write(bytes(padding))
    return _zip(body.getvalue(), directory.getvalue(), members)


def test_members_that_claim_more_than_the_file_has_are_refused() -> None:
    assert _code(_overlapping(100, 1_000_000, 1_100_000)) == "F320"


def test_members_that_lie_over_one_another_are_refused() -> None:
    assert _code(_overlapping(2, 100, 1_000)) == "F323"


def test_long_list_of_members_is_not_read() -> None:
    body = _local(b"a", 0)
    directory = _central(b"a", 0, 0) * (MAX_LISTING_BYTES // 47 + 1)
    for count in (1, 60_000):  # whatever the end of the file says of their number
        error = _refused(_zip(body, directory, count))
        assert (error.code, error.facts["expected"]) == ("F320", str(MAX_LISTING_BYTES))


def test_long_list_of_a_large_zip_is_not_read() -> None:
    body = _local(b"a", 0)
    directory = _central(b"a", 0, 0) * (MAX_LISTING_BYTES // 47 + 1)
    count = len(directory) // 47
    large = struct.pack(
        "<4sQ2H2L4Q", b"PK\6\6", 44, 20, 20, 0, 0, count, count, len(directory), len(body)
    ) + struct.pack("<4sLQL", b"PK\6\7", 0, len(body) + len(directory), 1)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    error = _refused(body + directory + large + end)
    assert (error.code, error.facts["expected"]) == ("F320", str(MAX_LISTING_BYTES))
