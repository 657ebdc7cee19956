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
from coding.workbench.edits.models import EditOverride
from coding.workbench.evidence.models import Evidence, EvidenceOverride, EvidencePolicy
from coding.workbench.history.models import CodingSnapshot, DrgMismatch
from coding.workbench.models import CodedDiagnosis, CodedProcedure, CodingRecord, CodingSummary, Grouping
from coding.workbench.reading_aids.models import ReadMark
from coding.workbench.services.models import CodedService, ServicePointer

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
    "Grouping",
    "IndexTerm",
    "PcsDefinition",
    "PcsDeviceGroup",
    "PcsTable",
    "PcsTableRow",
    "PoaExemption",
    "ReadMark",
    "ServicePointer",
]
