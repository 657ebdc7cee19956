"""Marks of an earlier version onto a later one: what was protected stays protected when a text is corrected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from records.sensitivity.models import DocumentSection
from records.sensitivity.passages import places_of
from records.sensitivity.rules import ordered


def carried(
    sections: Sequence[DocumentSection], old: str, new: str
) -> tuple[list[tuple[int, int, list[str]]], list[str]]:
    """Where the marked words stand in the new text, as (begins, ends, labels); and labels of words not found there again.

    Those go to the whole document: what was rewritten may still say the same.
    """
    found: list[tuple[int, int, list[str]]] = []
    lost: set[str] = set()
    for section in sections:
        places = places_of(old[section.begins : section.ends], new)
        found += [(place.start, place.end, list(section.labels)) for place in places]
        if not places:
            lost.update(section.labels)
    return found, ordered(lost)


class Version(Protocol):
    """What of a document's version counts here."""

    pk: Any
    patient_id: Any
    text: str


def carry_sections(older: Version, newer: Version) -> list[str]:
    """Sections of the new version made from those of the old one; returns labels that the whole document must carry now.

    older, newer: versions of one document. A new text without words keeps none of them, so the document carries all; it may be a
    scan, and the words may come back. A retraction is no correction: whoever retracts does not ask.
    """
    sections = list(DocumentSection.objects.filter(version=older.pk))
    found, lost = carried(sections, older.text, newer.text)
    rows = [
        DocumentSection(version_id=newer.pk, patient_id=newer.patient_id, begins=begins, ends=ends, labels=labels)
        for begins, ends, labels in _merged(found)
    ]
    DocumentSection.objects.bulk_create(rows)
    return lost


def _merged(found: list[tuple[int, int, list[str]]]) -> list[tuple[int, int, list[str]]]:
    """One row a place: two marks on the same characters become one with both labels."""
    places: dict[tuple[int, int], set[str]] = {}
    for begins, ends, labels in found:
        places.setdefault((begins, ends), set()).update(labels)
    return [(begins, ends, ordered(labels)) for (begins, ends), labels in sorted(places.items())]
