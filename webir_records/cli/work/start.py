"""Do `webir init`."""

from pathlib import Path

from retention.sections import Text
from webir_records.bootstrap import create_workspace, open_workspace
from webir_records.cli.failing import Exit
from webir_records.cli.say import _
from webir_records.cli.session import Session


def init(session: Session, folder: Path, agency: Path, profile: str, store: str = "file:archive") -> int:
    """Make a workspace and say what to do next."""
    create_workspace(
        folder, agency, profile=profile, language=session.lang, store_url=store, machine=session.machine
    )
    with open_workspace(folder, machine=session.machine) as workspace:
        notice = workspace.profile.notice
        name, code = workspace.agency.name, workspace.agency.code
        vkey = workspace.archive.ledger.vkey
    session.output.line(_("Workspace made: {path} ({agency}, {code})", path=folder, agency=name, code=code))
    session.output.line(_("Rule: {profile}. {notice}", profile=profile, notice=_notice(session, notice)))
    session.output.line(_("Key of the ledger (print it and keep it apart from the archive):"))
    session.output.line(f"  {vkey}")
    session.output.line(
        _(
            "Back up the folder keys/ now: without it no record can be opened. "
            "Next: `webir -w {path} forms list`",
            path=folder,
        )
    )
    session.output.result(
        {
            "workspace": str(folder),
            "agency": code,
            "profile": profile,
            "vkey": vkey,
            "notice": _notice(session, notice),
        }
    )
    return Exit.DONE


def _notice(session: Session, notice: Text) -> str:
    return notice.en if session.lang == "en" else notice.zh
