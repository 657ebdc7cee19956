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
from coding.workbench.history.models import CodingSnapshot, DrgMismatch
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
    "CodingSnapshot",
    "CodingSummary",
    "DrgMismatch",
    "DrgWeight",
    "Grouping",
    "IndexTerm",
    "PcsDefinition",
    "PcsDeviceGroup",
    "PcsTable",
    "PcsTableRow",
    "PoaExemption",
]
