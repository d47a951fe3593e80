"""What the sentences under 「經過」 mean: people doing things in a real workspace."""

from typing import Final

from tests.disposal.office import PASSPHRASE, Office, Refusal, in_order
from tests.disposal.reading import CaseError, Vocabulary, roc
from webir_records.model.errors import InputError
from webir_records.services.destruction import drafting, execution, stating
from webir_records.services.files import NewFile, assign_records, open_file
from webir_records.services.holding import ask_release, place_hold, release_hold
from webir_records.services.lending import Terms, lend, list_loans, take_back
from webir_records.services.marks import mark_records
from webir_records.services.selecting import RecordQuery
from webir_records.services.triggers import Agreement, correct_cancellation, revoke_cancellation

ACT: Final = Vocabulary("經過")
_OUTCOME: Final = " → "


def perform(act: str, office: Office) -> None:
    """Do one act of a case and compare its outcome: done, or refused as the case says after the arrow.

    Raises:
        CaseError: the outcome is not what the case says.
    """
    sentence, _, expected = act.partition(_OUTCOME)
    refusal = office.refusal(lambda: ACT.tell(sentence, office), nothing_changes=expected.startswith("退回"))
    got = _told(refusal, expected) if refusal else _done(office, expected)
    if got != expected:
        raise CaseError(f"「{act}」：實際為「{got}」")


def _told(refusal: Refusal, expected: str) -> str:
    """Return the outcome in the words of the cases; reasons only where the case names them."""
    if "：" not in expected:
        return f"退回{refusal.code}"
    return f"退回{refusal.code}：{'；'.join(f'{one.code} {one.clause}' for one in refusal.reasons)}"


def _done(office: Office, expected: str) -> str:
    if expected.startswith("列入"):
        return _drafted(office)
    if expected.startswith("查驗"):
        return _verified(office)
    return ""


def _drafted(office: Office) -> str:
    names = {record: name for name, record in office.names.items()}
    text = f"列入{in_order([names[record] for record in office.included])}"
    out = [
        f"{names[record]} {'；'.join(f'{one.code} {one.clause}' for one in reasons)}"
        for record, reasons in office.excluded.items()
    ]
    return f"{text}，排除{'、'.join(out)}" if out else text


def _verified(office: Office) -> str:
    report = office.verified()
    found = sorted(
        {*(one.code for one in report.findings), *(kind for kind in report.records if kind != "OK")}
    )
    return f"查驗{report.verdict.value}：{'、'.join(found)}" if found else f"查驗{report.verdict.value}"


@ACT.says("日期來到【日】")
def _come(office: Office, day: str) -> None:
    office.come_to(roc(day))


@ACT.says("未經查驗，時鐘撥至【日】")
def _clock(office: Office, day: str) -> None:
    office.set_clock(roc(day))


@ACT.says("查驗檔案庫")
def _verify(_office: Office) -> None:
    """Do nothing: the outcome is what the verification says."""


@ACT.says("註銷【號】，註銷日【日】")
def _cancel(office: Office, account: str, day: str) -> None:
    result = office.cancel(account, roc(day))
    if result.problems:
        raise _problem(result.problems[0].code)


@ACT.says("歸檔【號】之申請表")
def _file(office: Office, account: str) -> None:
    office.file_application(account)


@ACT.says("對【號】設定保留【甲／乙／丙】，依據「【文】」")
def _hold(office: Office, account: str, hold: str, authority: str) -> None:
    placed = place_hold(office.workspace, office.names[account], authority=authority)
    office.holds[hold] = placed.hold


@ACT.says("解除保留【甲／乙／丙】")
def _release(office: Office, hold: str) -> None:
    ask_release(office.workspace, office.holds[hold], actor="arch-01")
    release_hold(office.workspace, office.holds[hold], actor="head-01")


@ACT.says("【號】請求解除保留【甲／乙／丙】")
def _ask_release(office: Office, person: str, hold: str) -> None:
    ask_release(office.workspace, office.holds[hold], actor=person)


@ACT.says("【號】准予解除保留【甲／乙／丙】")
def _grant_release(office: Office, person: str, hold: str) -> None:
    release_hold(office.workspace, office.holds[hold], actor=person)


@ACT.says("撤銷【號】之註銷，依據「【文】」")
def _revoke(office: Office, account: str, authority: str) -> None:
    revoke_cancellation(
        office.workspace, office.names[account], authority=authority, reason_code="entered-by-mistake"
    )


@ACT.says("【號】於【日】復權，依據「【文】」")
def _reopen(office: Office, account: str, day: str, authority: str) -> None:
    revoke_cancellation(
        office.workspace,
        office.names[account],
        authority=authority,
        reason_code="returned",
        reopened=roc(day),
    )


@ACT.says("【號】更正【號】之註銷日為【日】")
def _correct(office: Office, person: str, account: str, day: str) -> None:
    correct_cancellation(
        office.workspace, office.names[account], roc(day), reason_code="wrong-date", actor=person
    )


