"""The papers of a batch as form data: pure functions from what was read and what people add.

What nobody knows stays empty, to be filled in on the paper; nothing here is personal data but what people
themselves add.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from signing.canonical import JsonValue
from webir_records.forms.agency import AgencySettings
from webir_records.forms.dates import roc_date
from webir_records.services.destruction.batches import (
    ANNOTATED,
    ANSWERED,
    AUTHORITY,
    OFFERED,
    RESUBMITTED,
    SKIPPED,
    SUBMITTED,
    StepView,
)
from webir_records.services.papers.batch_data import BatchData, PaperFile, PaperRecord

ARCHIVE_AUTHORITY: Final = "國家發展委員會檔案管理局"
"""檔案中央主管機關 (檔案法 §3, §12 II)."""

_ROC_OFFSET: Final = 1911
_CITY: Final = re.compile(r"(.{1,3}?[市縣])(?!政府$)")
_ENCLOSURES: Final = "檔案銷毀計畫1份及檔案銷毀目錄（案卷、案件）各1份"
_AGAIN: Final = "業已註記核准文號及銷毀日期之檔案銷毀目錄1份"
_CONSENT: Final = "逾期未復者視為同意銷毀。"
_NO_CONSENT: Final = "逾期未復者不視為同意，該紀錄不予銷毀。"
_UNFILED: Final = "未編案卷"
_OWN: Final = "（請機關填寫）"


@dataclass(frozen=True, slots=True)
class Additions:
    """What people add to the papers of a batch.

    Attributes:
        today: the day on which they are made.
        reply_by: until when units and history office are asked to answer.
        office: the 史政機關.
        planned_on: day on which the destruction is intended.
        silence_counts: the profile takes a unit's silence for consent.
        times: local start and end of the destruction.
    """

    today: date
    reply_by: date | None = None
    office: str = ""
    planned_on: date | None = None
    silence_counts: bool = False
    times: tuple[str, str] = ("", "")
    steps: Mapping[str, StepView] = field(default_factory=dict[str, StepView])


def path_of(agency: str) -> tuple[str, ...]:
    """Return the path by which plan and catalogue go up: agency, city government, archive authority.

    Source: 施行細則 §10 I(4). An agency whose name begins with no city reports to the authority itself.
    """
    match = _CITY.match(agency)
    city = (f"{match[1]}政府",) if match else ()
    return (agency, *city, ARCHIVE_AUTHORITY)


def _next_of(path: Sequence[str]) -> str:
    """Return who gets the papers first."""
    return path[1]


def plan(data: BatchData, agency: AgencySettings, more: Additions) -> dict[str, JsonValue]:
    """Return 銷毀計畫 (銷毀辦法 §10)."""
    skipped, answered = more.steps.get(SKIPPED), more.steps.get(ANSWERED)
    path = path_of(agency.name)
    planned = f"{roc_date(more.planned_on)}（奉核准後）" if more.planned_on else "奉核准銷毀後"
    found: dict[str, JsonValue] = {
        "plan_no": data.view.batch,
        "plan_date": more.today.isoformat(),
        "forward_to": _next_of(path),
        "years": _years(data),
        **_amounts(data),
        "catalogue_count": 2,
        "batches": [data.view.batch],
        "storage_place": f"{agency.name}電子檔案系統（加密封存）",
        "destroy_time": planned,
        "destroy_place": data.place,
        "methods": [data.method],
        "criteria": "保存年限均已屆滿，清理處置為依規定程序銷毀；無保留、調借或毀損情形，業經程式逐件檢核。",
        "circulated": _circulated(data),
        "appraisal": "無屆期後鑑定案件。",
        "selection": _selection(skipped, answered),
        **_shortened(data),
        "second_batch": data.view.reason_code,
    }
    return _given(found)


def _shortened(data: BatchData) -> dict[str, JsonValue]:
    """Return what the plan says of originals that go earlier; how copies are read the agency adds (§10)."""
    if not any(record.shortened for record in data.records):
        return {"shortened": False}
    return {
        "shortened": True,
        **dict.fromkeys(("access_procedure", "offsite_backup", "media_evaluation"), _OWN),
    }


def catalogue_files(data: BatchData, more: Additions) -> dict[str, JsonValue]:
    """Return 銷毀目錄（案卷） (銷毀辦法 §8 III), annotated when it was destroyed (§17)."""
    lines: list[JsonValue] = [_file_line(number, file) for number, file in enumerate(data.files, start=1)]
    amounts = _amounts(data)
    totals: dict[str, JsonValue] = {
        "files": lines,
        "file_total": amounts["file_count"],
        "volume_total": amounts["volume_count"],
    }
    return _catalogue_head(data, more) | totals


def catalogue_items(data: BatchData, agency: AgencySettings, more: Additions) -> dict[str, JsonValue]:
    """Return 銷毀目錄（案件） (銷毀辦法 §8 IV), annotated when it was destroyed (§17)."""
    pairs = [(file, record) for file in data.files for record in file.records]
    lines: list[JsonValue] = [
        _item_line(number, file, record, data.names.get(record.unit, record.unit) or agency.name)
        for number, (file, record) in enumerate(pairs, start=1)
    ]
    amounts = _amounts(data)
    totals: dict[str, JsonValue] = {
        "items": lines,
        "file_total": amounts["file_count"],
        "volume_total": amounts["volume_count"],
        "item_total": amounts["item_count"],
    }
    return _catalogue_head(data, more) | totals


def submission(data: BatchData, agency: AgencySettings, more: Additions) -> dict[str, JsonValue]:
    """Return the letter that sends plan and catalogue up; after the destruction, the annotated catalogue."""
    sent, annotated = more.steps.get(SUBMITTED), more.steps.get(ANNOTATED)
    path = path_of(agency.name)
    year = f"{data.year - _ROC_OFFSET}年度"
    again = annotated is not None
    step = more.steps.get(RESUBMITTED) if again else sent
    wish = "備查" if again else "審核"
    onward = f"鑒核並層轉{ARCHIVE_AUTHORITY}{wish}" if len(path) > 2 else wish
    found: dict[str, JsonValue] = {
        "recipient": _next_of(path),
        "retention": "永久",
        "speed": "普通件",
        "letter_date": step.on.isoformat() if step and step.on else None,
        "letter_no": step.number if step else "",
        "enclosures": f"{_AGAIN if again else _ENCLOSURES}（均含電子檔）",
        "path": "→".join(path),
        "batch": data.view.batch,
        "catalogue_sha256": data.view.catalogue_sha256,
        "subject": f"檢送本機關{year}{_AGAIN if again else _ENCLOSURES}，請{onward}。",
        "explanation": "\n".join(_again(data, more) if again else _first(data)),
        "to": _next_of(path),
    }
    return _given(found)


def circulation(data: BatchData, unit: str, sheet: str, more: Additions) -> dict[str, JsonValue]:
    """Return what a unit is asked, and what it said as far as it has answered (銷毀辦法 §8 II)."""
    records = [record for record in data.records if record.unit == unit]
    opinions = [record.opinion for record in records]
    agreed = opinions.count("同意銷毀")
    longer = [text for text in opinions if text.startswith("延長")]
    answered = any(view.unit == unit and view.state == "answered" for view in data.view.units)
    found: dict[str, JsonValue] = {
        "unit": data.names.get(unit, unit),
        "batch": data.view.batch,
        "asked_on": more.today.isoformat(),
        "reply_by": more.reply_by.isoformat() if more.reply_by else None,
        "record_count": len(records),
        "sheet": sheet,
        "catalogue_sha256": data.view.catalogue_sha256,
        "explanation": (
            "所附意見表列出貴單位保存年限屆滿之紀錄，請逐列選擇「同意銷毀」或「延長」；"
            "延長者請填延長至何日及理由。"
        ),
        "silence": _CONSENT if more.silence_counts else _NO_CONSENT,
    }
    if answered:
        rest = len(records) - agreed - len(longer)
        found |= {"agreed_count": agreed, "extended_count": len(longer), "unanswered_count": rest}
        found["extensions"] = "\n".join(dict.fromkeys(longer))
    return _given(found)


def selection(data: BatchData, more: Additions) -> dict[str, JsonValue]:
    """Return the list that a 史政機關 selects from (銷毀辦法 §9)."""
    offered, answered = more.steps.get(OFFERED), more.steps.get(ANSWERED)
    lines: list[JsonValue] = []
    for number, file in enumerate(data.files, start=1):
        chosen = any(record.selected for record in file.records)
        line: dict[str, JsonValue] = {
            "seq": number,
            "file_no": file.number or _UNFILED,
            "title": file.title,
            **_span(file),
            "retention": _longest(file),
            "quantity": f"{file.volumes} 卷 {len(file.records)} 件",
            "summary": file.summary,
            "selected": ("檢選" if chosen else "不檢選") if answered else None,
        }
        lines.append(_given(line))
    found: dict[str, JsonValue] = {
        "history_office": more.office or (offered.number if offered else ""),
        "batch": data.view.batch,
        "made_on": more.today.isoformat(),
        "reply_by": more.reply_by.isoformat() if more.reply_by else None,
        "catalogue_sha256": data.view.catalogue_sha256,
        "files": lines,
        "file_total": len(lines),
        "answer_no": answered.number if answered else "",
        "answered_on": answered.on.isoformat() if answered and answered.on else None,
    }
    return _given(found)


def witness(data: BatchData, more: Additions) -> dict[str, JsonValue]:
    """Return 監毀紀錄 as far as the ledger knows it; the rest is written by those who watched (§12)."""
    approval, annotated = more.steps.get(AUTHORITY), more.steps.get(ANNOTATED)
    resubmitted = more.steps.get(RESUBMITTED)
    approvers, witnesses = (
        [said.person for said in data.view.statements if said.kind == kind]
        for kind in ("approval", "witness")
    )
    counts = {key: value for key, value in _amounts(data).items() if key != "box_count"} | {"media_count": 0}
    found: dict[str, JsonValue] = {
        "batch": data.view.batch,
        "plan_no": data.view.batch,
        "approval_no": approval.number if approval else "、".join(approvers),
        "approval_date": approval.on.isoformat() if approval and approval.on else None,
        **counts,
        "gathered_at": data.place,
        "destroy_place": data.place,
        "started_at": more.times[0],
        "finished_at": more.times[1],
        "methods": [data.method],
        "outcome": "每一紀錄之加密金鑰均已消除，封存檔案並已刪除；詳銷毀證明。" if more.times[1] else "",
        "archive_staff": [data.view.drafted_by],
        "witnesses": [*witnesses],
        "annotated_on": annotated.on.isoformat() if annotated and annotated.on else None,
        "resubmitted_on": resubmitted.on.isoformat() if resubmitted and resubmitted.on else None,
    }
    return _given(found)


# ── parts


def _given(data: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return the fields that have a value; the others are left out."""
    return {key: value for key, value in data.items() if value not in (None, "", [], [""])}


