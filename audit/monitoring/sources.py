"""What explains an access by itself in this app: grants of every source, work done in the chart, a privacy officer's own work."""

from __future__ import annotations

from collections.abc import Sequence

from audit.access.models import GrantSource
from audit.monitoring.facts import Strength
from audit.monitoring.registry import Ask, Explainer, explained_by, held, told_by
from hims.lib.access import Permission

GRANT = """
SELECT DISTINCT ON (ask.n) ask.n, %(words)s::text || coalesce(': ' || nullif(left(g.reason, 80), ''), '')
FROM ask JOIN audit_accessgrant g ON g.patient_id = ask.patient AND g.source = ANY(%(sources)s::text[])
    AND g.during @> ask.at AND (g.revoked_at IS NULL OR g.revoked_at > ask.at)
WHERE g.user_id = ask.actor
   OR g.group_id IN (SELECT role_id FROM staff_membership m WHERE m.user_id = ask.actor AND m.valid_from <= ask.at::date
                     AND (m.valid_to IS NULL OR m.valid_to >= ask.at::date))
   OR g.group_id IN (SELECT group_id FROM staff_user_groups ug WHERE ug.user_id = ask.actor)
ORDER BY ask.n
"""
# The person's own work: something was made or changed in the chart within three days.
WORK = """
SELECT DISTINCT ON (ask.n) ask.n, 'Made or changed records of this patient on ' || to_char(w.day, 'MM/DD/YYYY')
FROM ask JOIN audit_accessexplanation w ON w.actor_id = ask.actor AND w.patient_id = ask.patient AND w.changed > 0
    AND w.day BETWEEN ask.at::date - 3 AND ask.at::date + 3
ORDER BY ask.n, abs(w.day - ask.at::date)
"""
PRIVACY = f"""
SELECT DISTINCT ON (ask.n) ask.n, 'Reviewed an alert or an emergency access about this patient'
FROM ask
WHERE (EXISTS (SELECT 1 FROM audit_privacyalert a WHERE a.patient_id = ask.patient AND a.actor_id <> ask.actor
               AND a.created_at BETWEEN ask.at - interval '1 year' AND ask.at + interval '1 day')
    OR EXISTS (SELECT 1 FROM audit_emergencyaccess e WHERE e.patient_id = ask.patient AND e.user_id <> ask.actor
               AND e.opened_at BETWEEN ask.at - interval '90 days' AND ask.at + interval '1 day'))
  AND EXISTS (SELECT 1 FROM staff_facility f WHERE {held("permissions", "f.id")})
"""  # noqa: S608
GRANTS = (
    ("emergency", (GrantSource.EMERGENCY,), "Emergency access", "no emergency access"),
    ("care_team", (GrantSource.CARE_TEAM, GrantSource.PROVIDER), "On the care team", "not on the care team"),
    ("appointment", (GrantSource.VISIT,), "Scheduled visit", "no appointment"),
    ("release", (GrantSource.RELEASE,), "Release of information", "no release request"),
    (
        "grant", (GrantSource.WORK_ITEM, GrantSource.AUDIT_LIST, GrantSource.DELEGATION, GrantSource.EXPLICIT),
        "Access given by name", "no access given by name",
    ),
)  # fmt: skip


def register() -> None:
    """Called once, when the app is ready."""
    for name, kinds, words, missing in GRANTS:
        explained_by(name, _grant([kind.value for kind in kinds], words), missing=missing)
    explained_by("work", _work, missing="no record of the patient made or changed within three days")
    explained_by("privacy", _privacy, missing="no alert or review about this patient", strength=Strength.OWN)


def _grant(kinds: list[str], words: str) -> Explainer:
    def explain(asks: Sequence[Ask]) -> dict[Ask, str]:
        return told_by(GRANT, asks, sources=kinds, words=words)

    return explain


def _work(asks: Sequence[Ask]) -> dict[Ask, str]:
    return told_by(WORK, asks)


def _privacy(asks: Sequence[Ask]) -> dict[Ask, str]:
    return told_by(PRIVACY, asks, permissions=[Permission.PRIVACY_REVIEW.value])
