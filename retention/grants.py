"""Who may do what: the profile's table of roles, asked."""

from collections.abc import Collection

from retention.profile import Profile
from retention.reasons import Reason
from retention.sections import Act


def check_act(profile: Profile, roles: Collection[str], act: Act) -> Reason | None:
    """Return why somebody with these roles may not do something, or `None` when they may.

    Args:
        profile: the city's rule.
        roles: role keys of the person; unknown ones grant nothing.
        act: what the person wants to do.
    """
    allowed = sorted(key for key, entry in profile.roles.items() if act in entry.may)
    if not set(allowed).isdisjoint(roles):
        return None
    facts = {"act": act.value, "allowed": "、".join(allowed) or "–", "roles": "、".join(sorted(roles)) or "–"}
    return Reason("R310", profile.number, facts)


def check_roles(profile: Profile, roles: Collection[str]) -> tuple[Reason, ...]:
    """Return everything that speaks against granting these roles to one person.

    Args:
        profile: the city's rule.
        roles: all role keys the person would hold within one agency.
    """
    held = set(roles)
    known = "、".join(sorted(profile.roles))
    unknown = sorted(held - set(profile.roles))
    clashes = [entry for entry in profile.separation.incompatible if len(entry.roles & held) > 1]
    return (
        *(Reason("R312", profile.number, {"role": role, "known": known}) for role in unknown),
        *(Reason("R311", clash.clause, {"roles": "、".join(sorted(clash.roles))}) for clash in clashes),
    )
