"""What we write is a zip that the standard library reads, byte for byte."""

import io
import zipfile

from hypothesis import given, settings
from hypothesis import strategies as st

from webir_records.forms.templating.zipping import Archive, Entry

_CONTENT = st.one_of(
    st.binary(max_size=3000),
    st.builds(lambda piece, times: piece * times, st.binary(min_size=1, max_size=40), st.integers(1, 9000)),
)
_NAMES = st.lists(st.text("abc/中文.", min_size=1, max_size=9), min_size=1, max_size=6, unique=True)


@settings(max_examples=150, deadline=None)
@given(names=_NAMES, data=st.data())
def test_members_come_back_as_they_went_in(names: list[str], data: st.DataObject) -> None:
    contents = {name: data.draw(_CONTENT) for name in names}
    fixed, changing = names[: len(names) // 2], names[len(names) // 2 :]
    archive = Archive(Entry.stored(name, contents[name]) for name in fixed)
    written = archive.with_entries([Entry.deflated(name, contents[name]) for name in changing])
    with zipfile.ZipFile(io.BytesIO(written)) as package:
        times = {written[entry.header_offset + 10 :][:4] for entry in package.infolist()}
        assert times == {b"\x01\x00\x21\x00"}  # local headers say the same
        assert package.testzip() is None
        assert package.namelist() == names
        assert {name: package.read(name) for name in names} == contents
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 2)}


@settings(max_examples=30, deadline=None)
@given(pieces=st.lists(st.binary(max_size=60), max_size=8), times=st.sampled_from([1, 200, 1023, 1025, 5000]))
def test_content_in_pieces_comes_back_whole(pieces: list[bytes], times: int) -> None:
    many = pieces * times
    written = Archive(()).with_entries([Entry.streamed("文件.xml", many)])
    again = Archive(()).with_entries([Entry.streamed("文件.xml", many)])
    with zipfile.ZipFile(io.BytesIO(written)) as package:
        assert package.testzip() is None
        assert package.read("文件.xml") == b"".join(many)
    assert again == written
