"""Texts of the papers' errors, by code: what, expected, got, what to do."""

from collections.abc import Mapping
from typing import Final

MESSAGES: Final[Mapping[str, str]] = {
    "U350": (
        "{path} is no opinion sheet of this program: {missing} cannot be found in it. Send back the sheet "
        "that was handed out, with nothing removed."
    ),
    "U351": "{column}: expected {expected}, got {value}. Choose from the list.",
    "U352": "{column} is empty although the term is to be extended. Say until when.",
    "U353": "{column} is empty although the term is to be extended. Say why (銷毀辦法 §8).",
    "U354": "{column} is filled in although no extension was chosen. Choose 延長, or clear the cell.",
    "U355": "{column}: {value} is before {due}, on which it may be destroyed without an extension.",
    "U356": "{column} is empty: nobody can say which record this row is about. Restore the id.",
    "U357": "Record {record} was on the sheet and has no row any more. Add it again, unchanged.",
    "U358": "Record {record} was not on the sheet of this unit. Remove row {row}.",
    "U359": "Record {record} stands twice, first in row {first}. Remove one of the two rows.",
    "U360": (
        "{column} was changed; only opinion, date, reason and remark may be filled in. Expected {expected}."
    ),
    "U361": "{column}: the sheet belongs to {got}, expected {expected}. Send the right sheet.",
    "U362": "There is no paper {got}. Expected one or more of: {expected}.",
    "U363": (
        "A batch of class {record_class} has no {got}: the agency decides it itself. Expected one or more "
        "of: {expected}."
    ),
    "U364": "{got} is no kind of incident. Expected one of: {expected}.",
    "U365": "{name} must be said in a report of this kind ({clause}). Give it.",
    "U366": "{day} is after today, {today}. An incident that is reported has happened.",
    "U367": (
        "A report names nobody: 1 to {longest} characters, no identity or telephone numbers, no mail "
        "addresses, no 先生, 女士, 小姐 or 君. Write ids instead; names belong on the paper's own pages."
    ),
    "U368": "There is no report for {year}; this year is {today}. Give this year or an earlier one.",
    "U369": (
        "The catalogue of batch {batch} has {count} lines; as PDF at most {longest} can be made. Nothing was "
        "written. Ask for `--format docx,ods`, or leave out the catalogue with --kind."
    ),
}
