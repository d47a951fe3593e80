"""Rows of the table of facts that hold JSON: acts to finish, and the keys that the log has had."""

from collections.abc import Mapping

from signing.canonical import JsonValue, parse_canonical
from signing.errors import MalformedError
from webir_records.model.errors import FaultError
from webir_records.model.tables import MetaRow

DATABASE = "webir.db"


def facts_of(row: MetaRow, kinds: Mapping[str, type]) -> dict[str, JsonValue]:
    """Return what a row says.

    Args:
        row: the row.
        kinds: names that it must have, and the type of each.

    Raises:
        FaultError: A103 the row does not say that: somebody changed the database, or it is damaged.
    """
    try:
        value = parse_canonical(row.value.encode())
    except MalformedError as error:
        raise FaultError("A103", path=DATABASE) from error
    if not isinstance(value, dict) or not all(
        isinstance(value.get(name), kind) for name, kind in kinds.items()
    ):
        raise FaultError("A103", path=DATABASE)
    return value
