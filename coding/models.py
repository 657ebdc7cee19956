"""Django finds the app's models here; each lives with its noun."""

from coding.codesets.models import Code, CodeNote, CodeSearchIndex, CodeSetRelease, CodeSeverity, PoaExemption
from coding.workbench.evidence.models import Evidence, EvidenceOverride, EvidencePolicy
from coding.workbench.models import CodedDiagnosis, CodedProcedure, CodingRecord, CodingSummary, Grouping
from coding.workbench.reading_aids.models import ReadMark

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
    "Evidence",
    "EvidenceOverride",
    "EvidencePolicy",
    "Grouping",
    "PoaExemption",
    "ReadMark",
]
