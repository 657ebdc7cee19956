"""Patients into the registry, each with its numbers, other names, addresses and phones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.utils import timezone

from hims.lib.masking import national_kind, normal
from hims.lib.text import fold
from records.interop.fhir.drafts import PatientDraft
from records.interop.fhir.keys import key
from records.interop.work import Ready, Work
from records.interop.writers.rows import create_all, differences, update_all
from records.registry.counters import take_numbers
from records.registry.models import (
    Address,
    MedicalRecordNumber,
    MrnCounter,
    Patient,
    PatientIdentifier,
    PatientName,
    Phone,
)
from records.sensitivity.numbers import clear, stored

ANOTHER_PERSON = "its identifier belongs to a patient with another name and birth date"
SAME_NUMBER = "it shares a number with another patient of the same input"
TWO_PATIENTS = "its identifiers belong to two patients"
Person = tuple[str, Any, str]
Mark = tuple[Any, ...]


class PatientWriter:
    """One chunk's patients: decide for each whether it is new, collect rows, write them by kind."""

    def __init__(self, work: Work, owners: dict[str, UUID]) -> None:
        self.work = work
        self.owners = owners
        self.ready = work.of(PatientDraft)
        self.mrn_owners = self._mrn_owners()
        self.on_file = Patient.objects.in_bulk(sorted(self._candidates()))
        self.taken = self._people([*self.on_file.values(), *(_row(each.draft) for each in self.ready)])
        self.new: list[tuple[Patient, PatientDraft]] = []
        self.old: list[tuple[Patient, PatientDraft, list[str]]] = []
        self.children: dict[type[Any], list[Any]] = {
            MedicalRecordNumber: [], PatientIdentifier: [], PatientName: [], Address: [], Phone: []
        }  # fmt: skip

    def write(self) -> None:
        """All of them."""
        for each in self.ready:
            self._place(each)
        create_all(Patient, (patient for patient, _ in self.new))
        held = _children_of([patient.pk for patient, _, _ in self.old])
        for patient, draft in self.new:
            self._add_children(patient, draft, set())
            self.work.tally.created += 1
        for patient, draft, changed in self.old:
            added = self._add_children(patient, draft, held[patient.pk])
            self.work.tally.updated += bool(changed or added)
            self.work.tally.unchanged += not (changed or added)
        changed_rows = [(patient, changed) for patient, _, changed in self.old if changed]
        update_all(
            Patient, (patient for patient, _ in changed_rows), {name for _, changed in changed_rows for name in changed}
        )
        self._number()
        for model, rows in self.children.items():
            create_all(model, rows)

    def _mrn_owners(self) -> dict[str, UUID]:
        values = sorted({each.draft.mrn for each in self.ready if each.draft.mrn})
        rows = MedicalRecordNumber.objects.filter(facility=self.work.facility, value__in=values)
        return dict(rows.values_list("value", "patient_id"))

    def _candidates(self) -> set[UUID]:
        return {owner for each in self.ready for owner in self._owners(each.draft)}

    def _owners(self, draft: PatientDraft) -> set[UUID]:
        found = {self.owners[text] for text in draft.match_keys if text in self.owners}
        return found | ({self.mrn_owners[draft.mrn]} if draft.mrn in self.mrn_owners else set())

    def _people(self, rows: Iterable[Patient]) -> dict[Person, int]:
        """Highest distinction on file for each name, birth date and sex."""
        names, births = (
            zip(*{(row.search_name, row.birth_date) for row in rows}, strict=True) if self.ready else ((), ())
        )
        found = Patient.objects.filter(search_name__in=sorted(set(names)), birth_date__in=sorted(set(births)))
        grouped = found.values_list("search_name", "birth_date", "sex").annotate(highest=Max("distinction")).order_by()
        return {(name, birth, sex): highest for name, birth, sex, highest in grouped}

    def _place(self, each: Ready[PatientDraft]) -> None:
        owners = self._owners(each.draft)
        if len(owners) > 1:
            self.work.reject(each, TWO_PATIENTS)
        elif owners:
            self._meet(each, self.on_file.get(owners.pop()))
        else:
            self._register(each)

    def _register(self, each: Ready[PatientDraft]) -> None:
        patient = _row(each.draft)
        self._set_apart(patient)
        self.new.append((patient, each.draft))
        self._known(each, patient)

    def _meet(self, each: Ready[PatientDraft], patient: Patient | None) -> None:
        """A patient on file; None when it is another one of this chunk that brought the same number first."""
        if patient is None:
            self.work.reject(each, SAME_NUMBER)
            return
        draft = each.draft
        other = _row(draft)
        if other.search_name != patient.search_name and other.birth_date != patient.birth_date:
            self.work.reject(each, ANOTHER_PERSON)
            return
        before = _person(patient)
        changed = differences(patient, draft.columns)
        patient.search_name = patient.folded_name()
        if _person(patient) != before:
            self._set_apart(patient)
            changed += ["search_name", "distinction"]
        if changed:
            patient.updated_at = timezone.now()
            changed.append("updated_at")
        self.old.append((patient, draft, changed))
        self._known(each, patient)

    def _set_apart(self, patient: Patient) -> None:
        """Somebody of the same name, birth date and sex is on file under other numbers: perhaps the same person."""
        person = _person(patient)
        if person in self.taken:
            self.work.tally.warnings["possible_duplicates"] += 1
            patient.distinction = self.taken[person] + 1
        else:
            patient.distinction = 0
        self.taken[person] = patient.distinction

    def _known(self, each: Ready[PatientDraft], patient: Patient) -> None:
        self.work.enter("Patient", each.item.keys, patient.pk)
        self.work.patient_ids.add(patient.pk)
        self.work.tally.warnings.update(each.draft.notes)
        for text in each.draft.match_keys:
            self.owners.setdefault(text, patient.pk)
        if each.draft.mrn:
            self.mrn_owners.setdefault(each.draft.mrn, patient.pk)

    def _add_children(self, patient: Patient, draft: PatientDraft, held: set[Mark]) -> int:
        """What the patient does not have yet; returns how many rows."""
        wanted: dict[Mark, Any] = {}
        for system, value in draft.identifiers:
            owner = self.owners.setdefault(key(system, value), patient.pk)
            if owner == patient.pk:
                mark = ("identifier", system, normal(national_kind(system), value))
                wanted[mark] = PatientIdentifier(system=system, **stored(system, value))
            else:
                self.work.tally.warnings["shared_identifiers"] += 1
        for use, family, given in draft.names:
            name = PatientName(use=use, family_name=family, given_names=given, search_name=_folded(family, given))
            wanted["name", use, family, given] = name
        for address in draft.addresses:
            wanted["address", *address.values()] = Address(**address)
        for use, value in draft.phones:
            wanted["phone", use, value] = Phone(use=use, value=value)
        wanted["mrn", self.work.facility.pk] = MedicalRecordNumber(facility=self.work.facility, value=draft.mrn)
        missing = wanted.keys() - held
        for mark in sorted(missing, key=str):
            wanted[mark].patient = patient
            self.children[type(wanted[mark])].append(wanted[mark])
        held |= missing
        return len(missing)

    def _number(self) -> None:
        """The facility's next numbers for those who bring none of its own."""
        rows = self.children[MedicalRecordNumber]
        without = [row for row in rows if not row.value or self.mrn_owners.get(row.value) != row.patient_id]
        if without:
            start = take_numbers(MrnCounter, self.work.facility, len(without))
            for place, row in enumerate(without):
                row.value = f"{self.work.facility.code}-{start + place}"


