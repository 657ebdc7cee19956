"""A grant is dead in the moment its time ends, by the database's clock."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from audit.access.clock import database_now
from audit.access.models import AccessGrant, GrantSource
from hims.lib.ids import uuid7
from hims.staff.models import User

pytestmark = pytest.mark.django_db
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


def grant(user: User, begins: timedelta, ends: timedelta) -> AccessGrant:
    now = database_now()
    return AccessGrant.objects.create(
        user=user, patient_id=uuid7(), source=GrantSource.EXPLICIT, during=DateTimeTZRange(now + begins, now + ends)
    )


@pytest.mark.parametrize(
    ("begins", "ends", "alive"),
    [
        (-HOUR, -SECOND, False),
        (-HOUR, timedelta(0), False),
        (-HOUR, 5 * SECOND, True),
        (timedelta(0), HOUR, True),
        (-SECOND, HOUR, True),
        (5 * SECOND, HOUR, False),
    ],
)
def test_grant_holds_from_its_beginning_until_just_before_its_end(
    begins: timedelta, ends: timedelta, alive: bool, coder: User
) -> None:
    made = grant(coder, begins, ends)
    assert AccessGrant.objects.in_force().filter(pk=made.pk).exists() is alive


def test_grant_taken_back_is_dead_at_once(coder: User) -> None:
    made = grant(coder, -HOUR, HOUR)
    made.revoked_at = database_now()
    made.save()
    assert not AccessGrant.objects.in_force().exists()


def test_grant_without_end_is_refused_by_the_database(coder: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        AccessGrant.objects.create(
            user=coder, patient_id=uuid7(), source=GrantSource.EXPLICIT, during=DateTimeTZRange(database_now(), None)
        )
