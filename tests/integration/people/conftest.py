"""A workspace with two people who manage, one who drafts, and one who witnesses."""

from dataclasses import dataclass

import pytest

from signing.findings import Report, Verdict
from webir_records.services.cancelling import cancel_accounts
from webir_records.services.context import Workspace
from webir_records.services.destruction import drafting, execution, stating
from webir_records.services.filing import file_records
from webir_records.services.people import add_person
from webir_records.services.verifying import verify

PASSPHRASE = "correct horse battery"


@dataclass
class Office:
    """People who do their work."""

    workspace: Workspace

    def state(self, batch: str, kind: str, person: str, passphrase: str = PASSPHRASE) -> None:
        stating.state(self.workspace, batch, kind=kind, actor=person, passphrase=passphrase)

    def execute(self, batch: str) -> None:
        execution.execute(self.workspace, batch, actor="arch-01", confirm=batch)

    def verify(self) -> Report:
        """Verify, and see that the tables say what the ledger says."""
        checked = verify(self.workspace, "full")
        assert checked.beyond == ()
        assert checked.report.verdict is Verdict.VALID, checked.report.findings
        return checked.report


@pytest.fixture
def office(workspace) -> Office:
    for person, role in (("arch-01", "archivist"), ("wit-01", "witness"), ("mgr-01", "agency_manager")):
        add_person(workspace, person, (role,), PASSPHRASE)
    add_person(workspace, "mgr-02", ("agency_manager",), PASSPHRASE, actor="mgr-01")
    return Office(workspace)


@pytest.fixture
def batch(office, papers) -> str:
    """A drafted batch of three lapsed applications; a fourth one still runs."""
    file_records(office.workspace, "form_1_2", papers.applications(4))
    cancel_accounts(office.workspace, papers.cancellations(3))
    return drafting.draft(office.workspace, actor="arch-01").batch.batch
