"""Which rows of patient data a person may see: the one rule, used by every selector and action through the gate.

In this order: the role's verb; the facilities at which it is held; every chart there, or only patients the person is concerned
with (grants, explicit exceptions); less the restricted charts, for whoever is not trusted with them and was not let in by name;
less what carries a label the person is not cleared for and the patient did not allow; never the own chart. Broken glass opens
one patient at any facility, psychotherapy notes excepted. The database's policies repeat the facility and the restriction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any, Self, TypeVar
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, Func, Model, OuterRef, Q, QuerySet, Value

from audit.access.models import LabelConsent
from audit.access.opened import few_opened, openings
from audit.authority import Authority, authority_of
from hims.lib.access import Permission
from hims.lib.labels import CLEARANCES, Label
from hims.staff.models import User

M = TypeVar("M", bound=Model, covariant=True)
# What broken glass opens: looking, nothing else.
EMERGENCY_VERBS = frozenset({Permission.PATIENT_SEARCH, Permission.PATIENT_VIEW, Permission.CHART_VIEW})
WORDS = ArrayField(models.CharField(max_length=16))


class ScopedQuerySet(models.QuerySet[Any, Any]):
    """A queryset that knows its facility, its patient, its labels and its encounter.

    facility_path: lookup of the facility's id. patient_path: prefix of lookups on the patient, "" for the patient itself.
    labels_path, encounter_path: where labels and the encounter's id are found; None: in the model's own fields, if it has them.
    """

    facility_path = "facility_id__in"
    patient_path = "patient__"
    labels_path: str | None = None
    encounter_path: str | None = None

    def visible_to(self, user: User, permission: Permission) -> Self:
        """The rows `user` may reach by `permission`."""
        authority = authority_of(user)
        if not authority.may(permission):
            return self.none()
        if user.is_system:
            return self.filter(self._at(sorted(authority.at(permission))))
        kind = (type(self), self.model, permission)
        if kind not in authority.conditions:
            authority.conditions[kind] = self._reached(user, authority, permission)
        rows = self.filter(authority.conditions[kind])
        return rows.exclude(**{f"{self.patient_path}pk__in": authority.own}) if authority.own else rows

    def _reached(self, user: User, authority: Authority, permission: Permission) -> Q:
        """The condition itself. A request asks for the same rows several times; the database answers it each time."""
        reached = self._in_scope(user, authority, permission) & self._past_labels(authority, permission)
        if authority.emergency and permission in EMERGENCY_VERBS:
            reached |= Q(**{f"{self.patient_path}pk__in": authority.emergency}) & self._not_psychotherapy()
        return reached

    def _in_scope(self, user: User, authority: Authority, permission: Permission) -> Q:
        """Facility, relationship, restriction."""
        facilities = authority.at(permission)
        trusted = facilities & authority.at(Permission.CONFIDENTIAL_VIEW)
        wide = facilities & authority.at(Permission.FACILITY_CHARTS)
        here = self._at(sorted(facilities))
        if trusted == facilities:
            return here
        opened = Q(**{f"{self.patient_path}pk__in": self._opened(user, authority, facilities)})
        if not wide and not trusted:
            # Alone, so that the database starts from the few patients opened instead of walking through all.
            return here & opened
        reached = here & opened
        if wide:
            reached = (self._at(sorted(wide)) & Q(**{f"{self.patient_path}confidential": False})) | reached
        return self._at(sorted(trusted)) | reached if trusted else reached

    def _opened(
        self, user: User, authority: Authority, facilities: frozenset[int]
    ) -> Collection[UUID] | QuerySet[Any, Any]:
        """Ids of the patients opened to the person or to a role held at all these facilities: a few known ones, or where they are
        to be found."""
        patient: Any = self.model._meta.get_field("patient").related_model if self.patient_path else self.model
        groups = authority.roles_throughout(facilities)
        few = few_opened(user, authority, patient)
        return openings(user, groups, patient) if few is None else few.to(groups)

    def _past_labels(self, authority: Authority, permission: Permission) -> Q:
        """Labels of the row and of its encounter: cleared for, or allowed by the patient."""
        groups: dict[frozenset[str], set[int]] = defaultdict(set)
        for facility in authority.at(permission):
            cleared = (label.value for label, needed in CLEARANCES.items() if facility in authority.at(needed))
            groups[frozenset(cleared)].add(facility)
        conditions = [
            self._labels_within(sorted(cleared)) & (self._at(sorted(places)) if len(groups) > 1 else Q())
            for cleared, places in groups.items()
        ]
        passed = conditions.pop()
        for condition in conditions:
            passed |= condition
        return passed

    def _labels_within(self, cleared: list[str]) -> Q:
        condition = Q()
        own, encounter = self._labels(), self._encounter()
        if own:
            condition &= _allowed(own, f"{self.patient_path}pk" if self.patient_path else "pk", cleared)
        if encounter:
            labelled: Any = self._encounters().filter(pk=OuterRef(encounter)).exclude(labels=[])
            condition &= Q(~Exists(labelled.exclude(_allowed("labels", "patient_id", cleared))))
        return condition

    def _not_psychotherapy(self) -> Q:
        own, encounter = self._labels(), self._encounter()
        condition = ~Q(**{f"{own}__contains": [Label.PSYCHOTHERAPY.value]}) if own else Q()
        if encounter:
            notes = self._encounters().filter(pk=OuterRef(encounter), labels__contains=[Label.PSYCHOTHERAPY.value])
            condition &= Q(~Exists(notes))
        return condition

    def _labels(self) -> str | None:
        return self.labels_path or ("labels" if _has(self.model, "labels") else None)

    def _encounter(self) -> str | None:
        return self.encounter_path or ("encounter_id" if _has(self.model, "encounter") else None)

    def _encounters(self) -> QuerySet[Any, Any]:
        model: Any = self.model
        for name in (self._encounter() or "").removesuffix("_id").split("__"):
            model = model._meta.get_field(name).related_model
        rows: QuerySet[Any, Any] = model._base_manager.all()
        return rows

    def _at(self, facilities: list[int]) -> Q:
        return Q(**{self.facility_path: facilities})


def _allowed(labels: str, patient: str, cleared: list[str]) -> Q:
    """Every label is cleared for, or allowed by a consent of the patient that is in force."""
    consents = LabelConsent.objects.in_force().filter(patient_id=OuterRef(patient)).order_by().values("label")
    known = Func(
        Value(cleared, WORDS), ArraySubquery(consents, output_field=WORDS), function="array_cat", output_field=WORDS
    )
    return Q(**{f"{labels}__contained_by": cleared}) | (~Q(**{labels: []}) & Q(**{f"{labels}__contained_by": known}))


def _has(model: type[Model], name: str) -> bool:
    return any(field.name == name for field in model._meta.concrete_fields)
