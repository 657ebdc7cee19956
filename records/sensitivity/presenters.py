"""Words for pages about labels, consents and numbers that are shown in part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from audit.access.models import LabelConsent
from hims.lib.labels import Label
from hims.lib.masking import TITLES, masked, national_kind
from hims.lib.text import squeeze
from records.presenters import moment
from records.registry.models import PatientIdentifier
from records.sensitivity.models import DocumentSection
from records.sensitivity.numbers import clear

KIND_TITLES = {
    "document": "Documents", "encounter": "Encounters", "problem": "Problems", "allergy": "Allergies",
    "medication": "Medications", "observation": "Results", "procedure": "Procedures", "immunization": "Immunizations",
}  # fmt: skip
LONGEST_QUOTE = 80


def national_rows(identifiers: Iterable[PatientIdentifier]) -> list[dict[str, Any]]:
    """Numbers that a state gave, in part."""
    rows = []
    for row in identifiers:
        kind = national_kind(row.system)
        if kind:
            shown = masked(kind, clear(row.system, row.value, row.sealed))
            rows.append({"kind": kind, "id": row.pk, "title": TITLES[kind], "masked": shown})
    return rows


def consent_row(consent: LabelConsent, zone: str, now: datetime) -> dict[str, Any]:
    """One consent, with what holds of it now."""
    begins, ends = consent.during.lower, consent.during.upper
    if consent.revoked_at:
        state, tone = f"taken back {moment(consent.revoked_at, zone)}", "stop"
    elif begins > now:
        state, tone = "not yet in force", "neutral"
    elif ends and ends <= now:
        state, tone = "ended", "neutral"
    else:
        state, tone = "in force", "done"
    return {
        "id": consent.pk, "label": Label(consent.label).words, "from": moment(begins, zone)[:10],
        "to": moment(ends - timedelta(seconds=1), zone)[:10] if ends else "until taken back", "state": state, "tone": tone,
        "note": consent.note, "by": str(consent.recorded_by), "open": not consent.revoked_at and not (ends and ends <= now),
    }  # fmt: skip


def item_groups(items: Mapping[str, list[Any]]) -> list[dict[str, Any]]:
    """Labelled items by kind, kinds without any left out."""
    return [
        {"title": KIND_TITLES[kind], "rows": [item_row(kind, item) for item in rows]}
        for kind, rows in items.items()
        if rows
    ]


def item_row(kind: str, item: Any) -> dict[str, Any]:
    """One item with its labels and the page that changes them."""
    return {
        "title": str(item), "labels": [Label(word).words for word in item.labels],
        "url": reverse("sensitivity:labels", kwargs={"kind": kind, "item_id": item.pk}),
    }  # fmt: skip


def section_rows(sections: Iterable[DocumentSection], text: str) -> list[dict[str, Any]]:
    """Marked passages that the person may see, each quoted once with its labels."""
    rows: dict[str, dict[str, Any]] = {}
    for section in sections:
        words = squeeze(text[section.begins : section.ends])
        quote = words if len(words) <= LONGEST_QUOTE else f"{words[:LONGEST_QUOTE].rstrip()} ..."
        rows.setdefault(
            words, {"id": section.pk, "quote": quote, "labels": [Label(word).words for word in section.labels]}
        )
    return list(rows.values())
