"""Writes of the registry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from audit import gate
from audit.access.purposes import purpose_of
from audit.access.recording import tell
from audit.authority import authority_of
from audit.trail.enums import Category, Result
from audit.walls import unwalled
from hims.lib.access import Permission
from hims.lib.columns import require_fit
from hims.lib.dates import local_date
from hims.lib.errors import DomainError
from hims.lib.text import squeeze
from hims.staff.models import Facility, User
from records.registry.counters import take_numbers
from records.registry.enums import AddressUse, PhoneUse, Relationship
from records.registry.models import Address, Coverage, MedicalRecordNumber, MrnCounter, Patient, Payer, Phone
from records.registry.rules import coverage_faults, registration_faults

REGISTERED = (
    "A person with this name, birth date and sex is already registered. Open that chart from the search, or confirm below"
    " that this is another person."
)
ANOTHER = "Another patient is registered with this name, birth date and sex."
NOT_NOW = "This person cannot be registered here now; the registry lead will look at it."
HIDDEN = "patient.registration_withheld"
NUMBERS_TRIED = 50


@dataclass(frozen=True)
class PatientDetails:
    """What a registration holds; texts may be blank unless the rule asks for them."""

    family_name: str
    given_names: str
    birth_date: date
    sex: str
    suffix: str = ""
    deceased_on: date | None = None
    language: str = ""
    address_line: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    phone: str = ""


@gate.command(Permission.PATIENT_REGISTER, subject="facility", event="patient.registered", category=Category.CREATE)
def register_patient(*, by: User, facility: Facility, details: PatientDetails, another_person: bool = False) -> Patient:
    """A new patient with the facility's next medical record number.

    another_person: the registrar has checked that a person with the same name, birth date and sex is someone else.
    Raises DomainError naming the field, or that the person is already registered.
    """
    columns = _checked(details, [facility])
    patient = Patient(**columns)
    patient.search_name = patient.folded_name()
    patient.distinction = _distinction(patient) if another_person else 0
    try:
        with transaction.atomic():
            patient.save(force_insert=True)
    except IntegrityError:
        raise _registered_already(by, patient, REGISTERED, "another_person") from None
    give_mrn(patient, facility)
    _contact(patient, details)
    patient.refresh_from_db(fields=["facility_ids"])
    return patient


@gate.command(Permission.PATIENT_REGISTER, subject="patient", event="patient.corrected")
def correct_patient(*, by: User, patient: Patient, details: PatientDetails) -> Patient:
    """Corrected demographics; the old values stay in the history, an address that changed stays as a former one.

    Only the corrected columns are written, so that what others change at the same time is kept.
    """
    columns = _checked(details, Facility.objects.filter(pk__in=patient.facility_ids))
    fresh: Patient = Patient.objects.select_for_update().get(pk=patient.pk)
    for name, value in columns.items():
        setattr(fresh, name, value)
    try:
        with transaction.atomic():
            fresh.save(update_fields=[*columns, "search_name", "updated_at"])
    except IntegrityError:
        raise _registered_already(by, fresh, ANOTHER, "family_name") from None
    _contact(fresh, details)
    return fresh


@gate.command(Permission.PATIENT_REGISTER, subject="patient", event="patient.coverage_added")
def add_coverage(
    *,
    by: User,
    patient: Patient,
    payer: Payer,
    member_id: str,
    rank: int = 1,
    group_number: str = "",
    relationship: str = Relationship.SELF,
    subscriber_family_name: str = "",
    subscriber_given_names: str = "",
    subscriber_birth_date: date | None = None,
    subscriber_sex: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Coverage:
    """A coverage of the patient. Raises DomainError when it is there already, the rank is taken, or a part is missing."""
    columns = {
        "member_id": squeeze(member_id), "rank": rank, "group_number": squeeze(group_number),
        "relationship": relationship, "subscriber_family_name": squeeze(subscriber_family_name),
        "subscriber_given_names": squeeze(subscriber_given_names), "subscriber_birth_date": subscriber_birth_date,
        "subscriber_sex": subscriber_sex, "starts_on": starts_on, "ends_on": ends_on,
    }  # fmt: skip
    if not columns["member_id"]:
        raise DomainError("Enter the member number on the card.", field="member_id")
    require_fit(Coverage, columns)
    _refuse(
        coverage_faults(
            relationship=relationship, subscriber_family_name=subscriber_family_name,
            subscriber_birth_date=subscriber_birth_date, starts_on=starts_on, ends_on=ends_on,
            today=timezone.localdate(),
        )
    )  # fmt: skip
    Patient.objects.select_for_update().only("pk").get(pk=patient.pk)  # two clerks, one rank
    if patient.coverages.filter(rank=rank).exists():
        raise DomainError(f"There is already a coverage of rank {rank}.", field="rank")
    if patient.coverages.filter(payer=payer, member_id=columns["member_id"]).exists():
        raise DomainError("This coverage is already on file.", field="member_id")
    return Coverage.objects.create(patient=patient, payer=payer, **columns)


def next_mrn(facility: Facility) -> str:
    """The facility's next medical record number, e.g. "LGH-1000001"; taken under a row lock, never twice."""
    return f"{facility.code}-{take_numbers(MrnCounter, facility)}"


