"""Django finds the app's models here; each lives with its noun."""

from coding.codesets.models import Code, CodeNote, CodeSearchIndex, CodeSetRelease, CodeSeverity, PoaExemption
from coding.workbench.edits.models import EditOverride
from coding.workbench.models import CodedDiagnosis, CodedProcedure, CodingRecord, CodingSummary, Grouping
from coding.workbench.services.models import CodedService, ServicePointer

__all__ = [
    "Code",
    "CodeNote",
    "CodeSearchIndex",
    "CodeSetRelease",
    "CodeSeverity",
    "CodedDiagnosis",
    "CodedProcedure",
    "CodedService",
    "CodingRecord",
    "CodingSummary",
    "EditOverride",
    "Grouping",
    "PoaExemption",
    "ServicePointer",
]
