"""Which rows of patient data a person may see: the one rule, used by every selector and action through the gate.

A row is in reach when its facility is one at which the person holds the permission, and its patient is not confidential, or
the person may see confidential charts, or was given an explicit exception for that patient (django-guardian).
"""

from __future__ import annotations

from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import Model, Q, QuerySet
from guardian.shortcuts import get_objects_for_user

from audit.authority import authority_of
from hims.lib.access import Permission
from hims.staff.models import User

M = TypeVar("M", bound=Model, covariant=True)
EXCEPTION = "records.view_confidential_patient"


class ScopedQuerySet(models.QuerySet[Any, Any]):
    """A queryset that knows its facility and its patient.

    facility_path: lookup of the facility's id. patient_path: prefix of lookups on the patient, "" for the patient itself.
    """

    facility_path = "facility_id__in"
    patient_path = "patient__"

    def visible_to(self, user: User, permission: Permission) -> Self:
        """The rows `user` may reach by `permission`."""
        authority = authority_of(user)
        facilities = sorted(authority.at(permission))
        if not facilities:
            return self.none()
        rows = self.filter(self._at(facilities))
        if authority.may(Permission.CONFIDENTIAL_VIEW):
            return rows
        exceptions: QuerySet[Model] = get_objects_for_user(user, EXCEPTION, with_superuser=False, accept_global_perms=False)
        open_chart = Q(**{f"{self.patient_path}confidential": False})
        return rows.filter(open_chart | Q(**{f"{self.patient_path}pk__in": exceptions.values("pk")}))

    def _at(self, facilities: list[int]) -> Q:
        return Q(**{self.facility_path: facilities})
