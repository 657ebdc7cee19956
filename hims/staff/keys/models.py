"""Which keys a person has changed, and what they chose last in the palette. Names of commands only, never patient data."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

RECENT = 8


class KeySettings(models.Model):
    """One row a person, from the first change on.

    keys: name of the command to its key, "" where it was taken away; commands that are not named have their default.
    single: whether keys made of characters alone are heard (WCAG 2.1.4). recent: names, the newest first.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="key_settings"
    )
    keys = models.JSONField(default=dict)
    single = models.BooleanField(default=True)
    recent = ArrayField(models.CharField(max_length=60), size=RECENT, default=list)

    def __str__(self) -> str:
        return f"Keys of {self.user}"
