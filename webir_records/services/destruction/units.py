"""What the units are called whose ids stand in tables and ledger.

Names are never stored beside the ids: they stand in the agency's settings, or in the sealed records.
"""

from collections.abc import Collection, Iterator

from sqlmodel import Session, col, select

from webir_records.archive.rows import FILED
from webir_records.forms.specs import load_form
from webir_records.model.errors import FaultError
from webir_records.model.tables import RecordRow, UnitRow
from webir_records.services.context import Workspace
from webir_records.services.issuing import unit_id


def units_in_settings(workspace: Workspace) -> dict[str, str]:
    """Return the names of the agency's units, by id."""
    return {unit_id(workspace, name): name for name in workspace.agency.units}


def unit_names(workspace: Workspace, session: Session, units: Collection[str]) -> dict[str, str]:
    """Return the names of these units, by id; of one that was named by hand there is none.

    A unit that is not in the settings (any more) is looked up in one of its sealed records.
    """
    found = {unit: name for unit, name in units_in_settings(workspace).items() if unit in units}
    return found | dict(_sealed_names(workspace, session, set(units) - found.keys()))


def _sealed_names(
    workspace: Workspace, session: Session, units: Collection[str]
) -> Iterator[tuple[str, str]]:
    for unit in sorted(units):
        query = select(RecordRow).join(UnitRow, col(UnitRow.record) == col(RecordRow.id))
        row = session.exec(query.where(UnitRow.unit == unit, RecordRow.state == FILED).limit(1)).first()
        name = _sealed_name(workspace, row) if row is not None else ""
        if name and unit_id(workspace, name) == unit:
            yield unit, name


def _sealed_name(workspace: Workspace, row: RecordRow) -> str:
    """Return the unit that a sealed record names; of one that cannot be opened, or names none, nothing."""
    spec = load_form(row.form, *workspace.templates)
    if not spec.unit:
        return ""
    try:
        found = workspace.archive.read(row.id, 1).data.get(spec.unit)
    except FaultError:
        return ""
    return found if isinstance(found, str) else ""
