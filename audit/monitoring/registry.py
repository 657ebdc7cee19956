"""Who explains an access, and who knows the facts about patients: filled in by the apps above when they are ready."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from audit.monitoring.facts import PatientFacts, Strength

# One row an access asked about: who, whom, when, and its place in the batch. As text, which is sent faster than arrays.
ASKED = (
    "WITH ask AS (SELECT * FROM unnest(string_to_array(%(actors)s, ',')::uuid[], string_to_array(%(patients)s, ',')::uuid[],"
    " string_to_array(%(moments)s, ',')::timestamptz[]) WITH ORDINALITY AS ask(actor, patient, at, n)) "
)
# Whether the person held a permission at a facility on that day; for use in a source's condition.
HELD = (
    "EXISTS (SELECT 1 FROM staff_membership m JOIN auth_group_permissions gp ON gp.group_id = m.role_id"
    " JOIN auth_permission p ON p.id = gp.permission_id AND p.codename = ANY(%({permission})s::text[])"
    " WHERE m.user_id = ask.actor AND m.facility_id = {facility} AND m.valid_from <= ask.at::date"
    " AND (m.valid_to IS NULL OR m.valid_to >= ask.at::date))"
)


class Ask(NamedTuple):
    """An access that wants an explanation."""

    actor_id: UUID
    patient_id: UUID
    at: datetime


Explainer = Callable[[Sequence[Ask]], Mapping[Ask, str]]
Teller = Callable[[Collection[UUID]], Mapping[UUID, PatientFacts]]


@dataclass(frozen=True)
class Source:
    """One kind of relationship. missing: what to say when it was not found."""

    name: str
    explain: Explainer
    strength: Strength
    missing: str


@dataclass(frozen=True)
class Explanation:
    """What explains an access."""

    source: str
    sentence: str
    strength: Strength


_sources: dict[str, Source] = {}
_tellers: list[Teller] = []


def explained_by(name: str, function: Explainer, *, missing: str, strength: Strength = Strength.OWN) -> None:
    """Register a source: `function(asks)` gives a plain sentence for each access it explains, in a fixed number of queries.

    Called once, when the app is ready. strength: POOL for work that waits for a whole group.
    """
    _sources[name] = Source(name, function, strength, missing)


def patient_facts_by(teller: Teller) -> None:
    """Called by the registry when it is ready: `teller(patient_ids)` says what the rules weigh."""
    _tellers[:] = [teller]


def sources() -> list[Source]:
    """All sources, those of the person's own first."""
    return sorted(_sources.values(), key=lambda source: -source.strength)


def explain(asks: Sequence[Ask]) -> dict[Ask, Explanation]:
    """The best explanation of each access that has one. Sources are asked in turn, each only about what is still open."""
    found: dict[Ask, Explanation] = {}
    left = list(dict.fromkeys(asks))
    for source in sources():
        if not left:
            break
        told = source.explain(left)
        found.update({ask: Explanation(source.name, told[ask][:200], source.strength) for ask in told})
        left = [ask for ask in left if ask not in told]
    return found


def missing_words() -> list[str]:
    """What an access without explanation lacks: one short sentence a source."""
    return [source.missing for source in sources()]


def patient_facts(patient_ids: Collection[UUID]) -> Mapping[UUID, PatientFacts]:
    """What is known of the patients; those unknown are missing."""
    return _tellers[0](patient_ids) if _tellers and patient_ids else {}


def told_by(query: str, asks: Sequence[Ask], **values: Any) -> dict[Ask, str]:
    """For sources: runs one statement over the whole batch.

    query: what follows the WITH that names the batch `ask`; gives the place in the batch (n) and the sentence.
    """
    if not asks:
        return {}
    batch: dict[str, Any] = {
        "actors": ",".join(str(ask.actor_id) for ask in asks),
        "patients": ",".join(str(ask.patient_id) for ask in asks),
        "moments": ",".join(ask.at.isoformat() for ask in asks),
    }
    with connection.cursor() as cursor:
        cursor.execute(ASKED + query, {**batch, **values})
        return {asks[place - 1]: sentence for place, sentence in cursor.fetchall()}


def held(permissions: str, facility: str) -> str:
    """The condition that the person held one of the permissions listed in the value named `permissions`, at the facility column."""
    return HELD.format(permission=permissions, facility=facility)
