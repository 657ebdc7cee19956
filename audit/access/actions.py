"""Writes of emergency access: break the glass, end it, review it."""

from __future__ import annotations

from uuid import UUID

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from audit import gate
from audit.access.clock import database_now, present
from audit.access.emergencies import EmergencyRows, Wanted, ended_at, length, running_emergency
from audit.access.models import AccessGrant, EmergencyAccess, EmergencyOutcome, EmergencyReason, GrantSource
from audit.access.signals import emergency_escalated
from audit.authority import authority_of, forget_authority
from audit.trail.enums import Category
from hims.lib.access import Permission
from hims.lib.errors import DomainError, NotVisible
from hims.lib.text import fold, squeeze
from hims.staff.models import User

SHORTEST_REASON, LONGEST_REASON = 10, 500
NOBODY = "There is no such patient. Check the number and the birth date; this attempt has been recorded."


@gate.command(
    Permission.EMERGENCY_ACCESS, subject="wanted", event="emergency.opened", category=Category.ADMIN,
    detail=("wanted", "reason_code", "reason_text"),
)  # fmt: skip
def open_emergency(
    *, by: User, wanted: Wanted, reason_code: str, reason_text: str, renews: UUID | None = None
) -> EmergencyAccess:
    """One patient's chart for a few hours, for this person alone; it stands in the review queue at once.

    The caller has asked for the person's password or code. renews: the access that runs and is to be replaced by this one,
    for a new reason. While one runs, asking again without `renews` gives that one back, so a form sent twice opens once.
    Raises DomainError naming the field; NotVisible for the own chart, which is never opened.
    """
    text = _reason(reason_text, "reason_text")
    if reason_code not in EmergencyReason.values:
        raise DomainError("Choose a reason.", field="reason_code")
    if wanted.patient_id is None:
        raise DomainError(NOBODY)
    if wanted.patient_id in authority_of(by).own:
        raise NotVisible(gate.NOT_THERE)
    _one_at_a_time(by, wanted.patient_id)
    running = running_emergency(by, wanted.patient_id)
    if running is not None:
        if running.pk != renews:
            return running
        if fold(running.reason_text) == fold(text):
            raise DomainError("Say what is new: the access runs for this reason already.", field="reason_text")
        _end(running.grant, by)
    opened = EmergencyAccess.objects.create(
        grant=_grant(by, wanted.patient_id, reason_code), user=by, patient_id=wanted.patient_id,
        facility_ids=sorted(authority_of(by).at(Permission.EMERGENCY_ACCESS).union(wanted.facilities)),
        reason_code=reason_code, reason_text=text,
    )  # fmt: skip
    forget_authority(by)
    return opened


@gate.command(Permission.CHART_VIEW, subject="emergency", event="emergency.ended", category=Category.ADMIN)
def end_emergency(*, by: User, emergency: EmergencyAccess) -> EmergencyAccess:
    """The person needs the chart no longer. Raises NotVisible for somebody else's access."""
    if emergency.user_id != by.pk:
        raise NotVisible(gate.NOT_THERE)
    _end(AccessGrant.objects.select_for_update().get(pk=emergency.grant_id), by)
    forget_authority(by)
    return emergency


@gate.command(
    Permission.PRIVACY_REVIEW, subject="emergency", event="emergency.reviewed", category=Category.ADMIN,
    detail=("outcome", "note"),
)  # fmt: skip
def review_emergency(*, by: User, emergency: EmergencyAccess, outcome: str, note: str) -> EmergencyAccess:
    """The review is closed, once and for all. An access that is not justified ends with it, should it still run.

    Escalated: whoever keeps privacy cases hears of it (emergency_escalated). Raises DomainError naming the field, NotVisible.
    """
    reviewed = _for_review(by, emergency)
    if outcome not in EmergencyOutcome.values or not outcome:
        raise DomainError("Choose what the review found.", field="outcome")
    words = _reason(note, "note")
    now = database_now()
    if outcome == EmergencyOutcome.JUSTIFIED and ended_at(reviewed) > now:
        raise DomainError(
            "This access still runs. Close the review when it has ended, or end it by another outcome.", field="outcome"
        )
    reviewed.outcome, reviewed.outcome_note, reviewed.closed_at, reviewed.closed_by = outcome, words, now, by
    reviewed.save(update_fields=["outcome", "outcome_note", "closed_at", "closed_by"])
    if outcome != EmergencyOutcome.JUSTIFIED:
        _end(reviewed.grant, by)
    if outcome == EmergencyOutcome.ESCALATED:
        emergency_escalated.send(
            sender=EmergencyAccess, emergency_id=reviewed.pk, patient_id=reviewed.patient_id, user_id=reviewed.user_id,
            actor_id=by.pk, facility_ids=list(reviewed.facility_ids),
        )  # fmt: skip
    return reviewed


def _for_review(by: User, emergency: EmergencyAccess) -> EmergencyAccess:
    """The row, locked, as far as `by` may decide about it."""
    rows = EmergencyRows._default_manager.visible_to(by, Permission.PRIVACY_REVIEW)
    found: EmergencyAccess | None = (
        rows.select_for_update(of=("self",)).select_related("grant").filter(pk=emergency.pk).first()
    )
    if found is None:
        raise NotVisible(gate.NOT_THERE)
    if found.user_id == by.pk:
        raise DomainError("This was your own access; somebody else has to review it.")
    if found.outcome:
        raise DomainError("This review is closed already.")
    return found


def _grant(by: User, patient_id: UUID, reason_code: str) -> AccessGrant:
    now = present()
    return AccessGrant.objects.create(
        user=by, patient_id=patient_id, source=GrantSource.EMERGENCY, reason=EmergencyReason(reason_code).label,
        during=DateTimeTZRange(now, now + length()), granted_by=by,
    )  # fmt: skip


def _end(grant: AccessGrant, by: User) -> None:
    """At once; what has ended by itself stays as it is."""
    now = database_now()
    if grant.revoked_at is None and grant.during.upper > now:
        grant.revoked_at, grant.revoked_by = now, by
        grant.save(update_fields=["revoked_at", "revoked_by"])


def _reason(text: str, field: str) -> str:
    words = squeeze(text)
    if len(words) < SHORTEST_REASON:
        raise DomainError(f"Say why in at least {SHORTEST_REASON} characters.", field=field)
    if len(words) > LONGEST_REASON:
        raise DomainError(f"This is longer than {LONGEST_REASON} characters.", field=field)
    return words


def _one_at_a_time(by: User, patient_id: UUID) -> None:
    """Two forms of one person about one patient come after each other, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"emergency:{by.pk}:{patient_id}"])
