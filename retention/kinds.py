"""Closed vocabularies that profiles, facts and ledger entries share.

Roles, rules and methods of a city are profile data; what stands here has a meaning in the code.
"""

from enum import StrEnum


class RecordClass(StrEnum):
    """What a paper is in law; it decides who may permit its destruction."""

    A = "A"
    """Unfiled working paper (未歸檔文書): the agency decides itself (七(二))."""
    B = "B"
    """Filed official document (公文檔案): plan, catalogue and approval (檔案法 §12 II)."""
    C = "C"
    """Stored copy of an archive (複製品) or backup (銷毀辦法 §7; 個資法施行細則 §5)."""


class Trigger(StrEnum):
    """Event from which a term is counted."""

    ACCOUNT_CANCELLED = "account_cancelled"
    """註銷日期 of the account (七(二))."""
    FILE_LAST_DOCUMENT = "file_last_document"
    """文件產生日期 of the newest document in the file (案卷)."""
    AUDIT_CLOSED = "audit_closed"
    """結案日 of an audit: its last finding was followed up and closed (八(二))."""


class Disposition(StrEnum):
    """清理處置 of 銷毀辦法 §5; only the first can ever be destroyed without more."""

    DESTROY = "依規定程序銷毀"
    APPRAISE = "屆期後鑑定"
    AGENCY_PERMANENT = "機關永久保存"
    NATIONAL = "列為國家檔案"


class StatementKind(StrEnum):
    """What a person states about a destruction catalogue."""

    APPROVAL = "approval"
    WITNESS = "witness"


class Appraisal(StrEnum):
    """Outcome of a 檔案保存價值鑑定 (施行細則 §13)."""

    DESTROY = "destroy"
    KEEP = "keep"


class Selection(StrEnum):
    """Where the selection by a 史政機關 stands (銷毀辦法 §9)."""

    NOT_OFFERED = "not_offered"
    PENDING = "pending"
    NOT_SELECTED = "not_selected"
    SELECTED = "selected"


class Opinion(StrEnum):
    """What the business unit (業務單位) says about one record (銷毀辦法 §8 II)."""

    AGREED = "agreed"
    EXTENDED = "extended"
    UNANSWERED = "unanswered"


class Medium(StrEnum):
    """What carries the record."""

    ELECTRONIC = "electronic"
    PAPER = "paper"
    OPTICAL = "optical"
    MAGNETIC = "magnetic"
    FILM = "film"


class Method(StrEnum):
    """Ways of destruction in 銷毀辦法 §13; they may be combined."""

    SHRED = "碎紙或紙漿"
    BURN = "焚化"
    SMASH = "擊碎"
    POWDER = "化為粉末"
    DEGAUSS = "消磁"
    ERASE = "消除電子檔或重新格式化"
    OTHER = "其他足以完全消除或毀滅檔案內容之方法"


class HoldReason(StrEnum):
    """Why something is held back from destruction; every one of them ends only with a release."""

    COMPLAINT = "complaint"
    """訴願、陳情 or complaint."""
    LAWSUIT = "lawsuit"
    """訴訟 or request of a court or prosecutor."""
    DISCIPLINARY = "disciplinary"
    """懲戒 or disciplinary case, 不當查詢 included (六(四))."""
    ETHICS = "ethics"
    """政風 case."""
    AUDIT_OPEN = "audit_open"
    """An audit that is not closed (八)."""
    AUDIT_ANNOUNCED = "audit_announced"
    """An audit by 勞保局 or the chief agency that was announced (八(二))."""
    ACCESS_REQUEST = "access_request"
    """申請應用檔案 that is pending (檔案法 §§17–19)."""
    DATA_REQUEST = "data_request"
    """個資 request of a person that is pending (個人資料保護法 §§10–11)."""
    OTHER = "other"
