"""Diagnoses of a working record: add, remove, order, POA."""

from __future__ import annotations

from audit import gate
from coding.codesets.enums import CodeSystem
from coding.codesets.rules import dotted
from coding.workbench.changing import Draft, changing, refuse, reportable
from coding.workbench.enums import DiagnosisRole
from coding.workbench.models import CodedDiagnosis, CodingRecord
from coding.workbench.ordering import save_order
from coding.workbench.rules import (
    REPORTED,
    DiagnosisLine,
    diagnosis_fault,
    is_external_cause,
    moved,
    natural_role,
    poa_fault,
)
from hims.lib.access import Permission
from hims.lib.errors import DomainError
from hims.staff.models import User

LAST = 10_000


@gate.command(Permission.CODING_EDIT, subject="record", event="coding.diagnosis_added", detail=("code", "role", "poa"))
def add_diagnosis(
    *, by: User, record: CodingRecord, version: int, code: str, role: str = "", poa: str = "", place: int = LAST
) -> CodedDiagnosis:
    """A further diagnosis, at `place` of its role (from 1) or at the end.

    role "": where the code belongs by nature (principal when it is the first, external cause for chapter 20).
    Raises StaleCoding, and DomainError naming code, role or poa when it can never be right.
    """
    with changing(record, version) as draft:
        plain = reportable(CodeSystem.ICD10CM, code, draft.stay)
        wanted = role or natural_role(plain, draft.diagnoses)
        if wanted not in DiagnosisRole.values:
            raise DomainError("Choose what the diagnosis is for.", field="role")
        refuse(diagnosis_fault(wanted, plain, draft.diagnoses, inpatient=draft.stay.inpatient), "code")
        refuse(poa_fault(wanted, poa, inpatient=draft.stay.inpatient), "poa")
        lines = _in_role(draft, wanted)
        added = CodedDiagnosis.objects.create(record=record, role=wanted, sequence=len(lines) + 1, code=plain, poa=poa)
        if place <= len(lines):
            new = DiagnosisLine(added.pk, wanted, added.sequence, plain, poa)
            save_order(moved([*lines, new], new, place))
            added.refresh_from_db(fields=["sequence"])
    return added


@gate.command(Permission.CODING_EDIT, subject="record", event="coding.diagnosis_removed", detail=("diagnosis_id",))
def remove_diagnosis(*, by: User, record: CodingRecord, version: int, diagnosis_id: int) -> CodingRecord:
    """The diagnosis leaves; the others of its role close up."""
    with changing(record, version) as draft:
        line = _line(draft, diagnosis_id)
        CodedDiagnosis.objects.filter(pk=line.id).delete()
        save_order([each for each in _in_role(draft, line.role) if each != line])
    return record


@gate.command(
    Permission.CODING_EDIT, subject="record", event="coding.diagnosis_moved", detail=("diagnosis_id", "place")
)
def move_diagnosis(*, by: User, record: CodingRecord, version: int, diagnosis_id: int, place: int) -> CodingRecord:
    """The diagnosis stands at `place` of its role; beyond either end means the end."""
    with changing(record, version) as draft:
        line = _line(draft, diagnosis_id)
        save_order(moved(_in_role(draft, line.role), line, place))
    return record


@gate.command(Permission.CODING_EDIT, subject="record", event="coding.poa_set", detail=("diagnosis_id", "poa"))
def set_poa(*, by: User, record: CodingRecord, version: int, diagnosis_id: int, poa: str) -> CodingRecord:
    """Y, N, U, W, or blank for an exempt code. Raises DomainError (field poa) where POA is not reported."""
    with changing(record, version) as draft:
        line = _line(draft, diagnosis_id)
        refuse(poa_fault(line.role, poa, inpatient=draft.stay.inpatient), "poa")
        CodedDiagnosis.objects.filter(pk=line.id).update(poa=poa)
    return record


@gate.command(Permission.CODING_EDIT, subject="record", event="coding.principal_chosen")
def make_principal(*, by: User, record: CodingRecord, version: int, diagnosis_id: int) -> CodingRecord:
    """A secondary diagnosis becomes principal (first-listed); the former one leads the secondary diagnoses."""
    with changing(record, version) as draft:
        line = _line(draft, diagnosis_id)
        if line.role == DiagnosisRole.PRINCIPAL:
            raise DomainError(f"{dotted(line.code)} is the principal diagnosis already.")
        if line.role not in REPORTED:
            raise DomainError("Only a secondary diagnosis can become principal. Add the code as a diagnosis first.")
        if is_external_cause(line.code):
            raise DomainError(f"{dotted(line.code)} is an external cause; it is never principal.")
        _swap_principal(draft, line)
    return record


def _swap_principal(draft: Draft, line: DiagnosisLine) -> None:
    """The database checks places at commit, so the rows may pass through each other."""
    former = _in_role(draft, DiagnosisRole.PRINCIPAL)
    stay_behind = [each for each in _in_role(draft, DiagnosisRole.SECONDARY) if each != line]
    CodedDiagnosis.objects.filter(pk=line.id).update(role=DiagnosisRole.PRINCIPAL, sequence=1)
    CodedDiagnosis.objects.filter(pk__in=[each.id for each in former]).update(role=DiagnosisRole.SECONDARY)
    save_order([*former, *stay_behind])
    if line.role == DiagnosisRole.EXTERNAL_CAUSE:
        save_order([each for each in _in_role(draft, line.role) if each != line])


def _in_role(draft: Draft, role: str) -> list[DiagnosisLine]:
    return [line for line in draft.diagnoses if line.role == role]


def _line(draft: Draft, diagnosis_id: int) -> DiagnosisLine:
    for line in draft.diagnoses:
        if line.id == diagnosis_id:
            return line
    raise DomainError("This diagnosis is no longer on the record.")
