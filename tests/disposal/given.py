"""What the sentences under 「前提」 mean: facts for the guard, without any disk."""

import dataclasses
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from retention.facts import AuthorityApproval, BatchFacts, Loan, Person, RecordFacts, StatementFacts
from retention.kinds import (
    Appraisal,
    Disposition,
    Medium,
    Method,
    Opinion,
    RecordClass,
    Selection,
    StatementKind,
)
from retention.policy import DestructionPolicy
from retention.profile import Profile
from retention.schedule import Due, NoDue, compute_due
from retention.sections import Rule
from tests.disposal.reading import CaseError, Vocabulary, roc

GIVEN: Final = Vocabulary("前提")
DIGEST: Final = "a" * 64
OTHER_DIGEST: Final = "b" * 64
PAPERS: Final = {
    "使用者申請表": "form_1_2",
    "管理者申請表": "form_1_1",
    "查詢登記簿": "form_2",
    "月比對表": "monthly_comparison",
    "差異說明單": "difference_explanation",
    "代查授權書": "form_3",
    "查核項目表": "form_4",
    "稽核簽": "audit_memo",
    "稽核函": "report_letter",
    "銷毀目錄": "destruction_catalogue_files",
    "銷毀核准函": "destruction_approval",
    "銷毀計畫": "destruction_plan",
    "監毀紀錄": "destruction_witness",
    "銷毀證明": "certificate",
}
_LONG_AGO: Final = date(2010, 1, 1)


@dataclass
class World:
    """The facts that a case is about; nothing speaks against the destruction until a sentence says so."""

    profile: Profile
    today: date
    form: str = ""
    trigger: date | None = _LONG_AGO
    years: list[int] = field(default_factory=list[int])
    permanent_by_schedule: bool = False
    original: bool = True
    record: dict[str, Any] = field(default_factory=dict[str, Any])
    batch: dict[str, Any] = field(default_factory=dict[str, Any])
    policy: dict[str, Any] = field(default_factory=dict[str, Any])
    duty: dict[str, Any] = field(default_factory=dict[str, Any])
    drafter: Person | None = field(
        default_factory=lambda: Person(person="p-draft", roles=frozenset({"archivist"}))
    )
    statements: list[StatementFacts] = field(default_factory=list[StatementFacts])
    authority: AuthorityApproval | None = None

    def start(self, form: str, record_class: RecordClass) -> None:
        """Take a paper against whose destruction nothing speaks."""
        if self.form:
            raise CaseError("一個案例只談一份紀錄")
        self.form = form
        self.batch["record_class"] = self.record["record_class"] = record_class
        signed_on = self.today - timedelta(days=10)
        for kind, person, role in (
            (StatementKind.APPROVAL, "p-head", "agency_head"),
            (StatementKind.WITNESS, "p-ethics", "auditor_ethics"),
        ):
            by = Person(person=person, roles=frozenset({role}))
            self.statements.append(
                StatementFacts(kind=kind, by=by, catalogue_sha256=DIGEST, signed_on=signed_on, verified=True)
            )
        if record_class is not RecordClass.A:
            self._archive()

    def _archive(self) -> None:
        self.record |= {
            "classified": False,
            "selection": Selection.NOT_SELECTED,
            "opinion": Opinion.AGREED,
            "destruction_evidence": False,
            "medium": Medium.ELECTRONIC,
        }
        self.batch["method"] = Method.ERASE
        self.authority = AuthorityApproval(
            number="檔徵字第1150001234號",
            approved_on=self.today - timedelta(days=30),
            catalogue_sha256=DIGEST,
        )

    def change(self, kind: str, **changes: Any) -> None:  # noqa: ANN401 - any field of a statement
        """Change the statements of one kind: 核准 or 監毀."""
        wanted = StatementKind.APPROVAL if kind == "核准" else StatementKind.WITNESS
        self.statements = [
            dataclasses.replace(one, **changes) if one.kind is wanted else one for one in self.statements
        ]

    @property
    def rule(self) -> Rule:
        """The rule of the paper."""
        if not self.form:
            raise CaseError("前提未說明是什麼文件")
        return self.profile.rule_for(self.form)

    def due(self) -> Due | NoDue:
        """Return the due date that follows from rule, schedule and trigger."""
        return compute_due(
            self.rule,
            self.trigger,
            agency_years=max(self.years, default=None),
            agency_permanent=self.permanent_by_schedule,
        )

    def facts(self) -> tuple[RecordFacts, BatchFacts]:
        """Return what the guard is asked."""
        due = self.due()
        record: dict[str, Any] = {
            "record": "r-1",
            "disposition": self.rule.disposition,
            "permanent": self.rule.permanent or self.permanent_by_schedule,
            "due": due.destroyable_from if isinstance(due, Due) else None,
            "holds": (),
            "loans": (),
            "destroyed": False,
            "integrity_ok": True,
            "in_catalogue": True,
            "clause": self.rule.clause,
        }
        return RecordFacts(**(record | self.record)), self._batch()

    def _batch(self) -> BatchFacts:
        record_class = self.batch["record_class"]
        duty = self.profile.duty(record_class) if record_class else None
        facts: dict[str, Any] = {
            "batch": "b-1",
            "today": self.today,
            "newest_ledger_date": self.today - timedelta(days=1),
            "duty": duty.model_copy(update=self.duty) if duty else None,
            "policy": self._policy(),
            "catalogue_drafted": DIGEST,
            "catalogue_now": DIGEST,
            "drafter": self.drafter,
            "statements": tuple(self.statements),
            "other_batches_this_year": (),
            "authority": self.authority,
        }
        return BatchFacts(**(facts | self.batch))

    def _policy(self) -> DestructionPolicy:
        return self.profile.destruction.model_copy(update=self.policy)


