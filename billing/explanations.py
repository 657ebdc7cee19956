"""What explains an access in billing: open accounts of the facility, and claims the person sent."""

from __future__ import annotations

from collections.abc import Sequence

from audit.monitoring.facts import Strength
from audit.monitoring.registry import Ask, explained_by, held, told_by
from hims.lib.access import Permission

# The person sent a claim of the patient in a file.
CLAIM = """
SELECT DISTINCT ON (ask.n) ask.n, 'Sent claim ' || c.control_number
FROM ask JOIN billing_claim c ON c.patient_id = ask.patient
JOIN billing_claimfile f ON f.id = c.file_id AND f.created_by_id = ask.actor
    AND f.created_at BETWEEN ask.at - interval '90 days' AND ask.at + interval '30 days'
ORDER BY ask.n
"""
# The account was open then, or left within the last 30 days: denials and questions of payers follow.
ACCOUNT = f"""
SELECT DISTINCT ON (ask.n) ask.n, 'Account ' || e.account_number || CASE
    WHEN a.state = 'billed' THEN ' was billed within the last 30 days' ELSE ' is not billed yet' END
FROM ask
JOIN billing_account a ON a.patient_id = ask.patient AND a.state <> 'cancelled'
JOIN records_encounter e ON e.id = a.encounter_id AND e.discharged_at <= ask.at
WHERE (a.state <> 'billed'
       OR EXISTS (SELECT 1 FROM billing_claim c WHERE c.account_id = a.id AND c.exported_at >= ask.at - interval '30 days'))
  AND {held("permissions", "a.facility_id")}
ORDER BY ask.n
"""  # noqa: S608


def register() -> None:
    """Called once, when the app is ready."""
    explained_by("claim", _claim, missing="sent no claim of this patient")
    explained_by("account", _account, strength=Strength.POOL, missing="no open account")


def _claim(asks: Sequence[Ask]) -> dict[Ask, str]:
    return told_by(CLAIM, asks)


def _account(asks: Sequence[Ask]) -> dict[Ask, str]:
    return told_by(ACCOUNT, asks, permissions=[Permission.CHARGE_VIEW.value])
