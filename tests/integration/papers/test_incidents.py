"""Emergencies, loss, damage and unlawful acts are reported: on paper, in the archive, in the ledger."""

import hashlib
import json
from datetime import date

import pytest
from sqlmodel import Session, select

from signing.findings import Verdict
from webir_records.model.errors import InputError
from webir_records.model.tables import IncidentRow, RecordRow
from webir_records.services.papers.incidents import (
    CLAUSES,
    IncidentKind,
    NewIncident,
    list_incidents,
    report_incident,
)
from webir_records.services.verifying import verify

ON = date(2026, 11, 20)
DAMAGE = NewIncident(
    kind="damage",
    on=ON,
    found_on=date(2026, 11, 21),
    cause="颱風豪雨致庫房滲水。",
    appraisal="經鑑定無法修復。",
    authority="北市試字第1150000009號",
)


def _with(records: tuple[str, ...], **changes: object) -> NewIncident:
    values = {name: getattr(DAMAGE, name) for name in NewIncident.__slots__}
    return NewIncident(**{**values, "records": records, **changes})


def _newest(workspace) -> dict[str, object]:
    with Session(workspace.engine) as session:
        size = workspace.archive.ledger.head(session).size
    return json.loads(workspace.archive.ledger.entry(size - 1))


def test_damage_is_reported_with_its_records_and_the_digest_stands_in_the_ledger(
    workspace, documents
) -> None:
    done = report_incident(workspace, _with((documents[0], "4-109-0002")), actor="arch-01")
    facts = workspace.files.read(done.paths[0])
    entry = _newest(workspace)
    assert done.incident == "I-2026-0001"
    assert entry["event"] == "incident_reported"
    assert entry["records"] == documents[:2]
    assert entry["count"] == 2
    assert entry["report_sha256"] == hashlib.sha256(facts).hexdigest() == done.sha256
    said = json.loads(facts)
    assert said["records"][0]["file_no"] == "109/050302/1"
    assert said["clause"] == "銷毀辦法 §15"
    docx = workspace.files.read("certificates/incident-I-2026-0001/report.docx")
    assert said["papers"]["report.docx"] == hashlib.sha256(docx).hexdigest()


def test_report_changes_no_record_and_the_archive_stays_valid(workspace, documents) -> None:
    with Session(workspace.engine) as session:
        before = [row.model_dump() for row in session.exec(select(RecordRow))]
    report_incident(workspace, _with((documents[0],)))
    with Session(workspace.engine) as session:
        assert [row.model_dump() for row in session.exec(select(RecordRow))] == before
    assert verify(workspace, "full").report.verdict is Verdict.VALID


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        ("emergency", {"cause": "因戰事。", "place": "檔案室", "method": "焚化"}),
        ("loss", {"cause": "搬遷時遺失。", "evidence": "清點紀錄1份。"}),
        ("damage", {"cause": "滲水。", "appraisal": "無法修復。"}),
        ("unlawful", {"course": "未經核准即送碎紙。"}),
    ],
)
def test_every_kind_takes_what_its_clause_wants_and_misses_each_of_it(
    workspace, documents, kind: str, texts: dict[str, str]
) -> None:
    for name in texts:
        rest = {key: text for key, text in texts.items() if key != name}
        with pytest.raises(InputError, match="U365") as caught:
            report_incident(workspace, NewIncident(kind=kind, on=ON, records=(documents[0],), **rest))
        assert caught.value.facts["clause"] == CLAUSES[IncidentKind(kind)]
    done = report_incident(workspace, NewIncident(kind=kind, on=ON, records=(documents[0],), **texts))
    assert [one.kind for one in list_incidents(workspace)] == [kind] == [done.kind]


def test_unlawful_destruction_may_be_about_nothing_that_is_known(workspace) -> None:
    done = report_incident(workspace, NewIncident(kind="unlawful", on=ON, course="一箱不明文件遭送碎紙。"))
    assert _newest(workspace)["count"] == 0
    assert done.incident == "I-2026-0001"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": "flood"}, "U364"),
        ({"records": ()}, "U365"),
        ({"records": ("nothing",)}, "U120"),
        ({"on": date(2026, 11, 24)}, "U366"),
        ({"found_on": date(2027, 1, 1)}, "U366"),
        ({"course": "林大明先生未經核准送碎紙。"}, "U367"),
        ({"measures": "電洽 02-27208889"}, "U367"),
        ({"cause": "A123456789 調閱"}, "U367"),
        ({"batch": "B2020-1"}, "U161"),
        ({"authority": "x" * 81}, "U142"),
    ],
)
def test_report_that_cannot_stand_is_refused_and_nothing_is_entered(
    workspace, documents, changes: dict[str, object], code: str
) -> None:
    before = workspace.archive.ledger.head()
    files = sorted(workspace.files.list("certificates"))
    with pytest.raises(InputError, match=code):
        report_incident(workspace, _with(**{"records": (documents[0],), **changes}))
    assert workspace.archive.ledger.head() == before
    assert sorted(workspace.files.list("certificates")) == files
    with Session(workspace.engine) as session:
        assert session.exec(select(IncidentRow)).all() == []


def test_stranger_cannot_report(workspace, documents) -> None:
    with pytest.raises(InputError, match="U154"):
        report_incident(workspace, _with((documents[0],)), actor="ghost-01")


def test_reports_are_numbered_by_the_year(workspace, documents, clock) -> None:
    first = report_incident(workspace, _with((documents[0],)))
    second = report_incident(workspace, _with((documents[1],)))
    clock.forward(days=60)
    third = report_incident(workspace, _with((documents[2],)))
    assert [first.incident, second.incident, third.incident] == ["I-2026-0001", "I-2026-0002", "I-2027-0001"]
