"""Our zip writer and the standard library's write the same bytes."""

import io
import zipfile

from hypothesis import given
from hypothesis import strategies as st

from webir_records.archive.stored_zip import stored_zip

NAMES = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=30).filter(
    lambda name: "/" not in name and "\\" not in name
)
MEMBERS = st.dictionaries(NAMES | st.just("renditions/林𠮷堃.docx"), st.binary(max_size=300), max_size=6)


@given(members=MEMBERS)
def test_zip_is_byte_for_byte_what_the_library_writes(members: dict[str, bytes]) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as package:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.external_attr = 0o644 << 16
            info.create_system = 3
            package.writestr(info, data)
    assert stored_zip(list(members.items())) == buffer.getvalue()


def test_zip_of_very_many_members_is_read_back() -> None:
    members = [(f"attachments/{number:04}", b"%d" % number) for number in range(1001)]
    with zipfile.ZipFile(io.BytesIO(stored_zip(members))) as package:
        assert [(name, package.read(name)) for name in package.namelist()] == members
