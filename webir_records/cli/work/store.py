"""Do `webir store check`."""

from collections.abc import Mapping

from webir_records.archive.trials import Outcome, Proof
from webir_records.cli.failing import Exit
from webir_records.cli.say import _
from webir_records.cli.session import Session
from webir_records.services.store_check import check_store


def check(session: Session) -> int:
    """Try the store and say what was proven and what not."""
    with session.workspace() as workspace:
        session.output.note(_("The store is tried with small files of its own; a bucket takes some seconds."))
        report = check_store(workspace)
    session.output.table(
        (_("Property"), _("Outcome"), _("Seen")),
        (
            (_property(report.kind, proof), _outcome(proof.outcome), _seen(proof.facts))
            for proof in report.proofs
        ),
    )
    session.output.line(
        _("Nothing that was tried failed: {place}", place=report.place)
        if report.fine
        else _("The archive may not lie there as it is: {place}. See docs/s3.md.", place=report.place)
    )
    session.output.result(
        {
            "kind": report.kind,
            "place": report.place,
            "fine": report.fine,
            "proofs": [
                {"name": proof.name, "outcome": proof.outcome.value, "facts": dict(proof.facts)}
                for proof in report.proofs
            ],
        }
    )
    return Exit.DONE if report.fine else Exit.FINDINGS


def _outcome(outcome: Outcome) -> str:
    match outcome:
        case Outcome.PROVEN:
            return _("proven")
        case Outcome.FAILED:
            return _("FAILED")
        case Outcome.NOT_PROVEN:
            return _("not proven")


def _seen(facts: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in facts.items())


def _property(kind: str, proof: Proof) -> str:
    if proof.outcome is Outcome.NOT_PROVEN:
        return _unproven(kind, proof.name)
    return {
        "versioning": _("The bucket keeps every version of a file."),
        "object_lock": _("Object Lock is on."),
        "default_retention": _("The bucket locks nothing by itself beyond what the archive asks for."),
        "clock": _("The clocks of this machine and of the bucket agree within five minutes."),
        "put_if_absent": _("Of several writers of one name one wins, and the others are told."),
        "put_never_replaces": _("Other bytes under a name that is taken are refused."),
        "checksum": _("Bytes that arrive otherwise than they were sent are refused."),
        "hold_refuses_deletion": _("A file on legal hold cannot be deleted, not even with a bypass."),
        "overwriting_keeps_the_original": _("Writing over a file or deleting its name spares the original."),
        "retention_refuses_deletion": _("A file whose term runs cannot be deleted."),
        "retention_is_not_shortened": _("A running term cannot be shortened."),
        "deletion_after_the_term": _("After its term a file that is on no hold can be deleted."),
        "bypass": _("These credentials cannot set a running term aside."),
        "every_version_vanishes": _("Removal leaves no version and no delete marker."),
        "local_disk": _("The folder lies on a disk of this machine, not on a network share or in memory."),
        "fsync": _("The disk confirms what was stored."),
    }[proof.name]


def _unproven(kind: str, name: str) -> str:
    if kind == "folder":
        return {
            "local_disk": _("This system does not tell on what kind of disk the folder lies."),
            "hold_refuses_deletion": _("A folder refuses nobody who may write there; verification finds it."),
            "overwriting_keeps_the_original": _("A folder keeps no older versions; backups are for that."),
            "durability": _("Whether the disk lost nothing after it confirmed: only a power cut would show."),
        }[name]
    return {
        "default_retention": _("The bucket locks every file by itself: destruction waits for that too."),
        "bypass": _("These credentials may set a running term aside: use others without bypass."),
        "owner_of_the_account": _("The owner of the account can close it with everything in it."),
        "durability": _("That what the bucket acknowledged survives is the provider's word."),
    }[name]
