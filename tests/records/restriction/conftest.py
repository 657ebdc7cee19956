"""A hidden patient with work in every list of the house."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from billing.charges.models import Account
from billing.claims.models import Claim
from coding.workbench.models import CodingRecord, CodingSummary
from hims.staff.models import Facility, User
from records.documents.models import Document
from records.encounters.models import Encounter
from records.registry.models import MedicalRecordNumber, Patient, PatientName
from tests.factories import records as make

REAL, ALIAS = "Quillfeather", "Nightjar"
BORN = date(1961, 7, 8)


@dataclass(frozen=True)
class Hidden:
    """Of one restricted patient: everything by which they might be found."""

    patient: Patient
    discharged: Encounter
    staying: Encounter
    mrn: str

    @property
    def marks(self) -> dict[str, str]:
        """What must not appear, and what is searched for."""
        return {
            "name": REAL, "alias": ALIAS, "mrn": self.mrn, "account": self.discharged.account_number,
            "other account": self.staying.account_number, "id": str(self.patient.pk),
        }  # fmt: skip


@pytest.fixture
def hidden(facility: Facility, coder: User) -> Hidden:
    """Restricted under an alias, with a stay in house, a coded stay, a draft, an account and a held claim."""
    patient = make.patient(
        facility, family_name=REAL, given_names="Ada", birth_date=BORN, confidential=True, restriction="vip",
        alias_family_name=ALIAS, alias_given_names="Jo",
    )  # fmt: skip
    PatientName.objects.create(patient=patient, use="alias", family_name=ALIAS, given_names="Jo")
    MedicalRecordNumber.objects.filter(patient=patient).update(value=f"{facility.code}-7700123")
    discharged = make.encounter(facility, patient, account_number="A770456")
    staying = make.encounter(
        facility, patient, status="in_progress", discharged_at=None, discharge_disposition="", account_number="A770789"
    )
    draft = make.document(staying)
    Document.objects.filter(pk=draft.pk).update(status="draft")
    common = {"encounter": discharged, "patient": patient, "facility": facility}
    CodingRecord.objects.create(**common, encounter_class="inpatient", discharged_on=discharged.discharged_on)
    account = Account.objects.create(**common, state="held", discharged_on=discharged.discharged_on)
    summary = CodingSummary.objects.create(**common, number=1, content={}, sha256="", finalized_by=coder)
    Claim.objects.create(
        **common, account=account, summary=summary, form="837I", control_number="HIDDEN1", state="held", total_amount=1
    )
    return Hidden(patient, discharged, staying, MedicalRecordNumber.objects.get(patient=patient).value)
