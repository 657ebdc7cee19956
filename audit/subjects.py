"""Names of the patients that events are about. The registry, which stands above the trail, says how they are found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from uuid import UUID

from hims.staff.models import User

Namer = Callable[[User, Iterable[UUID]], Mapping[UUID, str]]
_namers: list[Namer] = []


def name_patients_by(namer: Namer) -> None:
    """Called by the registry when it is ready: `namer(by, ids)` names those whom `by` may see."""
    _namers[:] = [namer]


def patient_names(by: User, patient_ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """Names by id; those out of reach are missing."""
    return _namers[0](by, patient_ids) if _namers else {}