def _amounts(data: BatchData) -> dict[str, JsonValue]:
    return {
        "file_count": len(data.files),
        "volume_count": sum(file.volumes for file in data.files),
        "item_count": len(data.records),
        "box_count": 0,
    }


def _years(data: BatchData) -> str:
    years = sorted({day.year - _ROC_OFFSET for file in data.files for day in file.days()})
    if not years:
        return "—"
    return f"{years[0]}年" if len(years) == 1 else f"{years[0]}年至{years[-1]}年"


def _circulated(data: BatchData) -> str:
    if not data.view.units:
        return ""
    answered = sum(view.state == "answered" for view in data.view.units)
    return f"會辦 {len(data.view.units)} 單位，{answered} 單位已復；延長者已自目錄剔除，其餘同意銷毀。"


def _selection(skipped: StepView | None, answered: StepView | None) -> str:
    if answered is not None:
        day = f"{roc_date(answered.on)} " if answered.on else ""
        return f"史政機關{day}{answered.number}函復；經檢選者已自銷毀目錄剔除。"
    return f"未送史政機關檢選（{skipped.number}）。" if skipped is not None else ""


def _catalogue_head(data: BatchData, more: Additions) -> dict[str, JsonValue]:
    approval, annotated = more.steps.get(AUTHORITY), more.steps.get(ANNOTATED)
    head: dict[str, JsonValue] = {
        "batch": data.view.batch,
        "contents": "屆保存年限銷毀檔案",
        "made_on": more.today.isoformat(),
        "approval_no": approval.number if approval else "",
        "destroyed_on": annotated.on.isoformat() if annotated and annotated.on else None,
    }
    return _given(head)


