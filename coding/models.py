"""Django finds the app's models here; each lives with its noun."""

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
from coding.workbench.models import CodedDiagnosis, CodedProcedure, CodingRecord, CodingSummary, Grouping

__all__ = [
    "Code",
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
    "Grouping",
    "IndexTerm",
    "PcsDefinition",
    "PcsDeviceGroup",
    "PcsTable",
    "PcsTableRow",
    "PoaExemption",
]
