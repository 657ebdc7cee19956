"""Coded lines into patients, encounters and coding records: a chunk at a time, in a constant number of queries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, LiteralString
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Max, Model, Q
from django.utils import timezone
from psycopg import sql

from coding.workbench.abstracts.line import CodedLine
from coding.workbench.enums import CodingStatus, DiagnosisRole
from coding.workbench.holds.keeping import hold_of
from coding.workbench.models import CodedDiagnosis, CodedProcedure, CodingRecord
from hims.staff.models import Facility
from records.encounters.enums import EncounterClass, EncounterStatus
from records.encounters.models import AccountCounter, Encounter
from records.registry.counters import take_numbers
from records.registry.models import MedicalRecordNumber, MrnCounter, Patient

ADMITTED_AT, DISCHARGED_AT = time(8, 0), time(14, 0)
BATCH = 1_000
ELSEWHERE = "account_number: this account is on file and did not come from such a file"
ANOTHER = "mrn: the patient on file has another sex, birth date or name"
FINAL = "the coding of this account is finalized with other codes; reopen it first"
OTHER_PERSON = "the account on file has a patient with another sex or age"
Diagnosis = tuple[str, int, str, str]
Procedure = tuple[int, str, date | None]
Person = tuple[str, date, str]


@dataclass
class Chunk:
    """Lines with their source keys, and what became of them."""

    facility: Facility
    digest: str
    lines: list[CodedLine]
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejects: list[tuple[int, str]] = field(default_factory=list)
    warnings: Counter[str] = field(default_factory=Counter)
    patient_ids: set[UUID] = field(default_factory=set)
    discharged: list[UUID] = field(default_factory=list)
    changed: list[UUID] = field(default_factory=list)

    def source_key(self, line: CodedLine) -> str:
        """The account at its facility, or the place in the file."""
        if line.account_number:
            return f"abstract|{self.facility.code}|{line.account_number}"
        return f"abstract|{self.digest}:{line.number}"


class ChunkWriter:
    """Decides for each line whether it is new, collects rows, writes them by kind."""

    def __init__(self, chunk: Chunk) -> None:
        self.chunk = chunk
        self.zone = ZoneInfo(chunk.facility.time_zone)
        self.encounters = _encounters(chunk)
        self.accounts = _accounts(chunk)
        self.patients = _patients_by_mrn(chunk)
        self.records = _records(self.encounters.values())
        self.new: list[tuple[CodedLine, Encounter]] = []
        self.new_patients: list[tuple[Patient, str]] = []
        self.recoded: list[tuple[CodedLine, CodingRecord]] = []

    def write(self) -> None:
        """All lines of the chunk."""
        for line in self.chunk.lines:
            self._place(line)
        self._write_patients()
        self._write_encounters()
        self._write_codes()

    def _place(self, line: CodedLine) -> None:
        encounter = self.encounters.get(self.chunk.source_key(line))
        if encounter is not None:
            self._compare(line, encounter)
        elif line.account_number in self.accounts:
            self.chunk.rejects.append((line.number, ELSEWHERE))
        else:
            self._add(line)

    def _add(self, line: CodedLine) -> None:
        patient = self.patients.get(line.mrn) if line.mrn else None
        if patient is not None and not _same_person(line, patient):
            self.chunk.rejects.append((line.number, ANOTHER))
            return
        if patient is None:
            patient = self._new_patient(line)
        encounter = Encounter(
            patient=patient, facility=self.chunk.facility, account_number=line.account_number,
            source_key=self.chunk.source_key(line), encounter_class=EncounterClass.INPATIENT, **self._columns(line),
        )  # fmt: skip
        encounter.set_local_dates()
        self.new.append((line, encounter))
        self.chunk.created += 1
        self.chunk.warnings.update(line.notes)

    def _new_patient(self, line: CodedLine) -> Patient:
        """Without a name the patient gets one nobody takes for a real one: the line's number and the file's digest."""
        patient = Patient(
            family_name=line.family_name or f"Abstract {line.number:07d}",
            given_names=line.given_names if line.family_name else f"File {self.chunk.digest[:8]}",
            birth_date=line.birth_date,
            sex=line.sex,
        )
        patient.search_name = patient.folded_name()
        self.new_patients.append((patient, line.mrn))
        if line.mrn:
            self.patients[line.mrn] = patient
        return patient

    def _columns(self, line: CodedLine) -> dict[str, Any]:
        return {
            "status": EncounterStatus.DISCHARGED,
            "admitted_at": self._moment(line.admitted_on, ADMITTED_AT),
            "discharged_at": self._moment(line.discharged_on, DISCHARGED_AT),
            "discharge_disposition": line.disposition,
        }

    def _moment(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, tzinfo=self.zone)

    def _compare(self, line: CodedLine, encounter: Encounter) -> None:
        """A line that came before. What a coder has worked on since, or has open, stays as the coder left it."""
        record = self.records.get(encounter.pk)
        self.chunk.patient_ids.add(encounter.patient_id)
        if record is not None and record.status != CodingStatus.FINALIZED and _has_a_coder(record):
            self.chunk.warnings["left_to_their_coder"] += 1
            self.chunk.unchanged += 1
        elif not _same_age_and_sex(line, encounter):
            self.chunk.rejects.append((line.number, OTHER_PERSON))
        elif record is not None and _same_codes(line, record) and self._same_stay(line, encounter):
            self.chunk.unchanged += 1
        elif record is not None and record.status == CodingStatus.FINALIZED:
            self.chunk.rejects.append((line.number, FINAL))
        else:
            self._correct(line, encounter, record)

    def _same_stay(self, line: CodedLine, encounter: Encounter) -> bool:
        return all(getattr(encounter, name) == value for name, value in self._columns(line).items())

    def _correct(self, line: CodedLine, encounter: Encounter, record: CodingRecord | None) -> None:
        for name, value in self._columns(line).items():
            setattr(encounter, name, value)
        encounter.save()
        if record is None:
            record = _new_record(encounter)
            record.save(force_insert=True)
        record.discharged_on = encounter.discharged_on
        self.recoded.append((line, record))
        self.chunk.changed.append(encounter.pk)
        self.chunk.updated += 1
        self.chunk.warnings.update(line.notes)

    def _write_patients(self) -> None:
        self._set_apart([patient for patient, _ in self.new_patients])
        Patient.objects.bulk_create([patient for patient, _ in self.new_patients], batch_size=BATCH)
        start = take_numbers(MrnCounter, self.chunk.facility, len(self.new_patients)) if self.new_patients else 0
        rows = [
            MedicalRecordNumber(
                patient=patient,
                facility=self.chunk.facility,
                value=mrn or f"{self.chunk.facility.code}-{start + place}",
            )
            for place, (patient, mrn) in enumerate(self.new_patients)
        ]
        MedicalRecordNumber.objects.bulk_create(rows, batch_size=BATCH)

    def _set_apart(self, patients: list[Patient]) -> None:
        """Somebody of the same name, birth date and sex is another person until someone says otherwise."""
        taken = _people_on_file(patients)
        for patient in patients:
            person = (patient.search_name, patient.birth_date, patient.sex)
            if person in taken:
                self.chunk.warnings["possible_duplicates"] += 1
                patient.distinction = taken[person] + 1
            taken[person] = patient.distinction

    def _write_encounters(self) -> None:
        without = [encounter for _, encounter in self.new if not encounter.account_number]
        start = take_numbers(AccountCounter, self.chunk.facility, len(without)) if without else 0
        for place, encounter in enumerate(without):
            encounter.account_number = f"A{start + place}"
        Encounter.objects.bulk_create([encounter for _, encounter in self.new], batch_size=BATCH)
        for _, encounter in self.new:
            self.chunk.patient_ids.add(encounter.patient_id)
            self.chunk.discharged.append(encounter.pk)

    def _write_codes(self) -> None:
        records = [(line, _new_record(encounter)) for line, encounter in self.new]
        CodingRecord.objects.bulk_create([record for _, record in records], batch_size=BATCH)
        again = [record for _, record in self.recoded]
        CodedDiagnosis.objects.filter(record__in=again).delete()
        CodedProcedure.objects.filter(record__in=again).delete()
        for record in again:
            record.status, record.version, record.updated_at = (
                CodingStatus.IN_PROGRESS,
                record.version + 1,
                timezone.now(),
            )
        CodingRecord.objects.bulk_update(again, ["status", "version", "discharged_on", "updated_at"], batch_size=100)
        both = [(line, record.pk) for line, record in [*records, *self.recoded]]
        _copy(
            CodedDiagnosis,
            ("record_id", "role", "sequence", "code", "poa"),
            ((pk, *diagnosis) for line, pk in both for diagnosis in diagnoses_of(line)),
        )
        _copy(
            CodedProcedure,
            ("record_id", "sequence", "code", "performed_on"),
            ((pk, *procedure) for line, pk in both for procedure in procedures_of(line)),
        )


def _copy(model: type[Model], columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    """COPY into a stage, for a table under row-level security takes none, and one INSERT from there: several times as fast as
    an INSERT a row. The table's triggers, and with them the history, work all the same."""
    table = model._meta.db_table
    names = {
        "table": sql.Identifier(table),
        "stage": sql.Identifier(f"stage_{table}"),
        "columns": sql.SQL(", ").join(map(sql.Identifier, columns)),
    }

    def said(statement: LiteralString) -> str:
        return sql.SQL(statement).format(**names).as_string()

    with connection.cursor() as cursor:
        cursor.execute(said("CREATE TEMP TABLE {stage} AS SELECT {columns} FROM {table} WITH NO DATA"))
        with cursor.copy(sql.SQL("COPY {stage} ({columns}) FROM STDIN").format(**names)) as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(said("INSERT INTO {table} ({columns}) SELECT {columns} FROM {stage}"))
        cursor.execute(said("DROP TABLE {stage}"))


