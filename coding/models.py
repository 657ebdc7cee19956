"""Django finds the app's models here; each lives with its noun."""

from coding.codesets.models import Code, CodeNote, CodeSearchIndex, CodeSetRelease, CodeSeverity, PoaExemption
from coding.workbench.models import CodedDiagnosis, CodedProcedure, CodingRecord, CodingSummary, Grouping

__all__ = [
    "Code",
    "CodeNote",
    "CodeSearchIndex",
    "CodeSetRelease",
    "CodeSeverity",
    "CodedDiagnosis",
    "CodedProcedure",
    "CodingRecord",
    "CodingSummary",
    "Grouping",
    "PoaExemption",
]
