"""Closed vocabularies of encounters."""

from django.db.models import TextChoices


class EncounterClass(TextChoices):
    INPATIENT = "inpatient", "Inpatient"
    OBSERVATION = "observation", "Observation"
    EMERGENCY = "emergency", "Emergency"
    SAME_DAY_SURGERY = "same_day_surgery", "Same-day surgery"
    OUTPATIENT = "outpatient", "Outpatient"
    OFFICE = "office", "Office visit"


class EncounterStatus(TextChoices):
    PLANNED = "planned", "Planned"
    IN_PROGRESS = "in_progress", "In house"
    DISCHARGED = "discharged", "Discharged"
    CANCELLED = "cancelled", "Cancelled"


class ProviderRole(TextChoices):
    ADMITTING = "admitting", "Admitting"
    ATTENDING = "attending", "Attending"
    OPERATING = "operating", "Operating"
    CONSULTING = "consulting", "Consulting"
    REFERRING = "referring", "Referring"
    RENDERING = "rendering", "Rendering"
