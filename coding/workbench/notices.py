"""The checklist that finalizing insists on. Pure. The remarks beside the lines are in coding/workbench/edits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from coding.codesets.rules import dotted
from coding.workbench.coded import CodedStay
from coding.workbench.edits.findings import STOP, WARN, Finding
from coding.workbench.enums import DiagnosisRole

# Stops that other points of the checklist tell already.
TOLD = frozenset({"no_principal", "no_admitting", "invalid", "service_invalid", "poa_missing", "undated"})


@dataclass(frozen=True)
class Check:
    """One point of the checklist. detail: what is missing, "" when it is done."""

    text: str
    detail: str = ""

    @property
    def done(self) -> bool:
        return not self.detail


def checklist(
    coded: CodedStay, *, ungrouped: str, found: Sequence[Finding] = (), answered: Collection[str] = ()
) -> list[Check]:
    """What must hold before a coding is finalized. ungrouped: why there is no MS-DRG, "" when there is one.

    found: the live edits; answered: keys of those that are overridden.

    Sources: UHDDS (principal diagnosis), UB-04 FL 17, 67, 69 (admitting diagnosis) and 74, and the reporting guidelines for POA.
    """
    stay = coded.stay
    first = "Principal diagnosis" if stay.inpatient else "First-listed diagnosis"
    edits = Check("No edit that stops, every warning answered", _open_edits(found, answered))
    checks = [
        Check("Discharged, with a disposition", _not_discharged(coded)),
        Check(first, "" if coded.principal else "There is none."),
        Check("Codes valid on the day of discharge", " ".join(coded.invalid.values())),
    ]
    if not stay.inpatient:
        return [*checks, edits]
    return [
        *checks,
        Check(
            "Admitting diagnosis", "The claim needs it: add it with “As admitting”." if _lacks_admitting(coded) else ""
        ),
        Check("POA on every diagnosis that needs it", _lacking_poa(coded)),
        Check("A date on every procedure", _undated(coded)),
        Check("Grouped to an MS-DRG", ungrouped),
        edits,
    ]


def _lacks_admitting(coded: CodedStay) -> bool:
    """Source: UB-04 FL 69, required on inpatient claims."""
    return coded.stay.inpatient and bool(coded.diagnoses) and not coded.in_role(DiagnosisRole.ADMITTING)


def _open_edits(found: Sequence[Finding], answered: Collection[str]) -> str:
    """What stops and is told nowhere else, and how many warnings wait for an answer."""
    stops = [each.text for each in found if each.severity == STOP and each.rule not in TOLD]
    waiting = Counter(each.key for each in found if each.severity == WARN and each.key not in answered)
    if waiting:
        one = len(waiting) == 1
        stops.append(
            f"{len(waiting)} {'warning waits' if one else 'warnings wait'} for a correction or an override with a reason."
        )
    return " ".join(stops)


def _not_discharged(coded: CodedStay) -> str:
    if coded.stay.discharged_on is None:
        return "The encounter is not discharged."
    return "" if coded.stay.discharge_disposition else "The disposition is missing. State it in the abstract."


def _lacking_poa(coded: CodedStay) -> str:
    codes = [dotted(line.code) for line in coded.diagnoses if coded.needs_poa(line)]
    return f"Missing on {', '.join(codes)}." if codes else ""


def _undated(coded: CodedStay) -> str:
    codes = [line.code for line in coded.procedures if line.performed_on is None]
    return f"Missing on {', '.join(codes)}." if codes else ""
