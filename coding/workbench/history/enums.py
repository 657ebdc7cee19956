"""Closed vocabularies of the history of a coding."""

from django.db.models import TextChoices


class SnapshotKind(TextChoices):
    """What a kept state stands for."""

    BASELINE = "baseline", "Baseline"
    WORKING = "working", "Working"
    FINAL = "final", "Final"


class Standpoint(TextChoices):
    """Whose view a kept state is."""

    AUTOMATIC = "automatic", "Automatic"
    CODING = "coding", "Coding"
    CDI = "cdi", "CDI"
    REVIEW = "review", "Review"


class Disagreement(TextChoices):
    """Which two states are compared, the earlier one named first."""

    BASELINES = "baselines", "CDI and coding baseline"
    CDI_FINAL = "cdi_final", "CDI baseline and final"
    CODING_FINAL = "coding_final", "Coding baseline and final"
    RECODED = "recoded", "Final and recoded"


class Verdict(TextChoices):
    """What a reviewer says of a mismatch."""

    OPEN = "open", "To judge"
    AGREED = "agreed", "Agreed"
    DISAGREED = "disagreed", "Disagreed"
