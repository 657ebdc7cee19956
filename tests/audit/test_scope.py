"""Who sees a confidential chart."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from guardian.shortcuts import assign_perm

from audit.authority import forget_authority
from hims.lib.access import Permission, Role
from hims.staff.models import Facility, Membership, User
from records.documents.models import Document
from records.registry.models import Patient
from tests.factories import records as make

pytestmark = pytest.mark.django_db
EXCEPTION = "records.view_confidential_patient"


def sees(user: User, patient: Patient, permission: Permission = Permission.PATIENT_VIEW) -> bool:
    forget_authority(user)
    return bool(Patient.objects.visible_to(user, permission).filter(pk=patient.pk).exists())


def test_confidential_chart_is_seen_by_those_trusted_at_its_own_facility_only(
    person: Any, facility: Facility, other_facility: Facility
) -> None:
    """A privacy officer of one hospital who codes at the other one is a coder there."""
    here = make.patient(facility, confidential=True)
    there = make.patient(other_facility, confidential=True)
    user = person("jo", Role.PRIVACY_OFFICER, facility)
    coder = Group.objects.get(name=Role.CODER.value)
    Membership.objects.create(user=user, facility=other_facility, role=coder)
    assert sees(user, here)
    assert not sees(user, there)
    assert sees(user, make.patient(other_facility))


@pytest.mark.parametrize("through", ["person", "group"])
def test_exception_opens_one_confidential_chart_and_what_hangs_on_it(
    through: str, coder: User, facility: Facility
) -> None:
    stay = make.encounter(facility, make.patient(facility, confidential=True))
    document = make.document(stay)
    other = make.patient(facility, confidential=True)
    team = Group.objects.create(name="Care team")
    coder.groups.add(team)
    assert not sees(coder, stay.patient)
    assign_perm(EXCEPTION, coder if through == "person" else team, stay.patient)
    assert sees(coder, stay.patient)
    assert not sees(coder, other)
    assert list(Document.objects.visible_to(coder, Permission.CHART_VIEW)) == [document]


def test_exception_does_not_reach_beyond_the_facility(outsider: User, facility: Facility) -> None:
    patient = make.patient(facility, confidential=True)
    assign_perm(EXCEPTION, outsider, patient)
    assert not sees(outsider, patient)


def test_person_without_the_permission_sees_no_row(privacy_officer: User, facility: Facility) -> None:
    assert not sees(privacy_officer, make.patient(facility), Permission.CHART_VIEW)
