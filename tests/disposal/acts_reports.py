"""What the sentences under 「經過」 mean when something must be reported (銷毀辦法 §§14–16)."""

from tests.disposal.acts import ACT
from tests.disposal.office import Office
from webir_records.services.papers.incidents import NewIncident, report_incident


@ACT.says("就【號】報送遺失，事由「【文】」，證明「【文】」")
def _lost(office: Office, name: str, cause: str, evidence: str) -> None:
    _report(office, name, "loss", cause=cause, evidence=evidence)


@ACT.says("就【號】報送遺失而未附證明，事由「【文】」")
def _lost_without_proof(office: Office, name: str, cause: str) -> None:
    _report(office, name, "loss", cause=cause)


@ACT.says("就【號】報送毀損，事由「【文】」，鑑定「【文】」")
def _damaged(office: Office, name: str, cause: str, appraisal: str) -> None:
    _report(office, name, "damage", cause=cause, appraisal=appraisal)


@ACT.says("就【號】報送違法銷毀，經過「【文】」")
def _unlawful(office: Office, name: str, course: str) -> None:
    _report(office, name, "unlawful", course=course)


@ACT.says("就【號】報送緊急銷毀，事由「【文】」，地點「【文】」，方法「【文】」")
def _emergency(office: Office, name: str, cause: str, place: str, method: str) -> None:
    _report(office, name, "emergency", cause=cause, place=place, method=method)


def _report(office: Office, name: str, kind: str, **texts: str) -> None:
    records = (office.names[name],)
    report_incident(office.workspace, NewIncident(kind=kind, on=office.today(), records=records, **texts))
