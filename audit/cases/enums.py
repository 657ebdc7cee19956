"""Closed vocabularies of investigation cases."""

from __future__ import annotations

from django.db.models import TextChoices


class CaseKind(TextChoices):
    """What is thought to have happened."""

    SNOOPING = "snooping", "access without need"
    OVERREACH = "overreach", "more than the minimum necessary"
    MISDIRECTED = "misdirected", "sent or given to the wrong person"
    DISCLOSURE = "disclosure", "disclosure without authorization"
    LOSS = "loss", "loss or theft of a device or papers"
    INTRUSION = "intrusion", "intrusion into a system"
    DISPOSAL = "disposal", "improper disposal"
    OTHER = "other", "other"


class CaseOrigin(TextChoices):
    """From what the case was opened."""

    HAND = "hand", "a report or own finding"
    ALERT = "alert", "an alert"
    EMERGENCY = "emergency", "a review of emergency access"


class CaseState(TextChoices):
    """Where the case stands."""

    OPEN = "open", "open"
    CLOSED = "closed", "closed"


class CaseOutcome(TextChoices):
    """What the case found; empty while it is open."""

    PENDING = "", "not decided yet"
    UNFOUNDED = "unfounded", "no violation"
    VIOLATION = "violation", "violation of policy, no breach"
    BREACH = "breach", "breach of unsecured information"


class Sanction(TextChoices):
    """What followed for the workforce, 45 CFR 164.530(e)."""

    NONE = "none", "none"
    COUNSELLING = "counselling", "counselling and training"
    WARNING = "warning", "written warning"
    SUSPENSION = "suspension", "suspension"
    TERMINATION = "termination", "termination"
    OUTSIDE = "outside", "not a member of the workforce"


class Location(TextChoices):
    """Where the information was; the words of the breach portal."""

    EHR = "ehr", "electronic medical record"
    EMAIL = "email", "email"
    PAPER = "paper", "paper or films"
    LAPTOP = "laptop", "laptop"
    DESKTOP = "desktop", "desktop computer"
    PORTABLE = "portable", "other portable device"
    SERVER = "server", "network server"
    OTHER = "other", "other"


class StepKind(TextChoices):
    """What was done about the case, on a day."""

    INTERVIEW = "interview", "person heard"
    CONTAINED = "contained", "access stopped or information recovered"
    ASSURANCE = "assurance", "assurance of the recipient obtained"
    INDIVIDUALS = "individuals", "individuals notified"
    MEDIA = "media", "media notified"
    SECRETARY = "secretary", "Secretary (HHS) notified"
    SANCTION = "sanction", "sanction applied"
    TRAINING = "training", "training given"
    OTHER = "other", "other step"
