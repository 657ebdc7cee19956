"""Work that nobody clicks for: the worklist follows the encounters, and stays are grouped in batches."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.utils import timezone

from audit import gate
from audit.trail.enums import Category
from coding.workbench.abstracting.reading import facts_of
from coding.workbench.changing import regroup_record
from coding.workbench.coded import CodedStay
from coding.workbench.enums import CodingStatus
from coding.workbench.grouping import claim_of, digest_of, grouped_row, save_groupings
from coding.workbench.models import CodedDiagnosis, CodedProcedure, CodingRecord, Grouping
from coding.workbench.reading import diagnosis_lines, procedure_lines, stay_of
from hims.lib.access import Permission
from hims.lib.errors import DomainError
from hims.staff.models import User
from records.encounters.enums import EncounterStatus
from records.encounters.models import Encounter

REPEATED = ("patient_id", "facility_id", "encounter_class", "discharged_on")


@dataclass
class Opened:
    """What became of the worklist; ids for the trail."""

    created: int = 0
    updated: int = 0
    removed: int = 0
    patient_ids: list[UUID] = field(default_factory=list)
    facility_ids: list[int] = field(default_factory=list)


@dataclass
class Grouped:
    """One chunk: how many were grouped or needed no new grouping, and what could not be, by reason; ids for the trail."""

    grouped: int = 0
    unchanged: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    patient_ids: list[UUID] = field(default_factory=list)
    facility_ids: list[int] = field(default_factory=list)


@gate.command(Permission.CODING_EDIT, subject="facility", event="coding.work_opened", category=Category.CREATE)
def open_work(*, by: User, encounter_ids: Sequence[UUID], facility: None = None) -> Opened:
    """Discharged encounters get a coding record, changed ones are followed, cancelled ones without coding leave.

    A correction of the discharge groups an open coding anew; a finalized one keeps its answer until it is reopened.
    Safe to run again.
    """
    encounters = list(Encounter.objects.filter(pk__in=encounter_ids).select_related("patient").order_by("pk"))
    known = {
        record.encounter_id: record
        for record in CodingRecord.objects.select_for_update(of=("self",))
        .filter(encounter_id__in=encounter_ids)
        .select_related("encounter", "patient", "abstract")
        .order_by("pk")
    }
    discharged = [encounter for encounter in encounters if encounter.status == EncounterStatus.DISCHARGED]
    new = [_new_record(encounter) for encounter in discharged if encounter.pk not in known]
    CodingRecord.objects.bulk_create(new, ignore_conflicts=True, batch_size=1000)
    updated = _follow(discharged, known)
    cancelled = [encounter.pk for encounter in encounters if encounter.status == EncounterStatus.CANCELLED]
    leaving = CodingRecord.objects.filter(encounter_id__in=cancelled, status=CodingStatus.UNCODED)
    removed = leaving.count()
    leaving.delete()
    return Opened(
        len(new), updated, removed, sorted({each.patient_id for each in encounters}),
        sorted({each.facility_id for each in encounters}),
    )  # fmt: skip


def _new_record(encounter: Encounter) -> CodingRecord:
    return CodingRecord(encounter=encounter, **{name: getattr(encounter, name) for name in REPEATED})


def _follow(encounters: Iterable[Encounter], known: dict[UUID, CodingRecord]) -> int:
    """Repeat what has changed on the encounters, and group open codings anew."""
    changed = []
    for encounter in encounters:
        record = known.get(encounter.pk)
        if record is None:
            continue
        if any(getattr(record, name) != getattr(encounter, name) for name in REPEATED):
            for name in REPEATED:
                setattr(record, name, getattr(encounter, name))
            changed.append(record)
        if record.status == CodingStatus.IN_PROGRESS:
            regroup_record(record)
    CodingRecord.objects.bulk_update(changed, [name.removesuffix("_id") for name in REPEATED], batch_size=500)
    return len(changed)


@gate.command(Permission.DRG_GROUP, subject="facility", event="coding.batch_grouped")
def group_records(*, by: User, record_ids: Sequence[UUID], anew: bool = False, facility: None = None) -> Grouped:
    """Group a chunk of coded inpatient records with a fixed number of statements, and store version and marks.

    anew: also those whose answer cannot have changed. What cannot be grouped loses its old answer and is counted by reason.
    """
    records = list(
        CodingRecord.objects.select_for_update(of=("self",))
        .filter(pk__in=record_ids)
        .select_related("encounter", "patient", "abstract")
        .order_by("pk")
    )
    done = Grouped(
        patient_ids=sorted({record.patient_id for record in records}),
        facility_ids=sorted({record.facility_id for record in records}),
    )
    known = {} if anew else dict(Grouping.objects.filter(record_id__in=record_ids).values_list("record_id", "digest"))
    rows, failed = _group(records, known, done)
    save_groupings(rows)
    Grouping.objects.filter(record_id__in=failed).delete()
    return done


def _group(records: Sequence[CodingRecord], known: dict[UUID, str], done: Grouped) -> tuple[list[Grouping], list[UUID]]:
    rows: list[Grouping] = []
    failed: list[UUID] = []
    now = timezone.now()
    for record, codes in zip(records, _codes_of(records), strict=True):
        try:
            claim = claim_of(codes)
            digest = digest_of(claim)
            if known.get(record.pk) == digest:
                done.unchanged += 1
                continue
            rows.append(grouped_row(record.pk, claim, digest, now))
        except DomainError as error:
            done.errors[error.message] += 1
            failed.append(record.pk)
    done.grouped = len(rows)
    return rows, failed


def _codes_of(records: Sequence[CodingRecord]) -> list[CodedStay]:
    """The codes of all records with two queries."""
    ids = [record.pk for record in records]
    diagnoses: dict[UUID, list[CodedDiagnosis]] = defaultdict(list)
    for diagnosis in CodedDiagnosis.objects.filter(record_id__in=ids):
        diagnoses[diagnosis.record_id].append(diagnosis)
    procedures: dict[UUID, list[CodedProcedure]] = defaultdict(list)
    for procedure in CodedProcedure.objects.filter(record_id__in=ids):
        procedures[procedure.record_id].append(procedure)
    return [
        CodedStay(
            stay_of(record), diagnosis_lines(diagnoses[record.pk]),
            procedure_lines(procedures[record.pk]), abstract=facts_of(record),
        )
        for record in records
    ]  # fmt: skip
