"""Texts of the use cases' errors, by code: what, expected, got, what to do."""

from collections.abc import Mapping
from typing import Final

MESSAGES: Final[Mapping[str, str]] = {
    "U001": "Unknown command {got}. Expected one of: {expected}.",
    "U002": "The command cannot be understood: {problem}. See `{command} --help`.",
    "U003": "There is no option {option}. See `{command} --help`.",
    "U004": "{name} is missing. See `{command} --help`.",
    "U005": "{name} cannot be used: {problem}. See `{command} --help`.",
    "U006": "Unknown language {got}. Expected one of: {expected}.",
    "U007": "{got} is not a date. Expected for example 2026-11-23 or 115/11/23.",
    "U008": "The passphrase file {path} cannot be read.",
    "U009": "A passphrase is needed and nobody can be asked here. Give --passphrase-file FILE.",
    "U010": "A person must be named: give --as ID. See `webir people list`.",
    "U011": "The batch must be confirmed: give --confirm {batch}, or run the command in a terminal.",
    "U012": "File {path} exists already and was left alone. Choose another name.",
    "U013": "Nothing more was expected; got {got}. See `{command} --help`.",
    "U014": "{path} cannot be used: {cause}. Nothing was changed. Check the name and the permissions.",
    "U099": (
        "Something went wrong that we did not foresee ({problem}). Nothing that was acknowledged "
        "is lost. Please report it; the details are in {path}."
    ),
    "U101": (
        "Folder {path} is not empty. A new workspace needs a new or empty folder. If an `init` was "
        "interrupted there: with webir.toml.begun inside, run it again just as before and it goes on; "
        "with neither that nor webir.toml, delete the folder first."
    ),
    "U102": (
        "There is no workspace in {path}. Name it with -w DIR, or make one with `webir init DIR "
        "--agency FILE`."
    ),
    "U103": "The settings of the workspace cannot be read ({path}): {problem}.",
    "U104": "Profile {profile} cannot be used. Profiles that ship with the program: {expected}.",
    "U110": "Unknown format {got}. Expected one or more of: {expected}.",
    "U111": (
        "{form} is made by the program and not filled in by hand. See `webir forms list`; "
        "cancellations go through `webir records cancel`."
    ),
    "U120": "There is no record {record}, or several have this number. See `webir records list`.",
    "U121": "{path} exists already. Nothing was exported; choose another folder.",
    "U130": (
        "No application of this account is in the archive. File the application first, or "
        "correct the account."
    ),
    "U131": ("The application of this account was cancelled already. Remove the row if it is a repetition."),
    "U132": "The name differs from the one on the filed application. Check account and name.",
    "U133": "The cancellation is before the day on which the account was granted. Check the date.",
    "U134": "This account stands on the list twice; row {first} came first. Remove one.",
    "U430": (
        "{path} cannot become a version of this workspace's rule. Nothing was changed. A later version names "
        "its number, the one that it supersedes and its first day (docs/retention.md)."
    ),
    "U431": (
        "Version {edition} is there already with another text. Nothing was changed. What was adopted stays "
        "as it is; give the new text the next number."
    ),
    "U432": (
        "The rule of this workspace is not the one that the ledger names. Nothing is drafted, signed or "
        "destroyed until that is settled."
    ),
    "U433": (
        "The file of {edition} was changed after it was entered in the ledger. Put back the file as it was, "
        "from a backup; a change of the rule is a new version: `webir profile adopt FILE`."
    ),
    "U434": (
        "{edition} is not in the ledger. Read it, and let somebody with the right decide: "
        "`webir profile adopt --as ID`."
    ),
    "U435": (
        "The ledger names {edition}, but its file is not there. Bring it back: `webir profile adopt FILE "
        "--as ID`."
    ),
    "U436": (
        "Version {edition} of the rule governs now. Let its longer terms take effect in the lists: "
        "`webir profile adopt --as ID`."
    ),
    "U140": "Record {record} was destroyed already; a hold cannot keep it.",
    "U141": "There is no open hold {hold}. See `webir retention hold list`.",
    "U142": (
        "An authority is the number of a letter or the name of an office: 1 to {longest} "
        "characters in one line, no identity numbers, no names of people."
    ),
    "U143": (
        "{got} cannot be used as a reason. Expected a short word of a-z, 0-9 and -, at most 40, "
        "e.g. late-cancellation."
    ),
    "U144": "{person} manages people now. Let somebody with that role add others: --as {person}.",
    "U150": (
        "{got} cannot be used as a person's id. Expected 2 to 31 of a–z, 0–9 and -, beginning "
        "with a letter; do not use a name."
    ),
    "U151": "Person {person} is registered already.",
    "U152": "Unknown or missing role: {got}. Expected one or more of: {expected}.",
    "U153": "The passphrase is too short. Expected at least {expected} characters.",
    "U154": "Person {person} is not registered. See `webir people list`; add with `webir people add`.",
    "U155": "The personal key {path} is missing. Restore it from its owner's backup.",
    "U156": "The personal key of {person} does not open: wrong passphrase, or the file is damaged.",
    "U157": "The key file of {person} holds another key than the registered one. Nothing was signed.",
    "U158": "Person {person} may not hold these roles together. Nothing was changed.",
    "U159": "{person} may not do this. Nothing was changed.",
    "U160": (
        "There are no batches of class {record_class}: expected A (unfiled papers) or B (filed official "
        "documents). Copies and backups go one by one: `webir copies destroyed`, `webir backup expired`. "
        "Nothing was changed."
    ),
    "U161": "There is no destruction batch {batch}. See `webir destruction list`.",
    "U162": "Batch {batch} is not at this step. Nothing was changed.",
    "U163": "No record of class {record_class} may be destroyed today. Nothing was drafted.",
    "U164": "Batch {batch} may not be drafted. Nothing was changed.",
    "U165": "{person} signed this about batch {batch} already.",
    "U166": "This statement about batch {batch} may not be accepted. Nothing was changed.",
    "U167": "The confirmation does not match. Expected {expected}, got {got}. Nothing was destroyed.",
    "U168": "Batch {batch} may not be executed. Nothing was changed.",
    "U169": "Batch {batch} is closed: everything on it was destroyed and certified.",
    "U170": "{got} is not a level. Expected structure, sample:N/T or full.",
    "U171": "Batch {batch} has no certificate yet: it was not executed.",
    "U172": (
        "The files of the archive and the working database do not speak of the same ledger "
        "(files: {files}; database: {database}). One of them was changed or restored alone."
    ),
    "U173": (
        "{missing} of {needed} sealed files have no key in state/keys.db: they cannot be opened. "
        "Restore the key store from its backup."
    ),
    "U174": (
        "The working database does not hold the ledger that was published: entry {seq} is "
        "missing or changed. Restore state/webir.db from its backup."
    ),
    "U175": (
        "The working database says something else of record {record} than the ledger ({field}). "
        "It was changed. Restore state/webir.db from its backup."
    ),
    "U176": (
        "The key-encryption key of epoch {epoch} is missing, and {keys} records need it. Restore "
        "keys/ from its backup."
    ),
    "U177": (
        "Table {table} says something else in row {row} than the ledger ({field}). The database was changed. "
        "Restore it (state/webir.db; record_key and epoch: state/keys.db) from its backup."
    ),
    "U178": (
        "{count} keys in state/keys.db do not open under the key of their epoch, the first one that of "
        "record {record}. Restore state/keys.db from its backup."
    ),
    "U179": (
        "{path} is missing in the archive, or is not what was published last. Put it back from a backup, and "
        "compare it with the printed memo."
    ),
    "U181": "{got} does not name documents. Expected for example 1 or 1-3.",
    "U182": "There is no document {got}: {expected} can be filled. Choose among these.",
    "U183": "A preview of {got} documents is too long; at most {expected}. Use `webir forms fill`.",
    "U184": (
        "{got} does not name a picture. Expected NAME=FILE, each name once and not qr, such as seal=seal.png."
    ),
    "U185": "Picture {path} cannot be read: {problem}. Check the name and the permissions.",
    "U186": "JSON has no columns to keep. Give a spreadsheet or csv for form {form}.",
    "U200": "Record {record} may not be lent. Nothing was changed.",
    "U201": "Record {record} was destroyed; there is nothing to lend.",
    "U202": (
        "Record {record} is lent already (loan {loan}): {borrower} must return it, by {return_by}. "
        "Get it back first."
    ),
    "U203": (
        "Record {record} is on destruction batch {batch}. Withdraw the batch first, or leave the record here."
    ),
    "U204": (
        "Record {record} does not agree with its digest, or its file is missing. Run `webir verify` "
        "and report it before anything leaves the archive."
    ),
    "U205": "{got} is no reason to lend a record. Expected one of: {expected}.",
    "U206": "The day of return, {got}, is over; today is {today}. Give a later day.",
    "U207": "{name} is not lent. See `webir records loans`.",
    "U208": "{got} is not a condition. Expected one of: {expected}.",
    "U210": "{path} is no backup of a workspace, or of a version that this program does not know.",
    "U211": (
        "Backup {path} is damaged ({problem}): it does not agree with its own list of digests. "
        "Nothing was restored. Take another copy of it."
    ),
    "U215": "{path} lies in the workspace itself. Choose a place on another disk.",
    "U216": "The day on which the backup is to be destroyed, {got}, is over; today is {today}.",
    "U217": (
        "Records were destroyed, or the keys rotated, while the backup was made. It was given up, so "
        "that it cannot hold what is gone. Run the command again."
    ),
    "U220": (
        "The newer archive {path} cannot be read, or does not verify ({problem}). Nothing was "
        "restored. Check it with `python -m signing`."
    ),
    "U221": (
        "The archive given with --ledger is older ({newer} entries) than the backup ({size}). "
        "Nothing was restored. Leave the option out, or name a newer copy."
    ),
    "U222": (
        "The archive given with --ledger does not continue the ledger of the backup: they differ "
        "within the first {size} entries. One of them was changed, or they belong to two archives. "
        "Nothing was restored. Ask the auditors, who keep checkpoints."
    ),
    "U223": (
        "Without a newer copy of the archive, nobody knows what happened after the backup: records "
        "destroyed since would come back, and filings, holds, loans and people added since are "
        "missing. Nothing was restored. Give --ledger with the newest copy of archive/, or accept "
        "this with --without-newer-ledger."
    ),
    "U230": "{path} is no bag that can be imported. Nothing was filed.",
    "U231": "{path} is missing, or of a kind that is not accepted.",
    "U232": "{path} leads out of the bag, or is a link.",
    "U233": "{path} is listed and not there.",
    "U234": "{path} does not agree with its digest.",
    "U235": "{path} is there and not listed.",
    "U236": "{path} lies in the workspace. Choose a folder outside of it.",
    "U237": "Nothing to export. Name records, or give --form FORM or --all.",
    "U238": "Some records cannot be exported. Nothing was written.",
    "U239": (
        "The proof of entry {seq} cannot be made ({problem}). Run `webir verify`; the folder is no bag."
    ),
    "U240": "Some of it cannot be imported ({count} things wrong). Nothing was filed.",
    "U241": (
        "{path} must hold exactly one index: a spreadsheet, csv or JSON that lies directly in it "
        "(found: {found})."
    ),
    "U242": "Row {row}: file {file} is not in the folder.",
    "U243": "Row {row}: file {file} is named by row {other} already.",
    "U244": "Row {row}: file {file} is no {expected}, whatever its name says, or it is empty.",
    "U245": "File {file} lies in the folder and no row names it. Add a row, or take it away.",
    "U246": "Row {row}: file {file} is larger than {limit}.",
    "U247": (
        "Form {form} gathers many rows on one paper. Import its files one record at a time as --as-scans."
    ),
    "U248": "{path} is neither a folder with an index nor a bag of this program.",
    "U249": (
        "The bag holds sealed files only. They open nowhere but in their own archive; export them there "
        "with --content opened."
    ),
    "U250": "{path}: the proof does not hold for {record} version {version}.",
    "U251": "{path} is not as this program writes it.",
    "U252": "Give --form FORM: which paper the files of this folder are.",
    "U260": "Nobody else on this machine can read the keys.",
    "U261": "{free} GiB free.",
    "U262": "Only {free} GiB free. Make room; a full disk stops all work.",
    "U263": "LibreOffice is there: {path}.",
    "U264": "LibreOffice was not found: no PDF can be made. Install it, or set WEBIR_SOFFICE.",
    "U265": "The fonts for official documents are there.",
    "U266": "Fonts are missing: {fonts}. Install fonts-cns11643-kai and fonts-noto-cjk, or those of the CNS.",
    "U267": "The fonts of this machine cannot be listed (no fontconfig). Look at the first PDF carefully.",
    "U268": "Published ledger and database agree: {size} entries.",
    "U269": "The clock ({now}) is not behind the newest entry ({newest}).",
    "U270": "The clock ({now}) is more than a year ahead of the newest entry ({newest}). Check the date.",
    "U271": "Every record has its key; the epoch in use is {epoch}.",
    "U272": "There is no such backup. Make one now: `{command}`.",
    "U273": (
        "The newest one ({made_at}) is older than epoch {epoch} of the keys: nothing could be opened "
        "with it. Make a new one now: `{command}`."
    ),
    "U274": "The newest one was made {made_at}, in epoch {epoch}.",
    "U275": "Copy {backup} should have been destroyed by {day}. Destroy it and note who attested to it.",
    "U276": "The newest one was made {made_at}, more than a month ago. Make a new one: `{command}`.",
    "U277": "The archive was never verified. Run `webir verify`.",
    "U278": "The newest verification ({at}, {level}) ended with {verdict}. Run `webir verify` and act on it.",
    "U279": "The newest verification ({at}, {level}) is more than three months old. Run `webir verify`.",
    "U280": "Verified {at}, level {level}: {verdict}.",
    "U281": "{path} lies in the archive and no entry names it. Run `webir verify`; do not delete it yet.",
    "U282": "No file lies in the archive that no entry names.",
    "U283": "No loan is overdue.",
    "U284": "Record {record} should have been back by {return_by}; {borrower} has it. Call it back.",
    "U320": "There is no copy {copy}. See `webir copies list`.",
    "U321": "Copy {copy} was entered as destroyed already ({at}). Nothing was changed.",
    "U322": "Copy {copy} may not be destroyed now. Nothing was changed.",
    "U323": "{person} cannot be both the one who destroys and the one who watches. Name another witness.",
    "U324": "{got} is no way of destruction (銷毀辦法 §13). Expected one of: {expected}.",
    "U325": "{got} is no kind of copy. Expected one of: {expected}.",
    "U326": "{got} is no medium. Expected one of: {expected}.",
    "U327": (
        "{got} cannot be used as the number of a medium; a disc must have one. Expected 1 to 16 letters, "
        "digits, _ and -, e.g. 1150802_V001."
    ),
    "U328": "Number {number} belongs to copy {copy}, which is kept. Give the medium another number.",
    "U329": "Not every record that was copied is known. Name at least one. Nothing was registered.",
    "U330": "There is no backup {backup}. See `webir backup list`.",
    "U331": "Backup {backup} was entered as destroyed already ({at}). Nothing was changed.",
    "U332": (
        "Backup {backup} is to be kept until {day}; today is {today}. If it is gone already, or is to go "
        "earlier, say why with --reason."
    ),
    "U333": (
        "Backup {backup} is the only copy of the keys in use: without it, losing keys/ would be losing the "
        "archive. Make a new one first (`webir keys backup`)."
    ),
    "U334": "Batch {batch} was not executed yet; nothing can be closed. Nothing was changed.",
    "U335": "{count} records of the batch still have a key, or are not destroyed.",
    "U336": "The key of epoch {epoch} is still there; the epoch did not turn.",
    "U337": "{path} is still there ({count} versions).",
    "U338": (
        "Copy {copy} ({kind} {number}, of {records} of these records) was not destroyed. Holder: {holder}."
    ),
    "U339": "Backup {backup} ({kind}, epoch {epoch}) was not confirmed to be destroyed; it expires {day}.",
    "U340": "Batch {batch} is not closed itself yet: catalogue and authority still wait (銷毀辦法 §17).",
    "U341": "Backup {backup} may not be destroyed in this way. Nothing was changed.",
    "U290": "{person} left and may do nothing here any more. Let somebody else do it.",
    "U291": (
        "The personal key of {person} was revoked and signs nothing any more. Let somebody who manages "
        "people replace it: `webir people key replace {person}`. Nothing was signed."
    ),
    "U292": "No key of {person} is in force; there is nothing to revoke. Nothing was changed.",
    "U293": (
        "The key of {person} is lost, so that the old passphrase cannot show who this is. Let somebody "
        "else who manages people replace it. Nothing was changed."
    ),
    "U294": (
        "The key of {person} is in force: give its passphrase too (--old-passphrase-file), or revoke it "
        "first (`webir people key revoke {person} --reason lost`). Nothing was changed."
    ),
    "U295": (
        "The date {got} is not that of this machine ({today}). Look at a calendar that does not depend on"
        " this machine, and set its clock right. Nothing was signed."
    ),
    "U296": "{person} confirmed the date {today} already. A second person must do so with the own key.",
    "U297": "Two people confirmed the date {today} already; nothing more is needed today.",
    "U180": (
        "A filed application of this account is not cancelled yet (form number {form_no}). A new "
        "account needs another name; a change uses action 異動."
    ),
    "U440": (
        "The paper {path} is missing, or is not the one whose digest the ledger holds. Put it back from a "
        "backup of the workspace."
    ),
    "U441": (
        "The working database does not say what the ledger says. Nothing is destroyed until that is settled. "
        "Verify the archive with `webir verify`, and restore state/webir.db from its backup."
    ),
    "U442": (
        "The database leads from this account to record {record}, which is that of another account. It was "
        "changed. Restore state/webir.db from its backup; nothing was noted for this row."
    ),
}