def _row(draft: PatientDraft) -> Patient:
    patient = Patient(**draft.columns)
    patient.search_name = patient.folded_name()
    return patient


def _person(patient: Patient) -> Person:
    return patient.search_name, patient.birth_date, patient.sex


def _folded(family: str, given: str) -> str:
    return fold(f"{family} {given}")[:130]


def _children_of(patient_ids: list[UUID]) -> dict[UUID, set[Mark]]:
    """What patients on file already have, as tuples that begin with its kind."""
    found: dict[UUID, set[Mark]] = {patient_id: set() for patient_id in patient_ids}
    kinds: tuple[tuple[str, type[Any], tuple[str, ...]], ...] = (
        ("identifier", PatientIdentifier, ("system", "value", "sealed")),
        ("name", PatientName, ("use", "family_name", "given_names")),
        ("address", Address, ("use", "line", "city", "state", "postal_code", "country")),
        ("phone", Phone, ("use", "value")),
        ("mrn", MedicalRecordNumber, ("facility_id",)),
    )
    if patient_ids:
        for kind, model, names in kinds:
            rows = model._default_manager.filter(patient_id__in=patient_ids).values_list("patient_id", *names)
            for patient_id, *values in rows:
                found[patient_id].add(_number_mark(*values) if kind == "identifier" else (kind, *values))
    return found


def _number_mark(system: str, value: str, sealed: str) -> Mark:
    """A number as it came, whether it is sealed or not."""
    return "identifier", system, normal(national_kind(system), clear(system, value, sealed))
