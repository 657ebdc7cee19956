"""Closed vocabularies of privacy work."""

from django.db.models import TextChoices


class UnmaskReason(TextChoices):
    """Why somebody needs to see a number whole."""

    IDENTITY = "identity", "To tell two patients apart"
    ELIGIBILITY = "eligibility", "To ask a payer about the coverage"
    CORRECTION = "correction", "To check or correct the number on file"
    CLAIM = "claim", "To follow up a claim"
    PATIENT = "patient", "The patient asked for it"
