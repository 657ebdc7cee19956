"""The lists of the chart: problems, allergies, medications, observations, procedures, immunizations."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from records.chart.models import Allergy, Immunization, Medication, Observation, Problem, ProcedureEntry
from records.encounters.models import Encounter
from records.interop.fhir.drafts import EntryDraft
from records.interop.fhir.values import Coded
from records.interop.work import Ready, Work
from records.interop.writers.rows import by_source_key, create_all, differences, update_all

MODELS: dict[str, type[Any]] = {
    model.__name__: model for model in (Problem, Allergy, Medication, Observation, ProcedureEntry, Immunization)
}
OTHER_PATIENT = "it is on file for another patient"
OTHER_VISIT = "its encounter belongs to another patient"
UNNAMED = "its medication was not found"
Placed = tuple[Ready[EntryDraft], UUID, UUID | None, dict[str, Any]]


def write_entries(work: Work) -> None:
    """All entries of the chunk, kind by kind."""
    placed = [found for each in work.of(EntryDraft) if (found := _place(work, each))]
    patients = patients_of_encounters({visit for _, _, visit, _ in placed if visit})
    for kind, model in MODELS.items():
        _write_kind(work, model, [found for found in placed if found[0].draft.kind == kind], patients)


def patients_of_encounters(encounter_ids: set[UUID]) -> dict[UUID, UUID]:
    """Whose encounters these are."""
    if not encounter_ids:
        return {}
    return dict(Encounter.objects.filter(pk__in=sorted(encounter_ids)).values_list("pk", "patient_id"))


def _place(work: Work, each: Ready[EntryDraft]) -> Placed | None:
    patient_id = work.need(each, each.draft.patient)
    if patient_id is None:
        return None
    go_on, visit = work.follow(each, each.draft.encounter)
    columns = dict(each.draft.columns)
    if go_on and each.draft.medication is not None:
        go_on, drug = work.follow(each, each.draft.medication)
        if isinstance(drug, Coded):
            columns.update(drug.columns)
        if go_on and not columns["display"]:
            work.reject(each, UNNAMED)
            return None
    return (each, patient_id, visit, columns) if go_on else None


def _write_kind(work: Work, model: type[Any], placed: list[Placed], patients: dict[UUID, UUID]) -> None:
    if not placed:
        return
    rows = by_source_key(model._default_manager.all(), (each.draft.source_key for each, _, _, _ in placed))
    new: dict[str, Any] = {}
    touched: list[tuple[Any, list[str]]] = []
    for each, patient_id, visit, columns in placed:
        work.tally.warnings.update(each.draft.notes)
        row = rows.get(each.draft.source_key)
        if visit is not None and patients.get(visit) != patient_id:
            work.reject(each, OTHER_VISIT)
        elif row is not None and row.patient_id != patient_id:
            work.reject(each, OTHER_PATIENT)
        elif row is None:
            new[each.draft.source_key] = rows[each.draft.source_key] = model(
                patient_id=patient_id,
                encounter_id=visit,
                facility=work.facility,
                source_key=each.draft.source_key,
                **columns,
            )
            work.patient_ids.add(patient_id)
            work.tally.created += 1
        else:
            _compare(work, row, {**columns, **({"encounter_id": visit} if visit else {})}, touched)
    create_all(model, new.values())
    names = {name for _, changed in touched for name in changed}
    update_all(model, (row for row, _ in touched), {"encounter" if name == "encounter_id" else name for name in names})


def _compare(work: Work, row: Any, columns: dict[str, Any], touched: list[tuple[Any, list[str]]]) -> None:
    """These rows belong to the source: what it leaves blank becomes blank."""
    work.patient_ids.add(row.patient_id)
    changed = differences(row, columns, keep_blank=False)
    if changed:
        touched.append((row, changed))
        work.tally.updated += 1
    else:
        work.tally.unchanged += 1
