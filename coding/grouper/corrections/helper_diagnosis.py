"""A diagnosis that matters to a hospital-acquired condition only as principal diagnosis."""

from __future__ import annotations

from dataclasses import replace

from coding.grouper.corrections.case import Case, Correction, not_present, with_findings
from coding.grouper.corrections.facts import Facts

PRINCIPAL_LIST = "_pdx"
NOT_CHECKED = "POA_NOT_CHECKED"


def is_principal_helper(lists: frozenset[str]) -> bool:
    """Whether a code is on lists of principal diagnoses only, as obesity is for bariatric surgery."""
    return bool(lists) and all(name.endswith(PRINCIPAL_LIST) for name in lists)


def ignore_helper(case: Case, facts: Facts) -> Case:
    """Group as if the POA of such a secondary diagnosis were not asked for.

    Source: CMS HAC list, category 11: obesity counts as the principal diagnosis.
    """
    if not str(case.result["return_code"]).startswith("HAC_"):
        return case
    helpers = frozenset(
        code for code in not_present(case.claim) if is_principal_helper(facts.hac_lists(case.version, code))
    )
    if not helpers:
        return case
    again = case.with_present(helpers, facts)
    return replace(again, result=with_findings(again.result, helpers, poa_error=NOT_CHECKED, hacs=[]))


HELPER_DIAGNOSIS = Correction(
    name="helper-diagnosis",
    description="A secondary diagnosis that a hospital-acquired condition names only as principal diagnosis "
    "needs no POA indicator; the library refuses the claim when it is blank.",
    rule=ignore_helper,
)
