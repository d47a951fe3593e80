"""Texts of the errors about class B batches, by code: what, expected, got, what to do."""

from collections.abc import Mapping
from typing import Final

MESSAGES: Final[Mapping[str, str]] = {
    "U400": (
        "The working database says something else of record {record} than the ledger ({field}). Verify "
        "the archive, and restore state/webir.db from its backup."
    ),
    "U401": (
        "{got} cannot be the day: expected a day from {first} to {today}. A step is never before the one "
        "that it follows, nor in the future."
    ),
    "U402": (
        "Batch {batch} (class {class}) is at the step “{state}”; this is done at “{expected}”. Take the "
        "steps in their order."
    ),
    "U403": (
        "The unit of {count} record(s) is not known: {records}. Name the unit that answers for them with "
        "--unit ID."
    ),
    "U404": (
        "{got} cannot stand in the ledger. Expected an id of letters, digits, dots and hyphens, e.g. unit-01."
    ),
    "U405": "{path} has {count} thing(s) wrong and was not taken. Nothing was changed. Correct all of them.",
    "U406": "The sheet says unit {got}; units that were asked: {expected}. Send the right sheet.",
    "U407": "Unit {unit} has answered about batch {batch} already; a second answer is not taken.",
    "U408": "Row {row}: the term is extended until {got}, but today is {today}. Give a later day.",
    "U409": (
        "Row {row}: there is no answer about record {record}, and silence is no consent in this profile. "
        "Ask the unit."
    ),
    "U410": "Batch {batch} cannot go on: answers of units are missing. Nothing was changed.",
    "U411": "The answer about batch {batch} names records that cannot be. Nothing was changed.",
    "U413": (
        "These units have not answered about batch {batch}: {units}. Silence is no consent in this profile; "
        "ask for their sheets."
    ),
    "U414": "Record {record} is not on batch {batch}. Correct or remove it.",
    "U415": "Record {record} is named twice. Remove one.",
    "U416": "Batch {batch} was not offered to a historical institution, or it has answered already.",
    "U417": (
        "Nobody has decided about the selection of batch {batch}: offer it and enter the answer, or note "
        "why it is not offered."
    ),
    "U418": "No record is left on batch {batch}. Withdraw it.",
    "U419": "Batch {batch} may not be submitted: something speaks against its records. Nothing was changed.",
    "U420": "The letter {path} cannot be kept. Expected a file of at most 50 MB: {expected}.",
    "U421": "This approval of batch {batch} cannot be taken. Nothing was changed.",
    "U422": (
        "The approval names catalogue {got}, batch {batch} has {expected}. Submit the present catalogue, or "
        "enter the approval of this one."
    ),
    "U423": "The catalogue of batch {batch} is not the one that was approved. Restore it from a backup.",
    "U424": "Batch {batch} has no certificate yet: finish `webir destruction execute` first.",
    "U425": "The annotated catalogue of batch {batch} was sent up already.",
    "U426": (
        "The annotated catalogue of batch {batch} was not sent up yet. Send it and enter the letter with "
        "`webir destruction resubmit`."
    ),
    "U427": (
        "Batch {batch} is at the step “{state}”, or somebody has signed it: records leave only at "
        "“{expected}”, before anybody agreed to its catalogue. Withdraw the batch and draft it anew: what is "
        "held, lent or damaged stays out."
    ),
    "U428": (
        "The archive and its working database are older than the checkpoint that was remembered at the last "
        "verification (state/newest-checkpoint), or tell another history: acts such as holds are missing. "
        "Nothing was changed. Run `webir verify`, and restore the newest backup."
    ),
}
