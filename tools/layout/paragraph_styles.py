"""The paragraph styles of every layout, in docx and odt alike.

Forms (text in tables; 12 pt unless it says otherwise):

    FormTitle FormSubtitle      title, 17 pt and 13 pt, bold, centred
    FormNumber                  附件 number and QR code, 11 pt, right
    FormMeta FormMetaRight      form number and record id below the title, 10 pt
    FormSection                 heading of a block, bold
    FormLabel FormLabelSmall    name of a field, centred, 12 and 11 pt
    FormValue FormCentre        value of a field, left and centred
    FormCompact                 value of a field, 11 pt
    FormText FormTextSmall      pledges, 10.5 and 10 pt, justified
    FormHead FormHeadSmall      column names of a list, 9 and 8.5 pt, centred
    FormHeadLeft                line above a list, 10 pt, bold
    FormCell FormCellCentre     content of a list, 9 pt
    FormItem                    text of an item of the audit, 10 pt
    FormHash                    digests, 7.5 pt
    FormSignDate                date below a signature, 9 pt, right
    FormNoteHead FormNote       notes, 10 pt; FormNote hangs by its number (一、)
    FormNotice                  the note that the rule has stopped, 9 pt
    FormFooter FormGap          footer; the smallest gap, between two tables

Letters (text on the page; 14 pt unless it says otherwise):

    LetterTitle                 agency and kind of letter, 20 pt, bold, centred
    LetterHeading               heading inside a letter, bold
    LetterText LetterTextSmall  plain text, 14 and 12 pt, justified
    LetterCentre LetterRight    one line in the middle, at the right
    LetterMeta                  發文日期：… 發文字號：…, 12 pt; hangs by five characters
    LetterMetaSmall             address, contact, 檔號, 保存年限, 10 pt
    LetterSubject               主旨：…; hangs by three characters
    LetterItem                  一、… below 說明：; begins two characters in, hangs by two
    LetterSubItem               (一)… below an item; begins four characters in, hangs by two
    LetterSign                  who signs: office, name, 18 pt, room above
    LetterSmall                 small print, 10 pt
    LabelTitle LabelText        labels: title 15 pt, bold, centred; text 10 pt
"""

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
    _P("LetterTitle", "公文標題", 40, bold=True, align="center", after=120),
    _P("LetterHeading", "公文小標題", 28, bold=True, before=120, after=40, line=280),
    _P("LetterText", "公文本文", 28, align="both", line=320),
    _P("LetterTextSmall", "公文本文小字", 24, align="both", line=300),
    _P("LetterCentre", "公文置中", 28, align="center", line=280),
    _P("LetterRight", "公文靠右", 28, align="right", line=280),
    _P("LetterMeta", "公文資料", 24, line=280, indent=1200, hanging=1200),
    _P("LetterMetaSmall", "公文資料小字", 20),
    _P("LetterSubject", "公文主旨", 28, align="both", line=320, indent=840, hanging=840),
    _P("LetterItem", "公文說明項目", 28, align="both", line=320, indent=1120, hanging=560),
    _P("LetterSubItem", "公文說明細目", 28, align="both", line=320, indent=1680, hanging=560),
    _P("LetterSign", "公文署名", 36, before=240),
    _P("LetterSmall", "公文小字", 20, line=260),
    _P("LabelTitle", "標籤標題", 30, bold=True, align="center"),
    _P("LabelText", "標籤內容", 20),
)
