"""From the options of a command to the records that are meant."""

from collections.abc import Mapping
from pathlib import Path
from typing import cast

from webir_records.cli.roc import typed_date
from webir_records.model.errors import InputError
from webir_records.services.selecting import RecordQuery


def query_of(asked: Mapping[str, object]) -> RecordQuery:
    """Return what the options of `cli.commands.query` ask for.

    Raises:
        InputError: U007 a date cannot be read; U014 the file with the account cannot be read.
    """
    path = asked["account_file"]
    return RecordQuery(
        records=cast("tuple[str, ...]", asked["records"]),
        account=_first_line(path) if isinstance(path, Path) else "",
        unit=str(asked["unit"]),
        form=str(asked["form"]),
        file=str(asked["file"]),
        record_class=str(asked["record_class"]).upper(),
        since=typed_date(str(asked["since"])),
        until=typed_date(str(asked["until"])),
    )


def _first_line(path: Path) -> str:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("U014", path=str(path), cause=type(error).__name__) from error
    account = lines[0].strip() if lines else ""
    if not account:
        raise InputError("U370")
    return account
