"""The external audit of the demo hospital: six charts for a payer's auditor. Synthetic."""

from __future__ import annotations

from datetime import date, timedelta

from audit.staffing.actions.audits import list_charts, open_audit
from audit.staffing.models import Account, ExternalAudit
from audit.walls import standing_for
from hims.staff.models import Facility, User
from records.encounters.enums import EncounterStatus
from records.registry.models import MedicalRecordNumber

TITLE = "Lakes Region Medicare, review of inpatient stays"
CHARTS = 6
LASTS = timedelta(days=60)


def build_audit(*, by: User, auditor: User, facility: Facility, built_on: date) -> None:
    """The audit with its list; safe to run again."""
    if ExternalAudit.objects.filter(auditor_id=auditor.pk).exists():
        return
    audit = open_audit(
        by=by, facility=facility, auditor=Account.objects.get(pk=auditor.pk), title=TITLE, starts_on=built_on,
        ends_on=built_on + LASTS,
    )  # fmt: skip
    with standing_for(by):
        numbers = MedicalRecordNumber.objects.filter(
            facility=facility,
            patient__confidential=False,
            patient__encounters__source_key__startswith="demo|case|",
            patient__encounters__status=EncounterStatus.DISCHARGED,
        )
        chosen = sorted(set(numbers.values_list("value", flat=True)))[:CHARTS]
    list_charts(by=by, external_audit=audit, numbers=chosen)
