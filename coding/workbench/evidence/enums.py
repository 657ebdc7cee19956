"""Closed vocabularies of evidence."""

from django.db.models import TextChoices


class Level(TextChoices):
    """What a facility does about a code without evidence when a coding is finalized."""

    OFF = "off", "Nothing"
    WARN = "warn", "Warn"
    STOP = "stop", "Stop"
