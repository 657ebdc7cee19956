"""Whether glass needs breaking at all."""

from __future__ import annotations

from django.db.models import QuerySet

from audit import gate
from hims.lib.access import Permission
from records.documents.models import Document
from records.emergency.asking import Asked, owners
from records.encounters.models import Encounter
from records.registry.models import Patient


@gate.query(Permission.CHART_VIEW, Patient, event="emergency.asked", detail=("asked",))
def in_reach(patients: QuerySet[Patient], *, asked: Asked) -> list[Patient]:
    """The patient, when the person may open what is asked for without any emergency; otherwise nobody."""
    if asked.kind == "encounter" and not gate.rows_of(Encounter).filter(pk=asked.target).exists():
        return []
    if asked.kind == "document" and not gate.rows_of(Document).filter(pk=asked.target).exists():
        return []
    meant = patients.filter(pk__in=owners(asked).values("pk"))
    if asked.number:
        meant = meant.filter(birth_date=asked.born_on)
    return list(meant[:2])
