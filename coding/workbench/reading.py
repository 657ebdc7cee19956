"""Rows of coding as the rules see them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from coding.codesets.enums import CodeSystem
from coding.codesets.memory import CodeBook, code_book
from coding.workbench.abstracting.reading import effective, facts_of
from coding.workbench.coded import CodedStay
from coding.workbench.models import CodedDiagnosis, CodedProcedure, CodingRecord
from coding.workbench.rules import ROLE_ORDER, DiagnosisLine, ProcedureLine, Stay

_PLACE = {role.value: place for place, role in enumerate(ROLE_ORDER)}


def stay_of(record: CodingRecord) -> Stay:
    """The encounter as the rules see it, with the disposition that counts: the coder's before registration's.

    The record carries its encounter, patient and abstract; without the join the abstract is one query more.
    """
    encounter, patient = record.encounter, record.patient
    return Stay(
        encounter_class=encounter.encounter_class, admitted_on=encounter.admitted_on,
        discharged_on=encounter.discharged_on, discharge_disposition=effective(record, "discharge_disposition"),
        birth_date=patient.birth_date, sex=patient.sex,
    )  # fmt: skip


def diagnosis_lines(rows: Iterable[CodedDiagnosis]) -> tuple[DiagnosisLine, ...]:
    """The diagnoses in the order of the page: by role, then sequence."""
    lines = (DiagnosisLine(row.pk, row.role, row.sequence, row.code, row.poa) for row in rows)
    return tuple(sorted(lines, key=lambda line: (_PLACE[line.role], line.sequence)))


def procedure_lines(rows: Iterable[CodedProcedure]) -> tuple[ProcedureLine, ...]:
    """The procedures in sequence."""
    lines = (ProcedureLine(row.pk, row.sequence, row.code, row.performed_on) for row in rows)
    return tuple(sorted(lines, key=lambda line: line.sequence))


@dataclass(frozen=True)
class LinesRead:
    """The lines of a record as one version of it has them: every change of a line makes another version."""

    record_id: UUID
    version: int
    diagnoses: tuple[DiagnosisLine, ...]
    procedures: list[CodedProcedure]

    def stand(self, record: CodingRecord) -> bool:
        """Whether these are the lines of the record as it is now."""
        return (self.record_id, self.version) == (record.pk, record.version)


def lines_of(record: CodingRecord) -> LinesRead:
    """The lines as they stand in the database, procedures with their clinicians. Two queries."""
    procedures = list(CodedProcedure.objects.filter(record=record).select_related("provider"))
    diagnoses = diagnosis_lines(CodedDiagnosis.objects.filter(record=record))
    return LinesRead(record.pk, record.version, diagnoses, procedures)


def coded_stay(record: CodingRecord) -> CodedStay:
    """The record's codes as they stand in the database, for the grouper. Two queries; nothing is judged."""
    return CodedStay(
        stay_of(record),
        diagnosis_lines(CodedDiagnosis.objects.filter(record=record)),
        procedure_lines(CodedProcedure.objects.filter(record=record)),
        abstract=facts_of(record),
    )


def judged(coded: CodedStay, book: CodeBook) -> CodedStay:
    """The same with every code judged against the code sets of the coding day."""
    stay = coded.stay
    return replace(
        coded,
        invalid=invalid_codes(stay, coded.diagnoses, coded.procedures, book),
        exempt=exempt_codes([line.code for line in coded.diagnoses], stay, book),
    )


def exempt_codes(codes: Sequence[str], stay: Stay, book: CodeBook | None = None) -> frozenset[str]:
    """Those of the diagnosis codes that need no POA on the coding day; none for outpatient encounters."""
    if not stay.inpatient:
        return frozenset()
    found = (book or code_book()).exemptions(codes, stay.coded_on)
    return frozenset(code for code, status in found.items() if status.exempt)


def invalid_codes(
    stay: Stay, diagnoses: Iterable[DiagnosisLine], procedures: Iterable[ProcedureLine], book: CodeBook | None = None
) -> dict[str, str]:
    """Sentence by code for every code that may not be reported on the coding day."""
    known = book or code_book()
    asked = (
        (CodeSystem.ICD10CM, [line.code for line in diagnoses]),
        (CodeSystem.ICD10PCS, [line.code for line in procedures]),
    )
    return {
        code: verdict.reason
        for system, codes in asked
        for code, verdict in known.validities(system, codes, stay.coded_on).items()
        if not verdict.valid
    }
