"""Texts for people by code: what is wrong, what was expected, what to do.

R1xx periods and profiles; R2xx the destruction guard; R3xx batch states and grants; R4xx schedules.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

MESSAGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "R101": "The term is {years} year(s); expected at least 1. Correct the term.",
        "R102": (
            "The original term is {years} years; a stored copy can shorten terms of at most "
            "{longest} years (銷毀辦法 §7). Keep the original for its full term."
        ),
        "R103": (
            "A term of {years} years from {event} ends beyond the calendar. Check the term and the date."
        ),
        "R110": (
            "The profile “{source}” has {count} problem(s) and cannot be used. Correct all of "
            "them; nothing was changed."
        ),
        "R111": (
            "The profile “{source}” was not found. Expected the path of a .toml file or one of: {known}."
        ),
        "R112": (
            "The profile “{source}” is not readable as TOML in UTF-8: {detail}. Correct the file "
            "at that place."
        ),
        "R113": "{place}: expected a value, got nothing. Add it.",
        "R114": "{place}: the key is not known here. Check its spelling or remove it.",
        "R115": "{place}: expected {expected}, got {got}. Correct the value.",
        "R116": "{place}: “{value}” stands there {count} times, expected once. Keep one.",
        "R117": (
            "{place}: the role “{role}” is not defined; expected one of: {known}. Correct it, or "
            "add the role."
        ),
        "R118": "{place}: the record class {class} is not explained. Add its section.",
        "R119": (
            "{place}: expected the name of a time zone such as Asia/Taipei, got “{got}”. Correct "
            "it; on Windows the package tzdata must be installed."
        ),
        "R120": (
            "{place}: the rule was stopped (停止適用), so this must be given. Add the date and the letter."
        ),
        "R121": (
            "{place}: rule “{rule}” is permanent, so it may have no term, floor, trigger or "
            "strategy. Remove them, or remove `permanent`."
        ),
        "R122": (
            "{place}: rule “{rule}” needs years, floor_years, trigger and strategy together, or "
            "permanent = true. Add what is missing."
        ),
        "R123": (
            "{place}: rule “{rule}” says {years} year(s); {clause} allows no term below {floor}. "
            "Raise the term."
        ),
        "R124": (
            "{place}: rule “{rule}” says {years} years for filed documents; expected one of "
            "{terms} (銷毀辦法 §4). Choose one, or name the exception in exception_basis."
        ),
        "R125": (
            "{place}: rule “{rule}” has the disposition “{disposition}”, which does not go "
            "with its term. Permanent rules need 機關永久保存 or 列為國家檔案, and only "
            "they."
        ),
        "R126": (
            "{place}: deadline “{deadline}” needs either every_months, or month and day. Give one of the two."
        ),
        "R127": (
            "{place}: office hours begin at {start} and end at {end}; expected the end after the "
            "beginning. Correct them."
        ),
        "R128": (
            "{place}: class B must have authority_approval = true; filed documents are destroyed "
            "only with the archive authority's approval (檔案法 §12 II). Set it."
        ),
        "R130": (
            "The profile “{profile}” has no retention rule for the form “{form}”. Add the "
            "form to a rule of the profile."
        ),
        "R201": "Record {record} may be destroyed from {due} on; today is {today}. Wait until that day.",
        "R202": (
            "Record {record} has no due date: the event that starts its term has not happened, or is "
            "not recorded. Record the event first, e.g. the cancellation of the account."
        ),
        "R203": (
            "The clock says {today}, but the ledger's newest entry is of {newest}: the clock ran "
            "backwards. Set the clock right before batch {batch} goes on."
        ),
        "R204": (
            "The date of the ledger's newest entry is not known, so the clock cannot be judged for "
            "batch {batch}. Verify the archive first."
        ),
        "R205": (
            "The clock says {today}, more than {days} days after the ledger's newest entry of "
            "{newest}. Check the clock; if it is right, verify the archive (this leaves an entry of "
            "today) and start batch {batch} again."
        ),
        "R210": "Record {record} is kept permanently and is never destroyed. Take it out of the batch.",
        "R211": "It is not known whether record {record} is permanent. Find its retention rule first.",
        "R212": (
            "The disposition of record {record} is not known; expected 依規定程序銷毀. Find "
            "its retention rule first."
        ),
        "R213": (
            "Record {record} has the disposition “{disposition}”; only 依規定程序銷毀 may "
            "be destroyed. Take it out of the batch."
        ),
        "R214": (
            "Record {record} must be appraised at the end of its term (屆期後鑑定) and there is "
            "no appraisal. Have it appraised first."
        ),
        "R215": "The appraisal of record {record} says that it is to be kept. Take it out of the batch.",
        "R216": (
            "Record {record} is itself a destruction catalogue or its approval; these are kept "
            "permanently. Take it out of the batch."
        ),
        "R217": (
            "It is not known whether record {record} is a destruction catalogue or its approval. "
            "Find out first."
        ),
        "R218": "Record {record} has been destroyed already. Take it out of the batch.",
        "R219": (
            "It is not known whether record {record} has been destroyed already. Verify the archive first."
        ),
        "R220": "Record {record} is classified and was not declassified. Declassify it first.",
        "R221": "It is not known whether record {record} is classified. Find out first.",
        "R225": "Record {record} is under hold: {holds}. Every hold must be released first.",
        "R226": "The holds of record {record} are not known. Read them first.",
        "R227": (
            "Record {record} is lent (loan {loan}): {borrower} must return it, by {return_by}. "
            "Get it back first."
        ),
        "R228": "It is not known whether record {record} is lent. Find out first.",
        "R230": (
            "Record {record} was selected by a historical institution (史政機關). Take it out of the batch."
        ),
        "R231": (
            "Record {record} was offered to a historical institution (史政機關) that has not "
            "answered. Wait for the answer."
        ),
        "R232": (
            "It is not known whether a historical institution (史政機關) selected record "
            "{record}. Note the outcome first."
        ),
        "R235": (
            "The business unit extended record {record} until {until}; today is {today}. Wait until that day."
        ),
        "R236": (
            "The business unit has not answered about record {record}, and silence is no consent in "
            "this profile. Ask for its answer."
        ),
        "R237": (
            "The business unit extended record {record}, but the new date is missing. Note the date first."
        ),
        "R238": (
            "It is not known what the business unit says about record {record}. Ask for its opinion first."
        ),
        "R240": (
            "The copy {record} must be kept until the original's own term has ended; it may be "
            "destroyed from {due} on, today is {today}. Wait until that day."
        ),
        "R241": "The term of the original of copy {record} is not known. Find it first.",
        "R242": "The destruction of copy {record} was not reported (備查). Report it first.",
        "R245": (
            "Record {record} does not agree with the digest in the ledger. This is loss or damage, "
            "not destruction: report it (銷毀辦法 §15) and verify the archive."
        ),
        "R246": "Record {record} was not verified. Verify it first.",
        "R250": (
            "Record {record} is class {class}, batch {batch} is class {batch_class}. Put it into a "
            "batch of its own class."
        ),
        "R251": (
            "The class of record {record} is not known, so batch {batch} may not hold it. Find its "
            "class first."
        ),
        "R252": (
            "The catalogue of batch {batch} does not list record {record} with its present versions. "
            "Withdraw the batch and draft it again."
        ),
        "R253": (
            "It is not known whether the catalogue of batch {batch} lists record {record}. Read the "
            "catalogue first."
        ),
        "R255": (
            "Record {record} is carried by “{medium}”, for which “{method}” is not allowed. "
            "Choose another method."
        ),
        "R256": (
            "The medium of record {record} or the method of destruction is not known. State both first."
        ),
        "R260": (
            "The profile says nobody who could agree to destroy class {class}, so batch {batch} is "
            "refused. Correct the class, or add a separation of duties to the profile."
        ),
        "R261": (
            "The catalogue of batch {batch} was changed: drafted {drafted}, now {now}. Withdraw the "
            "batch and draft it again."
        ),
        "R262": (
            "The catalogue of batch {batch}, or its digest, is missing. Restore it, or withdraw the batch."
        ),
        "R263": "It is not known who drafted batch {batch}. Withdraw it and draft it again.",
        "R264": (
            "{person}, who drafted batch {batch}, has none of the roles that may: {roles}. Let "
            "somebody with such a role draft it."
        ),
        "R265": (
            "The signature of {person} ({kind}) on batch {batch} was not verified against the "
            "person's key. Let the person sign again."
        ),
        "R266": (
            "The statement of {person} ({kind}) on batch {batch} names another catalogue: expected "
            "{expected}, got {got}. Let the person read and sign the present catalogue."
        ),
        "R267": (
            "{person} ({kind}, batch {batch}) has none of the roles that may: {roles}. Let somebody "
            "with such a role sign."
        ),
        "R268": "{person} drafted batch {batch} and may not sign it too ({kind}). Let somebody else sign.",
        "R269": (
            "{person} both approved and witnessed batch {batch}. Two different people are needed; "
            "let somebody else do one of the two."
        ),
        "R270": "Batch {batch} needs {needed} approval(s) and has {got} that count. Get the missing ones.",
        "R271": (
            "Batch {batch} needs {needed} witness statement(s) and has {got} that count. Get the "
            "missing ones."
        ),
        "R272": (
            "Batch {batch} was approved by {person} on {signed}; {days} full day(s) must pass first, "
            "today is {today}. Wait."
        ),
        "R273": (
            "The approval of {person} on batch {batch} has no date, or one after today ({today}). "
            "Let the person sign again."
        ),
        "R274": (
            "Batch {batch} has no number of the archive authority's approval (核准文號). Note it first."
        ),
        "R275": (
            "Batch {batch} has no date of the archive authority's approval, or one after today. Note "
            "it first."
        ),
        "R276": (
            "The archive authority approved another catalogue than that of batch {batch}, or it is "
            "not known which. Submit the present catalogue."
        ),
        "R277": (
            "The archive authority's approval of {approved_on} for batch {batch} is valid for {days} "
            "days; today is {today}. Submit the catalogue again."
        ),
        "R280": (
            "This year already has a batch ({others}), and batch {batch} gives no reason for another "
            "one. Give the reason."
        ),
        "R281": (
            "It is not known whether this year has another batch beside {batch}. Read the ledger first."
        ),
        "R301": (
            "A batch of class {class} cannot go from “{state}” to “{new}”; allowed: "
            "{allowed}. Take the steps in their order."
        ),
        "R310": (
            "The act “{act}” is open to the roles {allowed}; the actor holds: {roles}. Let "
            "somebody with such a role do it."
        ),
        "R311": "One person may hold only one of the roles {roles}. Grant the other to somebody else.",
        "R312": "The role “{role}” is not known to the profile; expected one of: {known}. Correct it.",
        "R401": (
            "No due date: the event that starts the term has not happened or is not recorded. The "
            "record is no candidate for destruction."
        ),
        "R402": "No due date: the rule says permanent. The record is never destroyed.",
        "R403": "No due date: the agency's own schedule says permanent. The record is never destroyed.",
    },
)
"""Code to English text with the facts' names in braces; the text is also the key of its translation."""
