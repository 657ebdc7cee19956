"""Closed vocabularies of the shelf."""

from __future__ import annotations

from django.db.models import TextChoices


class PlaceKind(TextChoices):
    """Where a bookmark lies."""

    INDEX = "index", "Index"
    TABULAR = "tabular", "Tabular list"
    PCS = "pcs", "PCS tables"
