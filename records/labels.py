"""The column in which a row carries its sensitivity labels."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Value

from hims.lib.labels import Label

WORDS = [label.value for label in Label]


def labels_field() -> ArrayField[Any, Any]:
    """Sorted words of hims.lib.labels; empty for what everyone with the chart may see."""
    base = models.CharField(max_length=16)
    return ArrayField(base, default=list, blank=True, db_default=Value([], ArrayField(models.CharField(max_length=16))))


def known_labels(path: str = "labels") -> models.Q:
    """For a check constraint: no other words than the known ones."""
    return models.Q(**{f"{path}__contained_by": WORDS})
