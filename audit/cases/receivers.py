"""What cases hear from the rest of the house."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone

from audit.access.signals import emergency_escalated
from audit.authority import authority_of
from audit.cases.actions import CaseFacts, open_case
from audit.cases.enums import CaseKind, CaseOrigin
from hims.lib.access import Permission
from hims.staff.models import Facility, User


def connect() -> None:
    """Called once, when the app is ready."""
    emergency_escalated.connect(_emergency_escalated, dispatch_uid="cases.emergency_escalated")


def _emergency_escalated(
    emergency_id: UUID, patient_id: UUID, user_id: UUID, actor_id: UUID, facility_ids: list[int], **_: Any
) -> None:
    """The reviewer's finding becomes a case, in the same transaction."""
    reviewer, concerned = User.objects.get(pk=actor_id), User.objects.get(pk=user_id)
    within = authority_of(reviewer).at(Permission.PRIVACY_REVIEW) & set(facility_ids)
    facts = CaseFacts(
        title=f"Emergency access by {concerned}"[:120], kind=CaseKind.SNOOPING, discovered_at=timezone.now(),
        subject_ids=[user_id], patient_ids=[patient_id], origin_ids=[emergency_id],
    )  # fmt: skip
    facility = Facility.objects.get(pk=min(within))
    open_case(by=reviewer, facility=facility, facts=facts, origin=CaseOrigin.EMERGENCY)
