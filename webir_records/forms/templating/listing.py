"""Line ends and tabs inside values become Word's own, with the look of the run that they stand in.

The same result as docxtpl's `resolve_listing`, in one pass over the texts that need it.
"""

import re

_TEXT = re.compile(r"<w:t(?: [^>]*)?>[^<]*[\n\t][^<]*</w:t>")
_RUN_PROPERTIES = re.compile(r"<w:r(?: [^>]*)?>\s*(<w:rPr>.*?</w:rPr>)?", re.DOTALL)


def resolve_breaks(xml: str) -> str:
    """Return a part in which `w:br` and `w:tab` stand for line ends and tabs in texts."""

    def resolve(found: re.Match[str]) -> str:
        text = found[0]
        if "\t" in text:
            look = _run_properties(xml, found.start())
            tab = f'</w:t></w:r><w:r>{look}<w:tab/></w:r><w:r>{look}<w:t xml:space="preserve">'
            text = text.replace("\t", tab)
        return text.replace("\n", '</w:t><w:br/><w:t xml:space="preserve">')

    return _TEXT.sub(resolve, xml)


def _run_properties(xml: str, place: int) -> str:
    begin = max(xml.rfind("<w:r>", 0, place), xml.rfind("<w:r ", 0, place))
    found = _RUN_PROPERTIES.match(xml, begin) if begin >= 0 else None
    return (found[1] or "") if found else ""
