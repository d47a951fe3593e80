"""`webir retention …`: dates; holds and marks are declared beside."""

from pathlib import Path

import click

from webir_records.cli.commands import holds as hold_commands
from webir_records.cli.commands import passphrase_option, record_argument
from webir_records.cli.commands.query import query_options
from webir_records.cli.say import _
from webir_records.cli.session import Session


def declare(app: click.Group) -> None:
    """Add the commands."""
    retention = click.Group("retention", help=_("How long records are kept."))
    app.add_command(retention)
    _lists(retention)
    _audit_closed(retention)
    _revoke(retention)
    _correct(retention)
    _shorten(retention)
    hold_commands.declare(retention)


def _lists(retention: click.Group) -> None:
    @retention.command("due", help=_("List the records whose period has run out."))
    @click.option("--on", default="", metavar="DATE", help=_("Another day than today."))
    @click.option(
        "--limit",
        type=click.IntRange(min=0),
        default=500,
        metavar="N",
        help=_("How many to print; 0 for all of them. With --json always all."),
    )
    @click.pass_obj
    def _due(session: Session, on: str, limit: int) -> int:
        from webir_records.cli.work import retention as work

        return work.due(session, on, limit)

    @retention.command("show", help=_("Show the period of a record and how it is counted."))
    @record_argument()
    @click.pass_obj
    def _show(session: Session, record: str) -> int:
        from webir_records.cli.work import retention as work

        return work.show(session, record)

    @retention.command("untriggered", help=_("List the records without a date: why, and what to do."))
    @click.pass_obj
    def _untriggered(session: Session) -> int:
        from webir_records.cli.work import retention_reports as work

        return work.untriggered(session)

    @retention.command("overdue", help=_("List what lapsed before this year and is still there, and why."))
    @click.option("--on", default="", metavar="DATE", help=_("Another day than today."))
    @click.pass_obj
    def _overdue(session: Session, on: str) -> int:
        from webir_records.cli.work import retention_reports as work

        return work.overdue(session, on)


def _audit_closed(retention: click.Group) -> None:
    @retention.command(
        "audit-closed",
        help=_("Note that an audit is closed: the period of its papers runs, if the profile counts so."),
    )
    @query_options()
    @click.option("--on", required=True, metavar="DATE", help=_("Day on which its last finding was closed."))
    @click.pass_obj
    def _audit_closed(session: Session, /, *, on: str, **asked: object) -> int:
        from webir_records.cli.work import retention_changes as work
        from webir_records.cli.work.query import query_of

        return work.audit_closed(session, query_of(asked), on)


def _revoke(retention: click.Group) -> None:
    @retention.command(
        "revoke",
        help=_("Take a cancellation, or the closing of an audit, back; no period runs until the next one."),
    )
    @record_argument()
    @click.option("--authority", required=True, metavar="NO", help=_("Number of the letter that says so."))
    @click.option("--reason", required=True, metavar="CODE", help=_("A short word of a-z, 0-9 and -."))
    @click.option(
        "--reopened", default="", metavar="DATE", help=_("Account or audit was opened again that day.")
    )
    @click.pass_obj
    def _revoke(session: Session, record: str, *, authority: str, reason: str, reopened: str) -> int:
        from webir_records.cli.work import retention_changes as work

        return work.revoke(session, record, authority=authority, reason=reason, reopened=reopened)


def _correct(retention: click.Group) -> None:
    @retention.command(
        "correct",
        help=_("Correct the date of a cancellation or closed audit; an earlier one needs a second person."),
    )
    @record_argument()
    @click.option("--on", required=True, metavar="DATE", help=_("The right date."))
    @click.option("--reason", required=True, metavar="CODE", help=_("A short word of a-z, 0-9 and -."))
    @click.option("--authority", default="", metavar="NO", help=_("Number of the letter that says so."))
    @click.option("--agreed-by", default="", metavar="PERSON", help=_("The second person, who agrees."))
    @passphrase_option(_("File with the passphrase of the second person."))
    @click.pass_obj
    def _correct(
        session: Session,
        record: str,
        *,
        on: str,
        reason: str,
        authority: str,
        agreed_by: str,
        passphrase_file: Path | None,
    ) -> int:
        from webir_records.cli.work import retention_changes as work

        order = work.Order(on, reason, authority, agreed_by, passphrase_file)
        return work.correct(session, record, order)


def _shorten(retention: click.Group) -> None:
    @retention.command(
        "shorten",
        help=_("Let the originals of a confirmed stored copy go earlier; a second person agrees."),
    )
    @click.argument("copy", metavar="COPY")
    @click.option(
        "--confirmed",
        required=True,
        metavar="DATE",
        help=_("Day on which the agency confirmed the copy."),
    )
    @click.option(
        "--authority",
        required=True,
        metavar="NO",
        help=_("Number of the paper by which it was confirmed."),
    )
    @click.option("--agreed-by", default="", metavar="PERSON", help=_("The second person, who agrees."))
    @passphrase_option(_("File with the passphrase of the second person."))
    @click.pass_obj
    def _shorten(
        session: Session,
        copy: str,
        *,
        confirmed: str,
        authority: str,
        agreed_by: str,
        passphrase_file: Path | None,
    ) -> int:
        from webir_records.cli.work import retention_changes as work

        order = work.Order(confirmed, "", authority, agreed_by, passphrase_file)
        return work.shorten(session, copy, order)
