"""The whole coding at once: for feeds and for the demo hospital."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from audit import gate
from coding.workbench.changing import Draft, changing, refuse
from coding.workbench.models import CodedDiagnosis, CodedProcedure, CodingRecord
from coding.workbench.reading import invalid_codes
from coding.workbench.rules import DiagnosisLine, ProcedureLine, diagnosis_fault, poa_fault, procedure_fault
from coding.workbench.services.pointers import pointers_kept
from hims.lib.access import Permission
from hims.staff.models import User
from records.encounters.models import Provider


@dataclass(frozen=True)
class WholeDiagnosis:
    """role: a DiagnosisRole; code undotted; poa Y N U W or blank."""

    role: str
    code: str
    poa: str = ""


@dataclass(frozen=True)
class WholeProcedure:
    """code: ICD-10-PCS; performed_on: facility-local."""

    code: str
    performed_on: date | None = None
    provider: Provider | None = None


@gate.command(Permission.CODING_EDIT, subject="record", event="coding.replaced")
def replace_codes(
    *, by: User, record: CodingRecord, version: int, diagnoses: Sequence[WholeDiagnosis],
    procedures: Sequence[WholeProcedure] = (),
) -> CodingRecord:  # fmt: skip
    """All codes in the given order in place of what is there: one change, grouped once, a dozen statements.

    Raises what adding the codes one by one would raise.
    """
    with changing(record, version) as draft:
        diagnosis_rows = _checked_diagnoses(draft, diagnoses)
        procedure_rows = _checked_procedures(draft, procedures)
        refuse(" ".join(_invalid(draft, diagnosis_rows, procedure_rows)), "code")
        with pointers_kept(draft.record):
            draft.record.diagnoses.all().delete()
            CodedDiagnosis.objects.bulk_create(diagnosis_rows)
        draft.record.procedures.all().delete()
        CodedProcedure.objects.bulk_create(procedure_rows)
    return record


def _checked_diagnoses(draft: Draft, wanted: Iterable[WholeDiagnosis]) -> list[CodedDiagnosis]:
    rows: list[CodedDiagnosis] = []
    lines: list[DiagnosisLine] = []
    for each in wanted:
        refuse(diagnosis_fault(each.role, each.code, lines, inpatient=draft.stay.inpatient), "code")
        refuse(poa_fault(each.role, each.poa, inpatient=draft.stay.inpatient), "poa")
        place = sum(line.role == each.role for line in lines) + 1
        lines.append(DiagnosisLine(0, each.role, place, each.code, each.poa))
        rows.append(CodedDiagnosis(record=draft.record, role=each.role, sequence=place, code=each.code, poa=each.poa))
    return rows


def _checked_procedures(draft: Draft, wanted: Iterable[WholeProcedure]) -> list[CodedProcedure]:
    rows = []
    for place, each in enumerate(wanted, start=1):
        refuse(procedure_fault(each.performed_on, draft.stay), "performed_on")
        rows.append(
            CodedProcedure(
                record=draft.record,
                sequence=place,
                code=each.code,
                performed_on=each.performed_on,
                provider=each.provider,
            )
        )
    return rows


def _invalid(draft: Draft, diagnoses: Iterable[CodedDiagnosis], procedures: Iterable[CodedProcedure]) -> list[str]:
    lines = [DiagnosisLine(0, row.role, row.sequence, row.code) for row in diagnoses]
    steps = [ProcedureLine(0, row.sequence, row.code) for row in procedures]
    return list(invalid_codes(draft.stay, lines, steps).values())
