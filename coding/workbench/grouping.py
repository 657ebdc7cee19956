"""From coded lines to the grouper and back to a row: used one stay at a time and in batches."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.utils import timezone

from coding.grouper.claim import DiagnosisInput, GrouperClaim, ProcedureInput
from coding.grouper.engine import group
from coding.grouper.mce import MceResult, edit
from coding.grouper.results import DrgResult
from coding.grouper.versions import version_on
from coding.grouper.whatif import Places, fitted
from coding.workbench.coded import CodedStay
from coding.workbench.edits.medicare import OUTPATIENT, OWN
from coding.workbench.enums import DiagnosisRole
from coding.workbench.models import Grouping
from coding.workbench.rules import PROCEDURES_ON_CLAIM, SECONDARIES_ON_CLAIM, DiagnosisLine, Stay
from hims.lib.dates import age_days, age_years
from hims.lib.errors import DomainError

FORMAT = 2  # of the stored marks; a new number makes every stay group anew
COLUMNS = [
    "grouper_version", "initial_drg", "final_drg", "mdc", "drg_title", "mdc_title", "severity", "return_code", "marks",
    "digest", "grouped_at",
]  # fmt: skip
CLAIM_PLACES = Places(secondaries=SECONDARIES_ON_CLAIM, procedures=PROCEDURES_ON_CLAIM)
ROUTINE = "01"  # discharged home
NOT_GROUPED = frozenset({"998", "999"})
RETURN_CODES = {
    "INVALID_PDX": "The principal diagnosis is not accepted by the grouper.",
    "INVALID_AGE": "The age is not accepted by the grouper.",
    "INVALID_SEX": "The sex is needed for this DRG.",
    "INVALID_DISCHARGE_STATUS": "The discharge disposition is not accepted by the grouper.",
    "UNGROUPABLE": "These codes together make no DRG.",
}


def claim_of(codes: CodedStay) -> GrouperClaim:
    """What the grouper is asked: the diagnoses and procedures that fit a claim, in coded order.

    Raises DomainError as `whole_claim_of` does.
    """
    return fitted(whole_claim_of(codes), CLAIM_PLACES)


def whole_claim_of(codes: CodedStay) -> GrouperClaim:
    """The stay for the grouper with all its diagnoses and procedures, those beyond the places of a claim too.

    External causes have their own places on a claim and take no part in grouping (UB-04 FL 72).
    Raises DomainError with the sentence that tells the coder why there is no DRG.
    """
    stay = codes.stay
    principal = next((line for line in codes.diagnoses if line.role == DiagnosisRole.PRINCIPAL), None)
    if principal is None:
        raise DomainError("No DRG yet: there is no principal diagnosis.")
    if stay.discharged_on is None:
        raise DomainError("No DRG yet: the encounter is not discharged.")
    if not stay.discharge_disposition:
        raise DomainError("No DRG yet: the discharge disposition is missing.")
    version_on(stay.discharged_on)
    if stay.birth_date > stay.admitted_on:
        raise DomainError("No DRG: the birth date lies after the admission.")
    secondaries = [line for line in codes.diagnoses if line.role == DiagnosisRole.SECONDARY]
    return GrouperClaim(
        age_years=age_years(stay.birth_date, stay.admitted_on),
        age_days_admit=_newborn_days(stay),
        sex=stay.sex,
        discharge_disposition=stay.discharge_disposition,
        discharged_on=stay.discharged_on,
        length_of_stay=(stay.discharged_on - stay.admitted_on).days,
        admitting_code=next((line.code for line in codes.diagnoses if line.role == DiagnosisRole.ADMITTING), ""),
        principal=_input(principal),
        secondaries=tuple(_input(line) for line in secondaries),
        procedures=tuple(ProcedureInput(line.code, line.performed_on) for line in codes.procedures),
    )


def _newborn_days(stay: Stay) -> int | None:
    days = age_days(stay.birth_date, stay.admitted_on)
    return days if days < 366 else None


def _input(line: DiagnosisLine) -> DiagnosisInput:
    return DiagnosisInput(line.code, line.poa)


def digest_of(claim: GrouperClaim) -> str:
    """SHA-256 of everything that can change the answer."""
    content = {"format": FORMAT, **claim.normalised().as_raw()}
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def grouped_row(record_id: UUID, claim: GrouperClaim, digest: str, at: datetime | None = None) -> Grouping:
    """The grouper's answer as a row, not saved."""
    return _row(record_id, group(claim), digest, at or timezone.now())


