"""The grouper: claims in, MS-DRGs out, with the official answer where the library is known to differ.

Speed: `group` some thousands a second; `group_fields` is the same without per-code marks, for batches.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from coding.grouper.claim import GrouperClaim
from coding.grouper.corrections import corrected
from coding.grouper.corrections.case import Case
from coding.grouper.corrections.facts import Facts
from coding.grouper.library import RawClaim, RawResult, group_raw
from coding.grouper.marks import diagnosis_marks, procedure_marks
from coding.grouper.results import DrgAnswer, DrgPair, DrgResult, Severity

CHECKED_VERSIONS = frozenset({400, 401, 410, 411, 420, 421, 430, 431})
NOT_GROUPED = frozenset({998, 999})
OWN_TITLES = {998: "Principal diagnosis invalid as discharge diagnosis", 999: "Ungroupable"}
SEVERITIES = {"MCC": Severity.MCC, "CC": Severity.CC}
FIELDS = ("initial_drg", "final_drg", "initial_mdc", "final_mdc", "return_code")

_facts = Facts(group_raw)


def group(claim: GrouperClaim) -> DrgResult:
    """The MS-DRG of one claim, with a mark on every code.

    A clinical fault is an answer, not an error: DRG 999 with a return code such as INVALID_PDX.
    Raises DomainError naming the field when the claim is malformed or no version covers its discharge date.
    """
    raw = claim.normalised().as_raw()
    return _answer(raw, _grouped(raw))


def group_many(claims: Iterable[GrouperClaim]) -> Iterator[DrgResult]:
    """One result per claim, in order; a malformed claim raises when its turn comes."""
    return map(group, claims)


def group_fields(raw: RawClaim) -> dict[str, Any]:
    """DRGs, MDCs and return code of a claim in the library's layout, as integers, for batches and files.

    Raises ValueError naming a field with a wrong type or value, RuntimeError when the version is not loaded.
    """
    case = _grouped(raw)
    fields = {name: case.result[name] or 0 for name in FIELDS}
    return {**fields, "version": raw["version"], "corrections": list(case.applied)}


def group_pair(raw: RawClaim) -> DrgPair:
    """Both DRGs of a claim in the library's layout, made by `GrouperClaim.as_raw`; no marks, for comparing many claims."""
    result = _grouped(raw).result
    initial = _drg(result, "initial", result["initial_return_code"])
    return DrgPair(initial, _drg(result, "final", result["return_code"]), int(result["final_base_drg"] or 0))


def poa_matters(version: int, code: str) -> bool:
    """Whether the indicator of a secondary diagnosis can change a DRG: only for codes on a hospital-acquired condition list."""
    return bool(_facts.hac_lists(version, code))


def _grouped(raw: RawClaim) -> Case:
    return corrected(raw, group_raw(raw), _facts)


def _answer(raw: RawClaim, case: Case) -> DrgResult:
    result = case.result
    flags = result["grouper_flags"]
    return DrgResult(
        version=raw["version"],
        initial=_drg(result, "initial", result["initial_return_code"]),
        final=_drg(result, "final", result["return_code"]),
        hac_status=flags["hac_status_value"],
        hac_categories=flags["num_hac_categories_satisfied"],
        diagnoses=diagnosis_marks(raw, result),
        procedures=procedure_marks(raw, result, _facts),
        corrections=case.applied,
        checked=raw["version"] in CHECKED_VERSIONS,
    )


def _drg(result: RawResult, stage: str, return_code: str) -> DrgAnswer:
    number = int(result[f"{stage}_drg"] or 0)
    return DrgAnswer(
        drg=f"{number:03d}",
        title=result[f"{stage}_drg_description"] or OWN_TITLES.get(number, ""),
        mdc=f"{result[f'{stage}_mdc'] or 0:02d}",
        mdc_title=result[f"{stage}_mdc_description"] or "",
        severity=_severity(number, result[f"{stage}_severity"]),
        return_code=return_code,
    )


def _severity(number: int, level: str | None) -> Severity:
    """The library says NONE both for no CC and for an ungroupable claim."""
    if number in NOT_GROUPED:
        return Severity.NOT_GROUPED
    return SEVERITIES.get(level or "", Severity.NON_CC)
