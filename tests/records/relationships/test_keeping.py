"""Grants follow from encounters, documents, clinicians and coding, and end with them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.utils import timezone

from audit.access.clock import database_now
from audit.access.models import AccessGrant
from audit.authority import forget_authority
from coding.relationships import keep_coding_grants
from coding.workbench.models import CodingRecord, CodingSummary
from hims.jobs.models import Job, JobState
from hims.jobs.tasks import run_job
from hims.lib.access import Permission, Role
from hims.staff.models import Facility, Membership, User
from hims.staff.selectors import system_user
from records.documents.actions import DocumentContent, file_document
from records.encounters.actions import Admission, admit, cancel, correct_discharge, discharge
from records.encounters.enums import ProviderRole
from records.encounters.models import Encounter, EncounterProvider, Provider
from records.registry.models import Patient
from records.relationships.actions import keep_encounter_grants
from records.tasks import keep_all_grants
from tests.clients import signed_in
from tests.factories import records as make

pytestmark = pytest.mark.django_db
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
NAMES = ("source", "object_type")


@pytest.fixture
def lena(person: Callable[..., User], facility: Facility) -> User:
    return person("lena", Role.PROVIDER, facility)


@pytest.fixture
def hartmann(lena: User) -> Provider:
    return make.provider("Hartmann", user=lena)


def work() -> None:
    """What waits for the worker."""
    for job in Job.objects.filter(state=JobState.PENDING, name__contains="keep").order_by("created_at"):
        run_job(str(job.pk))
        job.refresh_from_db()
        assert job.state == JobState.DONE, job.error


def sees(user: User, patient: Patient) -> bool:
    forget_authority(user)
    return bool(Patient.objects.visible_to(user, Permission.CHART_VIEW).filter(pk=patient.pk).exists())


def living() -> list[tuple[Any, ...]]:
    return list(AccessGrant.objects.in_force().order_by("source", "object_type").values_list("user__username", *NAMES))


def stay_of(facility: Facility, begins: datetime, ends: datetime | None, **values: Any) -> Encounter:
    status = "discharged" if ends else "in_progress"
    return make.encounter(
        facility,
        status=status,
        admitted_at=begins,
        discharged_at=ends,
        discharge_disposition="01" if ends else "",
        **values,
    )


def keep(*encounters: Encounter) -> Any:
    return keep_encounter_grants(by=system_user(), encounter_ids=[encounter.pk for encounter in encounters])


def test_admission_discharge_and_cancellation_move_the_grant(
    specialist: User, lena: User, hartmann: Provider, facility: Facility
) -> None:
    patient = make.patient(facility)
    now = timezone.now().replace(microsecond=0)
    admission = Admission(encounter_class="inpatient", admitted_at=now - 2 * DAY, attending=hartmann)
    assert not sees(lena, patient)
    stay = admit(by=specialist, patient=patient, facility=facility, admission=admission)
    work()
    assert sees(lena, patient)
    assert living() == [("lena", "provider", "encounter")]
    discharge(by=specialist, encounter=stay, discharged_at=now - DAY, discharge_disposition="01")
    work()
    during = AccessGrant.objects.get().during
    assert (during.lower, during.upper) == (now - 32 * DAY, now + 29 * DAY)
    correct_discharge(by=specialist, encounter=stay, discharged_at=now - DAY / 2, discharge_disposition="01")
    work()
    assert AccessGrant.objects.get().during.upper == now + 29.5 * DAY
    other = make.patient(facility)
    mistake = admit(by=specialist, patient=other, facility=facility, admission=admission)
    work()
    assert sees(lena, other)
    cancel(by=specialist, encounter=mistake)
    work()
    assert not sees(lena, other)
    assert sees(lena, patient)


@pytest.mark.parametrize(("left", "alive"), [(-SECOND, False), (timedelta(0), False), (10 * SECOND, True)])
def test_grant_dies_30_days_after_discharge_to_the_second(
    left: timedelta, alive: bool, lena: User, hartmann: Provider, facility: Facility
) -> None:
    discharged_at = database_now() - 30 * DAY + left
    stay = stay_of(facility, discharged_at - DAY, discharged_at, attending=hartmann)
    keep(stay)
    assert sees(lena, stay.patient) is alive


@pytest.mark.parametrize(("ahead", "alive"), [(-10 * SECOND, True), (timedelta(0), True), (10 * SECOND, False)])
def test_grant_begins_30_days_before_a_planned_admission(
    ahead: timedelta, alive: bool, lena: User, hartmann: Provider, facility: Facility
) -> None:
    stay = stay_of(facility, database_now() + 30 * DAY + ahead, None, attending=hartmann)
    Encounter.objects.filter(pk=stay.pk).update(status="planned")
    keep(stay)
    assert sees(lena, stay.patient) is alive


def test_change_of_role_ends_what_the_grant_opens(lena: User, hartmann: Provider, facility: Facility) -> None:
    stay = stay_of(facility, database_now() - DAY, None, attending=hartmann)
    keep(stay)
    assert sees(lena, stay.patient)
    Membership.objects.filter(user=lena).update(role=Group.objects.get(name=Role.BILLER.value))
    assert not sees(lena, stay.patient)


def test_another_attending_replaces_the_first(
    lena: User, hartmann: Provider, person: Callable[..., User], facility: Facility
) -> None:
    mateo = person("mateo", Role.PROVIDER, facility)
    stay = stay_of(facility, database_now() - DAY, None, attending=hartmann)
    keep(stay)
    Encounter.objects.filter(pk=stay.pk).update(attending=make.provider("Reyes", user=mateo))
    assert keep(stay).counts() == {"created": 1, "updated": 0, "ended": 1, "unchanged": 0}
    assert (sees(lena, stay.patient), sees(mateo, stay.patient)) == (False, True)
    Encounter.objects.filter(pk=stay.pk).update(attending=hartmann)
    assert keep(stay).counts() == {"created": 0, "updated": 1, "ended": 1, "unchanged": 0}
    assert (sees(lena, stay.patient), sees(mateo, stay.patient)) == (True, False)


def test_keeping_twice_changes_nothing(lena: User, hartmann: Provider, facility: Facility) -> None:
    stays = [stay_of(facility, database_now() - DAY, None, attending=hartmann) for _ in range(2)]
    stays.append(stay_of(facility, database_now() - 3 * DAY, database_now() - DAY, attending=hartmann))
    assert keep(*stays).created == 3
    assert keep(*stays).counts() == {"created": 0, "updated": 0, "ended": 0, "unchanged": 3}
    assert AccessGrant.objects.count() == 3


def test_care_team_gets_a_grant_and_the_attending_only_one(lena: User, hartmann: Provider, facility: Facility) -> None:
    stay = stay_of(facility, database_now() - DAY, None)
    EncounterProvider.objects.create(encounter=stay, provider=hartmann, role=ProviderRole.ATTENDING)
    EncounterProvider.objects.create(encounter=stay, provider=hartmann, role=ProviderRole.CONSULTING)
    keep(stay)
    assert living() == [("lena", "care_team", "encounter")]
    Encounter.objects.filter(pk=stay.pk).update(attending=hartmann)
    keep(stay)
    assert living() == [("lena", "provider", "encounter")]


def test_clinician_without_sign_in_has_no_grant(facility: Facility) -> None:
    keep(stay_of(facility, database_now() - DAY, None, attending=make.provider()))
    assert not AccessGrant.objects.exists()


def test_old_stay_makes_no_grant(lena: User, hartmann: Provider, facility: Facility) -> None:
    now = database_now()
    keep(stay_of(facility, now - 300 * DAY, now - 290 * DAY, attending=hartmann))
    assert not AccessGrant.objects.exists()


def test_author_of_a_document_reaches_the_patient(
    specialist: User, lena: User, hartmann: Provider, facility: Facility
) -> None:
    stay = stay_of(facility, database_now() - DAY, None)
    content = DocumentContent(
        document_type="progress_note", title="Note", written_at=timezone.now(), text="Words.", author=hartmann
    )
    file_document(by=specialist, encounter=stay, content=content)
    work()
    assert living() == [("lena", "provider", "authored")]
    assert sees(lena, stay.patient)


def test_author_of_an_unsigned_document_keeps_the_patient_and_loses_it_with_the_signature(
    lena: User, hartmann: Provider, facility: Facility
) -> None:
    now = database_now()
    stay = stay_of(facility, now - 100 * DAY, now - 90 * DAY)
    document = make.document(stay, author=hartmann, written_at=now - 90 * DAY)
    document.status = "draft"
    document.save()
    work()
    assert sees(lena, stay.patient)
    document.status = "signed"
    document.save()
    work()
    assert not sees(lena, stay.patient)


def test_document_without_encounter_ties_its_author(lena: User, hartmann: Provider, facility: Facility) -> None:
    stay = stay_of(facility, database_now() - DAY, None)
    document = make.document(stay, author=hartmann, written_at=database_now() - DAY)
    document.encounter = None
    document.save()
    work()
    assert ("lena", "provider", "document") in living()


def test_clinician_who_gets_a_sign_in_gets_the_grants_and_loses_them_with_it(lena: User, facility: Facility) -> None:
    provider = make.provider("Hartmann")
    stay = stay_of(facility, database_now() - DAY, None, attending=provider)
    work()
    assert not sees(lena, stay.patient)
    provider.user = lena
    provider.save()
    work()
    assert sees(lena, stay.patient)
    provider.user = None
    provider.save()
    work()
    assert not sees(lena, stay.patient)


def test_what_a_person_took_back_stays_taken_back(
    lena: User, hartmann: Provider, facility: Facility, privacy_officer: User
) -> None:
    stay = stay_of(facility, database_now() - DAY, None, attending=hartmann)
    keep(stay)
    AccessGrant.objects.update(revoked_at=database_now(), revoked_by=privacy_officer)
    assert keep(stay).unchanged == 1
    assert not sees(lena, stay.patient)


def test_daily_ring_renews_stays_without_an_end_once_a_day(lena: User, hartmann: Provider, facility: Facility) -> None:
    stay = stay_of(facility, database_now() - 60 * DAY, None, attending=hartmann)
    keep(stay)
    shortened = AccessGrant.objects.get()
    was = shortened.during.upper
    shortened.during = type(shortened.during)(shortened.during.lower, was - 5 * DAY)
    shortened.save()
    Job.objects.all().delete()
    keep_all_grants()
    keep_all_grants()
    assert Job.objects.count() == 1
    work()
    assert AccessGrant.objects.get().during.upper == was


def rebuilt() -> dict[str, Any]:
    out = StringIO()
    call_command("rebuild_grants", "--json", stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue().splitlines()[-1])
    found.pop("seconds")
    return found


def test_rebuild_command_makes_all_grants_right_and_then_finds_nothing_to_do(
    lena: User, hartmann: Provider, facility: Facility, coder: User
) -> None:
    now = database_now()
    stay_of(facility, now - DAY, None, attending=hartmann)
    ended = stay_of(facility, now - 9 * DAY, now - 3 * DAY, attending=hartmann)
    stay_of(facility, now - 99 * DAY, now - 93 * DAY, attending=hartmann)
    record_of(ended, coder)
    wrong = AccessGrant.objects.create(
        user=lena, patient_id=make.patient(facility).pk, source="provider", object_type="encounter",
        object_id=str(make.encounter(facility).pk), during=(now - DAY, now + DAY),
    )  # fmt: skip
    by_name = AccessGrant.objects.create(
        user=lena, patient_id=make.patient(facility).pk, source="explicit", during=(now - DAY, now + DAY)
    )
    assert rebuilt() == {"created": 3, "updated": 0, "ended": 1, "unchanged": 0}
    assert rebuilt() == {"created": 0, "updated": 0, "ended": 0, "unchanged": 3}
    wrong.refresh_from_db()
    by_name.refresh_from_db()
    assert (wrong.revoked_at is None, by_name.revoked_at is None) == (False, True)


def record_of(stay: Encounter, coder: User | None, status: str = "in_progress") -> CodingRecord:
    return CodingRecord.objects.create(
        encounter=stay, patient_id=stay.patient_id, facility_id=stay.facility_id, encounter_class="inpatient",
        discharged_on=stay.discharged_on, coder=coder, status=status,
    )  # fmt: skip


def test_coder_reaches_a_restricted_patient_while_the_work_lasts_and_seven_days_longer(
    coder: User, facility: Facility
) -> None:
    stay = make.encounter(facility, make.patient(facility, confidential=True))
    record = record_of(stay, coder)
    assert not sees(coder, stay.patient)
    keep_coding_grants(by=system_user(), encounter_ids=[stay.pk])
    assert living() == [("dana", "work_item", "coding")]
    assert sees(coder, stay.patient)
    summary = CodingSummary.objects.create(
        encounter=stay, patient_id=stay.patient_id, facility_id=facility.pk, number=1, content={}, sha256="",
        finalized_by=coder,
    )  # fmt: skip
    record.status = "finalized"
    record.save()
    keep_coding_grants(by=system_user(), encounter_ids=[stay.pk])
    assert AccessGrant.objects.get().during.upper == summary.finalized_at + 7 * DAY


def test_another_coder_replaces_the_first(coder: User, facility: Facility, person: Callable[..., User]) -> None:
    stay = make.encounter(facility, make.patient(facility, confidential=True))
    record = record_of(stay, coder)
    keep_coding_grants(by=system_user(), encounter_ids=[stay.pk])
    record.coder = person("nora", Role.CODER, facility)
    record.save()
    keep_coding_grants(by=system_user(), encounter_ids=[stay.pk])
    assert not sees(coder, stay.patient)
    assert living() == [("nora", "work_item", "coding")]


def test_provider_finds_and_lists_own_patients_only(lena: User, hartmann: Provider, facility: Facility) -> None:
    mine = stay_of(facility, database_now() - DAY, None, attending=hartmann).patient
    other = make.patient(facility)
    keep(*mine.encounters.all())
    browser = signed_in(lena)
    page = browser.get("/patients/").content.decode()
    assert "My patients" in page
    assert mine.family_name in page
    assert other.family_name not in page
    found = browser.post("/patients/search", {"text": "Ruth"}).content.decode()
    assert mine.family_name in found
    assert other.family_name not in found
    assert browser.get(mine.get_absolute_url()).status_code == 200
    assert browser.get(other.get_absolute_url()).status_code == 404


def test_page_of_somebody_who_sees_the_whole_house_has_no_list_of_own_patients(coder: User) -> None:
    assert "My patients" not in signed_in(coder).get("/patients/").content.decode()