def _row(record_id: UUID, result: DrgResult, digest: str, at: datetime) -> Grouping:
    final = result.final
    return Grouping(
        record_id=record_id, grouper_version=result.version, initial_drg=result.initial.drg, final_drg=final.drg,
        mdc=final.mdc, drg_title=final.title[:200], mdc_title=final.mdc_title[:200], severity=str(final.severity),
        return_code=final.return_code[:60], marks=_marks(result), digest=digest, grouped_at=at,
    )  # fmt: skip


def _marks(result: DrgResult) -> dict[str, Any]:
    return {
        "diagnoses": [
            {
                "code": mark.code, "severity": str(mark.final_level), "level": str(mark.cc), "excluded": mark.excluded,
                "lost_to_hac": mark.lost_to_hac, "in_drg": mark.in_final, "valid": mark.valid,
                "hacs": [hac.title for hac in mark.hacs if hac.met],
                "hac_numbers": [hac.category for hac in mark.hacs if hac.met],
            }
            for mark in result.diagnoses
        ],
        "procedures": [
            {"code": mark.code, "operating_room": mark.operating_room, "in_drg": mark.reported_in_final}
            for mark in result.procedures
        ],
        "hac_status": result.hac_status,
        "corrections": list(result.corrections),
    }  # fmt: skip


def save_groupings(rows: Iterable[Grouping]) -> int:
    """Insert or replace; one statement per 500 rows."""
    saved = Grouping.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["record"], update_fields=COLUMNS, batch_size=500
    )
    return len(saved)


def regroup(record_id: UUID, codes: CodedStay, before: Grouping | None) -> Grouping | None:
    """The newest answer for one record; none is kept when the stay cannot be grouped. Nothing is done twice.

    before: the answer that stands, its marks deferred or not.
    """
    if not codes.stay.inpatient:
        return None
    try:
        claim = claim_of(codes)
        digest = digest_of(claim)
        if before is not None and digest == before.digest:
            return before
        grouping = grouped_row(record_id, claim, digest)
    except DomainError:
        Grouping.objects.filter(record_id=record_id).delete()
        return None
    save_groupings([grouping])
    return grouping


def why_not_grouped(codes: CodedStay, grouping: Grouping | None) -> str:
    """The sentence in place of a DRG, "" when there is one or none is due."""
    if not codes.stay.inpatient:
        return ""
    try:
        claim_of(codes).normalised()
    except DomainError as error:
        return error.message
    if grouping is None:
        return "Not grouped yet."
    if grouping.final_drg in NOT_GROUPED:
        return RETURN_CODES.get(grouping.return_code, grouping.return_code.replace("_", " ").capitalize() + ".")
    return ""


def code_edits(codes: CodedStay) -> dict[str, tuple[str, ...]]:
    """Medicare code edits by code, "" for the stay; empty when the stay cannot be asked about.

    Outpatient encounters are asked for conflicts with age and sex only: the other edits are of inpatient claims.
    """
    stay = codes.stay
    visit = replace(stay, discharge_disposition=ROUTINE, discharged_on=stay.coded_on)
    try:
        found = _by_code(edit(claim_of(codes if stay.inpatient else replace(codes, stay=visit))))
    except DomainError:
        return {}
    if stay.inpatient:
        return found
    conflicts = {code: tuple(name for name in names if name in OUTPATIENT) for code, names in found.items()}
    return {code: names for code, names in conflicts.items() if names}


def _by_code(result: MceResult) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = defaultdict(set)
    found[""].update(result.on_claim)
    admitting = (result.admitting,) if result.admitting else ()
    for marks in (result.principal, *admitting, *result.secondaries, *result.procedures):
        found[marks.code].update(marks.edits)
    found[""].update({each.name for each in result.edits} - set().union(*found.values()))
    return {code: tuple(sorted(names - OWN)) for code, names in found.items() if names - OWN}


def marks_by_code(grouping: Grouping | None, kind: str) -> dict[str, dict[str, Any]]:
    """The stored marks of "diagnoses" or "procedures" by code; a repeated procedure has equal marks."""
    return {mark["code"]: mark for mark in (grouping.marks.get(kind, []) if grouping else [])}


def drg_snapshot(grouping: Grouping | None) -> dict[str, Any]:
    """The DRG as a summary keeps it, empty when there is none."""
    if grouping is None:
        return {}
    kept = {name: getattr(grouping, name) for name in COLUMNS if name not in ("grouped_at", "digest")}
    return {**kept, "marks": dict(grouping.marks)}
