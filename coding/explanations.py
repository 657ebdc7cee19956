"""What explains an access in coding: the coder's own records, open work on the worklist, review, charts read while in house."""

from __future__ import annotations

from collections.abc import Sequence

from audit.monitoring.facts import Strength
from audit.monitoring.registry import Ask, explained_by, held, told_by
from hims.lib.access import Permission

CODES = [Permission.CODING_EDIT.value, Permission.CODING_REVIEW.value]
CODER = """
SELECT DISTINCT ON (ask.n) ask.n, 'Codes encounter ' || e.account_number
FROM ask
JOIN coding_codingrecord r ON r.patient_id = ask.patient
JOIN records_encounter e ON e.id = r.encounter_id
LEFT JOIN coding_codingsummary s ON s.encounter_id = r.encounter_id AND s.finalized_by_id = ask.actor
WHERE (r.coder_id = ask.actor AND (r.status <> 'finalized' OR r.updated_at >= ask.at - interval '30 days'))
   OR s.finalized_at BETWEEN ask.at - interval '30 days' AND ask.at + interval '30 days'
ORDER BY ask.n
"""
# Open then: discharged, and not finalized before the access.
OPEN = f"""
SELECT DISTINCT ON (ask.n) ask.n, 'Discharged, and waits for coding: encounter ' || e.account_number
FROM ask
JOIN coding_codingrecord r ON r.patient_id = ask.patient
JOIN records_encounter e ON e.id = r.encounter_id AND e.discharged_at <= ask.at
WHERE (r.status <> 'finalized' OR NOT EXISTS (
        SELECT 1 FROM coding_codingsummary s WHERE s.encounter_id = r.encounter_id AND s.finalized_at < ask.at))
  AND {held("permissions", "r.facility_id")}
ORDER BY ask.n
"""  # noqa: S608
REVIEW = f"""
SELECT DISTINCT ON (ask.n) ask.n, 'Coded within the last 14 days, and may be reviewed'
FROM ask JOIN coding_codingsummary s ON s.patient_id = ask.patient
    AND s.finalized_at BETWEEN ask.at - interval '14 days' AND ask.at + interval '1 day'
WHERE {held("permissions", "s.facility_id")}
ORDER BY ask.n
"""  # noqa: S608
# A role of the house that reads coding without coding or reviewing is one that reads charts while the patient is here.
CONCURRENT = """
SELECT DISTINCT ON (ask.n) ask.n, 'In house: chart read while the patient is here'
FROM ask
JOIN records_encounter e ON e.patient_id = ask.patient AND e.status <> 'cancelled'
    AND e.admitted_at <= ask.at AND coalesce(e.discharged_at, 'infinity') >= ask.at - interval '3 days'
JOIN staff_membership m ON m.user_id = ask.actor AND m.facility_id = e.facility_id AND m.valid_from <= ask.at::date
    AND (m.valid_to IS NULL OR m.valid_to >= ask.at::date)
WHERE EXISTS (SELECT 1 FROM auth_group_permissions gp JOIN auth_permission p ON p.id = gp.permission_id
              WHERE gp.group_id = m.role_id AND p.codename = %(reads)s)
  AND EXISTS (SELECT 1 FROM auth_group_permissions gp JOIN auth_permission p ON p.id = gp.permission_id
              WHERE gp.group_id = m.role_id AND p.codename = %(wide)s)
  AND NOT EXISTS (SELECT 1 FROM auth_group_permissions gp JOIN auth_permission p ON p.id = gp.permission_id
                  WHERE gp.group_id = m.role_id AND p.codename = ANY(%(codes)s::text[]))
ORDER BY ask.n
"""


def register() -> None:
    """Called once, when the app is ready."""
    explained_by("coder", _coder, missing="codes no encounter of this patient")
    pool = Strength.POOL
    explained_by("open_coding", _open, strength=pool, missing="no open coding work on this patient")
    explained_by("coding_review", _review, strength=pool, missing="no coding of this patient to review")
    explained_by("concurrent_review", _concurrent, strength=pool, missing="not in house for a concurrent review")


def _coder(asks: Sequence[Ask]) -> dict[Ask, str]:
    return told_by(CODER, asks)


def _open(asks: Sequence[Ask]) -> dict[Ask, str]:
    return told_by(OPEN, asks, permissions=[Permission.CODING_EDIT.value])


def _review(asks: Sequence[Ask]) -> dict[Ask, str]:
    return told_by(REVIEW, asks, permissions=[Permission.CODING_REVIEW.value])


def _concurrent(asks: Sequence[Ask]) -> dict[Ask, str]:
    reads, wide = Permission.CODING_VIEW.value, Permission.FACILITY_CHARTS.value
    return told_by(CONCURRENT, asks, reads=reads, wide=wide, codes=CODES)
