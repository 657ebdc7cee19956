"""Catheter-associated urinary tract infection, hospital-acquired condition 06."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from coding.grouper.corrections.case import PRESENT, Case, Correction, not_present
from coding.grouper.corrections.facts import Facts
from coding.grouper.library import RawResult

CATHETER_HAC = "HAC06"
INFECTION_LIST = "hac06_show"


def infection_is_not_a_condition(case: Case, facts: Facts) -> Case:
    """The infection code counts only beside a catheter code that was not present on admission.

    Where the hospital's status is unknown the claim stays ungroupable, but counts no condition for it.
    Source: CMS HAC list, category 06: T83.511A or T83.518A is the condition; the infection only shows it.
    """
    if case.claim["hospital_status"] == "EXEMPT" or not case.hacs_met:
        return case
    infections = frozenset(
        code for code in not_present(case.claim) if INFECTION_LIST in facts.hac_lists(case.version, code)
    )
    if not infections or not _catheters_present(case, facts):
        return case
    again = case.with_present(infections, facts)
    if case.claim["hospital_status"] == "UNKNOWN":
        return replace(case, result=_counted_again(case, again, infections))
    if again.hacs_met and _any_blank(case, infections):
        return case
    return replace(again, result=_with_findings_of(again.result, case.result, infections, "poa_error"))


def _catheters_present(case: Case, facts: Facts) -> bool:
    """Whether the stay has catheter codes, all of them present on admission."""
    indicators = [dx.get("poa") for dx in case.claim["sdx"] if _is_catheter(case.version, dx["code"], facts)]
    return bool(indicators) and set(indicators) <= PRESENT


def _is_catheter(version: int, code: str, facts: Facts) -> bool:
    lists = facts.hac_lists(version, code)
    return CATHETER_HAC in lists and INFECTION_LIST not in lists


def _any_blank(case: Case, codes: frozenset[str]) -> bool:
    """A blank indicator on any code of a list stays missing when another condition is met."""
    return any(dx["code"] in codes and dx.get("poa", " ") == " " for dx in case.claim["sdx"])


def _counted_again(case: Case, again: Case, codes: frozenset[str]) -> RawResult:
    """The answer as it is, with the conditions counted without the infections."""
    flags = {**case.result["grouper_flags"], "num_hac_categories_satisfied": again.hacs_met}
    if not again.hacs_met:
        flags["hac_status_value"] = again.result["grouper_flags"]["hac_status_value"]
    marked = _with_findings_of(case.result, again.result, codes, "hacs")
    return {**marked, "grouper_flags": flags}


def _with_findings_of(target: RawResult, source: RawResult, codes: frozenset[str], name: str) -> RawResult:
    """The answer with one field of the marks of these secondary diagnoses taken from another answer."""
    values: dict[str, Any] = {mark["code"]: mark[name] for mark in source["sdx_output"]}
    marks = [{**mark, name: values[mark["code"]]} if mark["code"] in codes else mark for mark in target["sdx_output"]]
    return {**target, "sdx_output": marks}


CATHETER_INFECTION = Correction(
    name="catheter-infection",
    description="A urinary tract infection not present on admission is no hospital-acquired condition when "
    "every catheter code was present; the library counts it.",
    rule=infection_is_not_a_condition,
)
