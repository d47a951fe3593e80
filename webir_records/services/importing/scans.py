"""Import a folder of scans: an index names form data and files; all of it is right, or nothing is filed.

With the form's own index every row is checked as `records file` does and its document is made, with the scans
beside it. *As scans* the paper itself is the record: of the form's columns the index needs only account and
date, and nothing is printed anew.
"""

import dataclasses
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlmodel import Session, col, select

from retention.sections import Act
from signing.canonical import JsonValue
from webir_records.archive.archive import NewVersion
from webir_records.archive.package import Package
from webir_records.forms.checking import CheckContext, check
from webir_records.forms.problems import CheckResult, FormDocument
from webir_records.forms.reading import SUPPORTED
from webir_records.forms.spec_types import FieldSpec, FieldType, FormSpec
from webir_records.model.errors import Detail, InputError
from webir_records.model.tables import RecordRow
from webir_records.services.acting import permit
from webir_records.services.collisions import without_collisions
from webir_records.services.context import OPERATOR, Progress, Workspace, silent
from webir_records.services.filing import ACCOUNT_CANCELLED, Filed, due_of, record_facts, renditions, start_of
from webir_records.services.filling import act_id, form_for_people
from webir_records.services.issuing import AT_ONCE, Issued, issue, lookup, unit_of
from webir_records.services.rendering import available_formats, render

