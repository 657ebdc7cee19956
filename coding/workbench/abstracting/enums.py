"""Closed vocabularies of the abstract."""

from django.db.models import TextChoices


class FieldKind(TextChoices):
    """What a facility's own field takes."""

    TEXT = "text", "Text"
    NUMBER = "number", "Whole number"
    DATE = "date", "Date"
    CHOICE = "choice", "Choice from a list"
