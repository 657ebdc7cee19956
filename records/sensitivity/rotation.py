"""New keys for what this app seals."""

from __future__ import annotations

from audit.walls import standing_for
from hims.lib.access import Permission
from hims.lib.crypto import rotates
from hims.staff.selectors import system_user
from records.psychotherapy.sealing import reseal_notes
from records.registry.models import PatientIdentifier
from records.sensitivity.numbers import reseal


def reseal_numbers() -> int:
    """Numbers that a state gave, of all patients."""
    with standing_for(system_user(), Permission.DATA_IMPORT):
        return reseal(PatientIdentifier.objects.all())


def register() -> None:
    """Called once, when the app is ready."""
    rotates("identity_numbers", reseal_numbers)
    rotates("psychotherapy_notes", reseal_notes)
