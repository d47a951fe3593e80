"""Texts for people: English here, Traditional Chinese in `signing/locale` (msgid = the English text)."""

import gettext
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from signing.errors import UsageError

LANGUAGES: Final[Mapping[str, str]] = {"zh-Hant": "zh_Hant", "en": ""}

Translate = Callable[[str], str]

MESSAGES: Final[Mapping[str, str]] = {
    # errors
    "S000": "Verification cannot go on.",
    "S001": "The data does not follow its format: {detail}",
    "S002": "The data contradicts the evidence: {detail}",
    "S003": "The Merkle proof does not hold: {detail}",
    "S004": "This cannot be used: {detail}",
    "S005": "The file cannot be read: {detail}",
    "S010": "There is no folder {path}. Give the folder that holds `checkpoint`, `tile` and `records`.",
    "S011": (
        "The key {vkey} cannot be used. Expected name+hash+key on one line, as printed on the audit memo."
    ),
    "S012": "The level {level} is unknown. Expected structure, sample:N/T (N not larger than T) or full.",
    "S013": (
        "The remembered checkpoint {path} cannot be read. Give the copy that was kept outside the archive."
    ),
    "S014": "The proof {path} cannot be read: {problem}. Give the file that `webir records proof` wrote.",
    "S015": (
        "The sealed file {path} cannot be read: {problem}. Give the file below `records/` that the entry "
        "names."
    ),
    # the log as a whole
    "S101": (
        "The log's checkpoint cannot be read: {problem}. Without it nothing in the archive is vouched "
        "for. Put back the newest copy and verify again."
    ),
    "S102": "The checkpoint is not in its format ({detail}). Put back the newest copy and verify again.",
    "S103": (
        "The checkpoint's signature is not that of the given key ({detail}). Compare the key with the "
        "one printed on the audit memo; if it is right, the checkpoint is forged or damaged."
    ),
    "S104": (
        "The stored entries do not give the root that the checkpoint signs: expected {expected}, got "
        "{got}. Entries were changed after signing. Keep everything as it is and compare with a backup."
    ),
    "S105": (
        "No usable key was given, so the checkpoint's signature was not checked. Give the key that is "
        "printed on the audit memo."
    ),
    "S106": (
        "The checkpoint inside this manifest is not signed by the log's key ({detail}). Compare the "
        "manifest with a backup."
    ),
    "S107": (
        "The remembered checkpoint cannot be used ({detail}), so nothing was compared with it. Give "
        "another copy."
    ),
    "S108": (
        "The remembered checkpoint belongs to another log, {origin}, so nothing was compared with it. "
        "Make sure that this is the right archive."
    ),
    "S110": "This part of the log cannot be read: {problem}. Put it back from a backup and verify again.",
    "S111": "This file of entries is cut off or damaged. Put it back from a backup and verify again.",
    "S112": "This file of entries should hold {expected} entries and holds {got}. Put it back from a backup.",
    "S113": (
        "This file of entries contradicts {other}: two versions of the same entries. Compare both with a "
        "backup."
    ),
    "S114": "This file of hashes should be {expected} bytes long and is {got}. Put it back from a backup.",
    "S115": (
        "Hashes and entries of the log disagree, from entry {entry} on: either this file or the entry "
        "was changed. Compare both with a backup."
    ),
    "S116": (
        "{count} files of entries are missing, this one first. Entries in them are unknown. Put them "
        "back from a backup."
    ),
    "S120": (
        "The log was put back: a checkpoint of {expected} entries was seen before, now it has {got}. "
        "Newer entries were taken away. Do not continue to work with this archive; find out who replaced "
        "it."
    ),
    "S121": (
        "The log contradicts the remembered checkpoint of {size} entries: its past was rewritten. Do not "
        "continue to work with this archive; keep both as evidence."
    ),
    "S122": (
        "The log contradicts the signed checkpoint of {size} entries in this manifest: its past was "
        "rewritten. Do not continue to work with this archive; keep it as evidence."
    ),
    "S123": (
        "The archive holds {count} log files beyond the checkpoint of {size} entries: either a run was "
        "cut off (opening the workspace finishes it), or an older checkpoint was put back. Compare with "
        "the newest memo."
    ),
    "S124": (
        "This manifest speaks of {count} entries, the checkpoint of {size}: either a run was cut off "
        "(opening the workspace finishes it), or an older checkpoint was put back. Compare with the "
        "newest memo."
    ),
    "S130": "The log has no entry: nothing was checked. Make sure that this is the right folder.",
    "S131": (
        "No sealed file fell into this sample: no content was checked. Use fewer parts or the level full."
    ),
    "S132": (
        "The sealed file of record {record} cannot be read: {problem}. Nothing can be said of it. Check "
        "access rights and disk."
    ),
    "S133": (
        "The sealed file of record {record} lies in a folder that cannot be read. Check access rights "
        "and disk."
    ),
    "S134": "This folder cannot be read; what lies in it was not checked. Check access rights and disk.",
    "S135": (
        "Record {record} was destroyed in batch {batch}. Whether lawfully can only be told from papers that "
        "cannot be read. Check access rights and disk."
    ),
    "S136": (
        "No entry of the log could be read, so nothing can be said of the {count} files here. Put the "
        "log back first, then verify again."
    ),
    # single entries
    "S201": (
        "This entry of the log does not follow its format ({detail}). It is signed like this; ask who "
        "wrote it."
    ),
    "S202": "This entry says that it is entry {got}. It is signed like this; ask who wrote it.",
    "S210": (
        "The time runs backwards: this entry says {at}, the one before {before}. Ask who changed the clock."
    ),
    "S211": (
        "The log must begin with the creation of the archive, and only there. Make sure that this is the "
        "right archive."
    ),
    "S212": (
        "The log says that it is {origin} with another key than the given one. Make sure that this is "
        "the right archive."
    ),
    "S213": (
        "The key registered for person {person} cannot be used; the person's signatures do not count. "
        "Register it again."
    ),
    "S214": "Record {record} was filed twice. The first filing counts; ask who filed it again.",
    "S215": "Version {version} of record {record} does not follow the version before it. Ask who filed it.",
    "S216": "Record {record} was destroyed before this act. Ask who did it.",
    "S217": "Record {record} was never filed. Ask who did this act.",
    "S218": (
        "The retention of record {record} was shortened: it could be destroyed from {before}, now from "
        "{due}. Ask for the reason; a longer period always governs."
    ),
    "S219": "Hold {hold} on record {record} was placed twice without a release. Ask who placed it.",
    "S220": "Hold {hold} on record {record} was released and was not in force. Ask who released it.",
    "S221": (
        "This step of destruction batch {batch} is out of order: a batch is drafted, stated, started and "
        "completed, each once and with the same catalogue. Ask who did it."
    ),
    "S222": (
        "Destruction batch {batch} was completed with {expected} records, but {got} were entered as "
        "destroyed. Find the difference."
    ),
    # manifests
    "S301": "The manifest cannot be read: {problem}. Put it back from a backup and verify again.",
    "S302": "The manifest does not follow its format ({detail}). Put it back from a backup.",
    "S303": "There are two manifests with number {number}. Compare both with a backup.",
    "S304": (
        "{count} manifests before this one are missing, beginning with number {number}. Put them back "
        "from a backup."
    ),
    "S305": "The manifest should have number {expected} and says {got}. Put it back from a backup.",
    "S306": (
        "The chain is broken: the manifest before this one should have SHA-256 {got}, but has "
        "{expected}. One of the two was changed; compare both with a backup and with the printed memo."
    ),
    "S307": "The manifest should begin with entry {expected} and covers {got}. Put it back from a backup.",
    "S308": (
        "The manifest's checkpoint should stand for {expected} entries and its root; it stands for "
        "{got}, or another root. Put it back from a backup."
    ),
    "S309": (
        "The manifest does not list what the log says, first at entry {entry}. Put it back from a backup."
    ),
    "S310": (
        "{count} filings, from entry {entry} on, are in no manifest: the newest manifests are missing. "
        "Put them back from a backup."
    ),
    # papers of destruction
    "S401": (
        "A paper of a destruction cannot be read: {problem}. These papers are permanent; put it back "
        "from a backup."
    ),
    "S402": (
        "A paper of a destruction was changed: expected SHA-256 {expected}, got {got}. Put it back from "
        "a backup."
    ),
    "S403": (
        "A destruction catalogue does not follow its format ({detail}). It was entered like this; ask "
        "who drafted it."
    ),
    "S404": (
        "A statement is not signed with the registered key of its person ({detail}). It does not count "
        "as an approval or witness."
    ),
    "S405": (
        "A signed statement speaks of another batch, person or catalogue than the log says. It does not "
        "count."
    ),
    # records
    "S501": (
        "The sealed file of record {record} is missing, and the log knows of no destruction. Put it back "
        "from a backup; if there is none, report the loss."
    ),
    "S502": (
        "Record {record} was destroyed on {destroyed_on} in batch {batch} without proof of authority: "
        "{problems}. Find the missing papers; without them report an unlawful destruction."
    ),
    "S503": (
        "The sealed file of record {record} should be {expected} bytes long and is {got}. Put it back "
        "from a backup."
    ),
    "S504": (
        "The sealed file of record {record} was changed: expected SHA-256 {expected}, got {got}. Put it "
        "back from a backup."
    ),
    "S505": (
        "The sealed file of record {record} was replaced by a link or something else that is no file. "
        "Put it back from a backup and ask who replaced it."
    ),
    "S506": (
        "Record {record} was destroyed in batch {batch}, but its sealed file is there again. Find out "
        "where it came from; do not simply delete it."
    ),
    "S507": (
        "Record {record} was destroyed on {destroyed_on}, allowed only from {due} (batch {batch}; "
        "{problems}). Early destruction may be a crime; report it to the ethics office."
    ),
    "S508": (
        "Record {record} was destroyed on {destroyed_on} although its retention had not begun to run "
        "(batch {batch}; {problems}). Early destruction may be a crime; report it to the ethics office."
    ),
    "S509": (
        "Record {record} was destroyed on {destroyed_on} although a hold was in force (batch {batch}; "
        "{problems}). Report it to whoever placed the hold."
    ),
    "S510": (
        "The log does not know this file. If a run was cut off, opening the workspace removes it with a "
        "note; otherwise find out who put it there."
    ),
    "S511": (
        "The sealed file of record {record} is gone in destruction batch {batch}, which was started "
        "lawfully and not finished. Finish the batch and verify again."
    ),
    "S512": "Destruction batch {batch} was started and not finished. Finish it and verify again.",
    # words inside other texts
    "S601": "it is missing",
    "S602": "it is a link or no file",
    "S603": "it is too large",
    "S604": "the system refuses to read it; check access rights and disk first",
    "S605": "before its time",
    "S606": "a hold was in force",
    "S607": "the batch was withdrawn or never drafted",
    "S608": "the batch was never started",
    "S609": "destroyed before the batch was started",
    "S610": "the catalogue is missing",
    "S611": "the catalogue was changed",
    "S612": "the catalogue does not follow its format",
    "S613": "the catalogue does not list the record",
    "S614": "the catalogue lists other files of the record",
    "S615": "the destruction entry names another date or number of versions",
    "S616": "no valid approval",
    "S617": "no valid witness statement",
    "S618": "the same person approved and witnessed",
    "S619": "only the drafter approved or witnessed",
    # the report
    "S701": "Verdict: {verdict}",
    "S702": "no contradiction was found (valid)",
    "S703": "something is wrong (invalid)",
    "S704": "it cannot be said (undetermined)",
    "S705": "Level: structure (log, chain and existence of files; no content was read)",
    "S706": "Level: {level} (content of a part of the files was read)",
    "S707": "Level: full (the content of all files was read)",
    "S708": "Log: {origin}, {size} entries, root {root}",
    "S709": "Log: no checkpoint with a valid signature",
    "S710": "Read:",
    "S711": "log entries: {count}",
    "S712": "files of entries: {count}",
    "S713": "files of hashes: {count}",
    "S714": "manifests: {count}",
    "S715": "papers of destruction: {count}",
    "S716": "sealed files seen (existence and size): {count}",
    "S717": "sealed files whose content was read: {count}",
    "S718": "other files, not judged: {count}",
    "S719": "bytes: {count}",
    "S720": "Records:",
    "S721": "Records: none",
    "S722": "in order",
    "S723": "lawfully destroyed",
    "S724": "missing without authority",
    "S725": "damaged or changed",
    "S726": "destroyed, but there again",
    "S727": "destroyed in spite of a hold",
    "S728": "destroyed too early",
    "S729": "files unknown to the log",
    "S730": "destruction not finished",
    "S731": "cannot be read",
    "S732": "{label} ({code}): {count}",
    "S733": "Findings: {count}",
    "S734": "Findings: none",
    "S735": "wrong",
    "S736": "cannot be said",
    "S737": "{number}. [{verdict}] {code} ({text_code}) at {where}",
    "S738": (
        "Key: taken from the archive folder itself. This proves only that the archive agrees with "
        "itself; to know who signed, give the key that is printed on the audit memo (--key)."
    ),
    "S739": "Key: none was given, and log.vkey in the archive folder cannot be used.",
    "S740": "Key: given by you.",
    "S741": "Compared with the remembered checkpoint.",
    "S742": (
        "Not compared with an earlier checkpoint: whether newer entries were taken away cannot be seen "
        "(--remember)."
    ),
    "S743": "; ",
    # one proof
    "S750": "The file is not a proof, or holds no entry of ours ({detail}). Ask for the proof again.",
    "S751": (
        "The proof does not hold ({detail}). Compare the key with the one printed on the audit memo; if "
        "it is right, the proof or its entry was changed."
    ),
    "S752": (
        "The entry stands in the log, but says that it is entry {detail}. It is signed like this; ask who"
        " wrote it."
    ),
    "S753": "Entry {seq} stands in this log:",
    "S754": "No sealed file was compared (--sealed).",
    "S755": "The sealed file is the one that the entry names: length and SHA-256 agree.",
    "S756": (
        "The sealed file is not the one that the entry names: length or SHA-256 differ. Compare it with a"
        " backup."
    ),
    "S757": (
        "The entry names no sealed file, so nothing can be compared with it. Use the proof of the filing."
    ),
    "S109": (
        "The checkpoint is signed by a key of this log that was replaced before ({detail}). A thief of "
        "the old key could have made it; compare with a backup and with the newest memo."
    ),
    "S223": (
        "The log's key was changed from a key that was not in use, or to one of another log. The change "
        "does not count; ask who did it."
    ),
    "S224": "Record {record} was lent although it was away (loan {loan}). Ask who lent it.",
    "S225": "Record {record} came back from loan {loan}, under which it was not away. Ask who took it back.",
    "S226": "Backup {backup} was entered twice. Ask who made it.",
    "S227": (
        "Backup {backup} is said to hold {size} entries; that is not what it can hold. Ask who made or "
        "restored it."
    ),
    "S228": (
        "This entry speaks of person {person}, who was never registered. It changes nothing; ask who "
        "wrote it."
    ),
    "S229": "A key of person {person} was revoked or replaced that was not in force. Ask who entered it.",
    "S230": "Person {person} was given a key again that had been retired. It does not count; make a new key.",
    "S231": "Person {person} had left before this entry. Ask who wrote it.",
    "S232": (
        "The date {today} was confirmed by fewer than two people, or it lies before the newest entry "
        "({newest}). Ask who confirmed it."
    ),
    "S406": (
        "A statement is signed with a key of its person that had been revoked or replaced before "
        "({detail}). It does not count; find out who has the old key."
    ),
    "S407": (
        "A statement was entered after its person had left ({detail}). It does not count; find out who "
        "signed."
    ),
    "S620": "no approval of this catalogue by the archive authority before the start",
    "S621": "the catalogue cannot be read",
    "S622": "a statement cannot be read",
    "S744": (
        "Since the remembered checkpoint of {size} entries the log only grew, to {newest}; proof of "
        "{count} hashes:"
    ),
    "S745": "sealed files whose content an earlier run read, taken over from its file: {count}",
    "S746": (
        "Part of the content was read by an earlier run. Whoever can change its file ({path}) can hide "
        "changes; for a verdict that rests on nothing else, verify without it."
    ),
    "S016": (
        "The resume file {path} cannot be used: it is something else, or cannot be written. Name a new "
        "file outside the archive."
    ),
    "S017": "{workers} readers at once are not possible. Give a number of at least 1.",
}


def translator(language: str) -> Translate:
    """Return what turns an English text of this catalogue into a language's.

    Args:
        language: `zh-Hant` or `en`.

    Raises:
        UsageError: another language.
    """
    if language not in LANGUAGES:
        raise UsageError(f"language is not one of {', '.join(LANGUAGES)}")
    if language == "en":
        return str
    folder = Path(__file__).parent / "locale"
    return gettext.translation("signing", folder, languages=[LANGUAGES[language]]).gettext
