"""Everything an 837 claim needs, as frozen values without a database.

Money is Decimal USD, codes are undotted upper case, dates and times are the facility's own. A date that
is not known yet is None; `billing.x12.faults.faults` names it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from billing.x12.parties import (
    SELF,
    Address,
    BillingProvider,
    Coverage,
    Payer,
    Person,
    Provider,
    Receiver,
    ServiceFacility,
    Submitter,
    Subscriber,
)

__all__ = [
    "SELF",
    "Address",
    "BillingProvider",
    "Claim",
    "CodedAmount",
    "CodedDate",
    "CodedSpan",
    "Coverage",
    "DiagnosisLine",
    "Drug",
    "InstitutionalClaim",
    "InstitutionalLine",
    "Payer",
    "Person",
    "ProcedureLine",
    "ProfessionalClaim",
    "ProfessionalLine",
    "Provider",
    "Receiver",
    "ServiceFacility",
    "Submitter",
    "Subscriber",
]

ZERO = Decimal(0)
INPATIENT_BILLS = frozenset({"011", "018", "021", "041"})
"""Types of bill that carry an admission, POA indicators and a discharge: hospital inpatient, swing bed,
skilled nursing inpatient and religious non-medical inpatient (first three characters of UB-04 FL 4)."""
DRG_BILL = "011"
STILL_PATIENT = "30"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnosisLine:
    """An ICD-10-CM code. poa: Y, N, U, W, or "" when `poa_exempt` or on an outpatient claim.

    Blank, never "1", is how an exempt code goes out in 5010 (element C022-9).
    """

    code: str = ""
    poa: str = ""
    poa_exempt: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureLine:
    """An ICD-10-PCS code and the day it was done."""

    code: str = ""
    done_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedDate:
    """An occurrence code (UB-04 FL 31-34) and its date."""

    code: str = ""
    on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedSpan:
    """An occurrence span code (UB-04 FL 35-36) and its dates."""

    code: str = ""
    from_on: dt.date | None = None
    through_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedAmount:
    """A value code (UB-04 FL 39-41) and its amount: dollars, days or grams, as the code says."""

    code: str = ""
    amount: Decimal = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Drug:
    """Loop 2410. ndc: eleven digits; unit: F2, GR, ME, ML or UN."""

    ndc: str = ""
    quantity: Decimal = ZERO
    unit: str = "UN"


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionalLine:
    """A revenue line. unit: "UN" units or "DA" days; modifiers: up to four."""

    revenue_code: str = ""
    hcpcs: str = ""
    modifiers: tuple[str, ...] = ()
    charge_amount: Decimal = ZERO
    units: Decimal = ZERO
    unit: str = "UN"
    noncovered_amount: Decimal | None = None
    service_on: dt.date | None = None
    service_through: dt.date | None = None
    control_number: str = ""
    drug: Drug | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfessionalLine:
    """A service line. pointers: positions (1-12) in the claim's diagnoses, the first the main reason; unit:
    "UN" units or "MJ" minutes; place_of_service only where it differs from the claim's."""

    hcpcs: str = ""
    modifiers: tuple[str, ...] = ()
    charge_amount: Decimal = ZERO
    units: Decimal = ZERO
    unit: str = "UN"
    place_of_service: str = ""
    pointers: tuple[int, ...] = ()
    emergency: bool = False
    service_on: dt.date | None = None
    service_through: dt.date | None = None
    control_number: str = ""
    drug: Drug | None = None
    rendering: Provider | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Common:
    """What both guides share."""

    patient_control_number: str = ""
    total_charge: Decimal = ZERO
    billing: BillingProvider = field(default_factory=BillingProvider)
    coverage: Coverage = field(default_factory=Coverage)
    assignment_code: str = "A"
    benefits_assigned: str = "Y"
    release_of_information: str = "Y"
    original_claim_number: str = ""
    prior_authorization: str = ""
    referral_number: str = ""
    medical_record_number: str = ""
    note: str = ""
    patient_amount: Decimal | None = None
    service_facility: ServiceFacility | None = None
    rendering: Provider | None = None
    referring: Provider | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionalClaim(_Common):
    """An 837I claim (005010X223A2).

    type_of_bill: four characters, "0111"; the last is the claim frequency. patient_status: discharge
    disposition, FL 17. admission_time and discharge_time: whole minutes. patient_amount: estimated due.
    """

    type_of_bill: str = ""
    statement_from: dt.date | None = None
    statement_through: dt.date | None = None
    admission_on: dt.date | None = None
    admission_time: dt.time | None = None
    discharge_time: dt.time | None = None
    admission_type: str = ""
    admission_source: str = ""
    patient_status: str = ""
    drg: str = ""
    principal_diagnosis: DiagnosisLine = field(default_factory=DiagnosisLine)
    admitting_diagnosis: str = ""
    reasons_for_visit: tuple[str, ...] = ()
    external_causes: tuple[DiagnosisLine, ...] = ()
    other_diagnoses: tuple[DiagnosisLine, ...] = ()
    principal_procedure: ProcedureLine | None = None
    other_procedures: tuple[ProcedureLine, ...] = ()
    occurrence_spans: tuple[CodedSpan, ...] = ()
    occurrences: tuple[CodedDate, ...] = ()
    values: tuple[CodedAmount, ...] = ()
    conditions: tuple[str, ...] = ()
    attending: Provider | None = None
    operating: Provider | None = None
    other_operating: Provider | None = None
    lines: tuple[InstitutionalLine, ...] = ()

    @property
    def is_inpatient(self) -> bool:
        """Whether the type of bill is one that carries an admission (see INPATIENT_BILLS)."""
        return self.type_of_bill[:3] in INPATIENT_BILLS

    @property
    def frequency_code(self) -> str:
        """Claim frequency: 1 admit through discharge, 2-4 interim, 5 late charges, 7 replace, 8 void."""
        return self.type_of_bill[3:4]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfessionalClaim(_Common):
    """An 837P claim (005010X222A1). diagnoses: up to 12, the first the main one; patient_amount: paid so far.

    accident_causes: up to two of AA auto, EM employment, OA other.
    """

    place_of_service: str = ""
    frequency_code: str = "1"
    provider_signature: str = "Y"
    diagnoses: tuple[str, ...] = ()
    accident_causes: tuple[str, ...] = ()
    accident_state: str = ""
    accident_on: dt.date | None = None
    onset_on: dt.date | None = None
    admission_on: dt.date | None = None
    discharge_on: dt.date | None = None
    patient_died_on: dt.date | None = None
    lines: tuple[ProfessionalLine, ...] = ()


Claim = InstitutionalClaim | ProfessionalClaim
