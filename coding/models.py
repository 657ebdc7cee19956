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
from coding.workbench.models import CodedDiagnosis, CodedProcedure, CodingRecord, CodingSummary, Grouping

__all__ = [
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
    "CodingRecord",
    "CodingSummary",
    "DrgWeight",
    "Favourite",
    "Grouping",
    "IndexTerm",
    "OwnIndexBuild",
    "OwnIndexTerm",
    "PcsDefinition",
    "PcsDeviceGroup",
    "PcsTable",
    "PcsTableRow",
    "PersonalNote",
    "PoaExemption",
]
