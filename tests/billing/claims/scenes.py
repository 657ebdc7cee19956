"""Rows for tests of billing: written cases of the demo hospital as encounters, summaries and charges."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from billing.charges.actions import ChargeLine, post_charges
from billing.charges.models import Account
from billing.claims.actions.claim import refresh_accounts
from billing.claims.models import Claim
from coding.workbench.models import CodingSummary
from hims.demo.case_file import CASES, load_case
from hims.demo.case_model import DemoCase
from hims.staff.models import Facility, User
from hims.staff.selectors import system_user
from records.encounters.models import Encounter, EncounterProvider, Provider
from records.registry.enums import PayerKind
from records.registry.models import Address, Coverage, MedicalRecordNumber, Patient, Payer

ADMITTED_ON = date(2026, 3, 9)
HEART_FAILURE, HERNIA, FOOT = (
    "inpatient/01-heart-failure-ckd", "outpatient/05-inguinal-hernia-bilateral", "outpatient/04-diabetes-neuropathy-office",
)  # fmt: skip
MBI = "1EG4TE5MK73"


def case(name: str) -> DemoCase:
    return load_case(CASES / name)


def payer(kind: PayerKind = PayerKind.MEDICARE_A, code: str = "medicare", electronic_id: str = "DEMO00001") -> Payer:
    defaults = {"name": f"Payer {code}", "kind": kind, "electronic_id": electronic_id}
    return Payer.objects.get_or_create(code=code, defaults=defaults)[0]


def clinician(npi: str = "1000000012") -> Provider:
    defaults = {"family_name": "Hartmann", "given_names": "Lena", "npi": npi, "taxonomy_code": "208M00000X"}
    return Provider.objects.get_or_create(key=f"test|{npi}", defaults=defaults)[0]


def stay(
    told: DemoCase, facility: Facility, *, covered_by: Payer | None = None, number: int = 1, discharged: bool = True
) -> Encounter:
    """The case's patient and encounter; admitted on ADMITTED_ON; without a payer the patient has no coverage."""
    person, visit = told.patient, told.encounter
    patient = Patient.objects.create(
        family_name=person.family_name, given_names=" ".join(person.given_names), birth_date=person.birth_date(ADMITTED_ON),
        sex=person.sex, distinction=Patient.objects.count(),
    )  # fmt: skip
    MedicalRecordNumber.objects.create(patient=patient, facility=facility, value=f"{facility.code}-{1000000 + number}")
    home = person.address
    Address.objects.create(
        patient=patient, line=home.line, city=home.city, state=home.state, postal_code=home.postal_code
    )
    if covered_by:
        Coverage.objects.create(patient=patient, payer=covered_by, member_id=MBI)
    zone = ZoneInfo(facility.time_zone)
    leaves = ADMITTED_ON + timedelta(days=visit.length_of_stay_days)
    encounter = Encounter.objects.create(
        patient=patient, facility=facility, account_number=f"A{500000 + number}", encounter_class=visit.encounter_class,
        status="discharged" if discharged else "in_progress",
        admitted_at=datetime.combine(ADMITTED_ON, visit.admit_time, zone),
        discharged_at=datetime.combine(leaves, visit.discharge_time, zone) if discharged else None,
        admission_type=visit.admit_type, point_of_origin=visit.admit_source, attending=clinician(),
        discharge_disposition=visit.discharge_disposition if discharged else "",
    )  # fmt: skip
    EncounterProvider.objects.create(encounter=encounter, provider=clinician(), role="operating")
    return encounter


def summarize(
    encounter: Encounter, told: DemoCase, by: User, *, number: int = 1, drop_admitting: bool = False
) -> CodingSummary:
    """A final summary with the codes of the case's answer key."""
    gold = told.gold
    listed = [
        ("principal", [gold.principal]),
        ("secondary", gold.secondaries),
        ("reason_for_visit", gold.reasons_for_visit),
    ]
    if gold.admitting and not drop_admitting:
        listed.append(("admitting", [gold.admitting]))
    content = {
        "diagnoses": [
            {"role": role, "sequence": place, "code": line.code, "poa": line.poa, "title": f"Title of {line.code}"}
            for role, lines in listed
            for place, line in enumerate(lines, 1)
        ],
        "procedures": [
            {"sequence": place, "code": line.code, "performed_on": (ADMITTED_ON + timedelta(days=line.day)).isoformat(),
             "provider": {"id": str(clinician().pk)}, "title": f"Title of {line.code}"}
            for place, line in enumerate((each for each in gold.procedures if each.system == "icd10pcs"), 1)
        ],
        "drg": {"final_drg": gold.drg}, "encounter": {"discharge_disposition": encounter.discharge_disposition},
    }  # fmt: skip
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    return CodingSummary.objects.create(
        encounter=encounter, patient=encounter.patient, facility=encounter.facility, number=number, final_drg=gold.drg,
        content=content, sha256=digest, finalized_by=by,
    )  # fmt: skip


def charge_lines(encounter: Encounter, told: DemoCase) -> list[ChargeLine]:
    """The case's charges; lines of office visits point to the first diagnosis."""
    office = told.encounter.encounter_class == "office"
    return [
        ChargeLine(
            encounter_id=encounter.pk, revenue_code=line.revenue_code, description=line.description,
            units=Decimal(line.units), amount=line.amount, service_on=ADMITTED_ON + timedelta(days=line.day),
            hcpcs_code=line.hcpcs, modifiers=line.modifiers, pointers=(1,) if office else (),
            source_key=f"test|{encounter.pk}|{place}",
        )
        for place, line in enumerate(told.charges)
    ]  # fmt: skip


def charged(encounter: Encounter, told: DemoCase) -> Account:
    """The encounter's account with the case's charges."""
    post_charges(by=system_user(), facility=encounter.facility, lines=charge_lines(encounter, told))
    return Account.objects.get(encounter=encounter)


def refresh(*encounters: Encounter) -> None:
    """What the job does after coding."""
    by = system_user()
    for facility in {encounter.facility for encounter in encounters}:
        refresh_accounts(by=by, facility=facility, encounter_ids=[encounter.pk for encounter in encounters])


def claim_of(name: str, facility: Facility, by: User, *, number: int = 1, covered_by: Payer | None = None) -> Claim:
    """A case, charged, coded and refreshed: its claim."""
    told = case(name)
    encounter = stay(told, facility, covered_by=covered_by or payer(), number=number)
    charged(encounter, told)
    summarize(encounter, told, by)
    refresh(encounter)
    return Claim.objects.get(encounter=encounter)


def codes_of(claim: Claim) -> Sequence[str]:
    """Codes of the claim's faults, in order."""
    return [fault["code"] for fault in claim.faults]
