"""Hospital whose POA-exempt status is unknown."""

from __future__ import annotations

from coding.grouper.corrections.case import Case, Correction
from coding.grouper.corrections.facts import Facts

SINGLE = frozenset({"HAC_STATUS_INVALID_POA_N_OR_U", "HAC_STATUS_INVALID_POA_INVALID_OR_1"})
MULTIPLE = "HAC_STATUS_INVALID_MULT_HACS_POA_NOT_Y_W"


def name_multiple(case: Case, facts: Facts) -> Case:
    """The return code for one diagnosis is given only when the claim has one secondary diagnosis.

    Source: observed in every published answer of the official grouper for such claims.
    """
    if case.claim["hospital_status"] != "UNKNOWN" or case.result["return_code"] not in SINGLE:
        return case
    if len(case.claim["sdx"]) == 1:
        return case
    return case.with_result(return_code=MULTIPLE)


UNKNOWN_HOSPITAL = Correction(
    name="unknown-hospital",
    description="With unknown hospital status and more than one secondary diagnosis the return code is the "
    "one for several conditions; the library names a single one.",
    rule=name_multiple,
)
