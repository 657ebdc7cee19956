"""The what-if surface of one stay: read only, and each use in the trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from audit import gate
from coding.codesets.enums import CodeSystem
from coding.codesets.selectors import titles_for
from coding.grouper.whatif import Change, Surface, additions, outcomes_of, surface
from coding.workbench.changing import reportable
from coding.workbench.coded import CodedStay
from coding.workbench.enums import DiagnosisRole
from coding.workbench.grouping import CLAIM_PLACES, NOT_GROUPED, RETURN_CODES, whole_claim_of
from coding.workbench.models import CodingRecord
from coding.workbench.reading import coded_stay, exempt_codes
from coding.workbench.rules import REPORTED
from hims.lib.access import Permission
from hims.lib.errors import DomainError

MOST = 12
"""How many codes may be under consideration at once."""


@dataclass(frozen=True)
class WhatIf:
    """surface: None while there is no DRG, and then `why` says so. titles: by code. already: codes tried that are coded by now."""

    record: CodingRecord
    coded: CodedStay
    surface: Surface | None
    why: str
    titles: Mapping[str, str]
    already: tuple[str, ...] = ()

    @property
    def patient_ids(self) -> list[UUID]:
        """For the trail."""
        return [self.record.patient_id]

    @property
    def facility_id(self) -> int:
        """For the trail."""
        return self.record.facility_id


@gate.query(Permission.DRG_GROUP, CodingRecord, event="coding.what_if_viewed", detail=("encounter_id",))
def what_if_for(records: QuerySet[CodingRecord], *, encounter_id: UUID) -> WhatIf:
    """Every single change of the coding as it stands. The number of queries does not depend on how much is coded."""
    record = _record(records, encounter_id)
    coded = coded_stay(record)
    found, why = None, _why_none(coded)
    if not why:
        exempt = exempt_codes([line.code for line in coded.diagnoses], coded.stay)
        found = surface(whole_claim_of(coded), exempt=exempt, places=CLAIM_PLACES)
    return WhatIf(record, coded, found, why, _titles(coded))


@gate.query(Permission.DRG_GROUP, CodingRecord, event="coding.what_if_tried", detail=("encounter_id", "codes"))
def tried_codes_for(records: QuerySet[CodingRecord], *, encounter_id: UUID, codes: Sequence[tuple[str, str]]) -> WhatIf:
    """What codes under consideration would do, each by itself. codes: system and code, at most MOST of them.

    Raises DomainError (field code) for a code that may not be reported on the day.
    """
    record = _record(records, encounter_id)
    coded = coded_stay(record)
    if len(codes) > MOST:
        raise DomainError(f"At most {MOST} codes can be tried at once.", field="code")
    plain = list(dict.fromkeys((system, reportable(system, code, coded.stay)) for system, code in codes))
    already = tuple(code for system, code in plain if _is_coded(system, code, coded))
    wanted = [(system, code) for system, code in plain if code not in already]
    found, why = None, _why_none(coded)
    if not why:
        found = outcomes_of(whole_claim_of(coded), _tried(wanted, coded), places=CLAIM_PLACES)
    return WhatIf(record, coded, found, why, _titles(coded, wanted), already)


def _record(records: QuerySet[CodingRecord], encounter_id: UUID) -> CodingRecord:
    return records.select_related("encounter", "patient", "abstract").get(encounter_id=encounter_id)


def _why_none(coded: CodedStay) -> str:
    if not coded.stay.inpatient:
        return "Outpatient: there is no MS-DRG to compare."
    try:
        base = outcomes_of(whole_claim_of(coded), (), places=CLAIM_PLACES).base.final
    except DomainError as error:
        return error.message
    if base.drg in NOT_GROUPED:
        return RETURN_CODES.get(base.return_code, f"{base.title}.")
    return ""


def _tried(wanted: Sequence[tuple[str, str]], coded: CodedStay) -> list[Change]:
    exempt = exempt_codes([code for system, code in wanted if system == CodeSystem.ICD10CM], coded.stay)
    found: list[Change] = []
    for system, code in wanted:
        one = [code]
        diagnosis = system == CodeSystem.ICD10CM
        found += additions(one if diagnosis else (), () if diagnosis else one, exempt=exempt)
    return found


def _is_coded(system: str, code: str, coded: CodedStay) -> bool:
    """A diagnosis is reported once; a procedure may come again."""
    return system == CodeSystem.ICD10CM and any(line.code == code and line.role in REPORTED for line in coded.diagnoses)


def _titles(coded: CodedStay, more: Sequence[tuple[str, str]] = ()) -> dict[str, str]:
    on = coded.stay.coded_on
    diagnoses = [
        line.code for line in coded.diagnoses if line.role in {DiagnosisRole.PRINCIPAL, DiagnosisRole.SECONDARY}
    ]
    procedures = [line.code for line in coded.procedures]
    for system, code in more:
        (diagnoses if system == CodeSystem.ICD10CM else procedures).append(code)
    return {
        **titles_for(CodeSystem.ICD10CM, diagnoses, on=on),
        **titles_for(CodeSystem.ICD10PCS, procedures, on=on),
    }
