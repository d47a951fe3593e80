"""How a destruction batch is shown: for people, and for other programs."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from webir_records.cli.roc import roc
from webir_records.cli.say import _
from webir_records.cli.session import Session
from webir_records.services.destruction.batches import BatchView

NOBODY_NAMED: Final[Mapping[str, str]] = MappingProxyType({})


def state_name(state: str) -> str:
    """Return a batch's state for people."""
    names = {
        "drafted": _("drafted"),
        "opinions": _("units are asked"),
        "selection": _("selection by a historical institution"),
        "submitted": _("submitted to the archive authority"),
        "approved": _("approved"),
        "cooling": _("approved, days of cooling off"),
        "executing": _("being executed"),
        "destroyed": _("destroyed"),
        "annotated": _("destroyed, catalogue annotated"),
        "closed": _("closed"),
        "withdrawn": _("withdrawn"),
    }
    return names.get(state, state)


def step_name(step: str) -> str:
    """Return a step of a batch for people."""
    names = {
        "drafted": _("drafted"),
        "opinions": _("units were asked"),
        "selection-offered": _("offered for selection"),
        "selection-answered": _("selection answered"),
        "selection-skipped": _("not offered for selection"),
        "submitted": _("sent to the archive authority"),
        "authority": _("approved by the archive authority"),
        "authority-letter": _("letter of approval kept"),
        "annotated": _("catalogue annotated"),
        "resubmitted": _("annotated catalogue sent"),
        "batch-closed": _("batch closed"),
    }
    return names.get(step, step)


def next_steps(view: BatchView) -> tuple[str, ...]:
    """Return what comes next, a line for each command."""
    if view.state in {"executing", "destroyed", "annotated", "closed"}:
        return _afterwards(view)
    if view.record_class == "A":
        return _short_path(view)
    name = view.batch
    steps = {
        "drafted": _("Next: ask the units with `webir destruction opinions {batch} -o DIR`", batch=name),
        "opinions": _after_opinions(view),
        "selection": _after_selection(view),
        "submitted": _(
            "Next, when the approval has come: `webir destruction authority {batch} --number NUMBER "
            "--on DATE --catalogue-sha256 DIGEST --letter FILE`",
            batch=name,
        ),
        "approved": _("Next, by the head: `webir destruction approve {batch} --as ID`", batch=name),
        "cooling": _(
            "Next: `webir destruction witness {batch} --as ID`; when the days of cooling off are over, "
            "`webir destruction execute {batch}`",
            batch=name,
        ),
    }
    return (steps[view.state],) if view.state in steps else ()


def _short_path(view: BatchView) -> tuple[str, ...]:
    if view.state == "approved":
        return (_("Next: `webir destruction execute {batch}`", batch=view.batch),)
    if view.state != "drafted":
        return ()
    return (
        _(
            "Next, by two other people: `webir destruction approve {batch} --as ID` and "
            "`webir destruction witness {batch} --as ID`",
            batch=view.batch,
        ),
    )


def _after_opinions(view: BatchView) -> str:
    if any(unit.state == "asked" for unit in view.units):
        return _(
            "Next: send each sheet to its unit; `webir destruction answer {batch} SHEET`", batch=view.batch
        )
    return _(
        "Next: `webir destruction selection offer {batch} --office ID`, or "
        "`webir destruction selection skip {batch} --reason WORD`",
        batch=view.batch,
    )


def _after_selection(view: BatchView) -> str:
    taken = {step.step for step in view.steps}
    if "selection-offered" in taken and "selection-answered" not in taken:
        return _("Next: `webir destruction selection answer {batch} --letter NUMBER`", batch=view.batch)
    return _(
        "Next: print with `webir papers batch {batch} -o DIR`, send plan and catalogue up, then "
        "`webir destruction submit {batch} --letter NUMBER --on DATE`",
        batch=view.batch,
    )


def _afterwards(view: BatchView) -> tuple[str, ...]:
    """Return what is left to do once the destruction has begun."""
    name, taken = view.batch, {step.step for step in view.steps}
    if not view.completed_at:
        return (_("Next: finish it with `webir destruction execute {batch}`", batch=name),)
    lines = [_("Next: `webir destruction certificate {batch} -o DIR` to print and sign it.", batch=name)]
    if view.state == "destroyed":
        lines.append(_("Then: `webir destruction annotate {batch}`", batch=name))
    if view.state in {"destroyed", "annotated"} and "resubmitted" not in taken:
        lines.append(
            _(
                "Then: send the annotated catalogue up; `webir destruction resubmit {batch} --letter NUMBER "
                "--on DATE`",
                batch=name,
            )
        )
    if view.state != "closed" and view.record_class != "A":
        lines.append(_("Then: `webir destruction close {batch}`", batch=name))
    lines.append(
        _("Copies and backups are to be destroyed too: `webir copies list --due`, `webir backup list`.")
    )
    return tuple(lines)


def show_next(session: Session, view: BatchView) -> None:
    """Print what comes next."""
    for line in next_steps(view):
        session.output.line(line)


def show_batch(session: Session, view: BatchView, names: Mapping[str, str] = NOBODY_NAMED) -> None:
    """Print where a batch stands; `names` are those of its units, by id."""
    output = session.output
    output.line(
        _(
            "Batch {batch} — class {record_class}, {count} records, {state}",
            batch=view.batch,
            record_class=view.record_class,
            count=len(view.records),
            state=state_name(view.state),
        ),
        style="bold",
    )
    output.line(_("Catalogue SHA-256 {digest}", digest=view.catalogue_sha256))
    if view.statements:
        output.line(_("Signed by {people}", people=signers(view)))
    for unit in view.units:
        answered = unit.state == "answered"
        called = f" {names[unit.unit]}" if unit.unit in names else ""
        output.line(f"  {unit.unit}{called}: {_('has answered') if answered else _('has not answered')}")
    for step in view.steps:
        day = roc(step.on) if step.on else ""
        output.line(f"  {step_name(step.step)} {day} {step.number}".rstrip())


def signers(view: BatchView) -> str:
    """Return who signed what."""
    names = {"approval": _("approval"), "witness": _("witness")}
    return "、".join(f"{s.person} ({names.get(s.kind, s.kind)})" for s in view.statements)


def batch_json(view: BatchView) -> dict[str, object]:
    """Return a batch for other programs."""
    return {
        "batch": view.batch,
        "class": view.record_class,
        "state": view.state,
        "drafted_by": view.drafted_by,
        "catalogue_sha256": view.catalogue_sha256,
        "records": list(view.records),
        "statements": [{"kind": s.kind, "person": s.person, "sha256": s.sha256} for s in view.statements],
        "certificate_sha256": view.certificate_sha256,
        "steps": [
            {"step": s.step, "on": s.on.isoformat() if s.on else None, "number": s.number, "sha256": s.sha256}
            for s in view.steps
        ],
        "units": [{"unit": unit.unit, "state": unit.state} for unit in view.units],
    }
