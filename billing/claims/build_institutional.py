"""An 837I claim from the rows of a stay or an outpatient visit."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from billing.claims import build_parties
from billing.claims.build_codes import institutional_codes
from billing.claims.build_lines import facts
from billing.claims.enums import ClaimForm
from billing.claims.rules import line_unit, net_lines, type_of_bill
from billing.claims.sources import ClaimSource
from billing.x12.claim import ZERO, CodedAmount, InstitutionalClaim, InstitutionalLine
from billing.x12.faults_codes import DAYS_BEFORE_ADMISSION
from records.encounters.enums import EncounterClass
from records.encounters.models import Encounter
from records.encounters.rules import length_of_stay_days
from records.registry.enums import PayerKind
from records.registry.models import Coverage

COVERED_DAYS = "80"
"""UB-04 value code of the days that the primary payer covers; Medicare wants it on inpatient bills."""
BIRTH_WEIGHT, NEWBORN = "54", "4"
"""UB-04 value code of a newborn's weight in grams, required with admission type 4."""


def claim(source: ClaimSource, coverage: Coverage | None, *, frequency: str, number: str) -> InstitutionalClaim:
    """The claim as far as it is known; what is missing stays blank, and is named by the faults."""
    encounter = source.encounter
    assert source.summary is not None
    inpatient = encounter.encounter_class == EncounterClass.INPATIENT
    codes = institutional_codes(source.summary.content, inpatient=inpatient)
    lines = _lines(source, inpatient)
    return InstitutionalClaim(
        patient_control_number=number, total_charge=sum((line.charge_amount for line in lines), start=ZERO),
        billing=build_parties.billing_provider(encounter.facility),
        coverage=build_parties.coverage(source, coverage, ClaimForm.INSTITUTIONAL),
        original_claim_number=source.original.payer_control_number if source.original else "",
        medical_record_number=source.medical_record_number,
        type_of_bill=type_of_bill(encounter.encounter_class, frequency),
        statement_from=_statement_from(source), statement_through=encounter.discharged_on,
        admission_on=encounter.admitted_on if inpatient else None,
        admission_time=_clock(encounter, discharge=False) if inpatient else None,
        discharge_time=_clock(encounter, discharge=True) if inpatient else None,
        admission_type=source.coded("admission_type"), admission_source=source.coded("point_of_origin"),
        patient_status=source.coded("discharge_disposition"), drg=source.summary.final_drg if inpatient else "",
        principal_diagnosis=codes.principal, admitting_diagnosis=codes.admitting, reasons_for_visit=codes.reasons,
        external_causes=codes.external, other_diagnoses=codes.others,
        principal_procedure=codes.procedures[0] if codes.procedures else None, other_procedures=codes.procedures[1:],
        values=_values(source, coverage) if inpatient else (),
        attending=build_parties.provider(source.attending),
        operating=build_parties.provider(source.operating) if codes.procedures else None,
        other_operating=build_parties.provider(source.other_operating) if codes.procedures else None, lines=lines,
    )  # fmt: skip


def first_day(encounter: Encounter) -> date:
    """The first day whose services belong on the bill: three days before an admission, else the day of the visit."""
    inpatient = encounter.encounter_class == EncounterClass.INPATIENT
    return encounter.admitted_on - DAYS_BEFORE_ADMISSION if inpatient else encounter.admitted_on


def _statement_from(source: ClaimSource) -> date:
    """The day of admission, or of the earliest service of the payment window before it (UB-04 FL 6)."""
    encounter = source.encounter
    first = first_day(encounter)
    days = [charge.service_on for charge in source.charges if charge.amount and charge.service_on >= first]
    return min([encounter.admitted_on, *days])


def _clock(encounter: Encounter, *, discharge: bool) -> time | None:
    moment = encounter.discharged_at if discharge else encounter.admitted_at
    if moment is None:
        return None
    return moment.astimezone(ZoneInfo(encounter.facility.time_zone)).time().replace(second=0, microsecond=0)


def _values(source: ClaimSource, coverage: Coverage | None) -> tuple[CodedAmount, ...]:
    encounter, grams = source.encounter, source.stated.get("birth_weight_grams")
    values = []
    if grams and source.coded("admission_type") == NEWBORN:
        values.append(CodedAmount(code=BIRTH_WEIGHT, amount=Decimal(grams)))
    medicare = coverage is not None and coverage.payer.kind == PayerKind.MEDICARE_A
    if medicare and encounter.discharged_on is not None:
        days = length_of_stay_days(encounter.admitted_on, encounter.discharged_on)
        values.append(CodedAmount(code=COVERED_DAYS, amount=Decimal(days)))
    return tuple(values)


def _lines(source: ClaimSource, inpatient: bool) -> tuple[InstitutionalLine, ...]:
    netted = net_lines(facts(source.charges), form=ClaimForm.INSTITUTIONAL, inpatient=inpatient)
    return tuple(
        InstitutionalLine(
            revenue_code=line.revenue_code, hcpcs=line.hcpcs_code, modifiers=line.modifiers, charge_amount=line.amount,
            units=line.units, unit=line_unit(line.revenue_code, inpatient), service_on=line.service_on,
            control_number=str(place),
        )
        for place, line in enumerate(netted, 1)
    )  # fmt: skip
