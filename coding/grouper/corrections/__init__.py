"""Where the library is known to differ from the official grouper, and what the official one answers.

Each correction is a small rule: it looks at the claim and at the library's answer, and gives both back,
changed only where the rule applies. They run in a fixed order, because the later ones judge the answers of the
earlier. What is left is written in docs/grouper-ledger.md.
"""

from __future__ import annotations

from coding.grouper.corrections.case import Case, Correction
from coding.grouper.corrections.catheter_infection import CATHETER_INFECTION
from coding.grouper.corrections.discharge_status import DISCHARGE_STATUS
from coding.grouper.corrections.facts import Facts
from coding.grouper.corrections.helper_diagnosis import HELPER_DIAGNOSIS
from coding.grouper.corrections.spinal_fusion import SPINAL_FUSION
from coding.grouper.corrections.unknown_hospital import UNKNOWN_HOSPITAL
from coding.grouper.library import RawClaim, RawResult

CORRECTIONS: tuple[Correction, ...] = (
    HELPER_DIAGNOSIS,
    CATHETER_INFECTION,
    SPINAL_FUSION,
    DISCHARGE_STATUS,
    UNKNOWN_HOSPITAL,
)


def corrected(claim: RawClaim, result: RawResult, facts: Facts) -> Case:
    """The library's answer after every correction; `applied` names those that changed it."""
    case = Case(claim, result)
    for correction in CORRECTIONS:
        changed = correction.rule(case, facts)
        if changed is not case:
            case = changed.marked(correction.name)
    return case
