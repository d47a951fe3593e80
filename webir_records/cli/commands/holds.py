"""`webir retention hold …`, `webir retention mark` and `webir retention unit`."""

import click

from webir_records.cli.commands.query import query_options
from webir_records.cli.say import _
from webir_records.cli.session import Session


def declare(retention: click.Group) -> None:
    """Add the commands."""
    hold = click.Group("hold", help=_("Holds: keep a record although its period has run out."))
    retention.add_command(hold)
    _add(hold)
    _release(hold)
    _mark(retention)
    _unit(retention)

    @hold.command("list", help=_("List the holds."))
    @click.option("--to-review", is_flag=True, help=_("Only those whose day of review has come."))
    @click.pass_obj
    def _list(session: Session, to_review: bool) -> int:
        from webir_records.cli.work import holds as work

        return work.list_all(session, to_review=to_review)


def _add(hold: click.Group) -> None:
    @hold.command(
        "add", help=_("Place a hold on records: all that are meant, or none. --file holds later records too.")
    )
    @query_options()
    @click.option(
        "--authority",
        required=True,
        metavar="NO",
        help=_("Number of the letter or the office that asks for it; no names."),
    )
    @click.option("--case", default="", metavar="CASE", help=_("Number of the case; no names."))
    @click.option("--reason", default="", metavar="CODE", help=_("A short word, such as lawsuit or audit."))
    @click.option("--review", default="", metavar="DATE", help=_("When to look at it again."))
    @click.option("--dry-run", is_flag=True, help=_("Only show what would be held."))
    @click.pass_obj
    def _add(
        session: Session,
        /,
        *,
        authority: str,
        case: str,
        reason: str,
        review: str,
        dry_run: bool,
        **asked: object,
    ) -> int:
        from webir_records.cli.roc import typed_date
        from webir_records.cli.work import holds as work
        from webir_records.cli.work.query import query_of
        from webir_records.services.holding import HoldTerms

        terms = HoldTerms(authority=authority, case=case, reason_code=reason, review_on=typed_date(review))
        return work.add(session, query_of(asked), terms, dry_run=dry_run)


def _release(hold: click.Group) -> None:
    @hold.command("ask-release", help=_("Ask for the release of a hold or a case; another person grants it."))
    @click.argument("name", metavar="HOLD|CASE")
    @click.pass_obj
    def _ask(session: Session, name: str) -> int:
        from webir_records.cli.work import holds as work

        return work.ask(session, name)

    @hold.command("release", help=_("Release a hold or a case (--as another person); nothing is destroyed."))
    @click.argument("name", metavar="HOLD|CASE")
    @click.pass_obj
    def _release(session: Session, name: str) -> int:
        from webir_records.cli.work import holds as work

        return work.release(session, name)


def _mark(retention: click.Group) -> None:
    @retention.command("mark", help=_("Note what was decided about records; the guard heeds it."))
    @click.argument("mark", metavar="MARK")
    @query_options()
    @click.option("--authority", required=True, metavar="NO", help=_("Number of the letter that says so."))
    @click.option("--on", default="", metavar="DATE", help=_("Day of the decision."))
    @click.pass_obj
    def _mark(session: Session, /, mark: str, *, authority: str, on: str, **asked: object) -> int:
        from webir_records.cli.work import holds as work
        from webir_records.cli.work.query import query_of

        return work.mark(session, mark, query_of(asked), authority=authority, on=on)


def _unit(retention: click.Group) -> None:
    @retention.command("unit", help=_("Say which business unit's records they are; UNIT is a short word."))
    @click.argument("of_unit", metavar="UNIT")
    @query_options()
    @click.pass_obj
    def _unit(session: Session, /, of_unit: str, **asked: object) -> int:
        from webir_records.cli.work import holds as work
        from webir_records.cli.work.query import query_of

        return work.unit(session, of_unit, query_of(asked))
