"""Coding of the generated stays: older ones finalized by the demo coder, newer ones left for the worklist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from audit import gate
from audit.trail.enums import Category
from audit.walls import standing_for
from coding.workbench.actions.finalizing import finalize
from coding.workbench.enums import CodingStatus, DiagnosisRole
from coding.workbench.models import CodedDiagnosis, CodedProcedure, CodingRecord, CodingSummary
from hims.demo.plan import PlannedStay
from hims.lib.access import Permission
from hims.staff.models import Facility, User
from records.encounters.models import Encounter


def code_volume(
    *, by: User, coder: User, facilities: Mapping[str, Facility], stays: Sequence[PlannedStay],
    encounters: Mapping[str, Encounter],
) -> None:  # fmt: skip
    """Code and finalize what the plan says is finalized; what is finalized already is left alone."""
    with standing_for(by):
        done = set(CodingSummary.objects.values_list("encounter_id", flat=True))
    wanted = [stay for stay in stays if stay.finalized and encounters[stay.key].pk not in done]
    for code, facility in facilities.items():
        mine = [stay for stay in wanted if stay.facility == code]
        write_codes(by=by, facility=facility, stays=mine, encounters=encounters)
    with standing_for(by):
        records = list(CodingRecord.objects.filter(encounter_id__in=[encounters[stay.key].pk for stay in wanted]))
    for record in records:
        finalize(by=coder, record=record, version=record.version)


@gate.command(Permission.DATA_IMPORT, subject="facility", event="demo.codes_written", category=Category.IMPORT)
def write_codes(
    *, by: User, facility: Facility, stays: Sequence[PlannedStay], encounters: Mapping[str, Encounter]
) -> list[CodingRecord]:
    """The planned codes on the working records of one facility, in bulk; records that hold codes are skipped."""
    keys = {encounters[stay.key].pk: stay for stay in stays}
    records = list(CodingRecord.objects.filter(encounter_id__in=keys, diagnoses__isnull=True))
    diagnoses: list[CodedDiagnosis] = []
    procedures: list[CodedProcedure] = []
    for record in records:
        stay = keys[record.encounter_id]
        diagnoses += _diagnoses(record, stay)
        procedures += _procedures(record, stay, encounters[stay.key])
    CodedDiagnosis.objects.bulk_create(diagnoses, batch_size=1000)
    CodedProcedure.objects.bulk_create(procedures, batch_size=1000)
    CodingRecord.objects.filter(pk__in=[record.pk for record in records]).update(status=CodingStatus.IN_PROGRESS)
    return records


def _diagnoses(record: CodingRecord, stay: PlannedStay) -> list[CodedDiagnosis]:
    rows: list[CodedDiagnosis] = []
    for role in DiagnosisRole.values:
        codes = [code for code in stay.codes if code.role == role]
        rows += [
            CodedDiagnosis(record=record, role=role, sequence=place, code=code.code, poa=code.poa)
            for place, code in enumerate(codes, 1)
        ]
    return rows


def _procedures(record: CodingRecord, stay: PlannedStay, encounter: Encounter) -> list[CodedProcedure]:
    codes = [code for code in stay.codes if code.role == "procedure"]
    return [
        CodedProcedure(
            record=record, sequence=place, code=code.code, performed_on=encounter.admitted_on + timedelta(days=code.day),
            provider=encounter.attending,
        )
        for place, code in enumerate(codes, 1)
    ]  # fmt: skip
