"""Acts of issue "retention" on a small archive, each with what a verifier must find."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from signing.entries import Event
from tests.tamper.conftest import DUE, Builder

Act = Callable[[Builder], object]
DIGEST: Final = "0a" * 32
EARLY: Final = "EARLY_DESTROYED"
MISSING: Final = "MISSING.no_authority"
ORDER: Final = "HISTORY_INVALID.batch_order"


def destroy(builder: Builder, record: str = "bb02", *, due: str = "2026-01-01") -> None:
    """Destroy a record by the short path."""
    catalogue = builder.approve_and_witness("d1", [record])
    builder.start("d1", catalogue)
    builder.destroy("d1", record, due=due)
    builder.complete("d1")


def change(builder: Builder, due: str = "", cause: str = "unit_extension", record: str = "bb02") -> None:
    """Change the term of a record."""
    fields = {"due": due} if due else {}
    builder.add(Event.RETENTION_CHANGED, record=record, cause=cause, **fields)


def extension_ignored(builder: Builder) -> None:
    change(builder, "2036-01-01")
    destroy(builder)


def extension_ignored_but_named(builder: Builder) -> None:
    change(builder, "2036-01-01")
    destroy(builder, due="2036-01-01")


def extension_over(builder: Builder) -> None:
    change(builder, "2026-01-03")
    builder.now = datetime(2026, 1, 2, 16, 0, tzinfo=UTC)  # midnight in Taipei
    destroy(builder, due="2026-01-03")


def extension_over_but_not_named(builder: Builder) -> None:
    change(builder, "2026-01-02")
    destroy(builder)


def no_period_runs_any_more(builder: Builder) -> None:
    change(builder, cause="trigger_revoked")
    destroy(builder)


def extension_ignored_by_an_open_batch(builder: Builder) -> None:
    change(builder, "2036-01-01")
    builder.start("d1", builder.approve_and_witness("d1", ["bb02"]))
    builder.unlink("bb02")


def shortened(builder: Builder) -> None:
    change(builder, "2025-01-01")


def shortened_behind_a_revocation(builder: Builder) -> None:
    change(builder, cause="trigger_revoked")
    change(builder, "2025-01-01", "trigger_happened")


def annotation_forgets_the_extension(builder: Builder) -> None:
    change(builder, "2036-01-01")
    builder.file("bb02", b"annotated", due=DUE)


def corrected_and_destroyed(builder: Builder) -> None:
    change(builder, "2025-06-01", "trigger_corrected")
    destroy(builder, due="2025-06-01")


def corrected_and_shortened_again(builder: Builder) -> None:
    change(builder, "2025-06-01", "trigger_corrected")
    change(builder, "2025-05-31")


def changed_after_destruction(builder: Builder) -> None:
    destroy(builder)
    change(builder, "2036-01-01")


def assign(builder: Builder, record: str) -> None:
    builder.add(Event.FILE_ASSIGNED, record=record, file="115/0305/1")


def mark(builder: Builder, record: str) -> None:
    builder.add(Event.RECORD_MARKED, record=record, mark="national_archive")


def copy_made(builder: Builder, record: str) -> None:
    builder.add(Event.COPY_MADE, copy="c1", record=record, kind="bag", medium="disc")


def copy_destroyed(builder: Builder, record: str) -> None:
    builder.add(
        Event.COPY_DESTROYED, copy="c1", record=record, method="shred", people=["p-head", "p-witness"]
    )


def copy_outlives_its_record(builder: Builder) -> None:
    copy_made(builder, "bb02")
    destroy(builder)
    copy_destroyed(builder, "bb02")


def everything_in_order(builder: Builder) -> None:
    builder.add(Event.FILE_OPENED, file="115/0305/1", years=10)
    assign(builder, "bb02")
    mark(builder, "bb02")
    copy_made(builder, "bb02")
    copy_destroyed(builder, "bb02")
    change(builder, "2036-01-01")
    change(builder, "2036-02-29", "file_extension")


def destroyed_and_then(act: Callable[[Builder, str], None]) -> Act:
    def both(builder: Builder) -> None:
        destroy(builder)
        act(builder, "bb02")

    both.__name__ = f"destroyed_and_then_{act.__name__}"
    return both


def of_an_unknown_record(act: Callable[[Builder, str], None]) -> Act:
    def unknown(builder: Builder) -> None:
        act(builder, "zz99")

    unknown.__name__ = f"{act.__name__}_of_an_unknown_record"
    return unknown


def approve(builder: Builder, catalogue: str, *, batch: str = "d1", **letter: str) -> None:
    """Enter the approval of the archive authority."""
    builder.add(
        Event.AUTHORITY_APPROVED,
        batch=batch,
        number="檔徵字第1號",
        approved_on="2026-01-02",
        catalogue_sha256=catalogue,
        count=1,
        **letter,
    )


def draft_b(builder: Builder, record: str = "ee05", batch_class: str = "B") -> str:
    """File a record of class B, draft its batch, and have two people state about it."""
    if record not in builder.digests:
        builder.file(record, b"a filed application", due=DUE, **{"class": "B"})
    return state_b(builder, builder.draft("d1", [record], record_class=batch_class))


def state_b(builder: Builder, catalogue: str) -> str:
    builder.state("d1", "approval", "p-head", catalogue)
    builder.state("d1", "witness", "p-witness", catalogue)
    return catalogue


def finish(builder: Builder, catalogue: str, record: str = "ee05") -> None:
    builder.start("d1", catalogue)
    builder.destroy("d1", record)
    builder.complete("d1")


def submit(builder: Builder, catalogue: str, plan: str) -> None:
    builder.add(
        Event.DESTRUCTION_SUBMITTED,
        batch="d1",
        catalogue_sha256=catalogue,
        plan_sha256=plan,
        letter="府檔字第1號",
        on="2026-01-02",
    )


def class_b(builder: Builder) -> None:
    """The whole path."""
    catalogue = draft_b(builder)
    builder.add(Event.OPINIONS_ASKED, batch="d1", units=1, count=1)
    builder.add(Event.OPINION_GIVEN, batch="d1", unit="unit-01", sheet_sha256=DIGEST, agreed=1, extended=0)
    offered, answered = (builder.paper("d1", f"selection-{step}.json") for step in ("offered", "answered"))
    builder.add(Event.SELECTION_OFFERED, batch="d1", office="history-01", list_sha256=offered)
    builder.add(Event.SELECTION_ANSWERED, batch="d1", office="history-01", list_sha256=answered, selected=0)
    plan = builder.paper("d1", "plan.json", papers={"plan.ods": builder.paper("d1", "plan.ods")})
    submit(builder, catalogue, plan)
    letter = {"letter_sha256": builder.paper("d1", "authority-letter.pdf"), "letter_format": "pdf"}
    approve(builder, catalogue, **letter)
    builder.start("d1", catalogue)
    builder.add(Event.DESTRUCTION_PHASE, batch="d1", phase="keys")
    builder.destroy("d1", "ee05")
    builder.complete("d1")
    builder.add(
        Event.CATALOGUE_ANNOTATED,
        batch="d1",
        number="檔徵字第1號",
        destroyed_on="2026-01-02",
        annotated_sha256=builder.paper("d1", "catalogue-annotated.json"),
    )
    builder.add(Event.CATALOGUE_RESUBMITTED, batch="d1", letter="府檔字第2號", on="2026-01-02")


def class_b_with_other_papers(builder: Builder) -> None:
    class_b(builder)
    folder = builder.root / "certificates/d1"
    (folder / "plan.ods").write_bytes(b"another plan")
    (folder / "authority-letter.pdf").unlink()
    (folder / "selection-answered.json").write_bytes(b"{}")
    builder.paper("d1", "catalogue-annotated.json", number="another")


def class_b_whose_plan_names_a_file_elsewhere(builder: Builder) -> None:
    catalogue = draft_b(builder)
    plan = builder.paper("d1", "plan.json", papers={"../../checkpoint": DIGEST})
    submit(builder, catalogue, plan)


def class_b_without_authority(builder: Builder) -> None:
    finish(builder, draft_b(builder))


def class_b_with_the_authority_for_another_catalogue(builder: Builder) -> None:
    approve_of = draft_b(builder)
    catalogue = builder.draft("d1", ["ee05", "bb02"], record_class="B")
    approve(builder, approve_of)
    finish(builder, state_b_again(builder, catalogue))


def class_b_drafted_anew_and_approved_again(builder: Builder) -> None:
    approve(builder, builder.draft("d1", ["bb02", "cc03"], record_class="B"))
    catalogue = draft_b(builder)
    approve(builder, catalogue)
    finish(builder, catalogue)


def state_b_again(builder: Builder, catalogue: str) -> str:
    for kind, person in (("approval", "p-witness"), ("witness", "p-head")):
        builder.state("d1", kind, person, catalogue)
    return catalogue


def class_b_with_the_authority_of_another_batch(builder: Builder) -> None:
    catalogue = draft_b(builder)
    builder.draft("d2", ["bb02"], record_class="B")
    approve(builder, catalogue, batch="d2")
    finish(builder, catalogue)


def class_b_approved_after_the_start(builder: Builder) -> None:
    catalogue = draft_b(builder)
    builder.start("d1", catalogue)
    approve(builder, catalogue)
    builder.destroy("d1", "ee05")
    builder.complete("d1")


def class_b_in_a_batch_of_class_a(builder: Builder) -> None:
    finish(builder, draft_b(builder, batch_class="A"))


def class_b_called_a_by_its_newest_version(builder: Builder) -> None:
    builder.file("ee05", b"a filed application", due=DUE, **{"class": "B"})
    builder.file("ee05", b"annotated", due=DUE)
    finish(builder, draft_b(builder, batch_class="A"))


def class_a_in_a_batch_of_class_b(builder: Builder) -> None:
    finish(builder, draft_b(builder, "bb02"), "bb02")


def class_b_unfinished_without_authority(builder: Builder) -> None:
    builder.start("d1", draft_b(builder))
    builder.unlink("ee05")


def class_b_unfinished(builder: Builder) -> None:
    catalogue = draft_b(builder)
    approve(builder, catalogue)
    builder.start("d1", catalogue)
    builder.unlink("ee05")


def opinions_after_the_start(builder: Builder) -> None:
    builder.start("d1", builder.approve_and_witness("d1", ["bb02"]))
    builder.add(Event.OPINIONS_ASKED, batch="d1", units=1, count=1)
    builder.destroy("d1", "bb02")
    builder.complete("d1")


def approval_of_a_withdrawn_batch(builder: Builder) -> None:
    catalogue = builder.draft("d1", ["bb02"])
    builder.add(Event.DESTRUCTION_WITHDRAWN, batch="d1", reason_code="error")
    approve(builder, catalogue)


def phase_before_the_start(builder: Builder) -> None:
    builder.draft("d1", ["bb02"])
    builder.add(Event.DESTRUCTION_PHASE, batch="d1", phase="keys")


ACTS: Final[list[tuple[Act, list[str], str]]] = [
    (everything_in_order, [], ""),
    (extension_ignored, [EARLY], "early,entry_differs"),
    (extension_ignored_but_named, [EARLY], "early"),
    (extension_over, [], ""),
    (extension_over_but_not_named, [MISSING], "entry_differs"),
    (no_period_runs_any_more, [f"{EARLY}.no_due"], "early,entry_differs"),
    (extension_ignored_by_an_open_batch, ["DESTRUCTION_UNFINISHED.batch", EARLY], "early"),
    (shortened, ["HISTORY_INVALID.due_shortened"], ""),
    (shortened_behind_a_revocation, ["HISTORY_INVALID.due_shortened"], ""),
    (annotation_forgets_the_extension, ["HISTORY_INVALID.due_shortened"], ""),
    (lambda b: change(b, "2025-01-01", "stored_copy"), [], ""),
    (corrected_and_destroyed, [], ""),
    (corrected_and_shortened_again, ["HISTORY_INVALID.due_shortened"], ""),
    (changed_after_destruction, ["HISTORY_INVALID.after_destruction"], ""),
    (lambda b: change(b, "2036-01-01", record="zz99"), ["HISTORY_INVALID.unknown_record"], ""),
    *(
        (of_an_unknown_record(act), ["HISTORY_INVALID.unknown_record"], "")
        for act in (assign, mark, copy_made, copy_destroyed)
    ),
    *((destroyed_and_then(act), ["HISTORY_INVALID.after_destruction"], "") for act in (assign, mark)),
    (copy_outlives_its_record, [], ""),
    (class_b, [], ""),
    (class_b_with_other_papers, ["CERTIFICATE_INVALID.differs"] * 3 + ["CERTIFICATE_INVALID.file"], ""),
    (class_b_whose_plan_names_a_file_elsewhere, ["CERTIFICATE_INVALID.malformed"], ""),
    (class_b_without_authority, [MISSING], "authority_missing"),
    (class_b_with_the_authority_for_another_catalogue, [MISSING], "authority_missing"),
    (class_b_drafted_anew_and_approved_again, [], ""),
    (class_b_with_the_authority_of_another_batch, [MISSING], "authority_missing"),
    (class_b_approved_after_the_start, [ORDER, MISSING], "authority_missing"),
    (class_b_in_a_batch_of_class_a, [MISSING], "authority_missing"),
    (class_b_called_a_by_its_newest_version, [MISSING], "authority_missing"),
    (class_a_in_a_batch_of_class_b, [MISSING], "authority_missing"),
    (
        class_b_unfinished_without_authority,
        ["DESTRUCTION_UNFINISHED.batch", MISSING],
        "authority_missing",
    ),
    (class_b_unfinished, ["DESTRUCTION_UNFINISHED.batch", "DESTRUCTION_UNFINISHED.record"], ""),
    (opinions_after_the_start, [ORDER], ""),
    (approval_of_a_withdrawn_batch, [ORDER], ""),
    (phase_before_the_start, [ORDER], ""),
    (lambda b: approve(b, DIGEST), [ORDER], ""),
]
