"""Code sets of a few codes, and coding records."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from coding.codesets.enums import CodeKind, CodeSystem
from coding.codesets.models import Code, CodeSetRelease, PoaExemption
from coding.workbench.enums import DiagnosisRole
from coding.workbench.models import CodedDiagnosis, CodingRecord
from records.encounters.models import Encounter

FIRST_DAY = date(2015, 10, 1)


def install_codes(
    diagnoses: Iterable[str] = (), procedures: Iterable[str] = (), *, headings: Iterable[str] = (),
    valid_from: date = FIRST_DAY, valid_to: date | None = None,
) -> None:  # fmt: skip
    """Code sets that hold just these codes. diagnoses, procedures: undotted; headings: diagnosis categories."""
    for system in (CodeSystem.ICD10CM, CodeSystem.ICD10PCS):
        CodeSetRelease.objects.get_or_create(
            system=system, effective_from=FIRST_DAY,
            defaults={"label": f"Test {system}", "source": "test", "sha256": "0" * 64, "code_count": 1},
        )  # fmt: skip
    wanted = [
        *((CodeSystem.ICD10CM, CodeKind.CODE, code) for code in diagnoses),
        *((CodeSystem.ICD10PCS, CodeKind.CODE, code) for code in procedures),
        *((CodeSystem.ICD10CM, CodeKind.HEADING, code) for code in headings),
    ]
    Code.objects.bulk_create(
        [
            Code(
                system=system, code=code, kind=kind, long_title=f"Title of {code}", position=place,
                valid_from=valid_from, valid_to=valid_to,
            )
            for place, (system, kind, code) in enumerate(wanted)
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def exempt_from_poa(*prefixes: str) -> None:
    """These beginnings of codes need no POA."""
    for prefix in prefixes:
        PoaExemption.objects.get_or_create(prefix=prefix, valid_from=FIRST_DAY, defaults={"source": "test"})


def coding_record(of: Encounter) -> CodingRecord:
    """An untouched record of the worklist."""
    return CodingRecord.objects.create(
        encounter=of, patient_id=of.patient_id, facility_id=of.facility_id, encounter_class=of.encounter_class,
        discharged_on=of.discharged_on,
    )  # fmt: skip


def admitted_for(record: CodingRecord, code: str = "R0602") -> CodedDiagnosis:
    """The admitting diagnosis, as the claim of an inpatient needs it; the version of the record stays."""
    return CodedDiagnosis.objects.create(record=record, role=DiagnosisRole.ADMITTING, sequence=1, code=code)