def diagnoses_of(line: CodedLine) -> list[Diagnosis]:
    """(role, sequence, code, poa) in coded order. An admitting diagnosis reports no POA (UB-04 FL 69)."""
    found: list[Diagnosis] = [(DiagnosisRole.PRINCIPAL.value, 1, *line.principal)]
    found += [
        (DiagnosisRole.SECONDARY.value, place, code, poa) for place, (code, poa) in enumerate(line.secondaries, start=1)
    ]
    if line.admitting_code:
        found.append((DiagnosisRole.ADMITTING.value, 1, line.admitting_code, ""))
    return found


def procedures_of(line: CodedLine) -> list[Procedure]:
    """(sequence, code, day) in coded order."""
    return [(place, code, performed_on) for place, (code, performed_on) in enumerate(line.procedures, start=1)]


def _has_a_coder(record: CodingRecord) -> bool:
    hold = hold_of(record)
    return record.coder_id is not None or (hold is not None and hold.holder_id is not None)


def _new_record(encounter: Encounter) -> CodingRecord:
    return CodingRecord(
        encounter=encounter, patient_id=encounter.patient_id, facility_id=encounter.facility_id,
        encounter_class=encounter.encounter_class, discharged_on=encounter.discharged_on,
        status=CodingStatus.IN_PROGRESS, version=1,
    )  # fmt: skip