def _file_line(number: int, file: PaperFile) -> JsonValue:
    year, _, rest = file.number.partition("/")
    kind, _, case = rest.partition("/")
    first = file.days()[:1]
    line: dict[str, JsonValue] = {
        "seq": number,
        "year_no": year or (str(first[0].year - _ROC_OFFSET) if first else "—"),
        "class_no": kind or _UNFILED,
        "file_seq": case or "—",
        "volumes": file.volumes,
        "title": file.title,
        "creator": file.producer,
        **_span(file),
        "retention": _longest(file),
        "summary": file.summary,
        "adjusted_retention": _common(record.adjusted for record in file.records),
        "adjust_reason": _common(record.adjust_reason for record in file.records),
        "unit_opinion": _common(record.opinion for record in file.records),
        "selected": any(record.selected for record in file.records),
    }
    return _given(line)


def _item_line(number: int, file: PaperFile, record: PaperRecord, correspondent: str) -> JsonValue:
    line: dict[str, JsonValue] = {
        "seq": number,
        "file_no": record.file or _UNFILED,
        "title": file.title,
        "subject": record.title,
        "correspondent": correspondent,
        "sent_no": record.form_no,
        "produced_on": record.produced_on.isoformat() if record.produced_on else None,
        "retention": record.term,
        "adjusted_retention": record.adjusted,
        "adjust_reason": record.adjust_reason,
        "unit_opinion": record.opinion,
        "selected": record.selected,
        "note": record.record,
    }
    return _given(line)


