"""Texts of the linter by code: what is wrong with a template, and what to do about it in Word.

F400-F407 the file; F408-F409 pictures and fonts; F410-F430 how a tag is written; F431-F439 blocks; F440-F448
names; F449 paper.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final


def N_(text: str) -> str:  # noqa: N802 # the name by which the catalogue finds texts
    """Mark a text for translation."""
    return text


MESSAGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        # the file
        "F400": (
            "This file is neither a Word document (docx) nor an OpenDocument text (odt). Open it in Word or"
            " LibreOffice and save it as docx or odt."
        ),
        "F401": (
            "This is an old Word file (.doc), whatever its name says. Open it in Word and save it as docx."
        ),
        "F402": "This file is protected by a password. Take the password off in Word and save it again.",
        "F403": (
            "This file is damaged ({part}). Open it in Word or LibreOffice and save it again; if that "
            "fails, take an earlier copy."
        ),
        "F404": "Unpacked, this file is larger than any form can be. Do not use it; ask where it came from.",
        "F405": (
            "This file refers to things outside itself ({part}). Word never writes that. Do not use it; ask"
            " where it came from."
        ),
        "F406": (
            "The name of the file ends in .{got}, but it is a {expected}. Rename it to end in .{expected}."
        ),
        "F407": (
            "There is not one tag in this file: every document would look the same. Type tags such as {{{{ "
            "name }}}} where data belong."
        ),
        "F408": (
            "A picture is called {got}. If it is the place of an image of the program, it must be called "
            "{near} exactly; otherwise nothing needs to be done."
        ),
        "F409": (
            "In the PDF another font stands in for {got}, and lines may break elsewhere. Use 標楷體 for all "
            "Chinese text."
        ),
        # how a tag is written
        "F410": (
            "{tag} begins a tag that never ends. A tag ends in the same paragraph, with }}}} or %}}. Type "
            "its end."
        ),
        "F411": "{tag} ends a tag that never began. Delete it, or type the beginning of the tag.",
        "F412": "The braces of {tag} do not match. Delete it and type {fix}.",
        "F413": "{tag} has one brace too many. Type {fix}.",
        "F414": "{tag} has single braces and would be printed as it stands. Type {fix}.",
        "F415": (
            "{tag} is typed with full-width braces and would be printed as it stands. Switch to half-width "
            "and type {fix}."
        ),
        "F416": "{tag} has full-width or invisible signs inside. Delete it and type half-width: {fix}",
        "F417": "The quotes in {tag} are curly. They are taken for straight ones; nothing needs to be done.",
        "F418": "The quotes in {tag} are of another kind. Inside a tag type straight ones: {fix}",
        "F419": "{tag} is empty. Type a name into it, or delete it.",
        "F420": (
            "{tag} cannot be read. Inside the braces stands one name, without spaces or signs. Delete the "
            "whole tag and type it again."
        ),
        "F421": "{tag}: there is no instruction {got}. Was {near} meant?",
        "F422": "In {tag} a space is wrong: {letters} stands right after the percent sign. Type {fix}.",
        "F423": (
            "{tag}: {what} does not work in these forms. Delete it and type the text or a plain tag instead."
        ),
        "F424": "{tag}: there is no filter {got} (what follows the bar). Nearest: {near}.",
        "F425": "{tag}: there is no test {got} (what follows the word is). Nearest: {near}.",
        "F426": "{tag} asks for {got}, which no form may. Print the plain name only.",
        "F427": (
            "{tag} begins in one paragraph or cell and ends in another. Delete both halves and type the tag"
            " in one line."
        ),
        "F428": (
            "The letters of {tag} have more than one format (font, size, bold). It works; the value gets "
            "the format of its first letter. To be sure, mark the whole tag and format it once."
        ),
        "F429": (
            "{tag} was typed or deleted while changes were tracked, and the file holds both states. In "
            "Word: Review, Accept All Changes."
        ),
        "F430": "{tag} is hidden text: nobody will see the value. In Word: Font, take off Hidden.",
        # blocks
        "F431": "{tag} has no end. Type {end} where the block ends.",
        "F432": "{tag} belongs to no {begin} before it. Delete it, or type the beginning.",
        "F433": "{tag} does not end what is open here: {open}, which ends with {end}. Put the ends in order.",
        "F434": "{tag} works only in a {needs}. Move it into one.",
        "F435": "{open} and {tag} are of two kinds. Type {fix}.",
        "F436": (
            "{open} begins in one cell, table or box, and {tag} stands in another. Put both in the same "
            "one; to repeat rows or cells use {{%tr … %}} or {{%tc … %}}."
        ),
        "F437": (
            "{tag} stands in the same {mark} as {other}; only one of them works. Put each into a {mark} of "
            "its own."
        ),
        "F438": "The whole {mark} with {tag} goes away, and “{lost}” with it. Move that text elsewhere.",
        "F439": "The program cannot use this template at {tag}: {problem}",
        # names
        "F440": "{tag}: the form has no field {got}. Nearest: {near}.",
        "F441": "The form needs {got}, and the template does not print it. Type {fix} where it belongs.",
        "F442": (
            "The template does not print {got}, which ties the paper to its record. Type {fix}, at best at "
            "the top."
        ),
        "F443": "Fields of the form that the template does not print: {got}. If that is meant, all is well.",
        "F444": "{got} is known only while the rows are gone through: put {fix} between {begin} and {end}.",
        "F445": "{tag}: a row has no {got}. Nearest: {near}.",
        "F446": (
            "{tag}: {got} is one value, not a list, and nothing to go through. Lists of this form: {rows}."
        ),
        "F447": "{tag}: {got} is a whole list. Go through it and print one value of each row, such as {fix}.",
        "F448": "The {kind} {got} is no field of the form. Nearest: {near}.",
        "F449": "A page is {got}, not A4. In Word: Layout, Size, A4.",
    }
)
"""Text of each code; a finding brings every fact that its text names."""

PLACES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "file": N_("The file"),
        "body": N_("Body"),
        "header": N_("Header"),
        "header_number": N_("Header {number}"),
        "footer": N_("Footer"),
        "footer_number": N_("Footer {number}"),
        "footnote": N_("Footnote"),
        "endnote": N_("Endnote"),
        "remark": N_("Comment"),
        "box": N_("text box"),
        "cell": N_("table {table} row {row} cell {cell}"),
        "paragraph": N_("paragraph {paragraph}"),
        "note": N_("{where}: {message} ({code})"),
    }
)
"""Where something stands."""

KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "row": N_("table row"),
        "tr": N_("table row"),
        "cell": N_("table cell"),
        "tc": N_("table cell"),
        "p": N_("paragraph"),
        "loop": N_("loop ({{%tr for … %}} or {{%tc for … %}})"),
        "control": N_("content control"),
        "merge": N_("merge field"),
        "odf": N_("field of LibreOffice"),
    }
)
"""Facts that are words."""
