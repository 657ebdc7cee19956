"""Which rows of patient data a person may see: the one rule, used by every selector and action through the gate.

A row is in reach when its facility is one at which the person holds the permission, and its patient is not confidential, or
the person may see confidential charts at that facility, or was given an explicit exception for that patient
(django-guardian).
"""

from __future__ import annotations

from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import Model, Q, QuerySet
from guardian.utils import get_group_obj_perms_model, get_user_obj_perms_model

from audit.authority import authority_of
from hims.lib.access import Permission
from hims.staff.models import User

M = TypeVar("M", bound=Model, covariant=True)
EXCEPTION = "view_confidential_patient"


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
        trusted = authority.at(Permission.CONFIDENTIAL_VIEW) & set(facilities)
        if trusted == set(facilities):
            return rows
        allowed = Q(**{f"{self.patient_path}confidential": False})
        for exceptions in self._exceptions(user):
            allowed |= Q(**{f"{self.patient_path}pk__in": exceptions})
        if trusted:
            allowed |= self._at(sorted(trusted))
        return rows.filter(allowed)

    def _exceptions(self, user: User) -> list[QuerySet[Any, Any]]:
        """Ids of the patients opened to the person, or to a group of theirs, by guardian's own tables: two index looks,
        where its `get_objects_for_user` would read the patients as well."""
        patient: Any = self.model._meta.get_field("patient").related_model if self.patient_path else self.model
        own = get_user_obj_perms_model(patient)._default_manager.filter(user=user)
        shared = get_group_obj_perms_model(patient)._default_manager.filter(group__in=user.groups.all())
        return [rows.filter(permission__codename=EXCEPTION).values("content_object_id") for rows in (own, shared)]

    def _at(self, facilities: list[int]) -> Q:
        return Q(**{self.facility_path: facilities})
