"""Candidates against a stay as it stands: what the rules need is read here, then the rules decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from coding.codesets.enums import CodeSystem
from coding.shelf.rules import Candidate, refusals, role_for
from coding.workbench.coded import CodedStay
from coding.workbench.enums import DiagnosisRole
from coding.workbench.grouping import code_edits
from coding.workbench.reading import invalid_codes
from coding.workbench.rules import REPORTED, DiagnosisLine, ProcedureLine


def judge(coded: CodedStay, candidates: Sequence[Candidate]) -> dict[str, str]:
    """Why each candidate is refused, by key. Four queries at most, whatever their number."""
    diagnoses = [
        DiagnosisLine(0, DiagnosisRole.SECONDARY, 1, each.code) for each in _of(candidates, CodeSystem.ICD10CM)
    ]
    procedures = [ProcedureLine(0, 1, each.code) for each in _of(candidates, CodeSystem.ICD10PCS)]
    have = {f"{CodeSystem.ICD10CM.value}:{line.code}" for line in coded.diagnoses if line.role in REPORTED}
    have |= {f"{CodeSystem.ICD10PCS.value}:{line.code}" for line in coded.procedures}
    return refusals(
        candidates, coded.stay, coded=have, invalid=invalid_codes(coded.stay, diagnoses, procedures),
        edits=_edits(coded, candidates),
    )  # fmt: skip


def _of(candidates: Sequence[Candidate], system: CodeSystem) -> list[Candidate]:
    return [each for each in candidates if each.system == system]


def _edits(coded: CodedStay, candidates: Sequence[Candidate]) -> dict[str, tuple[str, ...]]:
    """Edits of the stay with the candidates on it; a stay without a principal diagnosis is asked with the first one leading."""
    lines = list(coded.diagnoses)
    for each in _of(candidates, CodeSystem.ICD10CM):
        lines.append(DiagnosisLine(0, role_for(each, lines), len(lines) + 1, each.code))
    return code_edits(replace(coded, diagnoses=tuple(lines), procedures=()))
