"""Closed vocabularies of claims."""

from django.db.models import TextChoices


class ClaimForm(TextChoices):
    """The two HIPAA claim transactions of a hospital."""

    INSTITUTIONAL = "837I", "Institutional (837I)"
    PROFESSIONAL = "837P", "Professional (837P)"


class ClaimState(TextChoices):
    """Where a claim stands; superseded: the account was coded again before the claim left, so it never leaves."""

    HELD = "held", "Held"
    READY = "ready", "Ready"
    EXPORTED = "exported", "Exported"
    SUPERSEDED = "superseded", "Superseded by a later coding"
