"""Clinicians, payers and coverages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from records.encounters.models import Provider
from records.interop.fhir.drafts import CoverageDraft, PayerDraft, ProviderDraft, ProviderRoleDraft
from records.interop.fhir.people import payer_code, payer_columns, provider_named_by
from records.interop.work import Ready, State, Work
from records.interop.writers.rows import create_all, differences, update_all
from records.registry.models import Coverage, Payer


def write_providers(work: Work) -> None:
    """Clinicians by their key, then what their roles add."""
    ready = work.of(ProviderDraft)
    rows = {row.key: row for row in Provider.objects.filter(key__in=sorted({each.draft.key for each in ready}))}
    new: dict[str, Provider] = {}
    touched: dict[UUID, tuple[Provider, list[str]]] = {}
    for each in ready:
        row = rows.get(each.draft.key)
        if row is None:
            row = rows[each.draft.key] = new[each.draft.key] = Provider(key=each.draft.key, **each.draft.columns)
            work.tally.created += 1
        else:
            _note_changes(work, row, each.draft.columns, touched)
        _know(work, each, "Practitioner", row.pk)
    create_all(Provider, new.values())
    _write_roles(work, touched)
    update_all(
        Provider, (row for row, _ in touched.values()), {name for _, names in touched.values() for name in names}
    )


def make_named_providers(work: Work) -> None:
    """Clinicians nobody describes, whom a reference gives by number and name: kept under that number."""
    wanted: dict[str, ProviderDraft] = {}
    for reference in work.references("Practitioner"):
        if reference.by_number and work.look(reference)[0] is State.MISSING:
            draft = provider_named_by(reference)
            if draft is not None:
                wanted.setdefault(draft.key, draft)
    new = [Provider(key=key, **draft.columns) for key, draft in sorted(wanted.items())]
    create_all(Provider, new)
    for row in new:
        work.enter("Practitioner", [row.key], row.pk)
    work.tally.warnings.update({"clinicians_from_references": len(new)} if new else {})


def _note_changes(
    work: Work, row: Provider, columns: Mapping[str, Any], touched: dict[UUID, tuple[Provider, list[str]]]
) -> None:
    changed = differences(row, columns)
    if changed:
        work.tally.updated += 1
        touched.setdefault(row.pk, (row, []))[1].extend(changed)
    else:
        work.tally.unchanged += 1


def _write_roles(work: Work, touched: dict[UUID, tuple[Provider, list[str]]]) -> None:
    found: list[tuple[Ready[ProviderRoleDraft], UUID]] = []
    for each in work.of(ProviderRoleDraft):
        provider_id = work.need(each, each.draft.practitioner)
        if provider_id is not None:
            found.append((each, provider_id))
    rows = Provider.objects.in_bulk(sorted({provider_id for _, provider_id in found}))
    rows.update({provider_id: row for provider_id, (row, _) in touched.items()})
    for each, provider_id in found:
        _note_changes(work, rows[provider_id], each.draft.columns, touched)
        _know(work, each, "PractitionerRole", provider_id)


def _know(work: Work, each: Ready[Any], group: str, provider_id: UUID) -> None:
    """For this chunk, and for the rest of the run."""
    work.enter(group, each.item.keys, provider_id)
    work.learned.ids.update({(group, key): provider_id for key in each.item.keys})


def write_coverages(work: Work) -> None:
    """Coverages with their payers. A payer on file keeps what the site entered."""
    found = [pair for each in work.of(CoverageDraft) if (pair := _whose(work, each))]
    payers = _payers(work, [payer for _, _, payer in found])
    patient_ids = sorted({patient_id for _, patient_id, _ in found})
    held: dict[UUID, list[Coverage]] = defaultdict(list)
    for row in Coverage.objects.filter(patient_id__in=patient_ids):
        held[row.patient_id].append(row)
    new: list[Coverage] = []
    changed: list[tuple[Coverage, list[str]]] = []
    for each, patient_id, payer in found:
        work.patient_ids.add(patient_id)
        row = _same(held[patient_id], payers[payer.code], each.draft)
        if row is None:
            row = _new_coverage(held[patient_id], patient_id, payers[payer.code], each.draft)
            new.append(row)
            work.tally.created += 1
        elif names := differences(row, each.draft.columns):
            changed.append((row, names))
            work.tally.updated += 1
        else:
            work.tally.unchanged += 1
    create_all(Coverage, new)
    update_all(Coverage, (row for row, _ in changed if row.pk), {name for _, names in changed for name in names})


def _whose(work: Work, each: Ready[CoverageDraft]) -> tuple[Ready[CoverageDraft], UUID, PayerDraft] | None:
    patient_id = work.need(each, each.draft.patient)
    if patient_id is None:
        return None
    payer = _payer_of(work, each)
    return (each, patient_id, payer) if payer else None


def _payer_of(work: Work, each: Ready[CoverageDraft]) -> PayerDraft | None:
    draft = each.draft
    state, known = work.look(draft.payer) if draft.payer else (State.MISSING, None)
    if state is State.FOUND:
        return known if isinstance(known, PayerDraft) else None
    if draft.payer_name:
        return PayerDraft(payer_code(draft.payer_name), payer_columns(draft.payer_name))
    if draft.payer is not None:
        work.need(each, draft.payer)
    return None


def write_payers(work: Work) -> None:
    """Organizations that coverages of this chunk name as payer; any other organization is only counted."""
    asked = {key for each in work.of(CoverageDraft) if each.draft.payer for key in each.draft.payer.keys}
    wanted: list[PayerDraft] = []
    for each in work.of(PayerDraft):
        work.enter("Organization", each.item.keys, each.draft)
        work.learned.things.update({("Organization", key): each.draft for key in each.item.keys})
        if asked.intersection(each.item.keys):
            wanted.append(each.draft)
        else:
            work.tally.unsupported["Organization"] += 1
    before = set(Payer.objects.filter(code__in=[draft.code for draft in wanted]).values_list("code", flat=True))
    for draft in wanted:
        work.tally.unchanged += draft.code in before
        work.tally.created += draft.code not in before
        before.add(draft.code)
    _payers(work, wanted)


def _payers(work: Work, drafts: list[PayerDraft]) -> dict[str, Payer]:
    """Payers by code; missing ones are made."""
    wanted = {draft.code: draft for draft in drafts}
    rows = {row.code: row for row in Payer.objects.filter(code__in=sorted(wanted))}
    new = [Payer(code=code, **draft.columns) for code, draft in sorted(wanted.items()) if code not in rows]
    create_all(Payer, new)
    return rows | {row.code: row for row in new}


def _same(rows: list[Coverage], payer: Payer, draft: CoverageDraft) -> Coverage | None:
    member = draft.columns["member_id"]
    return next((row for row in rows if row.payer_id == payer.pk and row.member_id == member), None)


def _new_coverage(rows: list[Coverage], patient_id: UUID, payer: Payer, draft: CoverageDraft) -> Coverage:
    """With the source's rank when it is free, else the next one."""
    taken = {row.rank for row in rows}
    rank = draft.rank if draft.rank and draft.rank not in taken else max(taken, default=0) + 1
    row = Coverage(patient_id=patient_id, payer=payer, rank=rank, **draft.columns)
    rows.append(row)
    return row
