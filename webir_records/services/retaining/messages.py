"""Texts of holds, files, marks and dates, by code: what, expected, got, what to do."""

from collections.abc import Mapping
from typing import Final

MESSAGES: Final[Mapping[str, str]] = {
    "U370": "Nothing is named. Give records, or --account-file, --unit, --form, --file, --class or --since.",
    "U371": "No filed record fits. Nothing was changed. Check what was asked for.",
    "U372": ("{got} is no file number. Expected year, class and number, for example 115/0601/1; no names."),
    "U373": "File {file} is open already. See `webir files show {file}`.",
    "U374": "There is no file {file}. See `webir files list`; open it with `webir files open`.",
    "U375": (
        "A title or summary names nobody: 1 to {longest} characters in one line, no identity or telephone "
        "numbers, no mail addresses, no 先生, 女士, 小姐 or 君. Say what the file is about."
    ),
    "U376": "{got} cannot be used for {name}. Expected one of: {expected}.",
    "U377": "Record {record} lies in file {file} already. Nothing was changed; a record lies in one file.",
    "U378": (
        "Record {record} is of class {got}, file {file} holds class {expected}. Unfiled papers and filed "
        "documents are kept apart (檔案法 §2). Nothing was changed."
    ),
    "U379": (
        "Nobody asked for the release of {hold} yet. One person asks with `webir retention hold ask-release "
        "{hold}`, another one grants it. Nothing was changed."
    ),
    "U380": (
        "{person} placed hold {hold} or asked for its release; another person must grant it. "
        "Nothing was changed."
    ),
    "U381": "File {file} is empty: a hold keeps records. Put records into it first.",
    "U382": (
        "The id of a case is 1 to 40 letters, digits, `.`, `_` and `-`; no names and no identity numbers. "
        "Give the number under which the authority keeps the case."
    ),
    "U383": "The day of review, {got}, is over; today is {today}. Give a later day.",
    "U384": "{got} is no mark. Expected one of: {expected}.",
    "U385": "Record {record} has no date of a cancellation or a closed audit to revoke or to correct.",
    "U386": (
        "The period of record {record} runs from no cancellation and no closing of an audit; its date is "
        "that of the document."
    ),
    "U387": "{got} is the date already. Nothing was changed.",
    "U388": (
        "{got} cannot be the day: {limit} is today, or the day on which the account was granted or the paper "
        "of the audit was written. Check the date."
    ),
    "U389": (
        "An earlier date lets record {record} be destroyed earlier. A second person must agree: give "
        "--agreed-by ID and that person's passphrase. Nothing was changed."
    ),
    "U390": "{person} cannot agree to what the same person does. Nothing was changed.",
    "U392": (
        "The account was cancelled on {first}; this row says {got}. The first date counts. If it is wrong, "
        "use `webir retention correct`; if it was revoked, `webir retention revoke`."
    ),
    "U393": "The account was opened again on {limit}; it cannot be cancelled on {got}. Check the date.",
    "U394": "The audit of these records cannot be closed so. Nothing was changed.",
    "U395": (
        "The period of record {record} ({form}) does not run from the closing of an audit in its profile. "
        "`webir retention show {record}` says from what."
    ),
    "U396": (
        "The audit of record {record} was closed on {on} already. A wrong date is corrected with "
        "`webir retention correct {record} --on DATE --reason WORD`; an audit that was opened again with "
        "`webir retention revoke {record} --reopened DATE --authority NUMBER --reason WORD`."
    ),
    "U397": (
        "The audit of record {record} cannot have been closed on {got}. Expected a day from {first} (its "
        "paper, or the day on which it was opened again) to {today}."
    ),
    "U398": "The terms of these originals cannot be shortened. Nothing was changed.",
    "U399": (
        "Copy {copy} ({medium}, {state}) cannot stand for its originals: 銷毀辦法 §7 asks for a stored copy "
        "that is kept, and no paper. Register the disc with `webir copies add`."
    ),
    "U445": (
        "The copy cannot have been confirmed on {got}; today is {today}. Give the day of the confirmation."
    ),
    "U446": (
        "No period of record {record} runs, or it was destroyed: there is no term to shorten. "
        "`webir retention show {record}` says why."
    ),
    "U447": (
        "Record {record} would not go earlier than {due}: its file, a unit, or the day of the confirmation "
        "keeps it as long. Leave the record off the copy, or leave its term."
    ),
}
