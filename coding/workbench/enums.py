"""Closed vocabularies of the coding workbench."""

from django.db.models import TextChoices


class CodingStatus(TextChoices):
    """Where an account stands in coding."""

    UNCODED = "uncoded", "Not started"
    IN_PROGRESS = "in_progress", "In progress"
    FINALIZED = "finalized", "Finalized"


class DiagnosisRole(TextChoices):
    """UHDDS and UB-04 roles of a diagnosis; for outpatient encounters `principal` holds the first-listed one."""

    ADMITTING = "admitting", "Admitting"
    REASON_FOR_VISIT = "reason_for_visit", "Reason for visit"
    PRINCIPAL = "principal", "Principal"
    SECONDARY = "secondary", "Secondary"
    EXTERNAL_CAUSE = "external_cause", "External cause"


class Poa(TextChoices):
    """Present on admission, UB-04/5010: blank when the code is exempt or the setting does not report it."""

    YES = "Y", "Yes"
    NO = "N", "No"
    UNKNOWN = "U", "Documentation insufficient"
    UNDETERMINED = "W", "Clinically undetermined"
    EXEMPT = "", "Exempt"
