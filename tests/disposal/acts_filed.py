"""What the sentences under 「經過」 mean when filed documents go their long way (class B)."""

from typing import Final

from tests.disposal.acts import ACT
from tests.disposal.office import Office
from tests.disposal.reading import roc
from tests.integration.destruction.conftest import fill_sheet
from webir_records.services.destruction import finishing, opinions, selection, submitting
from webir_records.services.destruction.batches import show_batch

_UP: Final = "府勞資字第1120000001號"
_HISTORIANS: Final = "office-01"


@ACT.says("【號】會辦業務單位")
def _ask(office: Office, person: str) -> None:
    folder = office.papers.folder / f"sheets-{len(list(office.papers.folder.iterdir()))}"
    office.sheets = opinions.ask(office.workspace, office.batch, folder, actor=person).sheets


@ACT.says("業務單位全數同意")
def _agree(office: Office) -> None:
    _answer(office)


@ACT.says("業務單位交回空白表")
def _blank(office: Office) -> None:
    _answer(office, agree=False)


@ACT.says("業務單位延長【號】至【日】，其餘同意")
def _extend(office: Office, name: str, day: str) -> None:
    for sheet in office.sheets:
        fill_sheet(sheet, **{office.names[name]: roc(day)})
    _enter(office)


@ACT.says("業務單位再次交回同一表")
def _again(office: Office) -> None:
    _enter(office)


def _answer(office: Office, *, agree: bool = True) -> None:
    for sheet in office.sheets:
        fill_sheet(sheet, agree=agree)
    _enter(office)


def _enter(office: Office) -> None:
    for sheet in office.sheets:
        opinions.answer(office.workspace, office.batch, sheet, actor="arch-01")


@ACT.says("送史政機關檢選")
def _offer(office: Office) -> None:
    selection.offer(office.workspace, office.batch, office=_HISTORIANS, actor="arch-01")


@ACT.says("不送史政機關檢選，理由【號】")
def _skip(office: Office, code: str) -> None:
    selection.skip(office.workspace, office.batch, reason_code=code, actor="arch-01")


@ACT.says("史政機關回復：未檢選")
def _nothing_selected(office: Office) -> None:
    _selected(office)


@ACT.says("史政機關回復：檢選【號】")
def _one_selected(office: Office, name: str) -> None:
    _selected(office, office.names[name])


def _selected(office: Office, *records: str) -> None:
    selection.answer(
        office.workspace,
        office.batch,
        selected=records,
        authority="國史館字第1120000001號",
        actor="arch-01",
    )


@ACT.says("【號】送審計畫及目錄")
def _submit(office: Office, person: str) -> None:
    submitting.submit(office.workspace, office.batch, letter=_UP, on=office.today(), actor=person)


@ACT.says("檔案中央主管機關核准，文號「【文】」")
def _approved(office: Office, number: str) -> None:
    _approve(office, number, show_batch(office.workspace, office.batch).catalogue_sha256)


@ACT.says("檔案中央主管機關核准另一目錄，文號「【文】」")
def _approved_another(office: Office, number: str) -> None:
    _approve(office, number, "f" * 64)


def _approve(office: Office, number: str, digest: str) -> None:
    submitting.approve(
        office.workspace,
        office.batch,
        number=number,
        on=office.today(),
        catalogue_sha256=digest,
        actor="arch-01",
    )


@ACT.says("【號】註記目錄")
def _annotate(office: Office, person: str) -> None:
    finishing.annotate(office.workspace, office.batch, actor=person)


@ACT.says("【號】重行送目錄")
def _resubmit(office: Office, person: str) -> None:
    finishing.resubmit(office.workspace, office.batch, letter=_UP, on=office.today(), actor=person)


@ACT.says("【號】結案")
def _close(office: Office, person: str) -> None:
    finishing.close(office.workspace, office.batch, actor=person)
