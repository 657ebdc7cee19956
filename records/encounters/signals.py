"""Named events of encounters: ids only. Upper apps listen in their receivers.

Sent inside the transaction of the change: a listener only writes a job row (hims/jobs), which commits or vanishes together with
the change; the broker hears of it on commit. So no crash can lose the work, and no rollback leaves any behind."""

from django.dispatch import Signal

# Arguments: encounter_ids (list of UUID), actor_id (UUID).
encounters_discharged = Signal()
encounters_changed = Signal()
