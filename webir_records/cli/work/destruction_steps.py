"""Do the steps of `webir destruction …` that only filed documents (class B) take."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from webir_records.cli.failing import Exit
from webir_records.cli.roc import typed_date
from webir_records.cli.say import _
from webir_records.cli.session import Session
from webir_records.cli.work.destruction_views import batch_json, show_batch, show_next
from webir_records.model.errors import InputError
from webir_records.services.destruction import finishing, opinions, selection, submitting
from webir_records.services.destruction.batches import BatchView
from webir_records.services.destruction.plan import Intention
from webir_records.services.destruction.units import units_in_settings


@dataclass(frozen=True, slots=True)
class Submission:
    """What was typed about a submission."""

    letter: str
    on: str
    place: str
    planned: str


@dataclass(frozen=True, slots=True)
class Approval:
    """What was typed about the authority's approval."""

    number: str
    on: str
    catalogue_sha256: str


def ask(session: Session, batch: str, out: Path, unit: str) -> int:
    """Ask the units."""
    with session.workspace() as workspace:
        asked = opinions.ask(workspace, batch, out, actor=session.require_actor(), unit=unit)
        names = units_in_settings(workspace)
    show_batch(session, asked.batch, names)
    for path in asked.sheets:
        session.output.line(f"  {path}")
    show_next(session, asked.batch)
    session.output.result(batch_json(asked.batch) | {"sheets": [str(path) for path in asked.sheets]})
    return Exit.DONE


def answer(session: Session, batch: str, sheet: Path) -> int:
    """Take the answer of a unit."""
    with session.workspace() as workspace:
        given = opinions.answer(workspace, batch, sheet, actor=session.require_actor())
        names = units_in_settings(workspace)
    show_batch(session, given.batch, names)
    session.output.line(
        _(
            "{unit}: {agreed} agreed, {extended} extended; {left} left the batch",
            unit=given.unit,
            agreed=given.agreed,
            extended=len(given.extended),
            left=len(given.left),
        )
    )
    show_next(session, given.batch)
    facts = {"unit": given.unit, "agreed": given.agreed, "extended": list(given.extended)}
    session.output.result(batch_json(given.batch) | facts | {"left": list(given.left)})
    return Exit.DONE


def offer(session: Session, batch: str, office: str) -> int:
    """Offer the batch."""
    with session.workspace() as workspace:
        view = selection.offer(workspace, batch, office=office, actor=session.require_actor())
    return _done(session, view)


def skip(session: Session, batch: str, reason: str) -> int:
    """Note that the batch is not offered."""
    with session.workspace() as workspace:
        view = selection.skip(workspace, batch, reason_code=reason, actor=session.require_actor())
    return _done(session, view)


def selected(session: Session, batch: str, names: tuple[str, ...], listed: Path | None, letter: str) -> int:
    """Enter what was selected."""
    wanted = [*names, *_lines(listed)]
    with session.workspace() as workspace:
        actor = session.require_actor()
        view = selection.answer(workspace, batch, selected=wanted, authority=letter, actor=actor)
    return _done(session, view)


def submit(session: Session, batch: str, given: Submission) -> int:
    """Note the submission."""
    wish = Intention(given.place, typed_date(given.planned))
    on, actor = _day(given.on), session.require_actor()
    with session.workspace() as workspace:
        view = submitting.submit(workspace, batch, letter=given.letter, on=on, actor=actor, wish=wish)
    return _done(session, view)


def approval(session: Session, batch: str, given: Approval, file: Path | None) -> int:
    """Enter the authority's approval."""
    on, actor = _day(given.on), session.require_actor()
    with session.workspace() as workspace:
        view = submitting.approve(
            workspace,
            batch,
            number=given.number,
            on=on,
            catalogue_sha256=given.catalogue_sha256,
            actor=actor,
            file=file,
        )
    return _done(session, view)


def annotate(session: Session, batch: str) -> int:
    """Annotate the catalogue."""
    with session.workspace() as workspace:
        view = finishing.annotate(workspace, batch, actor=session.require_actor())
    return _done(session, view)


def resubmit(session: Session, batch: str, letter: str, on: str) -> int:
    """Note that the annotated catalogue was sent."""
    day, actor = _day(on), session.require_actor()
    with session.workspace() as workspace:
        view = finishing.resubmit(workspace, batch, letter=letter, on=day, actor=actor)
    return _done(session, view)


def close(session: Session, batch: str) -> int:
    """Close the batch."""
    with session.workspace() as workspace:
        view = finishing.close(workspace, batch, actor=session.require_actor())
    return _done(session, view)


def _done(session: Session, view: BatchView) -> int:
    show_batch(session, view)
    show_next(session, view)
    session.output.result(batch_json(view))
    return Exit.DONE


def _day(text: str) -> date:
    found = typed_date(text)
    if found is None:
        raise InputError("U007", got=text)
    return found


def _lines(path: Path | None) -> list[str]:
    """Return the names in a text file, one a line; empty lines are passed over."""
    if path is None:
        return []
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("U014", path=str(path), cause=str(error)) from error
    return [line.strip() for line in text.splitlines() if line.strip()]
