"""The order of diagnoses as it is kept."""

from __future__ import annotations

from collections.abc import Sequence

from coding.workbench.models import CodedDiagnosis
from coding.workbench.rules import DiagnosisLine


def save_order(lines: Sequence[DiagnosisLine]) -> None:
    """Sequence 1, 2, 3 ... in one statement."""
    rows = [CodedDiagnosis(pk=line.id, sequence=place) for place, line in enumerate(lines, start=1)]
    CodedDiagnosis.objects.bulk_update(rows, ["sequence"])
