"""The report for a patient: complete, in plain words, and only for the privacy office."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from audit.report.selectors import who_saw
from audit.trail.models import AuditEvent
from hims.lib.access import Role
from hims.lib.errors import AccessDenied, DomainError, NotVisible
from hims.staff.models import Facility, User
from records.chart.selectors import patient_chart
from records.registry.selectors import search_patients
from tests.clients import signed_in
from tests.factories import records as make
from tests.trail import told

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
URL = "/privacy/report/"


def wishes(facility: Facility, **values: object) -> dict[str, object]:
    days = {"first": TODAY - timedelta(days=30), "last": TODAY + timedelta(days=1)}
    return {"facility": facility.pk, "staff": "names", "number": "", "format": "page", **days, **values}


def test_report_names_who_looked_and_counts_every_event(
    privacy_officer: User, coder: User, outsider: User, facility: Facility
) -> None:
    patient = make.patient(facility)
    for _ in range(3):
        patient_chart(by=coder, patient_id=patient.pk)
    with pytest.raises(NotVisible):
        patient_chart(by=outsider, patient_id=patient.pk)
    page = signed_in(privacy_officer).post(URL, wishes(facility, patient=patient.pk)).content.decode()
    assert "Dana (Coder) opened your chart 3 times" in page
    assert "1 attempt was refused" in page
    assert "Nina" not in page
    assert "Both numbers agree" in page


def test_report_is_complete_against_the_trail(privacy_officer: User, coder: User, facility: Facility) -> None:
    patient = make.patient(facility, family_name="Quillfeather")
    patient_chart(by=coder, patient_id=patient.pk)
    search_patients(by=coder, text=patient.family_name)
    found = who_saw(
        by=privacy_officer, patient_id=patient.pk, facility=facility, first=TODAY - timedelta(days=1), last=TODAY
    )
    counted = AuditEvent.objects.filter(patient_ids__contains=[patient.pk], at__lt=found.made_at).count()
    assert found.in_trail == found.found.represented == counted == 2
    assert found.complete
    assert set(found.proof.waiting) | {place.event_id for place in found.proof.places} == set(found.found.ids)


def test_report_by_roles_names_nobody(privacy_officer: User, coder: User, facility: Facility) -> None:
    patient = make.patient(facility)
    patient_chart(by=coder, patient_id=patient.pk)
    page = signed_in(privacy_officer).post(URL, wishes(facility, patient=patient.pk, staff="roles")).content.decode()
    assert "Coder opened your chart" in page
    assert "Dana" not in page


def test_report_as_pdf_says_the_same(privacy_officer: User, coder: User, facility: Facility) -> None:
    patient = make.patient(facility)
    patient_chart(by=coder, patient_id=patient.pk)
    answer = signed_in(privacy_officer).post(URL, wishes(facility, patient=patient.pk, format="pdf"))
    assert answer.headers["Content-Type"] == "application/pdf"
    text = " ".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages).split())
    assert patient.name in text
    assert "Dana (Coder) opened your chart, to code your care for billing." in text
    assert "Both numbers agree" in text


def test_report_by_medical_record_number(privacy_officer: User, facility: Facility) -> None:
    patient = make.patient(facility)
    number = patient.mrns.get().value
    client = signed_in(privacy_officer)
    assert patient.name in client.post(URL, wishes(facility, number=number)).content.decode()
    wrong = client.post(URL, wishes(facility, number="NOBODY-1"))
    assert wrong.status_code == 422
    assert "No patient of this facility has this number." in wrong.content.decode()


def test_report_is_itself_an_export_in_the_trail(privacy_officer: User, facility: Facility) -> None:
    patient = make.patient(facility)
    who_saw(by=privacy_officer, patient_id=patient.pk, facility=facility, first=TODAY, last=TODAY)
    event = AuditEvent.objects.filter(actor_id=privacy_officer.pk, event="audit.patient_report").get()
    assert (event.category, event.result, event.patient_ids, event.facility_ids) == (
        "export", "done", [patient.pk], [facility.pk],
    )  # fmt: skip


def test_events_of_other_facilities_are_counted_apart(
    privacy_officer: User, person: Callable[..., User], facility: Facility, other_facility: Facility
) -> None:
    from records.registry.models import MedicalRecordNumber

    patient = make.patient(facility)
    MedicalRecordNumber.objects.create(patient=patient, facility=other_facility, value="LGS-9")
    stay = make.encounter(other_facility, patient)
    from records.encounters.selectors import encounter_details

    encounter_details(by=person("south", Role.CODER, other_facility), encounter_id=stay.pk)
    found = who_saw(
        by=privacy_officer, patient_id=patient.pk, facility=facility, first=TODAY - timedelta(days=1), last=TODAY
    )
    assert (found.in_trail, found.elsewhere, found.complete) == (0, 1, True)


@pytest.mark.parametrize("role", [Role.CODER, Role.ADMINISTRATOR, Role.HIM_MANAGER, Role.PROVIDER])
def test_report_is_closed_to_others(role: Role, person: Callable[..., User], facility: Facility) -> None:
    user = person("anyone", role, facility)
    assert signed_in(user).get(URL).status_code == 403
    assert signed_in(user).post(URL, wishes(facility)).status_code == 403
    assert told(user)[-1] == ("audit.patient_report", "refused")
    with pytest.raises(AccessDenied):
        who_saw(by=user, patient_id=make.patient(facility).pk, facility=facility, first=TODAY, last=TODAY)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("patient", "x"), ("first", "x"), ("last", "1999-01-01"), ("first", "2001-01-01"), ("facility", "999"),
        ("number", "x" * 500), ("number", "\x00"), ("staff", "x"), ("patient", ""),
    ],
)  # fmt: skip
def test_nonsense_is_refused_with_a_sentence(name: str, value: str, privacy_officer: User, facility: Facility) -> None:
    known = {} if name in ("patient", "number") else {"patient": make.patient(facility).pk}
    answer = signed_in(privacy_officer).post(URL, {**wishes(facility), **known, name: value})
    assert answer.status_code == 422


def test_period_of_more_than_six_years_is_refused(privacy_officer: User, facility: Facility) -> None:
    with pytest.raises(DomainError) as refused:
        who_saw(by=privacy_officer, patient_id=make.patient(facility).pk, facility=facility,
                first=TODAY - timedelta(days=6 * 366 + 1), last=TODAY)  # fmt: skip
    assert refused.value.field == "first"


def test_audit_page_of_a_patient_leads_to_the_report(privacy_officer: User, facility: Facility) -> None:
    patient = make.patient(facility)
    client = signed_in(privacy_officer)
    link = f"{URL}?patient={patient.pk}"
    assert link in client.get(reverse("audit:events"), {"patient": str(patient.pk)}).content.decode()
    assert patient.name in client.get(link).content.decode()
    assert client.get(URL, {"patient": "nonsense"}).status_code == 200
