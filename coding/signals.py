"""Named events of coding: ids only, sent inside the transaction (see records/encounters/signals.py). Billing listens."""

from django.dispatch import Signal

# Arguments: encounter_id (UUID), summary_id (UUID), actor_id (UUID).
coding_finalized = Signal()
# Arguments: encounter_id (UUID), actor_id (UUID).
coding_reopened = Signal()
