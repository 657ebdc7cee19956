"""The numbers of patients that a person may see."""

from __future__ import annotations

from django.db.models import Prefetch

from audit import gate
from records.registry.models import MedicalRecordNumber


def own_numbers(path: str = "mrns") -> Prefetch[str]:
    """Inside a gated selector: the medical record numbers of the facilities in reach, fetched along with patients.

    path: from the rows to the numbers, such as "patient__mrns".
    """
    return Prefetch(path, gate.rows_of(MedicalRecordNumber).select_related("facility").order_by("value"))
