"""Named events of access: ids only, sent inside the transaction of the change."""

from django.dispatch import Signal

# A reviewer found that an emergency access needs a case. Arguments: emergency_id, patient_id, user_id (who broke the glass),
# actor_id (who decided), all UUID; facility_ids (list of int).
emergency_escalated = Signal()
