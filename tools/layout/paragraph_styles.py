"""The paragraph styles of every layout, in docx and odt alike."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Align: TypeAlias = Literal["left", "center", "right", "both"]


@dataclass(frozen=True, slots=True)
class ParagraphStyle:
    """One paragraph style; lengths in twips.

    Attributes:
        name: what a clerk sees in the list of styles.
        line: line spacing, 240 = single.
        indent: of all lines; `hanging` pulls the first one back.
    """

    id: str
    name: str
    half_points: int
    bold: bool = False
    align: Align = "left"
    before: int = 0
    after: int = 0
    line: int = 240
    indent: int = 0
    hanging: int = 0


_P = ParagraphStyle
STYLES: Final = (
    _P("FormTitle", "表單標題", 34, bold=True, align="center"),
    _P("FormSubtitle", "表單副標題", 26, bold=True, align="center", before=40),
    _P("FormNumber", "附件編號", 22, align="right", after=20),
    _P("FormMeta", "表單編號列", 20, before=40, after=20),
    _P("FormMetaRight", "表單編號列靠右", 20, align="right", before=40, after=20),
    _P("FormSection", "區塊標題", 24, bold=True),
    _P("FormLabel", "欄位名稱", 24, align="center", line=250),
    _P("FormValue", "欄位內容", 24, line=260),
    _P("FormCentre", "欄位內容置中", 24, align="center", line=260),
    _P("FormText", "聲明文字", 21, align="both", before=20, after=20, line=270),
    _P("FormHead", "明細欄名", 18, align="center"),
    _P("FormHeadLeft", "明細抬頭", 20, bold=True),
    _P("FormItem", "查核項目文字", 20, line=250),
    _P("FormCompact", "欄位內容小字", 22, line=245),
    _P("FormLabelSmall", "欄位名稱小字", 22, align="center"),
    _P("FormTextSmall", "聲明文字小字", 20, align="both", line=245),
    _P("FormHeadSmall", "明細欄名小字", 17, align="center"),
    _P("FormCell", "明細內容", 18),
    _P("FormCellCentre", "明細內容置中", 18, align="center"),
    _P("FormHash", "雜湊值", 15),
    _P("FormSignDate", "簽章日期", 18, align="right", after=10),
    _P("FormNoteHead", "說明標題", 20, bold=True, before=60, line=250),
    _P("FormNotice", "停止適用註記", 18, before=40, line=250),
    _P("FormFooter", "頁尾文字", 18),
    _P("FormGap", "間隔", 4),
    _P("FormNote", "填表說明", 20, align="both", line=260, indent=400, hanging=400),
)
