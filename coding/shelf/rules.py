"""Whether a code may be taken over into another coding. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from coding.codesets.enums import CodeSystem
from coding.codesets.rules import dotted
from coding.workbench.enums import DiagnosisRole
from coding.workbench.rules import DiagnosisLine, ProcedureLine, Stay, is_external_cause

_FEMALE = (
    ("C51", "C58"), ("D06", "D07"), ("D25", "D28"), ("N70", "N98"), ("O00", "O9A"), ("Q50", "Q52"), ("Z32", "Z36"),
    ("Z3A", "Z3A"),
)  # fmt: skip
_MALE = (("C60", "C63"), ("D29", "D29"), ("N40", "N53"), ("Q53", "Q55"))
_MALE_AMONG = ("D074", "D075", "D076")
"""Codes of men inside the ranges of women."""
_WORDS = {"F": "female", "M": "male"}
AGE_EDIT = "AGE_CONFLICT"


@dataclass(frozen=True)
class Candidate:
    """A code somebody wants to take over. role "": procedures, and diagnoses of a group."""

    system: str
    code: str
    role: str = ""

    @property
    def key(self) -> str:
        """Names it in a form."""
        return f"{self.system}:{self.code}"

    @property
    def display(self) -> str:
        """The code as printed."""
        return dotted(self.code) if self.system == CodeSystem.ICD10CM else self.code


def taken_over(lines: Iterable[DiagnosisLine], steps: Iterable[ProcedureLine]) -> list[Candidate]:
    """The codes of another coding that can be meant for this one: what tells of that visit alone stays there."""
    of_the_visit = {DiagnosisRole.ADMITTING, DiagnosisRole.REASON_FOR_VISIT}
    found = [
        Candidate(CodeSystem.ICD10CM.value, each.code, each.role) for each in lines if each.role not in of_the_visit
    ]
    found += [Candidate(CodeSystem.ICD10PCS.value, each.code) for each in steps]
    return list({each.key: each for each in found}.values())


def refusals(
    candidates: Sequence[Candidate], stay: Stay, *, coded: Collection[str], invalid: Mapping[str, str],
    edits: Mapping[str, Collection[str]],
) -> dict[str, str]:  # fmt: skip
    """Why each candidate is refused, by key; those that may be taken are missing.

    coded: keys of what is on the coding already. invalid: sentence by code for codes not in force on the coding day.
    edits: names of Medicare code edits by code, were the candidates coded here.
    Sources: validity by date of discharge (45 CFR 162.1002), guideline I.B.12 (each code once), the sex of the code by its
    chapter, and the age conflicts of the Medicare Code Editor.
    """
    found = {}
    for each in candidates:
        fault = (
            invalid.get(each.code, "")
            or (f"{each.display} is coded here already." if each.key in coded else "")
            or _setting(each, stay)
            or sex_fault(each.system, each.code, stay.sex)
            or (f"{each.display} does not fit the patient's age." if AGE_EDIT in edits.get(each.code, ()) else "")
        )
        if fault:
            found[each.key] = fault
    return found


def _setting(each: Candidate, stay: Stay) -> str:
    if each.system == CodeSystem.ICD10PCS and not stay.inpatient:
        return f"{each.display}: ICD-10-PCS is for inpatient stays."
    if each.system not in {CodeSystem.ICD10CM, CodeSystem.ICD10PCS}:
        return f"{each.display} cannot be taken over: it is neither a diagnosis nor an inpatient procedure."
    return ""


def sex_fault(system: str, code: str, sex: str) -> str:
    """The sentence that refuses a code of the other sex, "" when it fits or the sex is not known to be either.

    Source: ICD-10-CM chapters 2, 14, 15, 17 and 21 (organs of one sex, pregnancy); ICD-10-PCS body systems U and V.
    """
    other = sex_of_code(system, code)
    if not other or sex not in _WORDS or sex == other:
        return ""
    shown = dotted(code) if system == CodeSystem.ICD10CM else code
    return f"{shown} is a code of {_WORDS[other]} patients; this patient is {_WORDS[sex]}."


def sex_of_code(system: str, code: str) -> str:
    """ "F" or "M" for codes of one sex, else ""."""
    if system == CodeSystem.ICD10PCS:
        if code[:1] == "1":
            return "F"
        return {"0U": "F", "0V": "M"}.get(code[:2], "")
    if code.startswith(_MALE_AMONG):
        return "M"
    if any(first <= code[:3] <= last for first, last in _FEMALE):
        return "F"
    return "M" if any(first <= code[:3] <= last for first, last in _MALE) else ""


def role_for(each: Candidate, lines: Iterable[DiagnosisLine]) -> DiagnosisRole:
    """The role a diagnosis takes here: a principal one leads only where none does."""
    if is_external_cause(each.code):
        return DiagnosisRole.EXTERNAL_CAUSE
    leads = each.role in {"", DiagnosisRole.PRINCIPAL}
    has_principal = any(line.role == DiagnosisRole.PRINCIPAL for line in lines)
    return DiagnosisRole.PRINCIPAL if leads and not has_principal else DiagnosisRole.SECONDARY
