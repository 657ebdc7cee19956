"""Words for the pages of restriction."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from audit.access.models import AccessGrant
from records.presenters import day, moment, mrn_of
from records.registry.models import Patient
from records.restriction.selectors import Restricted


def chart_row(patient: Patient) -> dict[str, str]:
    """One line of a list; the alias stands for the name."""
    return {
        "id": str(patient.pk), "name": patient.listed_name, "mrn": mrn_of(patient), "birth_date": day(patient.birth_date),
        "restriction": patient.get_restriction_display() or ("Confidential" if patient.confidential else ""),
        "url": reverse("restriction:chart", args=[patient.pk]),
    }  # fmt: skip


def chart_context(found: Restricted) -> dict[str, Any]:
    """What the page of one chart prints."""
    patient = found.patient
    return {
        "restricted": patient.confidential,
        "why": patient.get_restriction_display() or "Confidential",
        "grants": [grant_row(grant, found) for grant in found.grants],
        "exceptions": ", ".join(found.exceptions),
        "trusted": ", ".join(str(user) for user in found.trusted) or "nobody",
        "employee": str(found.employee) if found.employee else "",
    }


def grant_row(grant: AccessGrant, found: Restricted) -> dict[str, str]:
    """One access: whose, what it follows from, until when."""
    return {
        "who": str(grant.user or grant.group), "source": grant.get_source_display(), "reason": grant.reason,
        "from": moment(grant.during.lower, found.zone), "until": moment(grant.during.upper, found.zone),
        "by": str(grant.granted_by or ""),
        "take_url": reverse("restriction:take", args=[found.patient.pk, grant.pk]),
    }  # fmt: skip
