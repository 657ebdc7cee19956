"""How patients are found by number and listed by id. The registry, which stands above, says how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from hims.lib.paging import Page
from hims.staff.models import Facility, User


@dataclass(frozen=True)
class FoundPatient:
    """A patient found by a medical record number."""

    number: str
    patient_id: UUID
    name: str


@dataclass(frozen=True)
class Stay:
    """One encounter of a chart."""

    encounter_id: UUID
    label: str


@dataclass(frozen=True)
class Chart:
    """A chart to be opened, with its stays, newest first."""

    patient_id: UUID
    name: str
    number: str
    stays: tuple[Stay, ...] = field(default_factory=tuple)


class Finder(Protocol):
    """What the registry fills in; everything is limited to what `by` may see, and is in the trail."""

    def by_number(self, *, by: User, facility: Facility, numbers: Sequence[str]) -> list[FoundPatient]:
        """Patients of the facility with one of these medical record numbers, as they are written there."""

    def charts(self, *, by: User, patient_ids: Sequence[UUID], after: str) -> Page[Chart]:
        """One page of these patients in the order of their names."""


_finders: list[Finder] = []


def find_patients_by(finder: Finder) -> None:
    """Called by the registry when it is ready."""
    _finders[:] = [finder]


def finder() -> Finder:
    """The registry's way. Raises RuntimeError when none was filled in."""
    if not _finders:
        raise RuntimeError("no registry has said how patients are found")
    return _finders[0]
