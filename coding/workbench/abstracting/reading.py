"""The items of an abstract as they count: the coder's value where there is one, else registration's."""

from __future__ import annotations

from dataclasses import replace

from coding.workbench.abstracting.models import Abstract
from coding.workbench.abstracting.rules import AbstractFacts, Moved
from coding.workbench.models import CodingRecord
from records.encounters.models import Provider

CODED_ITEMS = ("discharge_disposition", "admission_type", "point_of_origin")
CLINICIANS = ("attending", "operating", "other_operating")
RELATED = ("abstract__attending", "abstract__operating", "abstract__other_operating")


def abstract_of(record: CodingRecord) -> Abstract | None:
    """The record's abstract, None while nothing was stated. No query when it was joined."""
    found: Abstract | None = getattr(record, "abstract", None)
    return found


def effective(record: CodingRecord, name: str) -> str:
    """One of CODED_ITEMS."""
    abstract = abstract_of(record)
    stated: str = getattr(abstract, name) if abstract else ""
    registered: str = getattr(record.encounter, name)
    return stated or registered


def facts_of(record: CodingRecord) -> AbstractFacts:
    """What rules look at. No query when abstract and encounter are joined."""
    abstract = abstract_of(record)
    registered = AbstractFacts(
        admission_type=effective(record, "admission_type"), point_of_origin=effective(record, "point_of_origin")
    )
    if abstract is None:
        return registered
    return replace(
        registered, birth_weight_grams=abstract.birth_weight_grams, ventilation_hours=abstract.ventilation_hours,
        local=dict(abstract.local), moved=_moved(record, abstract),
    )  # fmt: skip


def _moved(record: CodingRecord, abstract: Abstract) -> tuple[Moved, ...]:
    """Corrected items of which registration says something else by now, other than what the coder says."""
    found = []
    for name in CODED_ITEMS:
        stated, now = getattr(abstract, name), getattr(record.encounter, name)
        before = abstract.against.get(name, now)
        if stated and now not in (before, stated):
            found.append(Moved(name, stated, before, now))
    return tuple(found)


def clinician(record: CodingRecord, name: str) -> Provider | None:
    """One of CLINICIANS as it counts; only the attending one is also an item of registration."""
    abstract = abstract_of(record)
    stated: Provider | None = getattr(abstract, name) if abstract else None
    return stated or (record.encounter.attending if name == "attending" else None)
