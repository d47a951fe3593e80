"""A certificate of very many records: a paper of two pages that names the digest of its list."""

import hashlib
import io

import docx
import pytest

from webir_records.forms.reading import read_workbook
from webir_records.services.destruction.certificate import _papers
from webir_records.services.destruction.certificate_list import LIST, MOST_LINES


def _facts(count: int) -> dict[str, object]:
    item = {"form_title": "附件4", "rule": "七(三)", "versions": 1, "due": "2024-01-01"}
    items = [
        {"record": f"r{number:05}", "item_form_no": f"4-109-{number}", **item} for number in range(count)
    ]
    digests = {"catalogue_sha256": "a" * 64, "ledger_root": "b" * 64, "ledger_size": 9}
    people = {"drafted_by": "arch-01", "approvers": ["head-01"], "witnesses": ["wit-01"], "authority": "a"}
    times = {"started_at": "2026-11-23T00:00:00Z", "finished_at": "2026-11-23T00:10:00Z"}
    names = {"agency_name": "臺北市政府試驗局", "agency_code": "379990000Z", "batch": "B2026-1"}
    more = {"epoch_from": "2026", "epoch_to": "2026-2", "key_copies": [], "copies": [], "method": "erase"}
    kind = {"v": 1, "record_class": "B", "profile": "taipei-2017", "phase": "KEY_DESTROYED", "place": "本局"}
    return {**kind, **names, **times, **people, **digests, **more, "count": count, "items": items}


@pytest.mark.parametrize("more", [0, 1])
def test_list_lies_beside_the_paper_when_it_is_too_long(workspace, tmp_path, more: int) -> None:
    papers = _papers(workspace, "B2026-1", _facts(MOST_LINES + more))
    document = docx.Document(io.BytesIO(papers["certificate.docx"]))
    text = "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    assert ("r00007" in text) is not bool(more)
    assert (LIST in papers) is bool(more)
    if more:
        assert hashlib.sha256(papers[LIST]).hexdigest() in text
        (tmp_path / LIST).write_bytes(papers[LIST])
        rows = read_workbook(tmp_path / LIST).sheets[0].rows
        listed = {str(cell) for row in rows for cell in row.cells if str(cell).startswith("r0")}
        assert len(listed) == MOST_LINES + 1
