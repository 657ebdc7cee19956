"""Numbers that pages show in part."""

from __future__ import annotations

from typing import Any

from django import template

from hims.lib import masking
from hims.lib.labels import Label
from records.registry.models import Patient
from records.sensitivity.presenters import national_rows

register = template.Library()


@register.filter
def masked(value: str, kind: str) -> str:
    """{{ coverage.member_id|masked:"member" }}."""
    return masking.masked(kind, value)


@register.filter
def national_numbers(patient: Patient) -> list[dict[str, Any]]:
    """Numbers that a state gave this patient, in part: of those the selector has read along with the patient, no others."""
    read = getattr(patient, "_prefetched_objects_cache", {}).get("identifiers", ())
    return national_rows(read)


@register.filter
def label_titles(words: list[str]) -> list[str]:
    """Labels as pages show them."""
    return [Label(word).words for word in words]
