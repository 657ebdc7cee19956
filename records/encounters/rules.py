"""What an encounter's times and codes must satisfy."""

from __future__ import annotations

import re
from datetime import date, datetime

_DISPOSITION = re.compile(r"[0-9]{2}")


def discharge_faults(
    *, admitted_at: datetime, discharged_at: datetime, disposition: str, now: datetime,
    last_moved_at: datetime | None = None,
) -> dict[str, str]:  # fmt: skip
    """Field to sentence, for a discharge that cannot be. All moments aware; last_moved_at: since when in the last bed.

    Source: UB-04 FL 17 (two-character patient discharge status), UHDDS (discharge not before admission).
    """
    faults: dict[str, str] = {}
    if discharged_at < admitted_at:
        faults["discharged_at"] = "The discharge lies before the admission."
    elif discharged_at > now:
        faults["discharged_at"] = "The discharge lies in the future."
    elif last_moved_at is not None and discharged_at < last_moved_at:
        faults["discharged_at"] = "The discharge lies before the last move of the patient."
    if not _DISPOSITION.fullmatch(disposition) or disposition == "30":
        faults["discharge_disposition"] = "Choose where the patient went at discharge."
    return faults


def admission_faults(*, admitted_at: datetime, admitted_on: date, birth_date: date, now: datetime) -> dict[str, str]:
    """Field to sentence, for an admission that cannot be. Moments aware; admitted_on: facility-local.

    Source: UHDDS, date of admission.
    """
    if admitted_at > now:
        return {"admitted_at": "The admission lies in the future."}
    if admitted_on < birth_date:
        return {"admitted_at": "The admission lies before the birth of the patient."}
    return {}


def move_faults(
    *, at: datetime, admitted_at: datetime, last_moved_at: datetime | None, now: datetime
) -> dict[str, str]:
    """Field to sentence, for a move that cannot be. All moments aware; last_moved_at: since when in the present bed."""
    if at > now:
        return {"at": "The move lies in the future."}
    if at < admitted_at:
        return {"at": "The move lies before the admission."}
    if last_moved_at is not None and at <= last_moved_at:
        return {"at": "The patient has been in the present bed since then or later. Enter a later time."}
    return {}


def length_of_stay_days(admitted_on: date, discharged_on: date) -> int:
    """Whole days between the facility-local dates; a stay within one day counts 1.

    Source: Medicare inpatient day counting, the day of discharge is not counted unless it is the day of admission.
    """
    days = (discharged_on - admitted_on).days
    if days < 0:
        raise ValueError("discharge precedes admission")
    return max(days, 1)
