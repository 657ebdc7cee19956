"""Present on admission for the whole list: an explicit step, and its way back."""

from __future__ import annotations

from collections.abc import Sequence

from audit import gate
from coding.workbench.changing import changing
from coding.workbench.enums import Poa
from coding.workbench.models import CodedDiagnosis, CodingRecord
from coding.workbench.reading import exempt_codes
from coding.workbench.rules import REPORTED
from hims.lib.access import Permission
from hims.lib.errors import DomainError
from hims.staff.models import User


@gate.command(Permission.CODING_EDIT, subject="record", event="coding.poa_filled")
def fill_blank_poa(*, by: User, record: CodingRecord, version: int) -> list[int]:
    """Y on every reported diagnosis that owes an indicator and has none; returns their ids, so that it can be undone."""
    with changing(record, version) as draft:
        exempt = exempt_codes([line.code for line in draft.diagnoses], draft.stay)
        blank = [
            line.id for line in draft.diagnoses
            if draft.stay.inpatient and line.role in REPORTED and not line.poa and line.code not in exempt
        ]  # fmt: skip
        if not blank:
            raise DomainError("No diagnosis lacks a POA indicator.")
        CodedDiagnosis.objects.filter(pk__in=blank).update(poa=Poa.YES)
    return blank


@gate.command(Permission.CODING_EDIT, subject="record", event="coding.poa_cleared")
def clear_poa(*, by: User, record: CodingRecord, version: int, diagnosis_ids: Sequence[int]) -> CodingRecord:
    """These diagnoses blank again, as far as they still say Y."""
    with changing(record, version) as draft:
        mine = [line.id for line in draft.diagnoses if line.id in set(diagnosis_ids) and line.poa == Poa.YES]
        if not mine:
            raise DomainError("There is nothing to take back.")
        CodedDiagnosis.objects.filter(pk__in=mine).update(poa="")
    return record
