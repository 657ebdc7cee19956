"""Who sees a confidential chart."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from guardian.shortcuts import assign_perm

from audit.access import opened
from audit.access.models import AccessGrant, GrantSource
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


@pytest.mark.parametrize("role", [Role.CODER, Role.PROVIDER])
def test_many_opened_charts_are_found_like_a_few(
    role: Role, person: Any, facility: Facility, other_facility: Facility, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By grant to the person and to the role, taken back and run out, by exception to the person and to a group."""
    charts = [make.patient(facility, confidential=True) for _ in range(6)] + [make.patient(other_facility)]
    user, team = person("pat", role, facility), Group.objects.create(name="Care team")
    user.groups.add(team)
    own_role, now = Group.objects.get(name=role.value), timezone.now()
    day = timedelta(days=1)
    AccessGrant.objects.bulk_create(
        [
            AccessGrant(patient_id=chart.pk, source=GrantSource.CARE_TEAM, during=(now - 2 * day, now + ends * day), **to)
            for chart, to, ends in (
                (charts[0], {"user": user}, 1), (charts[1], {"group": own_role}, 1), (charts[4], {"user": user}, -1),
                (charts[6], {"user": user}, 1),
            )
        ]
    )  # fmt: skip
    assign_perm(EXCEPTION, user, charts[2])
    assign_perm(EXCEPTION, team, charts[3])

    def found() -> set[Any]:
        forget_authority(user)
        return set(Patient.objects.visible_to(user, Permission.PATIENT_VIEW).values_list("pk", flat=True))

    few = found()
    assert few == {chart.pk for chart in charts[:4]}
    for most in (3, 0):
        monkeypatch.setattr(opened, "FEW", most)
        assert found() == few
