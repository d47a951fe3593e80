"""Parts of a profile that a city's rule may have or not: another method, the audit's checklist, copies."""

from typing import Annotated, Literal

from pydantic import Field

from retention.policy import Clause, Section

FormId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]


class AlternativeMethod(Section):
    """Whether another line-by-line comparison may stand in for the register (三, 六(六), 八(一)2).

    Attributes:
        allowed: the rule allows it.
        needs_document: the agency must have its own written rule for it, and name its number.
        replaces: form ids that are not needed then.
        clause: source.
    """

    allowed: bool
    needs_document: bool = True
    replaces: tuple[FormId, ...] = ()
    clause: Clause


class Checklist(Section):
    """The audit's checklist (查核項目表).

    Attributes:
        form: id of the form that holds its items; an agency's own form folder of that id may hold others.
        team: units that must take part; without one of them the audit cannot be finished.
        clause: source.
    """

    form: FormId
    team: tuple[Annotated[str, Field(min_length=1)], ...] = Field(min_length=1)
    clause: Clause


class CopyTerms(Section):
    """How long copies live: they are personal data files as the original is (個人資料保護法施行細則 §5).

    Attributes:
        stored: a copy that shortened its original's term stays at least until the original's own term has
            ended; there is no other value (銷毀辦法 §7 III).
        reported: such a copy goes only after the archive authority has taken note (備查); always true.
        export_days: days after which an export, a disc or a print must have been destroyed.
        backup_days: days after which a backup must have been destroyed.
        assumed: the clause gives no numbers of days, ours are defaults that the agency may change.
        clause: source.
    """

    stored: Literal["original_term"]
    reported: Literal[True]
    export_days: int = Field(ge=1)
    backup_days: int = Field(ge=1)
    assumed: bool = False
    clause: Clause
