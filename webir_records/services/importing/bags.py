"""Import a bag that an archive like this one exported: checked completely, then filed as records here."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from sqlmodel import Session

from retention.sections import Act
from signing.canonical import JsonValue, parse_canonical
from signing.entries import parse_entry
from signing.errors import SigningError
from signing.note import Verifier
from signing.proof import parse_proof, verify_proof
from webir_records.archive.archive import NewVersion
from webir_records.archive.bagit import Bag, open_bag
from webir_records.archive.package import Package
from webir_records.forms.problems import FormDocument
from webir_records.forms.specs import load_form
from webir_records.model.errors import Detail, InputError
from webir_records.model.tables import RecordRow
from webir_records.services.acting import permit
from webir_records.services.context import OPERATOR, Progress, Workspace, silent
from webir_records.services.exporting.bags import INDEX, Content
from webir_records.services.filing import Filed, due_of, record_facts, start_of
from webir_records.services.filling import act_id
from webir_records.services.issuing import Issued, issue, lookup, unit_of

_REASON: Final = "imported"


@dataclass(frozen=True, slots=True)
class ImportedBag:
    """What was taken in, what had been before, and from which archive."""

    filed: tuple[Filed, ...]
    already: tuple[Filed, ...]
    origin: str


@dataclass(frozen=True, slots=True)
class _Part:
    """One version of one record in the bag."""

    record: str
    form: str
    version: int
    seq: int
    sealed_sha256: str
    form_no: str
    folder: str


def import_bag(
    workspace: Workspace, folder: Path, *, actor: str = OPERATOR, progress: Progress = silent
) -> ImportedBag:
    """Import a bag: every digest and every proof is checked before anything is filed.

    The proofs are checked against the keys that lie in the bag, or against ours when it is ours; that the
    keys are those of the other agency is for people to see.

    Raises:
        InputError: U230 the bag is damaged; U248, U249, U251 it is not one of ours that can be opened;
            U240 proofs or forms are wrong, all named.
        RefusedError: U159 the actor's roles do not allow it.
    """
    permit(workspace, actor, Act.FILE)
    bag = open_bag(folder)
    origin, parts = _read_index(bag)
    problems = list(_problems(workspace, bag, origin, parts))
    if problems:
        raise InputError("U240", problems, count=str(len(problems)))
    by_record: dict[str, list[_Part]] = {}
    for part in parts:
        by_record.setdefault(part.record, []).append(part)
    filed: list[Filed] = []
    already: list[Filed] = []
    batch = act_id(workspace)
    for done, (record, versions) in enumerate(by_record.items(), start=1):
        item = _issue(workspace, origin, record, versions[0].form)
        if _is_here(workspace, origin, record, item):
            already.append(Filed(item.record, item.form_no, ()))
            continue
        for part in sorted(versions, key=lambda part: part.version):
            new = _version(workspace, bag, origin, part, item)
            workspace.archive.store([new], actor=actor, batch=batch, year=workspace.machine.now().year)
        filed.append(Filed(item.record, item.form_no, ()))
        progress("import", done, len(by_record))
    return ImportedBag(tuple(filed), tuple(already), origin)


def _read_index(bag: Bag) -> tuple[str, list[_Part]]:
    if INDEX not in bag.payload:
        raise InputError("U248", path=str(bag.root))
    try:
        value = parse_canonical(bag.read(INDEX))
        if not isinstance(value, dict) or value["v"] != 1:
            raise InputError("U248", path=str(bag.root))
        if value["content"] == Content.SEALED.value:
            raise InputError("U249")
        lines = value["versions"]
        parts = [_part(line) for line in (lines if isinstance(lines, list) else [])]
        return str(value["origin"]), parts
    except (SigningError, KeyError, TypeError, ValueError) as error:
        raise InputError("U251", path=INDEX) from error


def _part(line: JsonValue) -> _Part:
    if not isinstance(line, dict):
        raise TypeError("a line of the index is an object")
    return _Part(
        record=str(line["record"]),
        form=str(line["form"]),
        version=int(str(line["version"])),
        seq=int(str(line["seq"])),
        sealed_sha256=str(line["sealed_sha256"]),
        form_no=str(line["form_no"]),
        folder=str(line["folder"]),
    )


def _problems(workspace: Workspace, bag: Bag, origin: str, parts: Sequence[_Part]) -> Iterator[Detail]:
    own = origin == workspace.archive.ledger.origin
    verifiers = [Verifier.parse(workspace.archive.ledger.vkey)] if own else _keys(bag)
    expected: dict[str, int] = {}
    for part in sorted(parts, key=lambda part: (part.record, part.version)):
        expected[part.record] = expected.get(part.record, 0) + 1
        if part.version != expected[part.record]:
            yield Detail("U251", {"path": INDEX})
        yield from _form_problems(workspace, part)
        if any(f"{part.folder}/{name}" not in bag.payload for name in ("record.json", "data.json")):
            yield Detail("U251", {"path": part.folder})
        if not _proved(bag, part, verifiers):
            facts = {"record": part.record, "version": str(part.version)}
            yield Detail("U250", facts | {"path": _proof_path(part)})


def _form_problems(workspace: Workspace, part: _Part) -> Iterator[Detail]:
    try:
        workspace.profile.rule_for(load_form(part.form, *workspace.templates).id)
    except InputError as error:
        yield Detail(error.code, error.facts)


def _keys(bag: Bag) -> list[Verifier]:
    try:
        return [Verifier.parse(line) for line in bag.read("ledger/log.vkey").decode("ascii").split()]
    except (OSError, UnicodeDecodeError, SigningError) as error:
        raise InputError("U251", path="ledger/log.vkey") from error


def _proof_path(part: _Part) -> str:
    return f"proofs/{part.record}.{part.version}.tlog-proof"


def _proved(bag: Bag, part: _Part, verifiers: Sequence[Verifier]) -> bool:
    path = _proof_path(part)
    if path not in bag.payload:
        return False
    try:
        proof = parse_proof(bag.read(path))
        verify_proof(proof, verifiers)
        entry = parse_entry(proof.extra or b"")
    except SigningError:
        return False
    told = (entry.string("record"), entry.fields.get("version"), entry.string("sealed_sha256"), entry.seq)
    return told == (part.record, part.version, part.sealed_sha256, part.seq)


def _issue(workspace: Workspace, origin: str, record: str, form: str) -> Issued:
    """Give the record its id here; the same record of the same archive gets the same one again."""
    data: dict[str, JsonValue] = {"imported_from": origin, "record": record}
    spec = load_form(form, *workspace.templates)
    (item,) = issue(workspace, spec, [FormDocument(form=spec.id, data=data, rows=())])
    return item


def _is_here(workspace: Workspace, origin: str, record: str, item: Issued) -> bool:
    with Session(workspace.engine) as session:
        ours = origin == workspace.archive.ledger.origin and session.get(RecordRow, record) is not None
        return ours or session.get(RecordRow, item.record) is not None


def _version(workspace: Workspace, bag: Bag, origin: str, part: _Part, item: Issued) -> NewVersion:
    spec = load_form(part.form, *workspace.templates)
    data = _object(bag, f"{part.folder}/data.json")
    before = _object(bag, f"{part.folder}/record.json")
    rule = workspace.profile.rule_for(spec.id)
    start = start_of(rule, spec, dict(data))
    due = due_of(rule, start)
    day = _later(due.destroyable_from if due else None, before.get("due"))
    document = FormDocument(form=spec.id, data=dict(data), rows=())
    facts = record_facts(workspace, spec, rule, dataclasses.replace(item, document=document), due)
    source: dict[str, JsonValue] = {
        "origin": origin,
        "record": part.record,
        "version": part.version,
        "form_no": part.form_no,
        "seq": part.seq,
        "sealed_sha256": part.sealed_sha256,
    }
    account = data.get(spec.account) if spec.account else None
    return NewVersion(
        record=item.record,
        version=part.version,
        package=Package({**facts, "imported": source}, data, _files(bag, part)),
        form=spec.id,
        form_no=item.form_no,
        record_class=rule.record_class.value,
        profile=workspace.profile.edition,
        rule=rule.id,
        trigger=start.trigger if start else None,
        trigger_date=start.on if start else None,
        due=day,
        reason_code=_REASON if part.version > 1 else None,
        lookup=lookup(workspace, account) if isinstance(account, str) else None,
        unit=unit_of(workspace, spec, data) if part.version == 1 else None,
    )


def _later(own: date | None, stated: JsonValue) -> date | None:
    """Return the later day: a longer term that another archive knew is kept."""
    if own is None or not isinstance(stated, str):
        return own
    return max(own, date.fromisoformat(stated))


def _files(bag: Bag, part: _Part) -> Mapping[str, bytes]:
    """Return renditions and attachments, and what the other archive said and proved."""
    prefix = f"{part.folder}/"
    files = {
        path.removeprefix(prefix): bag.read(path)
        for path in bag.payload
        if path.startswith(prefix) and path.removeprefix(prefix) not in {"record.json", "data.json"}
    }
    return {
        **files,
        "attachments/source-record.json": bag.read(f"{prefix}record.json"),
        "attachments/source.tlog-proof": bag.read(_proof_path(part)),
    }


def _object(bag: Bag, path: str) -> Mapping[str, JsonValue]:
    try:
        value = parse_canonical(bag.read(path))
    except SigningError as error:
        raise InputError("U251", path=path) from error
    if not isinstance(value, dict):
        raise InputError("U251", path=path)
    return value