def _span(file: PaperFile) -> dict[str, JsonValue]:
    days = file.days()
    return {"date_from": days[0].isoformat(), "date_to": days[-1].isoformat()} if days else {}


def _longest(file: PaperFile) -> str:
    return max((record.term for record in file.records), key=lambda term: (len(term), term), default="")


def _common(texts: Iterable[str]) -> str:
    """Return the different texts that are not empty, each once."""
    return "、".join(dict.fromkeys(text for text in texts if text))


def _first(data: BatchData) -> tuple[str, ...]:
    amounts = _amounts(data)
    return (
        "依檔案法第12條、檔案法施行細則第10條及機關檔案保存年限及銷毀辦法第8條至第10條規定辦理。",
        (
            f"本批（{data.view.batch}）計 {amounts['file_count']} 案 {amounts['volume_count']} 卷 "
            f"{amounts['item_count']} 件，保存年限均已屆滿。"
        ),
        "核准範圍以本函所載銷毀目錄雜湊值為準；核准前不予銷毀。",
    )


def _again(data: BatchData, more: Additions) -> tuple[str, ...]:
    approval, annotated = more.steps.get(AUTHORITY), more.steps.get(ANNOTATED)
    number = approval.number if approval else ""
    day = roc_date(annotated.on) if annotated and annotated.on else ""
    return (
        "依機關檔案保存年限及銷毀辦法第17條規定辦理。",
        f"本批（{data.view.batch}）業奉 {number} 核准，於{day}銷毀完竣；銷毀目錄已註記核准文號及銷毀日期。",
        "銷毀目錄及核准文件永久保存（同辦法第18條）。",
    )
