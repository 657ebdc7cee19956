"""Multiple-level combined anterior and posterior spinal fusion except cervical, MS-DRG 426 to 428."""

from __future__ import annotations

from dataclasses import replace

from coding.grouper.corrections.case import Case, Correction
from coding.grouper.corrections.facts import MULTIPLE_COMBINED, Facts, Fusion

ENOUGH_FOR_MULTIPLE_LEVEL = 2


def both_columns_needed(case: Case, facts: Facts) -> Case:
    """A combined fusion needs an anterior and a posterior one; three of one column are not combined.

    The answer is that of the same stay with two of its single-level fusions: they already make it
    multiple-level, and every definition below the combined fusions asks for no more than two. Those with a
    custom-made device are kept first, because a definition names them.
    Source: MS-DRG Definitions Manual, version 42 on, MDC 08, spinal fusion.
    """
    if not {case.result["initial_drg"], case.result["final_drg"]} & MULTIPLE_COMBINED:
        return case
    fusions = [facts.fusion(case.version, px["code"]) for px in case.claim["procedures"]]
    if any(fusion.anterior for fusion in fusions) and any(fusion.posterior for fusion in fusions):
        return case
    kept = _two_single_levels(fusions)
    procedures = [
        px for position, px in enumerate(case.claim["procedures"]) if position in kept or not fusions[position].single
    ]
    claim = {**case.claim, "procedures": procedures}
    return replace(case, claim=claim, result=facts.group(claim))


def _two_single_levels(fusions: list[Fusion]) -> set[int]:
    """Positions of the two single-level fusions to keep."""
    singles = [position for position, fusion in enumerate(fusions) if fusion.single]
    singles.sort(key=lambda position: not fusions[position].custom)
    return set(singles[:ENOUGH_FOR_MULTIPLE_LEVEL])


SPINAL_FUSION = Correction(
    name="spinal-fusion",
    description="Three single-level fusions of one column are a multiple-level fusion, not a combined one; "
    "the library answers 426 to 428.",
    rule=both_columns_needed,
)