@ACT.says("【號】經【號】同意，更正【號】之註銷日為【日】")
def _correct_agreed(office: Office, person: str, second: str, account: str, day: str) -> None:
    correct_cancellation(
        office.workspace,
        office.names[account],
        roc(day),
        reason_code="wrong-date",
        authority="府勞資字第1130000001號",
        agreed=Agreement(second, PASSPHRASE),
        actor=person,
    )


@ACT.says("【號】標記為【classified／declassified／national／appraised-keep／appraised-destroy】")
def _mark(office: Office, account: str, mark: str) -> None:
    query = RecordQuery(records=(office.names[account],))
    mark_records(office.workspace, query, mark, authority="府勞資字第1130000002號")


@ACT.says("立案卷「【號】」，區分表定為【數】年")
def _open_file(office: Office, file: str, years: str) -> None:
    open_file(office.workspace, file.replace("-", "/"), NewFile(title="使用者申請表", years=int(years)))


@ACT.says("【號】歸入案卷「【號】」")
def _assign(office: Office, account: str, file: str) -> None:
    assign_records(office.workspace, file.replace("-", "/"), RecordQuery(records=(office.names[account],)))


@ACT.says("出借【號】予【號】，應於【日】前歸還")
def _lend(office: Office, account: str, borrower: str, day: str) -> None:
    lend(office.workspace, office.names[account], Terms(borrower, "audit", roc(day)))


@ACT.says("【號】歸還，狀況【intact／damaged／lost】")
def _return(office: Office, account: str, condition: str) -> None:
    (loan,) = [
        one
        for one in list_loans(office.workspace)
        if one.record == office.names[account] and not one.returned_at
    ]
    take_back(office.workspace, loan.loan, condition=condition)


@ACT.says("【號】擬具類別【A／B】批次")
def _draft(office: Office, actor: str, record_class: str) -> None:
    _draft_for(office, actor, record_class, "")


@ACT.says("【號】擬具類別【A／B】批次，理由【號】")
def _draft_again(office: Office, actor: str, record_class: str, code: str) -> None:
    _draft_for(office, actor, record_class, code)


def _draft_for(office: Office, actor: str, record_class: str, code: str) -> None:
    drafted = drafting.draft(office.workspace, actor=actor, record_class=record_class, reason_code=code)
    office.batch, office.included = drafted.batch.batch, drafted.batch.records
    office.excluded = {item.record: item.reasons for item in drafted.excluded}
    kept_out = tuple(one for item in drafted.excluded for one in item.reasons)
    office.last = Refusal("", kept_out) if kept_out else office.last


@ACT.says("【號】核准")
def _approve(office: Office, person: str) -> None:
    _state(office, person, "approval")


@ACT.says("【號】監毀")
def _witness(office: Office, person: str) -> None:
    _state(office, person, "witness")


def _state(office: Office, person: str, kind: str) -> None:
    stating.state(office.workspace, office.batch, kind=kind, actor=person, passphrase=PASSPHRASE)


@ACT.says("【號】執行")
def _execute(office: Office, person: str) -> None:
    execution.execute(office.workspace, office.batch, actor=person, confirm=office.batch)


@ACT.says("【號】執行，鍵入「【文】」確認")
def _execute_confirmed(office: Office, person: str, typed: str) -> None:
    execution.execute(office.workspace, office.batch, actor=person, confirm=typed)


@ACT.says("【號】撤回批次，理由【號】")
def _withdraw(office: Office, person: str, code: str) -> None:
    drafting.withdraw(office.workspace, office.batch, actor=person, reason_code=code)


@ACT.says("銷毀目錄遭人更動一字")
def _tamper_catalogue(office: Office) -> None:
    path = office.root / f"archive/certificates/{office.batch}/catalogue.json"
    path.write_bytes(path.read_bytes().replace(b'"v":1', b'"v":2'))


@ACT.says("銷毀目錄遺失")
def _lose_catalogue(office: Office) -> None:
    (office.root / f"archive/certificates/{office.batch}/catalogue.json").unlink()


@ACT.says("核准聲明遭人以監毀聲明冒充")
def _forge(office: Office) -> None:
    folder = office.root / f"archive/certificates/{office.batch}"
    (approval,) = folder.glob("statement-approval-*.note")
    (witness,) = folder.glob("statement-witness-*.note")
    approval.write_bytes(witness.read_bytes())


@ACT.says("【號】之封存檔毀損一位元組")
def _damage(office: Office, account: str) -> None:
    path = next((office.root / "archive/records").rglob(f"{office.names[account]}.1.sealed"))
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(bytes(data))


@ACT.says("【號】之封存檔遭截短")
def _cut(office: Office, account: str) -> None:
    path = next((office.root / "archive/records").rglob(f"{office.names[account]}.1.sealed"))
    path.write_bytes(path.read_bytes()[:-1])


@ACT.says("有人私自刪除【號】之封存檔")
def _delete(office: Office, account: str) -> None:
    for path in (office.root / "archive/records").rglob(f"{office.names[account]}.*.sealed"):
        path.unlink()


def _problem(code: str) -> InputError:
    return InputError(code)
