"""The line that stands across every page an external auditor sees."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from audit.authority import authority_of
from audit.staffing.models import external_audits_now
from hims.lib.access import Role
from hims.staff.models import User


def watermark_for(user: User) -> str:
    """Name, time and audit for external auditors; "" for everybody else."""
    if Role.EXTERNAL_AUDITOR.value not in authority_of(user).roles:
        return ""
    titles = external_audits_now(user, date.today()).order_by("title").values_list("title", flat=True)
    audit = ", ".join(titles) or "an external audit"
    return f"{user} · {timezone.now():%m/%d/%Y %H:%M} UTC · copy for audit {audit}"
