"""What cases hear from reviews of emergency access."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from audit.access.actions import review_emergency
from audit.access.models import AccessGrant, EmergencyAccess, EmployeeChart
from audit.cases.actions import open_case
from audit.cases.enums import CaseOrigin
from audit.cases.models import Case
from audit.cases.selectors import basis_of_case
from hims.lib.errors import DomainError, NotVisible
from hims.staff.models import Facility, User
from tests.audit.cases.making import facts
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


def test_own_emergency_access_becomes_no_case_by_oneself(privacy_officer: User, facility: Facility) -> None:
    emergency = broken_glass(privacy_officer, facility)
    with pytest.raises(DomainError) as refused:
        open_case(
            by=privacy_officer, facility=facility, facts=facts(origin_ids=[emergency.pk]), origin=CaseOrigin.EMERGENCY
        )
    assert (refused.value.field, Case.objects.count()) == ("subjects", 0)


def test_emergency_access_to_the_own_chart_is_no_basis(
    privacy_officer: User, specialist: User, facility: Facility
) -> None:
    """Who broke the glass of one's own chart is for another reviewer, here as in the queue."""
    emergency = broken_glass(specialist, facility)
    EmployeeChart.objects.create(user=privacy_officer, patient_id=emergency.patient_id)
    with pytest.raises(NotVisible):
        basis_of_case(by=privacy_officer, alert_ids=[], emergency_id=emergency.pk)
    with pytest.raises(NotVisible):
        open_case(
            by=privacy_officer, facility=facility, facts=facts(origin_ids=[emergency.pk]), origin=CaseOrigin.EMERGENCY
        )
