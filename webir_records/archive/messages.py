"""Texts of the archive's errors, by code: what happened and what to do."""

from collections.abc import Mapping
from typing import Final

MESSAGES: Final[Mapping[str, str]] = {
    "A101": "Database {path} is missing. Nothing was created in its place. Restore it from a backup.",
    "A102": (
        "Database {path} has format {found}, this program reads format {expected}. Use the "
        "program version that made it, or a newer one."
    ),
    "A103": ("Database {path} is damaged or is no database. Nothing was changed. Restore it from a backup."),
    "A104": (
        "Deleted rows could not be erased from {path}: another program has it open. Close that "
        "program and run the command again."
    ),
    "A110": (
        "The disk refused to write {path}: {cause}. The act was not carried out. Check free "
        "space and permissions."
    ),
    "A111": (
        "The disk did not confirm that {path} was stored: {cause}. The program stops. Check the "
        "disk before you go on; at the next start what is incomplete is undone."
    ),
    "A112": (
        "The disk, or another program, does not let database {path} be used: {cause}. The act "
        "was not carried out. Check free space, permissions and whether the disk is read-only."
    ),
    "A113": (
        "The act was carried out and is safe in the database, but {path} could not be published: "
        "{cause}. Make room or mend the disk; the next command publishes it."
    ),
    "A120": (
        "The sealed file of record {record} version {version} does not open under its key: it "
        "was changed or swapped. Run `webir verify --level full`."
    ),
    "A121": (
        "A sealed file was opened, but its content is not a record package. Keep the archive as "
        "it is and report this."
    ),
    "A130": (
        "Record {record} version {version} has no key in the key store: it was destroyed, or "
        "state/keys.db is older than the archive."
    ),
    "A131": (
        "The key-encryption key of epoch {epoch} is missing (keys/kek-{epoch}.key). Restore it "
        "from the key backup; without it no record of this epoch can be opened."
    ),
    "A132": (
        "The key of record {record} does not open under the key of epoch {epoch}: keys/ and "
        "state/keys.db do not belong together."
    ),
    "A133": "{path} is not a key-encryption key file. Restore it from the key backup.",
    "A134": "{path} is missing or damaged. Restore it from the key backup.",
    "A135": (
        "{path} belongs to another workspace. Nothing was changed. Put back the key file of this workspace."
    ),
    "A152": (
        "The bucket {place} locks every new file by itself ({term}): files that give way to newer ones could "
        "not be removed, and destruction would have to wait for its end. Nothing was made. Take the default "
        "retention off; the program locks each record for its own time."
    ),
    "A153": (
        "{path} is a key of this ledger that the working database does not know: as a rule the log key was "
        "changed after this state/webir.db was stored. Nothing was changed. Put back state/ of the same "
        "moment as keys/, or restore a backup with the newer ledger (`webir backup restore`); "
        "`python -m signing` still verifies."
    ),
    "A154": (
        "{path} is an older key of this ledger: the log key was changed since this file was copied. Nothing "
        "was changed. Put back the newest key file: the copy that was made after the change."
    ),
    "A136": "{path} is no backup of keys. Expected a file that `webir keys backup` made.",
    "A137": (
        "Key backup {path} is cut off or was changed: it does not agree with its own digest. Nothing "
        "was restored. Take another copy of it."
    ),
    "A138": (
        "Key backup {path} does not open: wrong passphrase. Nothing was restored. Mind small and "
        "capital letters; how wide a character was typed does not matter."
    ),
    "A139": (
        "The passphrase is too weak for a file that others may try for years. Expected at least "
        "{length} characters (a Chinese one counts as two), at least {different} different ones, and "
        "no runs such as 12345678 or aaaa. Four or more words that do not belong together are good."
    ),
    "A140": "Record {record} has version {version} already. Nothing was filed.",
    "A141": ("Record {record}: version {version} does not follow its newest version. Nothing was filed."),
    "A142": "There is no record {record}. See `webir records list`.",
    "A143": (
        "Record {record} was destroyed lawfully; its content exists no more. See `webir records "
        "show {record}`."
    ),
    "A150": (
        "Sealed file {path} is missing. Run `webir verify --level full` and look for a copy in the backups."
    ),
    "A151": (
        "Sealed file {path} is not what the ledger says: it was changed. Run `webir verify "
        "--level full` and look for a copy in the backups."
    ),
    "A160": "Another program is working in {path}. Wait until it is done and try again.",
    "A161": (
        "The workspace {path} cannot be locked: {cause}. It needs a disk that can be written; to "
        "check a read-only copy use `python -m signing`."
    ),
    "A170": ("{got} does not name a store: {problem}. Expected: {expected}. Nothing was made."),
    "A171": (
        "The archive lies in a bucket, and the library for buckets is not installed ({missing}). "
        "Install it: `pip install 'webir-records[s3]'`."
    ),
    "A172": (
        "The archive lies in a bucket, and the environment holds no credentials for it: {missing} "
        "is not set. Set the variables and run the command again; see docs/s3.md."
    ),
    "A173": (
        "The bucket {place} could not be reached: {cause}. What was acknowledged before is safe; "
        "this act was not acknowledged. Check network and server, then run the command again."
    ),
    "A174": (
        "The bucket {place} refused the request {request}: {cause}. This act was not acknowledged. "
        "Check the credentials in the environment and what they permit; see docs/s3.md."
    ),
    "A175": (
        "There is no bucket {bucket} ({place}). Nothing was changed. Check store_url in webir.toml; "
        "if it is right, ask whoever keeps the bucket at once."
    ),
    "A176": (
        "The bucket {place} lacks {missing}. An archive lies only in a bucket that keeps versions and "
        "knows Object Lock. Nothing was made. Set the bucket up as docs/s3.md says; Object Lock is "
        "mostly to be chosen when a bucket is made."
    ),
    "A177": (
        "The clock of this machine differs from that of the bucket {place} by more than it accepts. "
        "Nothing was changed. Set the clock right."
    ),
    "A178": (
        "The bucket did not do what was asked with {path}: {cause}. This act was not acknowledged; "
        "at the next start what is incomplete is undone. Run `webir store check`."
    ),
    "A179": (
        "Another file lies at {path} in the archive, although what is filed under a name never "
        "changes. Nothing was overwritten. See that no other program or computer writes into this "
        "archive, then run `webir verify --level full`."
    ),
    "A180": "Backup {path} could not be written or read: {cause}. Check free space and permissions.",
    "A182": "{path} could not be written: {cause}. The folder is no bag; remove it and try again.",
    "A181": "{path} changed while it was copied. The backup was not made; run the command again.",
    "A184": (
        "The bucket stored {path} otherwise than it was sent, or does not say what it stored. This "
        "act was not acknowledged. Run `webir store check`."
    ),
    "A185": (
        "The bucket keeps {path} until {until}: its lock has not run out. The file was not removed. "
        "Run the command again after that day; if its key was destroyed, nobody can read it any more."
    ),
    "A186": (
        "Versions of {path} are left in the bucket although each was deleted. Run the command again; "
        "see with `webir store check` what the bucket does."
    ),
    "A187": (
        "Files of an archive lie in {place} already. Nothing was made. If an `init` failed before, run it "
        "again just so, in the same folder: it goes on. Otherwise choose another prefix for the new one."
    ),
    "A188": (
        "Copying keys to {path} was broken off, and that folder cannot be reached now: the parts of the copy "
        "that may lie there (.part, .tmp) hold all keys. Connect the disk and run any command; they are then "
        "removed, or the copy is finished."
    ),
    "A189": (
        "Copying keys to {path} was broken off after the ledger had named the copy (backup {backup}), and "
        "the file is not there. Make a new copy, and enter this one as expired: `webir backup expired`."
    ),
    "A190": (
        "These keys belong to another workspace (expected {expected}, got {found}). Nothing was "
        "restored. Take the copy of this workspace's keys."
    ),
    "A191": (
        "These are the keys of epoch {epoch}, which was destroyed; the epoch in use is {expected}. "
        "Nothing was restored, and rightly so: they open no record that still lives, only copies of "
        "records that were lawfully destroyed. Take a copy made later, and destroy this one before "
        "witnesses."
    ),
    "A192": (
        "Other keys are there already: {paths}. Nothing was restored. If they are to be replaced, "
        "first move them to a safe place outside the workspace."
    ),
    "A193": (
        "The key of the epoch in use, {expected}, is not among these keys (they hold: {found}) and not "
        "in keys/. Nothing was restored. Take a copy that was made later, or the escrow sheet."
    ),
    "A194": (
        "The log key in this copy was replaced by a newer one since, and the newer one is missing "
        "from keys/. Nothing was restored. Take a copy made after the change of the log key."
    ),
    "A195": (
        "Line {line} is not as printed ({problem}: {place}). Compare it with the sheet and type it again."
    ),
    "A196": "The escrow sheet is not complete, or lines are not as printed: {lines}. Nothing was restored.",
    "A197": (
        "Others on this machine could read {path} (mode {mode}, expected {expected}). It is closed now "
        "where the disk allows it. If somebody else works on this machine, turn to a new epoch: "
        "`webir keys rotate`."
    ),
    "A198": (
        "The keys in use (epoch {epoch}) are in no backup; newest backup: {newest}. Losing keys/ would "
        "be losing every record. Run `webir keys backup FILE`."
    ),
    "A199": (
        "Batch {batch} is being destroyed and turns to a new epoch itself. Nothing was changed. Finish "
        "it first: `webir destruction execute {batch}`."
    ),
    "A201": (
        "The clock of this machine ({now}) is behind the newest entry of the ledger ({newest}). "
        "Nothing was changed. Set the clock right."
    ),
    "A210": (
        "The published ledger is ahead of the working database, or differs from it: state/ was "
        "put back from an old copy, or archive/ was exchanged. Nothing was written. Restore "
        "state/ and archive/ of the same moment; `webir verify` still reads."
    ),
    "A211": (
        "The published checkpoint is missing or not signed with this workspace's key. Nothing "
        "was written. Restore archive/ from its backup; `webir verify` still reads."
    ),
    "A212": (
        "The working database lacks entry {seq} of the ledger. Nothing was changed. Restore "
        "state/webir.db from its backup."
    ),
    "A213": (
        "The act was carried out and is safe in the database, but cannot be published: the tiles of the "
        "archive are damaged ({cause}). Put `tile/` back from its backup; the next command publishes."
    ),
}
