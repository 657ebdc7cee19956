"""Closed vocabularies of accounts and charges."""

from django.db.models import TextChoices


class AccountState(TextChoices):
    """Exactly one state an account; docs/definitions.md, DNFB."""

    IN_HOUSE = "in_house", "In house"
    NOT_CODED = "not_coded", "Not coded"
    READY = "ready", "Ready to bill"
    HELD = "held", "Held"
    BILLED = "billed", "Billed"
    CANCELLED = "cancelled", "Cancelled"
