"""Broken glass: what was asked for, which access runs, which ones a reviewer may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q

from audit.access.models import AccessGrant, EmergencyAccess, GrantSource
from audit.authority import authority_of
from hims.lib.access import Permission
from hims.staff.models import User

REVIEW_DAYS = 7
"""Within how many days every emergency access is to be reviewed."""


@dataclass(frozen=True)
class Wanted:
    """What was asked for in an emergency. words: for the trail; patient_id: whose chart it is, None when there is none.

    near: patients whose number was typed with a birth date that is not theirs; for the trail alone.
    """

    words: str
    patient_id: UUID | None = None
    near: tuple[UUID, ...] = ()
    facilities: tuple[int, ...] = ()

    def __str__(self) -> str:
        return self.words

    @property
    def patient_ids(self) -> list[UUID]:
        """For the trail."""
        return [self.patient_id] if self.patient_id else list(self.near)

    @property
    def facility_ids(self) -> list[int]:
        """For the trail."""
        return list(self.facilities)


class ReviewableEmergencies(models.QuerySet[Any, Any]):
    """Emergency accesses by the facilities that know the patient or where the person works."""

    def visible_to(self, user: User, permission: Permission) -> Self:
        """Those of facilities at which `user` holds `permission`; never what concerns the own chart."""
        authority = authority_of(user)
        mine = authority.at(permission)
        if not mine:
            return self.none()
        reached = Q()
        for facility in sorted(mine):
            reached |= Q(facility_ids__contains=[facility])
        return self.filter(reached).exclude(patient_id__in=authority.own)


class EmergencyRows:
    """EmergencyAccess as the gate reads it: with the rule of who may review what."""

    _default_manager = ReviewableEmergencies(EmergencyAccess)
    _meta = EmergencyAccess._meta


def running_emergency(user: User, patient_id: UUID) -> EmergencyAccess | None:
    """The person's access to this patient that is in force, if any."""
    running = AccessGrant.objects.in_force().filter(user=user, patient_id=patient_id, source=GrantSource.EMERGENCY)
    return EmergencyAccess.objects.filter(grant__in=running).select_related("grant").order_by("-opened_at").first()


def ended_at(emergency: EmergencyAccess) -> datetime:
    """When the access ended or will end: at its time, or when it was closed before."""
    grant = emergency.grant
    end: datetime = grant.during.upper
    return min(end, grant.revoked_at) if grant.revoked_at else end


def length() -> timedelta:
    """How long an emergency access lasts here."""
    return timedelta(hours=settings.EMERGENCY_HOURS)
