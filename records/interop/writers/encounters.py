"""Encounters, with the clinicians who took part."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.utils import timezone

from records.encounters.enums import EncounterStatus
from records.encounters.models import AccountCounter, Encounter, EncounterProvider
from records.interop.fhir.drafts import EncounterDraft
from records.interop.work import Ready, Work
from records.interop.writers.rows import by_source_key, create_all, differences, update_all
from records.registry.counters import take_numbers

OTHER_PATIENT = "it is on file for another patient"
CLOSED = frozenset({EncounterStatus.DISCHARGED, EncounterStatus.CANCELLED})
STILL_OPEN = frozenset({EncounterStatus.PLANNED, EncounterStatus.IN_PROGRESS})
Participants = list[tuple[str, UUID]]
WORK_DAYS = 365


class Correction(NamedTuple):
    """An encounter on file: the columns that changed, whether it was discharged by it, and whether it was history before."""

    row: Encounter
    changed: list[str]
    discharged: bool
    was_history: bool


def is_history(status: str, discharged_on: date | None, today: date) -> bool:
    """Discharged more than 365 days ago: it belongs to the chart, but is no work for coding and billing any more."""
    if status != EncounterStatus.DISCHARGED or discharged_on is None:
        return False
    return discharged_on < today - timedelta(days=WORK_DAYS)


def write_encounters(work: Work) -> None:
    """New encounters get the facility's next account numbers, unless the source brings free ones of its own."""
    ready = work.of(EncounterDraft)
    rows = by_source_key(Encounter.objects.select_related("facility"), (each.draft.source_key for each in ready))
    new: list[tuple[Encounter, EncounterDraft]] = []
    old: list[Correction] = []
    people: list[tuple[Encounter, Participants]] = []
    for each in ready:
        patient_id = work.need(each, each.draft.patient)
        who = _participants(work, each) if patient_id is not None else None
        if patient_id is None or who is None:
            continue
        row = rows.get(each.draft.source_key)
        if row is not None and row.patient_id != patient_id:
            work.reject(each, OTHER_PATIENT)
            continue
        if row is None:
            row = _new(work, patient_id, each.draft)
            new.append((row, each.draft))
        else:
            old.append(_corrected(row, each.draft))
        _know(work, each, row)
        people.append((row, who))
    _number(work, new)
    _attend(people)
    create_all(Encounter, (row for row, _ in new))
    added = _add_people(people)
    _finish(work, new, old, added)


def _participants(work: Work, each: Ready[EncounterDraft]) -> Participants | None:
    """Clinicians by role; None when the encounter has to wait for one."""
    found: Participants = []
    for role, reference in each.draft.participants:
        go_on, provider_id = work.follow(each, reference)
        if not go_on:
            return None
        if provider_id is not None:
            found.append((role, provider_id))
    return found


def _new(work: Work, patient_id: UUID, draft: EncounterDraft) -> Encounter:
    row = Encounter(patient_id=patient_id, facility=work.facility, source_key=draft.source_key, **draft.columns)
    row.set_local_dates()
    return row


def _corrected(row: Encounter, draft: EncounterDraft) -> Correction:
    """The row and what changed. An older export does not reopen a closed encounter."""
    columns: dict[str, Any] = dict(draft.columns)
    if row.status in CLOSED and columns["status"] in STILL_OPEN:
        del columns["status"], columns["discharged_at"]
    was_open, was_history = row.status in STILL_OPEN, _is_history(row)
    changed = differences(row, columns)
    if changed:
        row.set_local_dates()
        row.updated_at = timezone.now()
        changed += ["admitted_on", "discharged_on", "updated_at"]
    return Correction(row, changed, was_open and row.status == EncounterStatus.DISCHARGED, was_history)


def _is_history(row: Encounter) -> bool:
    return is_history(row.status, row.discharged_on, timezone.localdate())


def _know(work: Work, each: Ready[EncounterDraft], row: Encounter) -> None:
    """For this chunk; for the rest of the run only what a look into the database would not find."""
    work.enter("Encounter", each.item.keys, row.pk)
    work.patient_ids.add(row.patient_id)
    work.tally.warnings.update(each.draft.notes)
    value = each.item.source_key.rpartition("|")[2]
    for key in each.item.keys[1:]:
        if key.rpartition("|")[2].rpartition("/")[2] != value:
            work.learned.ids["Encounter", key] = row.pk


def _number(work: Work, new: list[tuple[Encounter, EncounterDraft]]) -> None:
    wanted = sorted({draft.account_number for _, draft in new if draft.account_number})
    rows = (
        Encounter.objects.filter(facility=work.facility, account_number__in=wanted)
        if wanted
        else Encounter.objects.none()
    )
    taken = {"", *rows.values_list("account_number", flat=True)}
    without = []
    for row, draft in new:
        if draft.account_number in taken:
            without.append(row)
        else:
            row.account_number = draft.account_number
            taken.add(draft.account_number)
    if without:
        start = take_numbers(AccountCounter, work.facility, len(without))
        for place, row in enumerate(without):
            row.account_number = f"A{start + place}"


def _attend(people: list[tuple[Encounter, Participants]]) -> None:
    """The first attending of an encounter that has none yet."""
    for row, who in people:
        if row.attending_id is None:
            row.attending_id = next((provider_id for role, provider_id in who if role == "attending"), None)


def _add_people(people: list[tuple[Encounter, Participants]]) -> set[UUID]:
    """Encounters that got a clinician they did not have."""
    ids = [row.pk for row, who in people if who]
    held = set(
        EncounterProvider.objects.filter(encounter_id__in=ids).values_list("encounter_id", "provider_id", "role")
    )
    rows = {}
    for row, who in people:
        for role, provider_id in who:
            place = (row.pk, provider_id, role)
            if place not in held:
                rows[place] = EncounterProvider(encounter_id=row.pk, provider_id=provider_id, role=role)
    create_all(EncounterProvider, rows.values())
    return {encounter_id for encounter_id, _, _ in rows}


def _finish(
    work: Work,
    new: list[tuple[Encounter, EncounterDraft]],
    old: list[Correction],
    added: set[UUID],
) -> None:
    """Counts, updates, and who is to be told: nobody of history, unless a correction made it so."""
    for row, _ in new:
        work.tally.created += 1
        if not _is_history(row):
            (work.discharged if row.status == EncounterStatus.DISCHARGED else work.changed).append(row.pk)
    touched = [(row, changed) for row, changed, _, _ in old if changed or row.pk in added]
    names = {name for _, changed in touched for name in changed} | ({"attending"} if touched else set())
    update_all(Encounter, (row for row, _ in touched), names)
    for row, changed, discharged, was_history in old:
        if changed or row.pk in added:
            work.tally.updated += 1
            if not (_is_history(row) and (was_history or discharged)):
                (work.discharged if discharged else work.changed).append(row.pk)
        else:
            work.tally.unchanged += 1
