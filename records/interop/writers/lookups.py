"""Finding in the database what the references of a chunk point to: a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q

from records.encounters.models import Encounter, Provider
from records.interop.fhir.drafts import EncounterDraft, PatientDraft
from records.interop.fhir.keys import key, split_key
from records.interop.work import State, Work
from records.registry.models import PatientIdentifier
from records.sensitivity.numbers import held_as


def owners_of(keys: Iterable[str]) -> dict[str, UUID]:
    """Patients by the keys of their identifiers; sealed ones are found by their blind index."""
    values: dict[str, list[str]] = defaultdict(list)
    asked: dict[tuple[str, str], list[str]] = defaultdict(list)
    for text in sorted(set(keys)):
        system, value = split_key(text)
        for held in held_as(system, value):
            values[system].append(held)
            asked[system, held].append(text)
    if not values:
        return {}
    wanted = reduce(or_, (Q(system=system, value__in=held) for system, held in values.items()))
    rows = PatientIdentifier.objects.filter(wanted).values_list("system", "value", "patient_id")
    return {text: patient_id for system, value, patient_id in rows for text in asked[system, value]}


def load_patients(work: Work) -> dict[str, UUID]:
    """Enter the patients that references point to; returns the owners of all keys of the chunk."""
    asked = {text for reference in work.references("Patient") for text in reference.keys}
    own = {key(system, value) for each in work.of(PatientDraft) for system, value in each.draft.identifiers}
    owners = owners_of(asked | own)
    for text in asked & owners.keys():
        work.enter("Patient", [text], owners[text])
    return owners


def load_providers(work: Work) -> None:
    """Enter the clinicians that references point to."""
    asked = {
        text
        for group in ("Practitioner", "PractitionerRole")
        for reference in work.references(group)
        for text in reference.keys
    }
    for text, provider_id in Provider.objects.filter(key__in=sorted(asked)).values_list("key", "pk"):
        work.enter("Practitioner", [text], provider_id)


def load_encounters(work: Work) -> None:
    """Enter the encounters that references point to, by their key, or by its value among the patient's encounters.

    The second way finds "Encounter/X" when the encounter came with X as the value of an identifier.
    """
    own = {text for each in work.of(EncounterDraft) for text in each.item.keys}
    asked = {text for reference in work.references("Encounter") for text in reference.keys} - own
    asked = {text for text in asked if ("Encounter", text) not in work.known.ids}
    if not asked:
        return
    exact = Encounter.objects.filter(~Q(source_key=""), source_key__in=sorted(asked)).values_list("source_key", "pk")
    for text, encounter_id in exact:
        work.enter("Encounter", [text], encounter_id)
        asked.discard(text)
    values = {_last_part(text): text for text in asked}
    patients = _patients_asking(work, asked)
    if not (values and patients):
        return
    rows = Encounter.objects.filter(patient_id__in=patients).exclude(source_key="")
    for text, encounter_id in rows.values_list("source_key", "pk"):
        wanted = values.get(split_key(text)[1])
        if wanted:
            work.enter("Encounter", [wanted], encounter_id)


def _last_part(text: str) -> str:
    """The id in "fhir|Encounter/X" or "urn:uuid|X"."""
    return split_key(text)[1].rpartition("/")[2]


def _patients_asking(work: Work, asked: set[str]) -> list[UUID]:
    found = set()
    for each in work.ready:
        encounter = getattr(each.draft, "encounter", None)
        if encounter is not None and asked.intersection(encounter.keys):
            state, patient_id = work.look(each.draft.patient)
            if state is State.FOUND:
                found.add(patient_id)
    return sorted(found)
