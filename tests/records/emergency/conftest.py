"""A provider without any relationship, a patient of somebody else, and the form that breaks the glass."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from hims.lib.access import Role
from hims.staff.models import Facility, User
from records.encounters.models import Encounter
from tests.factories import records as make

PASSWORD = "a synthetic password"
WHY = {"reason_code": "emergency_care", "reason_text": "Found unconscious in the emergency room"}
FORM = {**WHY, "password": PASSWORD}


@pytest.fixture
def lena(person: Callable[..., User], facility: Facility) -> User:
    """May break the glass; works at the main house; has no patient."""
    user = person("lena", Role.PROVIDER, facility)
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def hidden(other_facility: Facility) -> Encounter:
    """A stay at the other house of a restricted patient: twice out of reach."""
    values: dict[str, Any] = {"family_name": "Zebra", "given_names": "Ann", "birth_date": date(1950, 1, 2)}
    return make.encounter(other_facility, make.patient(other_facility, confidential=True, restriction="vip", **values))