@GIVEN.says(f"【{'／'.join(PAPERS)}】一份")
def _paper(world: World, paper: str) -> None:
    form = PAPERS[paper]
    world.start(form, world.profile.rule_for(form).record_class)


@GIVEN.says("已歸檔之【使用者申請表／管理者申請表】一份")
def _filed_application(world: World, paper: str) -> None:
    world.start(PAPERS[paper], RecordClass.B)


@GIVEN.says("【查詢登記簿／代查授權書／查核項目表】之複製品一份")
def _copy(world: World, paper: str) -> None:
    world.start(PAPERS[paper], RecordClass.C)
    world.record |= {"original_due": _LONG_AGO, "copy_reported": True}


@GIVEN.says("帳號於【日】註銷")
@GIVEN.says("案卷內最後文件產生於【日】")
def _trigger(world: World, day: str) -> None:
    world.trigger = roc(day)


@GIVEN.says("案卷內文件產生於【日】、【日】、【日】")
def _documents(world: World, *days: str) -> None:
    world.trigger = max(map(roc, days))


@GIVEN.says("帳號尚未註銷")
@GIVEN.says("案卷內文件均無日期")
def _no_trigger(world: World) -> None:
    world.trigger = None


@GIVEN.says("機關區分表定為【數】年")
@GIVEN.says("同案卷另有保存【數】年之文件")
def _agency_years(world: World, years: str) -> None:
    world.years.append(int(years))


@GIVEN.says("機關區分表定為永久保存")
def _agency_permanent(world: World) -> None:
    world.permanent_by_schedule = True


@GIVEN.says("是否永久保存不明")
def _permanent_unknown(world: World) -> None:
    world.record["permanent"] = None


@GIVEN.says("清理處置為【依規定程序銷毀／屆期後鑑定／機關永久保存／列為國家檔案】")
def _disposition(world: World, disposition: str) -> None:
    world.record["disposition"] = Disposition(disposition)


@GIVEN.says("清理處置不明")
def _disposition_unknown(world: World) -> None:
    world.record["disposition"] = None


@GIVEN.says("鑑定結果為【銷毀／續存】")
def _appraisal(world: World, outcome: str) -> None:
    world.record["appraisal"] = Appraisal.DESTROY if outcome == "銷毀" else Appraisal.KEEP


@GIVEN.says("列為機密而未解密")
def _classified(world: World) -> None:
    world.record["classified"] = True


@GIVEN.says("機密業已解密")
def _declassified(world: World) -> None:
    world.record["classified"] = False


@GIVEN.says("是否機密不明")
def _classified_unknown(world: World) -> None:
    world.record["classified"] = None


@GIVEN.says("因【文】保留中")
def _hold(world: World, _why: str) -> None:
    holds = world.record.get("holds", ())
    world.record["holds"] = (*holds, f"h-{len(holds) + 1}")


