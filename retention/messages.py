"""Texts for people by code: what is wrong, what was expected, what to do.

R1xx periods and profiles; R2xx the destruction guard; R30x batch states; R31x grants; R32x terms; R33x files
and stored copies; R34x triggers; R35x and R36x versions of a profile, and what none may say; R4xx schedules.
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
            "{newest}. Check the clock; if it is right, let two people confirm the day ({confirmed} "
            "did), then start batch {batch} again."
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
        "R285": (
            "{person} witnessed batch {batch}, but is none of the witnesses whom the agency head "
            "approved. Let an approved witness sign."
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
        "R320": (
            "The rule in force now says {said}, which is shorter; the term that governs is "
            "{governing} ({source}). Nothing was shortened."
        ),
        "R321": (
            "The profile now has no rule for this form; the rule “{rule}” under which the record was "
            "filed goes on to govern: {governing}."
        ),
        "R322": (
            "The agency's schedule says {said}, which is shorter; the term that governs is "
            "{governing} ({source}). Nothing was shortened."
        ),
        "R323": (
            "The file's other papers say {said}, which is shorter; the term that governs is "
            "{governing} ({source}). Nothing was shortened."
        ),
        "R324": (
            "The record was filed under a term of {said}; a longer one governs now: {governing} ({source})."
        ),
        "R330": (
            "No due date: the file (案卷) holds no record. Put its records into it, or remove the file."
        ),
        "R331": (
            "No due date: a document of the file (案卷) has no date, so the newest one is not known. "
            "Note the date; until then nothing of the file is a candidate for destruction."
        ),
        "R335": (
            "Rule “{rule}” is of class {class}; only filed documents (class B) may have their term "
            "shortened by a stored copy (銷毀辦法 §7). Keep the original for its full term."
        ),
        "R336": (
            "Rule “{rule}” has the disposition “{disposition}”; only 依規定程序銷毀 may have its term "
            "shortened (銷毀辦法 §7 I(2)). Keep the original for its full term."
        ),
        "R337": (
            "The stored copy was not confirmed by the agency yet (檔案法 §9), so the term of rule "
            "“{rule}” is not shortened. Confirm the copy first."
        ),
        "R340": (
            "The account was cancelled already on {cancelled_on}; the further cancellation of {on} "
            "changes nothing. If the first date is wrong, correct it."
        ),
        "R341": (
            "The cancellation of {cancelled_on} lies before the day on which the account was opened "
            "again; both cannot be right, so no period runs. Correct the date."
        ),
        "R342": (
            "The account is not cancelled on {on}, so there is nothing to re-open or to revoke. Check "
            "the order of the events."
        ),
        "R343": (
            "The account is not cancelled, so there is no date that {on} could correct. Note the "
            "cancellation first."
        ),
        "R344": (
            "The account was opened again on {on} after its cancellation of {cancelled_on}; no period "
            "runs until it is cancelled anew."
        ),
        "R345": (
            "The cancellation of {cancelled_on} was revoked on {on}; it counts as if it had not "
            "happened, and no period runs."
        ),
        "R350": (
            "“{other}” is no version of “{profile}”: their ids differ. Give both the same id, or keep "
            "them apart."
        ),
        "R351": (
            "“{other}” follows “{profile}” but says that it supersedes {supersedes}. Number the "
            "versions without a gap and let each name the one before it."
        ),
        "R352": (
            "“{other}” applies from {to}, “{profile}” from {from}; expected a later day for the later "
            "version. Correct applies_from."
        ),
        "R353": (
            "No version of “{profile}” applies on {day}; the first applies from {first}. Check the "
            "day, or leave out applies_from in the first version."
        ),
        "R354": (
            "There is no version “{edition}”; expected one of: {known}. Restore the file of that "
            "version, records still stand under it."
        ),
        "R355": (
            "“{profile}” says {after} for the form “{form}”, before it was {before}. Records filed "
            "before keep the longer term."
        ),
        "R356": (
            "“{profile}” has no rule for the form “{form}” any more, before it was {before}. Records "
            "filed before keep that term."
        ),
        "R357": (
            "{place}: rule “{rule}” allows {years} year(s) for the form “{form}”; {clause} allows no "
            "floor below {floor}. Raise floor_years."
        ),
        "R358": (
            "{place}: rule “{rule}” makes the form “{form}” class {class}; by {clause} it is class "
            "{expected}. Correct it."
        ),
        "R359": (
            "{place}: rule “{rule}” counts the form “{form}” by ANNIVERSARY, which ends earlier than "
            "the shipped profile's NEXT_YEAR. Count by NEXT_YEAR."
        ),
        "R360": (
            "{place}: rule “{rule}” gives the form “{form}” a term; by {clause} it is permanent. Set "
            "permanent = true."
        ),
        "R361": (
            "{place}: version {version} of a profile must say from which day it governs and which "
            "version it replaces. Add it."
        ),
        "R362": "{place}: the first version replaces none. Remove the key, or raise version.",
        "R363": (
            "{place}: {forms} must be permanent = true; the catalogue of destroyed files and its "
            "approval are kept for ever (銷毀辦法 §18). Set it."
        ),
        "R401": (
            "No due date: the event that starts the term has not happened or is not recorded. The "
            "record is no candidate for destruction."
        ),
        "R402": "No due date: the rule says permanent. The record is never destroyed.",
        "R403": "No due date: the agency's own schedule says permanent. The record is never destroyed.",
    },
)
"""Code to English text with the facts' names in braces; the text is also the key of its translation."""
