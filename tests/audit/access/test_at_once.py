"""Two hands at the same moment: one access, one grant an object, one review."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from audit.access.actions import open_emergency, review_emergency
from audit.access.clock import database_now
from audit.access.emergencies import Wanted
from audit.access.models import AccessGrant, EmergencyAccess
from audit.authority import forget_authority
from hims.lib.access import Role
from hims.lib.errors import DomainError
from hims.lib.ids import uuid7
from hims.staff.selectors import system_user
from records.relationships.actions import keep_encounter_grants
from tests.audit.access.conftest import emergency
from tests.committed import at_once, worker_at
from tests.committed import committed as committed
from tests.factories import records as make

pytestmark = pytest.mark.usefixtures("emptied")
WHY: dict[str, Any] = {"reason_code": "emergency_care", "reason_text": "Found unconscious at the door"}


@pytest.fixture
def emptied(committed: None) -> Iterator[None]:
    yield
    EmergencyAccess.objects.all().delete()
    AccessGrant.objects.all().delete()


def test_glass_broken_eight_times_at_once_is_broken_once() -> None:
    lena = worker_at(make.facility(), Role.PROVIDER)
    wanted = Wanted("chart x", uuid7())
    done = at_once(*[lambda: open_emergency(by=lena, wanted=wanted, **WHY) for _ in range(8)])
    assert {type(each) for each in done} == {EmergencyAccess}
    assert len({each.pk for each in done}) == 1
    assert AccessGrant.objects.count() == 1


def test_two_reviewers_at_once_close_a_review_once() -> None:
    facility = make.facility()
    lena = worker_at(facility, Role.PROVIDER)
    access = emergency(lena, uuid7(), database_now() - timedelta(days=1), facility.pk)
    reviewers = [worker_at(facility, Role.PRIVACY_OFFICER) for _ in range(1)] * 2
    done = at_once(
        *[
            lambda by=by: review_emergency(by=by, emergency=access, outcome="justified", note="Looked at the trail.")
            for by in reviewers
        ]
    )
    assert sorted(type(each).__name__ for each in done) == sorted([EmergencyAccess.__name__, DomainError.__name__])


def test_jobs_about_the_same_encounter_at_once_make_one_grant() -> None:
    facility = make.facility()
    provider = make.provider("Hartmann", user=worker_at(facility, Role.PROVIDER))
    stay = make.encounter(facility, status="in_progress", discharged_at=None, attending=provider)
    by = system_user()
    forget_authority(by)
    done = at_once(*[lambda: keep_encounter_grants(by=by, encounter_ids=[stay.pk]) for _ in range(6)])
    assert sorted(each.created for each in done) == [0, 0, 0, 0, 0, 1]
    assert AccessGrant.objects.filter(object_id=str(stay.pk)).count() == 1