@GIVEN.says("曾因【文】保留，業已解除")
def _released(world: World, _why: str) -> None:
    world.record["holds"] = world.record.get("holds", ())


@GIVEN.says("保留情形不明")
def _holds_unknown(world: World) -> None:
    world.record["holds"] = None


@GIVEN.says("出借予【號】，應於【日】前歸還")
def _lent(world: World, borrower: str, day: str) -> None:
    loan = Loan(loan="l-1", borrower=borrower, return_by=roc(day))
    world.record["loans"] = (*world.record.get("loans", ()), loan)


@GIVEN.says("曾出借，業已歸還")
def _returned(world: World) -> None:
    world.record["loans"] = ()


@GIVEN.says("出借情形不明")
def _loans_unknown(world: World) -> None:
    world.record["loans"] = None


@GIVEN.says("史政機關【已檢選／尚未回復／未檢選】")
def _selection(world: World, outcome: str) -> None:
    meaning = {"已檢選": Selection.SELECTED, "尚未回復": Selection.PENDING, "未檢選": Selection.NOT_SELECTED}
    world.record["selection"] = meaning[outcome]


@GIVEN.says("未送史政機關檢選")
def _not_offered(world: World) -> None:
    world.record["selection"] = Selection.NOT_OFFERED


@GIVEN.says("史政機關檢選情形不明")
def _selection_unknown(world: World) -> None:
    world.record["selection"] = None


@GIVEN.says("業務單位【同意銷毀／尚未回復】")
def _opinion(world: World, answer: str) -> None:
    world.record["opinion"] = Opinion.AGREED if answer == "同意銷毀" else Opinion.UNANSWERED


@GIVEN.says("業務單位延長，自【日】起始得銷毀")
def _extended(world: World, day: str) -> None:
    world.record |= {"opinion": Opinion.EXTENDED, "extended_until": roc(day)}


@GIVEN.says("業務單位延長而未定日期")
def _extended_without_day(world: World) -> None:
    world.record |= {"opinion": Opinion.EXTENDED, "extended_until": None}


@GIVEN.says("業務單位意見不明")
def _opinion_unknown(world: World) -> None:
    world.record["opinion"] = None


@GIVEN.says("本身為已銷毀檔案之目錄或核准文件")
def _evidence(world: World) -> None:
    world.record["destruction_evidence"] = True


@GIVEN.says("是否為銷毀目錄或核准文件不明")
def _evidence_unknown(world: World) -> None:
    world.record["destruction_evidence"] = None


@GIVEN.says("已銷毀")
def _destroyed(world: World) -> None:
    world.record["destroyed"] = True


@GIVEN.says("是否已銷毀不明")
def _destroyed_unknown(world: World) -> None:
    world.record["destroyed"] = None


@GIVEN.says("內容雜湊值與帳冊不符")
def _damaged(world: World) -> None:
    world.record["integrity_ok"] = False


@GIVEN.says("內容未經查驗")
def _unverified(world: World) -> None:
    world.record["integrity_ok"] = None


@GIVEN.says("載體為【電子／紙本／光碟／磁性媒體／微縮片】")
def _medium(world: World, medium: str) -> None:
    place = ("電子", "紙本", "光碟", "磁性媒體", "微縮片").index(medium)
    world.record["medium"] = tuple(Medium)[place]


@GIVEN.says("載體不明")
def _medium_unknown(world: World) -> None:
    world.record["medium"] = None


@GIVEN.says("銷毀方法為「【文】」")
def _method(world: World, method: str) -> None:
    world.batch["method"] = Method(method)


@GIVEN.says("銷毀方法不明")
def _method_unknown(world: World) -> None:
    world.batch["method"] = None


@GIVEN.says("原檔案至【日】始得銷毀")
def _original_due(world: World, day: str) -> None:
    world.record["original_due"] = roc(day)


@GIVEN.says("原檔案之期限不明")
def _original_unknown(world: World) -> None:
    world.record["original_due"] = None


@GIVEN.says("複製品之銷毀未報備查")
def _not_reported(world: World) -> None:
    world.record["copy_reported"] = False


@GIVEN.says("紀錄類別不明")
def _class_unknown(world: World) -> None:
    world.record["record_class"] = None
