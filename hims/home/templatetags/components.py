"""Arithmetic that components need and templates cannot do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string

from hims.home.styleguide import SAMPLE

register = template.Library()


@register.simple_tag
def shares(segments: Iterable[Mapping[str, Any]] | None) -> list[dict[str, Any]]:
    """The segments of a stacked bar with `start` and `width` in percent of their total, two decimals.

    segments: mappings with a `value` of 0 or more; a total of 0 gives widths of 0.
    """
    parts = [dict(segment) for segment in segments or ()]
    total = sum(float(part["value"]) for part in parts)
    start = 0.0
    for part in parts:
        width = 100 * float(part["value"]) / total if total else 0.0
        part.update(start=round(start, 2), width=round(width, 2))
        start += width
    return parts


@register.simple_tag
def icon(name: str, label: str = "") -> str:
    """components/icon.html, rendered once for each picture and label: long lists have hundreds of them."""
    return _icon(name, label)


@lru_cache(512)
def _icon(name: str, label: str) -> str:
    return render_to_string("components/icon.html", {"name": name, "label": label})


@register.simple_tag
def styleguide_sample() -> dict[str, Any]:
    """Made-up content for the style guide."""
    return SAMPLE
