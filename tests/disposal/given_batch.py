"""What the sentences under 「前提」 mean when they speak of the batch, its people and its papers."""

import dataclasses
from datetime import timedelta

from retention.facts import AuthorityApproval, Person
from retention.kinds import RecordClass, StatementKind
from tests.disposal.given import DIGEST, GIVEN, OTHER_DIGEST, World
from tests.disposal.reading import roc

_SIGNERS = {"核准": "p-head", "監毀": "p-ethics"}


@GIVEN.says("批次類別為【A／B／C】")
def _batch_class(world: World, record_class: str) -> None:
    world.batch["record_class"] = RecordClass(record_class)


@GIVEN.says("批次類別不明")
def _batch_class_unknown(world: World) -> None:
    world.batch["record_class"] = None


@GIVEN.says("帳冊最後一筆為【日】")
def _newest(world: World, day: str) -> None:
    world.batch["newest_ledger_date"] = roc(day)


@GIVEN.says("帳冊最後一筆之日期不明")
def _newest_unknown(world: World) -> None:
    world.batch["newest_ledger_date"] = None


@GIVEN.says("未列入銷毀目錄，或目錄所載版本不同")
def _not_in_catalogue(world: World) -> None:
    world.record["in_catalogue"] = False


@GIVEN.says("是否列入銷毀目錄不明")
def _catalogue_unknown(world: World) -> None:
    world.record["in_catalogue"] = None


@GIVEN.says("銷毀目錄擬具後遭更動")
def _catalogue_changed(world: World) -> None:
    world.batch["catalogue_drafted"] = OTHER_DIGEST


@GIVEN.says("銷毀目錄遺失")
def _catalogue_missing(world: World) -> None:
    world.batch["catalogue_now"] = None


@GIVEN.says("擬具人不明")
def _drafter_unknown(world: World) -> None:
    world.drafter = None


@GIVEN.says("擬具人之職務為【文】")
def _drafter_role(world: World, role: str) -> None:
    world.drafter = Person(person="p-draft", roles=_roles(world, role))


@GIVEN.says("【核准／監毀】人之職務為【文】")
def _signer_role(world: World, kind: str, role: str) -> None:
    world.change(kind, by=Person(person=_SIGNERS[kind], roles=_roles(world, role)))


@GIVEN.says("【核准／監毀】人之職務不明")
def _signer_role_unknown(world: World, kind: str) -> None:
    world.change(kind, by=Person(person=_SIGNERS[kind], roles=None))


@GIVEN.says("擬具人兼為【核准／監毀】人")
def _drafter_signs(world: World, kind: str) -> None:
    both = Person(person="p-draft", roles=frozenset({"archivist", "agency_head", "auditor_ethics"}))
    world.drafter = both
    world.change(kind, by=both)


@GIVEN.says("核准人兼為監毀人")
def _one_signs_both(world: World) -> None:
    both = Person(person="p-both", roles=frozenset({"agency_head", "auditor_ethics"}))
    world.statements = [dataclasses.replace(one, by=both) for one in world.statements]


@GIVEN.says("無【核准／監毀】聲明")
def _no_statement(world: World, kind: str) -> None:
    wanted = StatementKind.APPROVAL if kind == "核准" else StatementKind.WITNESS
    world.statements = [one for one in world.statements if one.kind is not wanted]


@GIVEN.says("【核准／監毀】聲明之簽章不符")
def _forged(world: World, kind: str) -> None:
    world.change(kind, verified=False)


@GIVEN.says("【核准／監毀】聲明所載為另一目錄")
def _other_catalogue(world: World, kind: str) -> None:
    world.change(kind, catalogue_sha256=OTHER_DIGEST)


@GIVEN.says("核准聲明簽於【日】")
def _approved_on(world: World, day: str) -> None:
    world.change("核准", signed_on=roc(day))


