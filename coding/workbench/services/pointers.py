"""Pointers that outlive a change of the diagnoses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from coding.workbench.models import CodingRecord
from coding.workbench.rules import REPORTED
from coding.workbench.services.models import ServicePointer


def pointing_at(diagnosis_id: int) -> int:
    """How many service lines point to a diagnosis."""
    return ServicePointer.objects.filter(diagnosis_id=diagnosis_id).count()


@contextmanager
def pointers_kept(record: CodingRecord) -> Iterator[None]:
    """While all diagnoses are written anew: each pointer finds its code again, and leaves only with a code that leaves."""
    rows = ServicePointer.objects.filter(service__record=record).order_by("service_id", "place")
    before = list(rows.values_list("service_id", "diagnosis__code"))
    yield
    if not before:
        return
    ids = dict(record.diagnoses.filter(role__in=REPORTED).values_list("code", "pk"))
    places: dict[int, int] = {}
    kept = []
    for service_id, code in before:
        if code in ids:
            places[service_id] = places.get(service_id, 0) + 1
            kept.append(
                ServicePointer(record=record, service_id=service_id, diagnosis_id=ids[code], place=places[service_id])
            )
    ServicePointer.objects.bulk_create(kept)