def give_mrn(patient: Patient, facility: Facility) -> MedicalRecordNumber:
    """The facility's next number that is free: a feed may have brought some of the series, to patients out of reach too."""
    for _ in range(NUMBERS_TRIED):
        try:
            with transaction.atomic():
                return MedicalRecordNumber.objects.create(patient=patient, facility=facility, value=next_mrn(facility))
        except IntegrityError:
            take_numbers(MrnCounter, facility)  # rolled back with the attempt, so taken anew
    raise DomainError("No medical record number is free at this facility. Ask the administrator to set the counter.")


def _checked(details: PatientDetails, facilities: Iterable[Facility]) -> dict[str, object]:
    """The columns of the patient. Raises DomainError for the first fault. Today is the latest day at these facilities."""
    now = timezone.now()
    today = max((local_date(now, facility.time_zone) for facility in facilities), default=timezone.localdate())
    columns = _columns(details)
    _refuse(
        registration_faults(
            family_name=str(columns["family_name"]), birth_date=details.birth_date, deceased_on=details.deceased_on,
            today=today,
        )
    )  # fmt: skip
    require_fit(Patient, columns)
    return columns


def _registered_already(by: User, patient: Patient, sentence: str, field: str) -> DomainError:
    """Why name, birth date and sex cannot be kept: `sentence` when the person may know of the other patient; otherwise a
    sentence that tells nothing, and a note in the trail whom it is about."""
    same = Patient.objects.filter(search_name=patient.search_name, birth_date=patient.birth_date, sex=patient.sex)
    if same.visible_to(by, Permission.PATIENT_REGISTER).filter(distinction=patient.distinction).exists():
        return DomainError(sentence, field=field)
    with unwalled(str(by.pk)):
        hidden = list(same.only("pk", "facility_ids"))
    tell(
        by, HIDDEN, category=Category.CREATE, result=Result.REFUSED, patient_ids=[other.pk for other in hidden],
        purpose=purpose_of(HIDDEN, authority_of(by), ()),
        facility_ids=sorted({facility for other in hidden for facility in other.facility_ids}),
        detail={"withheld": len(hidden)},
    )  # fmt: skip
    return DomainError(NOT_NOW)


def _refuse(faults: dict[str, str]) -> None:
    for field, sentence in faults.items():
        raise DomainError(sentence, field=field)


def _columns(details: PatientDetails) -> dict[str, object]:
    return {
        "family_name": squeeze(details.family_name),
        "given_names": squeeze(details.given_names),
        "suffix": squeeze(details.suffix),
        "birth_date": details.birth_date,
        "sex": details.sex,
        "deceased_on": details.deceased_on,
        "language": squeeze(details.language),
    }


def _distinction(patient: Patient) -> int:
    same = Patient.objects.filter(search_name=patient.search_name, birth_date=patient.birth_date, sex=patient.sex)
    highest = same.aggregate(highest=Max("distinction"))["highest"]
    return 0 if highest is None else int(highest) + 1


def _contact(patient: Patient, details: PatientDetails) -> None:
    """Home address and phone as given; what they replace becomes the former address, or goes."""
    address = {
        "line": squeeze(details.address_line), "city": squeeze(details.city), "state": squeeze(details.state),
        "postal_code": squeeze(details.postal_code),
    }  # fmt: skip
    require_fit(Address, address)
    if not patient.addresses.filter(use=AddressUse.HOME, **address).exists():
        patient.addresses.filter(use=AddressUse.HOME).update(use=AddressUse.OLD)
        if any(address.values()):
            Address.objects.create(patient=patient, **address)
    phone = squeeze(details.phone)
    if not patient.phones.filter(use=PhoneUse.HOME, value=phone).exists():
        patient.phones.filter(use=PhoneUse.HOME).delete()
        if phone:
            Phone.objects.create(patient=patient, value=phone)