@GIVEN.says("核准聲明未載日期")
def _approved_without_day(world: World) -> None:
    world.change("核准", signed_on=None)


@GIVEN.says("無檔案中央主管機關之核准")
def _no_authority(world: World) -> None:
    world.authority = None


@GIVEN.says("檔案中央主管機關之核准未載文號")
def _no_number(world: World) -> None:
    _authority(world, number="")


@GIVEN.says("檔案中央主管機關之核准未載日期")
def _no_date(world: World) -> None:
    _authority(world, approved_on=None)


@GIVEN.says("檔案中央主管機關於【日】核准")
def _authority_on(world: World, day: str) -> None:
    _authority(world, approved_on=roc(day))


@GIVEN.says("檔案中央主管機關所核准者為另一目錄")
def _authority_other(world: World) -> None:
    _authority(world, catalogue_sha256=OTHER_DIGEST)


@GIVEN.says("檔案中央主管機關所核准之目錄不明")
def _authority_unknown(world: World) -> None:
    _authority(world, catalogue_sha256=None)


@GIVEN.says("本年已有批次【號】")
def _second_batch(world: World, batch: str) -> None:
    world.batch["other_batches_this_year"] = (batch,)


@GIVEN.says("另立批次之理由為【號】")
def _reason_code(world: World, code: str) -> None:
    world.batch["reason_code"] = code


@GIVEN.says("本年有無其他批次不明")
def _batches_unknown(world: World) -> None:
    world.batch["other_batches_this_year"] = None


@GIVEN.says("規則檔定：核准後【數】日內有效")
def _valid_days(world: World, days: str) -> None:
    world.policy["approval_valid_days"] = int(days)


@GIVEN.says("規則檔定：業務單位逾期未回復視為同意")
def _silence(world: World) -> None:
    world.policy["silence_is_consent"] = True


@GIVEN.says("規則檔定：須【數】人核准")
def _approvals(world: World, number: str) -> None:
    world.duty["approvals"] = int(number)


@GIVEN.says("規則檔定：每年得有【數】批")
def _batches(world: World, number: str) -> None:
    world.policy["batches_per_year"] = int(number)


@GIVEN.says("規則檔對類別 A 亦要求檔案中央主管機關核准")
def _authority_for_all(world: World) -> None:
    world.duty["authority_approval"] = True


@GIVEN.says("規則檔免除檔案中央主管機關之核准")
def _authority_for_none(world: World) -> None:
    world.duty["authority_approval"] = False


@GIVEN.says("規則檔未定該類別之權責")
def _no_duty(world: World) -> None:
    world.batch["duty"] = None


@GIVEN.says("【一／二】人確認系統日期無誤")
def _confirmed(world: World, number: str) -> None:
    world.batch["clock_confirmed_by"] = ("p-head", "p-ethics")[: "一二".index(number) + 1]


@GIVEN.says("同一人兩度確認系統日期無誤")
def _confirmed_twice(world: World) -> None:
    world.batch["clock_confirmed_by"] = ("p-head", "p-head")


@GIVEN.says("機關首長已指定他人監毀")
def _other_witness(world: World) -> None:
    world.batch["approved_witnesses"] = frozenset({"p-other"})


@GIVEN.says("機關首長已指定該人監毀")
def _this_witness(world: World) -> None:
    world.batch["approved_witnesses"] = frozenset({"p-ethics"})


def _authority(world: World, **changes: object) -> None:
    known = world.authority or AuthorityApproval(
        number="檔徵字第1150001234號",
        approved_on=world.today - timedelta(days=30),
        catalogue_sha256=DIGEST,
    )
    world.authority = dataclasses.replace(known, **changes)  # type: ignore[arg-type]  # each sentence names one


def _roles(world: World, name: str) -> frozenset[str]:
    """Return the role key of a title, e.g. 檔案管理人員."""
    return frozenset({next(key for key, entry in world.profile.roles.items() if entry.name.zh == name)})
