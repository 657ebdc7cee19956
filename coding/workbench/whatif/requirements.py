"""What the record must show before a code may stand where the what-if puts it. Pure; own words.

Sources: ICD-10-CM Official Guidelines for Coding and Reporting, section II (principal diagnosis), section III (other
diagnoses), appendix I (present on admission); UHDDS definitions; 42 CFR 412.2(c)(5) and UHDDS for procedures.
"""

from __future__ import annotations

from dataclasses import dataclass

from coding.codesets.rules import dotted

SYMPTOMS = "R"
FACTORS = "Z"
EXTERNAL = "VWXY"


@dataclass(frozen=True)
class Requirement:
    """text: what the chart must say. source: the section that asks for it."""

    text: str
    source: str


PRINCIPAL = Requirement(
    "The record must show that this condition, once the work-up was done, was the chief reason the patient had to be admitted."
    " What brings more payment is no reason: where the record does not settle it, ask the provider.",
    "ICD-10-CM Guidelines, section II",
)
EQUAL = Requirement(
    "Two conditions may be exchanged only when both were there on admission and each by itself, with the treatment given,"
    " accounts for the stay, and no convention or chapter rule sets the order.",
    "ICD-10-CM Guidelines, section II.B and II.C",
)
SYMPTOM = Requirement(
    "A symptom leads only when no diagnosis that explains it was established.", "ICD-10-CM Guidelines, section II.A"
)
COMPLICATION = Requirement(
    "A complication of care leads when it is what the patient was admitted for; a provider must connect it with the care.",
    "ICD-10-CM Guidelines, section II.G and I.B.16",
)
FACTOR = Requirement(
    "Most Z codes tell a circumstance and may not lead; those that may are listed in chapter 21.",
    "ICD-10-CM Guidelines, section I.C.21.c.16",
)
CAUSE = Requirement("An external cause never leads.", "ICD-10-CM Guidelines, section I.C.20.a.6")
NOT_ON_ADMISSION = Requirement(
    "What arose after admission cannot be the principal diagnosis: its POA says it was not there.",
    "UHDDS, principal diagnosis; ICD-10-CM Guidelines, appendix I",
)
REMOVAL = Requirement(
    "A code stays while the condition was evaluated, treated, diagnosed, prolonged the stay or took more nursing; it goes when"
    " the record shows none of these, or when a provider has ruled it out.",
    "ICD-10-CM Guidelines, section III",
)
SECONDARY = Requirement(
    "A provider must have documented the condition, and it must have been evaluated, treated, worked up, prolonged the stay or"
    " taken more nursing.",
    "ICD-10-CM Guidelines, section III",
)
POA = Requirement(
    "The indicator follows what the provider documented about the time of the order to admit; when that is not clear, ask."
    " N and U count alike for hospital-acquired conditions, and so do Y and W.",
    "ICD-10-CM Guidelines, appendix I",
)
PROCEDURE = Requirement(
    "The operative or procedure note must show what was done, on which day and by whom.",
    "UHDDS, significant procedures",
)


def for_principal(code: str, poa: str) -> tuple[Requirement, ...]:
    """What a secondary diagnosis needs besides the general rule before it may lead; nothing special is an empty tuple.

    code: undotted; poa: as coded.
    """
    special = []
    first = code[:1]
    if first in EXTERNAL:
        special.append(CAUSE)
    if first == SYMPTOMS:
        special.append(SYMPTOM)
    if first == FACTORS:
        special.append(FACTOR)
    if code.startswith(("T80", "T81", "T82", "T83", "T84", "T85", "T86", "T87", "T88")):
        special.append(COMPLICATION)
    if poa in {"N", "U"}:
        special.append(NOT_ON_ADMISSION)
    return tuple(special)


def label(code: str, *, procedure: bool) -> str:
    """A code as people write it."""
    return code if procedure else dotted(code)
