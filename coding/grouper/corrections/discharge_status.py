"""A discharge status outside the list, where the DRG turns on it."""

from __future__ import annotations

from coding.grouper.corrections.case import UNGROUPABLE, Case, Correction
from coding.grouper.corrections.facts import Facts

INVALID = "INVALID_DISCHARGE_STATUS"
TELLING_STATUSES = (1, 2, 7, 20)


def refuse_unknown_status(case: Case, facts: Facts) -> Case:
    """Ungroupable when the DRG of home, transfer, left against advice and death is not the same.

    Source: MS-DRG Definitions Manual, MDC 05 (280-285), 15 (789) and 20 (894), and the list of MCCs that
    count only in patients discharged alive; discharge status: UB-04 FL 17.
    """
    status = int(case.claim["discharge_status"])
    if case.result["initial_drg"] == UNGROUPABLE or facts.status_is_known(case.version, status):
        return case
    answers = [facts.group({**case.claim, "discharge_status": known}) for known in TELLING_STATUSES]
    if len({answer["initial_drg"] for answer in answers}) > 1:
        return case.with_result(**_refused("initial"), **_refused("final"), return_code=INVALID)
    if len({answer["final_drg"] for answer in answers}) > 1:
        return case.with_result(**_refused("final"), return_code=INVALID)
    return case


def _refused(stage: str) -> dict[str, object]:
    """The fields of an ungroupable claim, initial or final."""
    fields: dict[str, object] = {
        f"{stage}_drg": UNGROUPABLE,
        f"{stage}_base_drg": UNGROUPABLE,
        f"{stage}_mdc": 0,
        f"{stage}_severity": "NONE",
        f"{stage}_drg_description": "",
        f"{stage}_mdc_description": "",
    }
    if stage == "initial":
        fields["initial_return_code"] = INVALID
    return fields


DISCHARGE_STATUS = Correction(
    name="discharge-status",
    description="A discharge status outside the list makes the claim ungroupable where the DRG depends on "
    "it; the library takes it for a discharge home.",
    rule=refuse_unknown_status,
)
