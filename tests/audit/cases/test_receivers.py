"""What cases hear from reviews of emergency access."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from audit.access.actions import review_emergency
from audit.access.models import AccessGrant, EmergencyAccess
from audit.cases.models import Case
from hims.staff.models import Facility, User
from tests.factories import records as make

pytestmark = pytest.mark.django_db


def broken_glass(by: User, facility: Facility) -> EmergencyAccess:
    patient, now = make.patient(facility), timezone.now()
    during = DateTimeTZRange(now - timedelta(hours=5), now - timedelta(hours=1))
    grant = AccessGrant.objects.create(user=by, patient_id=patient.pk, source="emergency", during=during)
    return EmergencyAccess.objects.create(
        grant=grant,
        user=by,
        patient_id=patient.pk,
        facility_ids=[facility.pk],
        reason_code="safety",
        reason_text="unclear",
    )


def test_escalated_review_opens_a_case_about_the_person(
    privacy_officer: User, specialist: User, facility: Facility
) -> None:
    emergency = broken_glass(specialist, facility)
    review_emergency(by=privacy_officer, emergency=emergency, outcome="escalated", note="No reason was found for it.")
    case = Case.objects.get()
    assert (case.origin, case.origin_ids, case.subject_ids) == ("emergency", [emergency.pk], [specialist.pk])
    assert (case.patient_ids, case.opened_by, case.facility) == ([emergency.patient_id], privacy_officer, facility)


def test_justified_review_opens_none(privacy_officer: User, specialist: User, facility: Facility) -> None:
    emergency = broken_glass(specialist, facility)
    review_emergency(by=privacy_officer, emergency=emergency, outcome="justified", note="The patient was unconscious.")
    assert Case.objects.count() == 0
