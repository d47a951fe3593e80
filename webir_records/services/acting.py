"""May this person do this? Asked by every use case before anything is read or written."""

from retention.grants import check_act
from retention.sections import Act
from webir_records.model.errors import RefusedError
from webir_records.services.context import OPERATOR, Workspace
from webir_records.services.people import Person, require_person


def permit(workspace: Workspace, actor: str, act: Act) -> None:
    """Let a named person act only within the granted roles; nobody named is the operator of the machine.

    Raises:
        InputError: U154 nobody is registered under this id.
        RefusedError: U159 none of the person's roles may do this.
    """
    if actor != OPERATOR:
        permit_person(workspace, actor, act)


def permit_person(workspace: Workspace, actor: str, act: Act) -> Person:
    """Return the person if a role of theirs may do this; the operator may not.

    Raises:
        InputError: U154 nobody is registered under this id.
        RefusedError: U159 none of the person's roles may do this.
    """
    person = require_person(workspace, actor)
    reason = check_act(workspace.profile, person.roles, act)
    if reason is not None:
        raise RefusedError("U159", [reason], person=actor)
    return person
