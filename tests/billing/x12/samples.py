"""Claims of Lakeside General for tests: whole, legal, made up, and varied with dataclasses.replace.

HCPCS codes are Level II only; names, numbers and identifiers are invented (NPIs pass their check digit).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from billing.x12 import institutional, professional
from billing.x12.claim import (
    Address,
    BillingProvider,
    Coverage,
    DiagnosisLine,
    InstitutionalClaim,
    InstitutionalLine,
    Payer,
    Person,
    ProcedureLine,
    ProfessionalClaim,
    ProfessionalLine,
    Provider,
    Receiver,
    Submitter,
    Subscriber,
)
from billing.x12.envelope import Envelope, document
from billing.x12.formats import npi_check_digit
from billing.x12.loops import Submission


def npi(first_nine: int) -> str:
    """A number that passes the NPI check digit."""
    return f"{first_nine}{npi_check_digit(str(first_nine))}"


HOSPITAL = BillingProvider(
    name="LAKESIDE GENERAL HOSPITAL",
    npi=npi(123456789),
    tax_id="381234567",
    taxonomy="282N00000X",
    address=Address(line1="100 LAKE SHORE DRIVE", city="HARBOR SPRINGS", state="MI", zip_code="497401234"),
    contact_name="BILLING OFFICE",
    phone="2315550100",
)
CLINIC = BillingProvider(
    name="LAKESIDE PHYSICIANS PC",
    npi=npi(198765432),
    tax_id="387654321",
    taxonomy="207R00000X",
    address=Address(
        line1="102 LAKE SHORE DRIVE", line2="SUITE 4", city="HARBOR SPRINGS", state="MI", zip_code="497401235"
    ),
)
MEDICARE = Payer(name="MEDICARE PART A", identifier="08202", filing_code="MA")
COMMERCIAL = Payer(
    name="GREAT LAKES MUTUAL",
    identifier="GLM01",
    filing_code="CI",
    address=Address(line1="PO BOX 77", city="DETROIT", state="MI", zip_code="48201"),
)
HOME = Address(line1="12 CHERRY LANE", city="PETOSKEY", state="MI", zip_code="49770")
ANNA = Person(
    last_name="ERIKSEN",
    first_name="ANNA",
    middle_name="M",
    born_on=dt.date(1948, 3, 7),
    sex="F",
    address=HOME,
)
MEDICARE_ANNA = Coverage(payer=MEDICARE, subscriber=Subscriber(person=ANNA, member_id="1EG4TE5MK73"))
PETER = Person(last_name="OKAFOR", first_name="PETER", born_on=dt.date(1984, 11, 30), sex="M", address=HOME)
COMMERCIAL_PETER = Coverage(
    payer=COMMERCIAL, subscriber=Subscriber(person=PETER, member_id="GLM00012345", group_number="4471")
)
BABY = Person(last_name="OKAFOR", first_name="GRACE", born_on=dt.date(2026, 1, 10), sex="F", address=HOME)
COMMERCIAL_BABY = Coverage(
    payer=COMMERCIAL,
    subscriber=Subscriber(
        person=Person(last_name="OKAFOR", first_name="PETER"), member_id="GLM00012345", group_number="4471"
    ),
    relationship="19",
    dependent=BABY,
)
ATTENDING = Provider(last_name="HALE", first_name="RUTH", npi=npi(111222333), taxonomy="208M00000X")
SURGEON = Provider(last_name="STONE", first_name="IVAN", middle_name="P", npi=npi(144455566))

INPATIENT = InstitutionalClaim(
    patient_control_number="A260001",
    total_charge=Decimal("18250.75"),
    billing=HOSPITAL,
    coverage=MEDICARE_ANNA,
    medical_record_number="MRN004711",
    type_of_bill="0111",
    statement_from=dt.date(2026, 1, 10),
    statement_through=dt.date(2026, 1, 15),
    admission_on=dt.date(2026, 1, 10),
    admission_time=dt.time(14, 20),
    discharge_time=dt.time(11, 0),
    admission_type="1",
    admission_source="1",
    patient_status="01",
    drg="291",
    principal_diagnosis=DiagnosisLine(code="I130", poa="Y"),
    admitting_diagnosis="R0602",
    other_diagnoses=(
        DiagnosisLine(code="I5023", poa="Y"),
        DiagnosisLine(code="N179", poa="N"),
        DiagnosisLine(code="Z7901", poa_exempt=True),
    ),
    principal_procedure=ProcedureLine(code="5A1D70Z", done_on=dt.date(2026, 1, 12)),
    attending=ATTENDING,
    operating=SURGEON,
    lines=(
        InstitutionalLine(
            revenue_code="0120",
            charge_amount=Decimal("12500"),
            units=Decimal(5),
            unit="DA",
            control_number="L1",
        ),
        InstitutionalLine(
            revenue_code="0250", charge_amount=Decimal("5750.75"), units=Decimal(31), control_number="L2"
        ),
    ),
)
OUTPATIENT = InstitutionalClaim(
    patient_control_number="A260002",
    total_charge=Decimal("310.5"),
    billing=HOSPITAL,
    coverage=COMMERCIAL_PETER,
    medical_record_number="MRN000812",
    type_of_bill="0131",
    statement_from=dt.date(2026, 2, 3),
    statement_through=dt.date(2026, 2, 3),
    admission_type="3",
    admission_source="1",
    patient_status="01",
    principal_diagnosis=DiagnosisLine(code="M5450"),
    attending=ATTENDING,
    lines=(
        InstitutionalLine(
            revenue_code="0510",
            hcpcs="G0463",
            charge_amount=Decimal("310.50"),
            units=Decimal(1),
            service_on=dt.date(2026, 2, 3),
        ),
    ),
)
PROFESSIONAL = ProfessionalClaim(
    patient_control_number="P260001",
    total_charge=Decimal("245"),
    billing=CLINIC,
    coverage=COMMERCIAL_PETER,
    place_of_service="11",
    diagnoses=("M5450", "E119"),
    rendering=Provider(last_name="HALE", first_name="RUTH", npi=npi(111222333), taxonomy="207R00000X"),
    lines=(
        ProfessionalLine(
            hcpcs="G0402",
            charge_amount=Decimal("200"),
            units=Decimal(1),
            pointers=(1, 2),
            service_on=dt.date(2026, 2, 4),
        ),
        ProfessionalLine(
            hcpcs="J1885",
            modifiers=("JZ",),
            charge_amount=Decimal("45"),
            units=Decimal(2),
            pointers=(1,),
            service_on=dt.date(2026, 2, 4),
        ),
    ),
)

SUBMISSION = Submission(
    submitter=Submitter(
        name="LAKESIDE GENERAL HOSPITAL", identifier="LGH381", contact_name="EDI DESK", phone="2315550101"
    ),
    receiver=Receiver(name="CLEARWAY EXCHANGE", identifier="CLEARWAY"),
    reference="000000001",
    created_at=dt.datetime(2026, 2, 10, 9, 30),
)
ENVELOPE = Envelope(
    sender_id="LGH381",
    receiver_id="CLEARWAY",
    interchange_number=12,
    group_number=7,
    created_at=dt.datetime(2026, 2, 10, 9, 30),
)


def institutional_file(*claims: InstitutionalClaim) -> bytes:
    """One interchange with one transaction set of these claims."""
    return document([institutional.transaction_set(claims, SUBMISSION, control_number=1)], ENVELOPE)


def professional_file(*claims: ProfessionalClaim) -> bytes:
    """One interchange with one transaction set of these claims."""
    return document([professional.transaction_set(claims, SUBMISSION, control_number=1)], ENVELOPE)


def lines_of(data: bytes) -> Sequence[str]:
    """The segments of a generated file, without their terminators."""
    return [line.removesuffix("~") for line in data.decode("ascii").splitlines()]
