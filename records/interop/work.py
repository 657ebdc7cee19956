"""One chunk of resources on its way into the database: who is found, who is lost, who waits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Generic, TypeVar
from uuid import UUID

from hims.staff.models import Facility
from records.interop.fhir.drafts import (
    Draft,
    EncounterDraft,
    PatientDraft,
    PayerDraft,
    ProviderDraft,
    ProviderRoleDraft,
)
from records.interop.fhir.item import Item
from records.interop.fhir.keys import Reference
from records.interop.tally import Learned, Tally

D = TypeVar("D", bound=Draft)
GROUPS: dict[type[Any], str] = {
    PatientDraft: "Patient", ProviderDraft: "Practitioner", ProviderRoleDraft: "PractitionerRole",
    PayerDraft: "Organization", EncounterDraft: "Encounter",
}  # fmt: skip


@dataclass(frozen=True)
class Ready(Generic[D]):
    """A resource that was read and found valid."""

    item: Item
    draft: D


class State(Enum):
    """What became of the target of a reference."""

    FOUND = "found"
    MISSING = "missing"
    WAITING = "waiting"
    REJECTED = "rejected"


@dataclass
class Work:
    """The chunk, the run's memory, and the book of what its references point to.

    expected: resource types that files still to be read hold; a reference to one of them may wait for the second round.
    """

    facility: Facility
    ready: list[Ready[Any]]
    known: Learned
    expected: frozenset[str] = frozenset()
    tally: Tally = field(default_factory=Tally)
    learned: Learned = field(default_factory=Learned)
    deferred: list[str] = field(default_factory=list)
    patient_ids: set[UUID] = field(default_factory=set)
    discharged: list[UUID] = field(default_factory=list)
    changed: list[UUID] = field(default_factory=list)
    _found: dict[tuple[str, str], Any] = field(default_factory=dict)
    _gone: dict[tuple[str, str], State] = field(default_factory=dict)

    def of(self, kind: type[D]) -> list[Ready[D]]:
        """The resources that became a draft of this kind, in the order of the input."""
        return [each for each in self.ready if isinstance(each.draft, kind)]

    def references(self, group: str) -> Iterator[Reference]:
        """All references of the chunk that may point to a resource type."""
        for each in self.ready:
            for reference in _references(each.draft):
                if group in reference.types:
                    yield reference

    def enter(self, group: str, keys: Iterable[str], target: Any) -> None:
        """The target of these keys is known."""
        for key in keys:
            self._found[group, key] = target

    def look(self, reference: Reference) -> tuple[State, Any]:
        """What a reference points to: in this chunk, earlier in this run, or in the database.

        What this chunk rejected is not looked for elsewhere: the input means another one than the one on file.
        """
        wanted = [(group, key) for group in reference.types for key in reference.keys]
        for place in wanted:
            if place in self._gone:
                return self._gone[place], None
        for place in wanted:
            for shelf in (self._found, self.known.ids, self.known.things):
                if place in shelf:
                    return State.FOUND, shelf[place]
        waits = self.expected.intersection(reference.types)
        return (State.WAITING if waits else State.MISSING), None

    def reject(self, each: Ready[Any], reason: str) -> None:
        """Not kept; what needs it is told so."""
        self.tally.reject(each.item.where, f"{each.item.kind}: {reason}")
        self._mark(each, State.REJECTED)

    def defer(self, each: Ready[Any]) -> None:
        """To be read again when all files have been read once."""
        self.deferred.append(each.item.where)
        self._mark(each, State.WAITING)

    def mark_rejected(self, group: str, keys: Iterable[str]) -> None:
        """A resource of the same batch was found invalid before."""
        for key in keys:
            self._gone[group, key] = State.REJECTED

    def _mark(self, each: Ready[Any], state: State) -> None:
        group = GROUPS.get(type(each.draft), each.item.kind)
        for key in each.item.keys:
            self._gone.setdefault((group, key), state)

    def need(self, each: Ready[Any], reference: Reference) -> Any:
        """The target of a reference the resource cannot be kept without; None when it was rejected or deferred for it."""
        state, target = self.look(reference)
        name = reference.types[0].lower()
        if state is State.FOUND:
            return target
        if state is State.WAITING:
            self.defer(each)
        elif state is State.REJECTED:
            self.reject(each, f"its {name} was rejected")
        else:
            self.tally.leave_open(each.item.where, f"{each.item.kind}: {name} not found")
            self.reject(each, f"its {name} was not found")
        return None

    def follow(self, each: Ready[Any], reference: Reference | None) -> tuple[bool, Any]:
        """(may go on, target or None) of a reference the resource can do without. Open ends are listed, or wait."""
        if reference is None:
            return True, None
        state, target = self.look(reference)
        if state is State.WAITING:
            self.defer(each)
            return False, None
        if state is not State.FOUND:
            self.tally.leave_open(each.item.where, f"{each.item.kind}: {reference.types[0].lower()} not found")
        return True, target


def _references(draft: Draft) -> Iterator[Reference]:
    for value in vars(draft).values():
        if isinstance(value, Reference):
            yield value
    if isinstance(draft, EncounterDraft):
        yield from (who for _, who in draft.participants)