def _same_codes(line: CodedLine, record: CodingRecord) -> bool:
    held = sorted((row.role, row.sequence, row.code, row.poa) for row in record.diagnoses.all())
    done = sorted((row.sequence, row.code, row.performed_on) for row in record.procedures.all())
    return held == sorted(diagnoses_of(line)) and done == procedures_of(line)


def _same_age_and_sex(line: CodedLine, encounter: Encounter) -> bool:
    patient = encounter.patient
    born = patient.birth_date == line.birth_date if line.birth_date_given else _age_fits(line, patient)
    return born and patient.sex == line.sex


def _same_person(line: CodedLine, patient: Patient) -> bool:
    """By what the line says: sex, birth date or age, and the name if it has one."""
    born = patient.birth_date == line.birth_date if line.birth_date_given else _age_fits(line, patient)
    named = not line.family_name or Patient(
        family_name=line.family_name, given_names=line.given_names, suffix=patient.suffix
    ).folded_name() == patient.search_name  # fmt: skip
    return born and named and patient.sex == line.sex


def _age_fits(line: CodedLine, patient: Patient) -> bool:
    if patient.birth_date > line.admitted_on:
        return False
    birthday_past = (line.admitted_on.month, line.admitted_on.day) >= (patient.birth_date.month, patient.birth_date.day)
    return line.admitted_on.year - patient.birth_date.year - (not birthday_past) == line.age


def _encounters(chunk: Chunk) -> dict[str, Encounter]:
    keys = sorted({chunk.source_key(line) for line in chunk.lines})
    rows = Encounter.objects.filter(~Q(source_key=""), source_key__in=keys).select_related("patient", "facility")
    return {row.source_key: row for row in rows}


def _accounts(chunk: Chunk) -> set[str]:
    asked = sorted({line.account_number for line in chunk.lines if line.account_number})
    rows = Encounter.objects.filter(facility=chunk.facility, account_number__in=asked)
    return set(rows.values_list("account_number", flat=True))


def _patients_by_mrn(chunk: Chunk) -> dict[str, Patient]:
    asked = sorted({line.mrn for line in chunk.lines if line.mrn})
    rows = MedicalRecordNumber.objects.filter(facility=chunk.facility, value__in=asked).select_related("patient")
    return {row.value: row.patient for row in rows}


def _records(encounters: Iterable[Encounter]) -> dict[UUID, CodingRecord]:
    ids = sorted(encounter.pk for encounter in encounters)
    rows = (
        CodingRecord.objects.filter(encounter_id__in=ids)
        .select_related("hold")
        .prefetch_related("diagnoses", "procedures")
    )
    return {row.encounter_id: row for row in rows}


def _people_on_file(patients: list[Patient]) -> dict[Person, int]:
    """Highest distinction on file for each name, birth date and sex."""
    names = sorted({patient.search_name for patient in patients})
    found: dict[Person, int] = defaultdict(int)
    rows = Patient.objects.filter(search_name__in=names).values_list("search_name", "birth_date", "sex")
    found.update({(name, born, sex): top for name, born, sex, top in rows.annotate(top=Max("distinction")).order_by()})
    return dict(found)
