"""How a destruction batch is shown: for people, and for other programs."""

from webir_records.cli.roc import roc
from webir_records.cli.say import _
from webir_records.cli.session import Session
from webir_records.services.destruction.batches import BatchView


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
    }
    return names.get(step, step)


def next_step(view: BatchView) -> str:
    """Return what comes after the draft."""
    if view.record_class == "A":
        return _(
            "Next, by two other people: `webir destruction approve {batch} --as ID` and "
            "`webir destruction witness {batch} --as ID`",
            batch=view.batch,
        )
    return _("Next: ask the units with `webir destruction opinions {batch} -o DIR`", batch=view.batch)


def show_batch(session: Session, view: BatchView) -> None:
    """Print where a batch stands."""
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
        output.line(f"  {unit.unit}: {_('has answered') if answered else _('has not answered')}")
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
