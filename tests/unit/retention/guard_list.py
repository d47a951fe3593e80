"""The list of what a destruction must be refused for, line by line, with the vectors that show each line.

The phrases are those of the domain facts (section 10, "Destruction guard – refuse if any is true"); a
conformance test holds them to that text.
"""

from collections.abc import Mapping
from typing import Final

LINES: Final[Mapping[str, tuple[str, ...]]] = {
    "not expired by the governing term": ("R201-due-tomorrow", "R202-no-trigger"),
    "permanent / 列為國家檔案 / 機關永久保存": (
        "R210-permanent",
        "R211-permanence-unknown",
        "R213-national-archive",
        "R213-agency-permanent",
    ),
    "屆期後鑑定 without appraisal": ("R214-not-appraised", "R215-appraised-keep"),
    "機密 not declassified": ("R220-classified", "R221-classification-unknown"),
    "legal hold (complaint, lawsuit, disciplinary or ethics case, audit open, archive-access or 個資 request "
    "pending, 勞保局/勞動局 audit announced)": ("R225-one-hold", "R225-two-holds", "R226-holds-unknown"),
    "selected by 史政機關": ("R230-selected", "R231-selection-pending", "R232-selection-unknown"),
    'business unit extended or has not answered (unless profile "silence = consent", as 臺中)': (
        "R235-extended",
        "R236-no-answer",
        "R237-extension-without-date",
        "R238-opinion-unknown",
    ),
    "class B without approval number/date/catalogue hash equal to the approved one": (
        "R274-no-approval-number",
        "R274-profile-cannot-free-class-b",
        "R275-no-approval-date",
        "R276-authority-approved-another-catalogue",
        "R276-approved-catalogue-unknown",
    ),
    "catalogue changed after approval": (
        "R261-catalogue-changed-after-signing",
        "R266-approval-of-another-catalogue",
    ),
    "retained copy still inside the original term (§7 III)": (
        "R240-copy-inside-original-term",
        "R241-original-term-unknown",
        "R242-copy-not-reported",
    ),
    "no witness or witness not approved": (
        "R271-no-witness",
        "R265-witness-not-checked",
        "R267-witness-without-role",
        "R285-witness-not-approved",
    ),
    "hash verification of the item failed (→ loss/damage report §15, not destruction)": (
        "R245-digest-differs",
        "R246-not-verified",
    ),
    "already one batch this year without reason": (
        "R280-second-batch-without-reason",
        "R280-second-batch-with-empty-reason",
        "R281-other-batches-unknown",
    ),
    "destroyed-catalogue or approval itself (permanent, §18)": (
        "R216-destruction-evidence",
        "R217-evidence-unknown",
    ),
}
"""Phrase to the names of files in tests/vectors/retention/guard, each beginning with its code."""
