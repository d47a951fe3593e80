"""Do `webir profile …`."""

from pathlib import Path

from webir_records.cli.failing import Exit, message
from webir_records.cli.roc import roc
from webir_records.cli.say import _
from webir_records.cli.session import Session
from webir_records.services.adopting import Version, adopt, list_versions


def list_all(session: Session) -> int:
    """List the versions of the workspace's rule."""
    with session.workspace() as workspace:
        versions = list_versions(workspace)
    headers = (_("Version"), _("Title"), _("Governs from"), _("Origin"), _("State"))
    session.output.table(headers, [_row(session, version) for version in versions])
    for version in versions:
        for notice in version.shorter:
            session.output.note(f"{notice.code}: {message(notice.code, notice.facts)} [{notice.clause}]")
    session.output.result({"versions": [_json(version) for version in versions]})
    return Exit.DONE


def take_up(session: Session, file: Path | None) -> int:
    """Adopt a version, or enter what is there."""
    with session.workspace() as workspace, session.output.progress() as progress:
        done = adopt(workspace, file, actor=session.actor_or_operator, progress=progress)
    for edition in done.entered:
        session.output.line(_("Entered in the ledger: {edition}", edition=edition))
    session.output.line(
        _(
            "{edition} governs what is filed today. Records that are kept longer now: {moved}",
            edition=done.governs,
            moved=done.moved,
        )
    )
    session.output.result({"entered": list(done.entered), "governs": done.governs, "moved": done.moved})
    return Exit.DONE


def _row(session: Session, version: Version) -> tuple[str, ...]:
    profile = version.profile
    title = profile.title.en if session.lang == "en" else profile.title.zh
    start = roc(profile.applies_from) if profile.applies_from else ""
    origin = _("made by the agency") if version.own else _("ships with the program")
    return profile.edition, title, start, origin, _state(version)


def _state(version: Version) -> str:
    if not version.as_entered:
        return _("changed after it was entered!") if version.entered else _("not in the ledger!")
    return _("governs today") if version.governs else ""


def _json(version: Version) -> dict[str, object]:
    return {
        "edition": version.profile.edition,
        "from": version.profile.applies_from,
        "sha256": version.sha256,
        "own": version.own,
        "entered": version.entered,
        "governs": version.governs,
        "shorter": [{"code": notice.code, **notice.facts} for notice in version.shorter],
    }
