"""Who may do what, and which roles exclude each other."""

import pytest

from retention.grants import check_act, check_roles
from retention.kinds import RecordClass
from retention.messages import MESSAGES
from retention.profile import Profile
from retention.sections import Act


def test_act_is_allowed_when_one_of_the_roles_grants_it(profile: Profile) -> None:
    assert check_act(profile, ["witness", "archivist"], Act.DRAFT_DESTRUCTION) is None


@pytest.mark.parametrize("roles", [[], ["clerk"], ["witness"], ["nobody"]])
def test_act_is_refused_when_no_role_grants_it(roles: list[str], profile: Profile) -> None:
    reason = check_act(profile, roles, Act.APPROVE_DESTRUCTION)
    assert reason is not None
    assert reason.code == "R310"
    assert reason.facts["allowed"] == "agency_head、agency_manager"
    assert reason.facts["roles"] == ("、".join(roles) or "–")
    assert MESSAGES["R310"].format_map(reason.facts)


@pytest.mark.parametrize("act", Act)
def test_every_act_is_granted_to_somebody(act: Act, profile: Profile) -> None:
    assert any(act in entry.may for entry in profile.roles.values())


@pytest.mark.parametrize("auditor", ["auditor_it", "auditor_ethics"])
@pytest.mark.parametrize("manager", ["agency_manager", "unit_manager"])
def test_whoever_grants_may_not_audit(manager: str, auditor: str, profile: Profile) -> None:
    (reason,) = check_roles(profile, [manager, auditor])
    assert reason.code == "R311"
    assert reason.facts == {"roles": "、".join(sorted([manager, auditor]))}


def test_roles_that_go_together_and_unknown_ones_are_told_apart(profile: Profile) -> None:
    assert check_roles(profile, ["clerk", "archivist"]) == ()
    (reason,) = check_roles(profile, ["clerk", "king"])
    assert (reason.code, reason.facts["role"]) == ("R312", "king")
    assert "archivist" in reason.facts["known"]


@pytest.mark.parametrize(
    ("act", "part"),
    [
        (Act.DRAFT_DESTRUCTION, "drafters"),
        (Act.APPROVE_DESTRUCTION, "approvers"),
        (Act.WITNESS_DESTRUCTION, "witnesses"),
    ],
)
@pytest.mark.parametrize("record_class", [RecordClass.A, RecordClass.B])
def test_roles_of_the_separation_of_duties_hold_the_grant(
    act: Act, part: str, record_class: RecordClass, profile: Profile
) -> None:
    duty = profile.duty(record_class)
    assert duty is not None
    for role in getattr(duty, part):
        assert check_act(profile, [role], act) is None
