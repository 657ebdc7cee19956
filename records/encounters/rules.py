"""What an encounter's times and codes must satisfy."""

from __future__ import annotations

import re
from datetime import date, datetime

_DISPOSITION = re.compile(r"^\d{2}$")


def discharge_faults(
    *, admitted_at: datetime, discharged_at: datetime, disposition: str, now: datetime
) -> dict[str, str]:
    """Field to sentence, for a discharge that cannot be. All moments aware.

    Source: UB-04 FL 17 (two-character patient discharge status), UHDDS (discharge not before admission).
    """
    faults: dict[str, str] = {}
    if discharged_at < admitted_at:
        faults["discharged_at"] = "The discharge lies before the admission."
    elif discharged_at > now:
        faults["discharged_at"] = "The discharge lies in the future."
    if not _DISPOSITION.match(disposition) or disposition == "30":
        faults["discharge_disposition"] = "Choose where the patient went at discharge."
    return faults


def length_of_stay_days(admitted_on: date, discharged_on: date) -> int:
    """Whole days between the facility-local dates; a stay within one day counts 1.

    Source: Medicare inpatient day counting, the day of discharge is not counted unless it is the day of admission.
    """
    days = (discharged_on - admitted_on).days
    if days < 0:
        raise ValueError("discharge precedes admission")
    return max(days, 1)
