"""Only what comes onto paper is asked for in the PDF, and every word of it once."""

from lxml import etree

from webir_records.forms.printing.odf_source import OdfDialect
from webir_records.forms.printing.word_source import printed

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def test_last_results_of_fields_and_moved_words_of_word_are_not_asked_for() -> None:
    body = etree.fromstring(
        f'<w:body xmlns:w="{W}"><w:p><w:r><w:t>甲</w:t></w:r>'
        '<w:fldSimple w:instr="DATE"><w:r><w:t>乙</w:t></w:r></w:fldSimple>'
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:t>丙</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r><w:moveFrom><w:r><w:t>丁</w:t></w:r></w:moveFrom>'
        '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>戊</w:t></w:r></w:p></w:body>'
    )
    assert printed(body) == "甲戊"


def test_words_of_odf_count_once_and_comments_not_at_all() -> None:
    names = "office text table drawing style"
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names.split()
    )
    content = (
        f"<office:document-content {spaces}><office:body><office:text>"
        "<text:tracked-changes><text:p>刪</text:p></text:tracked-changes>"
        '<text:p>甲<text:span text:display="none">隱</text:span>'
        "<text:note><text:note-citation>1</text:note-citation>"
        "<text:note-body><text:p>註</text:p></text:note-body></text:note>"
        "<office:annotation><text:p>批</text:p></office:annotation>"
        "<drawing:custom-shape><text:p>形</text:p></drawing:custom-shape></text:p>"
        "</office:text></office:body></office:document-content>"
    )
    assert OdfDialect().read("x", {"content.xml": content.encode()}).text == "甲註形"
