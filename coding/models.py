"""Django finds the app's models here; each lives with its noun."""

from coding.codesets.browse.models import OwnIndexBuild, OwnIndexTerm
from coding.codesets.models import Code, CodeNote, CodeSearchIndex, CodeSetRelease, CodeSeverity, PoaExemption
from coding.codesets.official.models import (
    CodeSetChange,
    CodeSetLoad,
    CodeSetLoadFile,
    DrgWeight,
    IndexTerm,
    PcsDefinition,
    PcsDeviceGroup,
    PcsTable,
    PcsTableRow,
)
from coding.shelf.models import Bookmark, CodeComment, CodeGroup, Favourite, PersonalNote
from coding.workbench.abstracting.models import Abstract, AbstractField
from coding.workbench.edits.models import EditOverride
from coding.workbench.evidence.models import Evidence, EvidenceOverride, EvidencePolicy
from coding.workbench.history.models import CodingSnapshot, DrgMismatch
from coding.workbench.holds.models import AccountHold
from coding.workbench.house.models import HouseRule, HouseRuleTrial, HouseRuleVersion
from coding.workbench.models import CodedDiagnosis, CodedProcedure, CodingRecord, CodingSummary, Grouping
from coding.workbench.reading_aids.models import ReadMark
from coding.workbench.sending.models import SentChange
from coding.workbench.services.models import CodedService, ServicePointer

__all__ = [
    "Abstract",
    "AbstractField",
    "AccountHold",
    "Bookmark",
    "Code",
    "CodeComment",
    "CodeGroup",
    "CodeNote",
    "CodeSearchIndex",
    "CodeSetChange",
    "CodeSetLoad",
    "CodeSetLoadFile",
    "CodeSetRelease",
    "CodeSeverity",
    "CodedDiagnosis",
    "CodedProcedure",
    "CodedService",
    "CodingRecord",
    "CodingSnapshot",
    "CodingSummary",
    "DrgMismatch",
    "DrgWeight",
    "EditOverride",
    "Evidence",
    "EvidenceOverride",
    "EvidencePolicy",
    "Favourite",
    "Grouping",
    "HouseRule",
    "HouseRuleTrial",
    "HouseRuleVersion",
    "IndexTerm",
    "OwnIndexBuild",
    "OwnIndexTerm",
    "PcsDefinition",
    "PcsDeviceGroup",
    "PcsTable",
    "PcsTableRow",
    "PersonalNote",
    "PoaExemption",
    "ReadMark",
    "SentChange",
    "ServicePointer",
]