FILES: Final = "files"
_FIELD: Final = FieldSpec(
    key=FILES,
    label="檔名",
    type=FieldType.STR,
    aliases=("檔案", "檔案名稱", "掃描檔", "附件檔名", "附件"),
    required=True,
)
_SEPARATORS: Final = re.compile(r"[;；\n]+")
_KINDS: Final[Mapping[str, tuple[bytes, ...]]] = {
    ".pdf": (b"%PDF-",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".tif": (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"),
    ".tiff": (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"),
}
_LARGEST: Final = 512 * 1024**2  # bytes of one scan
_CHUNK: Final = 64 * 1024**2  # bytes of scans that are sealed together


@dataclass(frozen=True, slots=True)
class Imported:
    """What was taken in, and what had been before; `check` is the form's own check of the index."""

    filed: tuple[Filed, ...]
    already: tuple[Filed, ...]
    check: CheckResult


@dataclass(frozen=True, slots=True)
class _Paper:
    """A row of the index with its scans, in order."""

    document: FormDocument
    scans: tuple[Path, ...]


def import_scans(
    workspace: Workspace,
    folder: Path,
    form: str,
    *,
    as_scans: bool,
    actor: str = OPERATOR,
    progress: Progress = silent,
) -> Imported:
    """Import a folder.

    Raises:
        InputError: U241 there is no index or there are several; U240 with everything that is wrong with
            files; the index as a whole cannot be read; R130 no retention rule for the form; U247 a form of
            many rows.
        RefusedError: U159 the actor's roles do not allow it.
        FaultError: the disk failed; what was acknowledged stays, the rest is imported by the next run.
    """
    permit(workspace, actor, Act.FILE)
    spec = form_for_people(workspace, form)
    workspace.profile.rule_for(spec.id)
    if spec.grouped and not as_scans:
        raise InputError("U247", form=spec.id)
    index = _index(folder)
    result = _check(workspace, spec, index, as_scans=as_scans)
    if result.problems:
        return Imported((), (), result)
    papers = _papers(folder, index, result.documents)
    issued = issue(workspace, spec, [paper.document for paper in papers])
    present = _present(workspace, issued)
    new = [(item, paper) for item, paper in zip(issued, papers, strict=True) if item.record not in present]
    _store(workspace, spec, new, as_scans=as_scans, actor=actor, progress=progress)
    already = tuple(_filed(item) for item in issued if item.record in present)
    return Imported(tuple(_filed(item) for item, _ in new), already, result)


def _index(folder: Path) -> Path:
    if not folder.is_dir():
        raise InputError("U014", path=str(folder), cause="no folder")
    found = [p for p in sorted(folder.iterdir()) if p.suffix.lower() in SUPPORTED and p.is_file()]
    if len(found) != 1:
        names = "、".join(path.name for path in found) or "–"
        raise InputError("U241", path=str(folder), found=names)
    return found[0]


def _check(workspace: Workspace, spec: FormSpec, index: Path, *, as_scans: bool) -> CheckResult:
    context = CheckContext(agency=workspace.agency, today=workspace.today(), profile=workspace.profile)
    wanted = dataclasses.replace(spec, fields=(*spec.fields, _FIELD))
    if as_scans:
        return check(_relaxed(workspace, wanted), index, context)
    return without_collisions(workspace, spec, check(wanted, index, context))


def _relaxed(workspace: Workspace, spec: FormSpec) -> FormSpec:
    """Return the form as an index of scans needs it: what starts the period, whatever else the paper says."""
    by_account = workspace.profile.rule_for(spec.id).trigger == ACCOUNT_CANCELLED
    needed = {FILES, spec.account if by_account else spec.document_date}
    fields = tuple(
        dataclasses.replace(
            field,
            required=field.key in needed,
            recommended=False,
            required_when=None,
            must_be=None,
            min_length=0,
            refuse=(),
            table="",
            filled_by="",
            default="",
        )
        for field in spec.fields
        if field.scope == "document" and field.type is not FieldType.SIGN and field.filled_by == ""
    )
    return dataclasses.replace(spec, fields=fields, checks=(), unique=(), unique_when=None)


# --- files


def _papers(folder: Path, index: Path, documents: Sequence[FormDocument]) -> list[_Paper]:
    """Join rows and files; everything that is wrong is said at once."""
    named: dict[str, str] = {}
    problems: list[Detail] = []
    papers: list[_Paper] = []
    present = {
        path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path != index
    }
    plain = {name: path for name, path in present.items() if path.is_file() and not path.is_symlink()}
    for document in documents:
        names = [
            name.strip() for name in _SEPARATORS.split(str(document.data.get(FILES, ""))) if name.strip()
        ]
        row = str(document.rows[0])
        problems += _file_problems(row, names, plain, named)
        named |= dict.fromkeys(names, row)
        scans = tuple(plain[name] for name in names if name in plain)
        papers.append(_Paper(_with_digests(document, names, scans), scans))
    lost = [name for name, path in present.items() if name not in named and not path.is_dir()]
    problems += (Detail("U245", {"file": name}) for name in lost)
    if problems:
        raise InputError("U240", problems, count=str(len(problems)))
    return papers


def _file_problems(
    row: str, names: Sequence[str], plain: Mapping[str, Path], named: Mapping[str, str]
) -> Iterator[Detail]:
    for name in names:
        facts = {"row": row, "file": name}
        path = plain.get(name)
        if path is None:
            yield Detail("U242", facts)
        elif name in named or names.count(name) > 1:
            yield Detail("U243", facts | {"other": named.get(name, row)})
        elif path.stat().st_size > _LARGEST:
            yield Detail("U246", facts | {"limit": f"{_LARGEST // 1024**2} MiB"})
        elif not _is_what_it_says(path):
            yield Detail("U244", facts | {"expected": "、".join(sorted(_KINDS))})


def _is_what_it_says(path: Path) -> bool:
    with path.open("rb") as file:
        start = file.read(8)
    return start.startswith(_KINDS.get(path.suffix.lower(), (b"\0",)))


def _with_digests(document: FormDocument, names: Sequence[str], scans: Sequence[Path]) -> FormDocument:
    """Put what the row says of its files into the data: a row with another scan is another paper."""
    attachments: list[JsonValue] = [
        {"file": _member(number, path), "name": name, "sha256": _sha256(path)}
        for number, (name, path) in enumerate(zip(names, scans, strict=False), start=1)
    ]
    data = {key: value for key, value in document.data.items() if key != FILES}
    return dataclasses.replace(document, data=data | {"attachments": attachments})


def _member(number: int, path: Path) -> str:
    return f"attachments/{number:02}{path.suffix.lower()}"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# --- filing


def _present(workspace: Workspace, issued: Sequence[Issued]) -> set[str]:
    found: set[str] = set()
    with Session(workspace.engine) as session:
        for start in range(0, len(issued), AT_ONCE):
            wanted = [item.record for item in issued[start : start + AT_ONCE]]
            found |= set(session.exec(select(RecordRow.id).where(col(RecordRow.id).in_(wanted))))
    return found


def _store(
    workspace: Workspace,
    spec: FormSpec,
    new: Sequence[tuple[Issued, _Paper]],
    *,
    as_scans: bool,
    actor: str,
    progress: Progress,
) -> None:
    batch, done = act_id(workspace), 0
    for chunk in _chunks(new):
        printed = {} if as_scans else _printed(workspace, spec, [item for item, _ in chunk])
        versions = [_version(workspace, spec, item, paper, printed.get(item.record)) for item, paper in chunk]
        workspace.archive.store(versions, actor=actor, batch=batch, year=workspace.machine.now().year)
        done += len(chunk)
        progress("import", done, len(new))


def _chunks(new: Sequence[tuple[Issued, _Paper]]) -> Iterator[list[tuple[Issued, _Paper]]]:
    chunk: list[tuple[Issued, _Paper]] = []
    size = 0
    for item, paper in new:
        weight = sum(path.stat().st_size for path in paper.scans)
        if chunk and size + weight > _CHUNK:
            yield chunk
            chunk, size = [], 0
        chunk.append((item, paper))
        size += weight
    if chunk:
        yield chunk


def _printed(workspace: Workspace, spec: FormSpec, issued: Sequence[Issued]) -> dict[str, dict[str, bytes]]:
    plain = [dataclasses.replace(item, document=_without_attachments(item.document)) for item in issued]
    made = render(workspace, spec, plain, available_formats(workspace))
    return {rendered.issued.record: renditions(rendered) for rendered in made}


def _without_attachments(document: FormDocument) -> FormDocument:
    data = {key: value for key, value in document.data.items() if key != "attachments"}
    return dataclasses.replace(document, data=data)


def _version(
    workspace: Workspace, spec: FormSpec, item: Issued, paper: _Paper, printed: Mapping[str, bytes] | None
) -> NewVersion:
    data = dict(item.document.data)
    rule = workspace.profile.rule_for(spec.id)
    start = start_of(rule, spec, data)
    due = due_of(rule, start)
    account = data.get(spec.account) if spec.account else None
    facts = record_facts(workspace, spec, rule, item, due)
    scans = {_member(number, path): path.read_bytes() for number, path in enumerate(paper.scans, start=1)}
    return NewVersion(
        record=item.record,
        version=1,
        package=Package(facts | ({} if printed else {"medium": "scan"}), data, {**(printed or {}), **scans}),
        form=spec.id,
        form_no=item.form_no,
        record_class=rule.record_class.value,
        profile=workspace.profile.edition,
        rule=rule.id,
        trigger=start.trigger if start else None,
        trigger_date=start.on if start else None,
        due=due.destroyable_from if due else None,
        lookup=lookup(workspace, account) if isinstance(account, str) and printed else None,
        unit=unit_of(workspace, spec, data),
    )


def _filed(item: Issued) -> Filed:
    return Filed(item.record, item.form_no, item.document.rows)
