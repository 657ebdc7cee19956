"""Accesses behind broken glass, made directly."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from audit.access.models import AccessGrant, EmergencyAccess, GrantSource
from hims.staff.models import User


def emergency(
    user: User, patient_id: UUID, at: datetime, *facility_ids: int, hours: int = 4, **values: Any
) -> EmergencyAccess:
    """One that was opened at a moment; it ran, or runs, for some hours."""
    grant = AccessGrant.objects.create(
        user=user, patient_id=patient_id, source=GrantSource.EMERGENCY, granted_by=user,
        during=DateTimeTZRange(at, at + timedelta(hours=hours)),
    )  # fmt: skip
    made = EmergencyAccess.objects.create(
        grant=grant, user=user, patient_id=patient_id, facility_ids=list(facility_ids), reason_code="safety",
        reason_text="Threatened the ward", **values,
    )  # fmt: skip
    EmergencyAccess.objects.filter(pk=made.pk).update(opened_at=at)
    made.refresh_from_db()
    return made
