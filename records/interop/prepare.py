"""From resources as read to resources ready to be written: validated and mapped, duplicates set aside. No database."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from records.interop.fhir.drafts import PatientDraft
from records.interop.fhir.item import Item
from records.interop.fhir.mapping import ORDER, SUPPORTED, mapped
from records.interop.fhir.reader import Batch
from records.interop.fhir.validation import checked
from records.interop.fhir.values import Malformed, Setting, coded
from records.interop.tally import Learned, Tally
from records.interop.work import Ready

RESULTS_ONLY = "DiagnosticReport (results only)"
SHARED_BY_MANY = frozenset({"Practitioner", "PractitionerRole", "Organization"})


@dataclass
class Prepared:
    """ready: in the order in which they need each other. broken: (type, keys) of what was rejected."""

    ready: list[Ready[Any]] = field(default_factory=list)
    broken: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    learned: Learned = field(default_factory=Learned)
    _seen: dict[tuple[str, str], Item] = field(default_factory=dict)

    def take(self, item: Item, setting: Setting) -> None:
        """Validate, map and sort in one resource."""
        if item.kind not in SUPPORTED:
            self.tally.unsupported[item.kind] += 1
            if item.kind == "Medication":
                self._remember_drug(item)
            return
        resource, reason = checked(item.resource)
        if reason:
            self._refuse(item, reason)
            return
        newer = item if resource is item.resource else replace(item, resource=resource)
        try:
            draft = mapped(newer, setting)
        except Malformed as error:
            self._refuse(item, str(error))
            return
        if draft is None:
            self.tally.unsupported[RESULTS_ONLY] += 1
        elif self._is_first(newer, draft.match_keys if isinstance(draft, PatientDraft) else newer.keys):
            self.ready.append(Ready(newer, draft))

    def _refuse(self, item: Item, reason: str) -> None:
        self.tally.reject(item.where, f"{item.kind}: {reason}")
        self.broken.append((item.kind, item.keys))

    def _is_first(self, item: Item, keys: tuple[str, ...]) -> bool:
        """Is it the first under its keys? The same again counts as unchanged; something else under the same key is refused."""
        earlier = next((self._seen[item.kind, key] for key in keys if (item.kind, key) in self._seen), None)
        if earlier is None:
            self._seen.update({(item.kind, key): item for key in keys})
            return True
        if item.kind in SHARED_BY_MANY and earlier.resource != item.resource:
            return True
        if earlier.resource == item.resource:
            self.tally.unchanged += 1
        else:
            self.tally.reject(
                item.where, f"{item.kind}: the same identifier or id as {earlier.where}, with other content"
            )
        return False

    def _remember_drug(self, item: Item) -> None:
        try:
            drug = coded(item.resource.get("code"))
        except Malformed:
            return
        if drug.display:
            self.learned.things.update({("Medication", key): drug for key in item.keys})


def prepare(batch: Batch, setting: Setting, *, again: bool = False) -> Prepared:
    """The batch, ready. again: it was counted before, and is read a second time for what was missing then."""
    prepared = Prepared()
    if not again:
        prepared.tally.read = len(batch.items) + sum(fault.count for fault in batch.faults)
        for fault in batch.faults:
            prepared.tally.reject(fault.where, fault.reason, fault.count)
        if batch.cleaned:
            prepared.tally.warnings["nul_characters_removed"] += batch.cleaned
    for item in batch.items:
        prepared.take(item, setting)
    prepared.ready.sort(key=lambda each: ORDER[each.item.kind])
    return prepared
