"""`webir`: read the global options, choose the language, run the command, turn errors into exit codes."""

import sys
import tempfile
import tomllib
import traceback
from collections.abc import Sequence
from pathlib import Path

import click

from webir_records import __version__
from webir_records.cli import say
from webir_records.cli.arguments import GlobalOptions, split_arguments
from webir_records.cli.commands import (
    archive,
    copies,
    destruction,
    doctor,
    files,
    forms,
    keys,
    loans,
    papers,
    people,
    profile,
    records,
    retention,
    start,
    store,
)
from webir_records.cli.failing import Exit, message, show_error
from webir_records.cli.output import Output
from webir_records.cli.say import _
from webir_records.cli.session import Session
from webir_records.environment import translate_libraries, variable
from webir_records.model.errors import InputError, WebirError
from webir_records.model.texts import SUPPORTED, Texts


def run() -> None:
    """Run the program; the entry point of the console script."""
    _speak_utf8()
    sys.exit(main(sys.argv[1:]))


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    options = split_arguments(arguments)
    folder = Path(options.workspace or variable("WEBIR_WORKSPACE") or ".")
    lang = options.lang or variable("WEBIR_LANG") or _language_of(folder)
    say.use(Texts.load(lang if lang in SUPPORTED else SUPPORTED[0]))
    translate_libraries(say.spoken().lang)
    output = Output(as_json=options.json)
    try:
        _check_options(options, lang)
        return _invoke(options, Session(folder, options.actor, lang, output))
    except WebirError as error:
        return show_error(output, error)
    except OSError as error:
        named = InputError("U014", path=str(error.filename or folder), cause=error.strerror or "")
        return show_error(output, named)
    except KeyboardInterrupt:
        output.note(_("Stopped. What was acknowledged is safe; the rest is undone at the next start."))
        return Exit.INPUT
    except Exception as error:  # noqa: BLE001 - the last line of defence: tell the user, keep the details
        return _unforeseen(output, error)


def build() -> click.Group:
    """Declare every command; the language must be chosen before."""
    app = click.Group(
        "webir",
        help=_("The paper trail of government data queries: forms, a sealed archive, lawful destruction."),
        epilog=_("Accepted before and after every command: -w DIR, --as ID, --lang zh-Hant|en, --json."),
    )
    click.version_option(__version__, prog_name="webir-records", help=_("Show the version and stop."))(app)
    looking_after = (archive, keys, copies, doctor)
    for module in (
        start,
        forms,
        records,
        loans,
        *looking_after,
        files,
        retention,
        profile,
        destruction,
        papers,
        people,
        store,
    ):
        module.declare(app)
    return app


def _invoke(options: GlobalOptions, session: Session) -> int:
    try:
        result = build().main(
            list(options.rest), prog_name="webir", standalone_mode=False, obj=session, max_content_width=100
        )
    except click.exceptions.NoArgsIsHelpError as error:
        if session.output.as_json:
            raise InputError("U004", name="COMMAND", command=error.ctx.command_path) from error
        click.echo(error.ctx.get_help())
        return Exit.INPUT
    except click.UsageError as error:
        raise _usage(error) from error
    except click.Abort:
        session.output.note(_("Stopped. Nothing was changed."))
        return Exit.INPUT
    return result if isinstance(result, int) else Exit.DONE


def _usage(error: click.UsageError) -> InputError:
    command = error.ctx.command_path if error.ctx is not None else "webir"
    name = _name_of(getattr(error, "param", None))
    match error:
        case click.NoSuchOption():
            return InputError("U003", option=error.option_name, command=command)
        case click.BadOptionUsage():
            return InputError("U004", name=error.option_name, command=command)
        case click.MissingParameter():
            return InputError("U004", name=name, command=command)
        case click.BadParameter():
            return InputError("U005", name=name, problem=error.message, command=command)
        case _:
            return _unknown(error, command)


def _name_of(parameter: click.Parameter | None) -> str:
    """Return an argument or option as the user types it."""
    if isinstance(parameter, click.Option):
        return parameter.opts[-1]
    return (parameter.human_readable_name if parameter else "") or ""


def _unknown(error: click.UsageError, command: str) -> InputError:
    group = error.ctx.command if error.ctx is not None else None
    words = error.message.split("'")
    if isinstance(group, click.Group) and "No such command" in error.message and len(words) > 1:
        return InputError("U001", got=words[1], expected=", ".join(group.commands))
    if "unexpected extra argument" in error.message:
        return InputError("U013", got=error.message.partition("(")[2].removesuffix(")"), command=command)
    return InputError("U002", problem=error.message, command=command)


def _check_options(options: GlobalOptions, lang: str) -> None:
    if options.missing:
        raise InputError("U004", name=", ".join(options.missing), command="webir")
    if lang not in SUPPORTED:
        raise InputError("U006", got=lang, expected=", ".join(SUPPORTED))


def _language_of(folder: Path) -> str:
    """Return the workspace's language; an unreadable setting is reported when the workspace is opened."""
    try:
        settings = tomllib.loads((folder / "webir.toml").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return SUPPORTED[0]
    return str(settings.get("language", SUPPORTED[0]))


def _unforeseen(output: Output, error: Exception) -> int:
    with tempfile.NamedTemporaryFile(
        "w", prefix="webir-fault-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        traceback.print_exception(error, file=file)
    text = message("U099", {"problem": type(error).__name__, "path": file.name})
    if output.as_json:
        output.result({"error": {"code": "U099", "message": text}, "reasons": []})
    output.note(f"{_('Fault')} U099: {text}", style="bold red")
    return Exit.FAULT


def _speak_utf8() -> None:
    """Windows consoles may still be set to CP950, which lacks rare characters."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
