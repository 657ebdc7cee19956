"""Holds as parts of other work: asked for by every change, renewed by it, ended with it. Callers stand behind the wall."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models.functions import Now

from audit.walls import standing_for
from coding.workbench.holds.models import AccountHold, Loss
from coding.workbench.holds.rules import held_words, released_words, taken_over_words
from coding.workbench.models import CodingRecord
from hims.lib.access import Permission
from hims.lib.errors import DomainError
from hims.staff.models import User

RENEW_AFTER = timedelta(seconds=10)
NOTHING_DONE = "Nothing was changed."


class AccountHeld(DomainError):
    """Somebody else works on the account, or took it away from the person who asks."""


def require_free(record: CodingRecord, by: User) -> None:
    """Part of each change, under the lock of the record: passes when nobody else holds the account, and renews the own hold.

    A coding that nobody holds may be changed: feeds and commands open no page. Raises AccountHeld, in plain words.
    """
    hold = AccountHold.objects.select_related("holder", "lost_to").annotate(now=Now()).filter(record=record).first()
    if hold is None:
        return
    now: datetime = hold.now
    if hold.holder_id == by.pk:
        if hold.seen_at is None or now - hold.seen_at >= RENEW_AFTER:
            AccountHold.objects.filter(pk=hold.pk, holder=by).update(seen_at=Now())
        return
    words = words_for(hold, by, now, record.facility.time_zone)
    if words:
        raise AccountHeld(f"{words} {NOTHING_DONE}")


def words_for(hold: AccountHold | None, by: User, now: datetime, zone: str) -> str:
    """Why this person may not change the account; "" when the person may. hold: with holder and lost_to."""
    if hold is None or hold.holder_id == by.pk:
        return ""
    lost = ""
    if hold.lost_by_id == by.pk and hold.lost_at is not None:
        tell = taken_over_words if hold.lost_how == Loss.TAKEN_OVER else released_words
        lost = tell(str(hold.lost_to), hold.lost_at, now, zone)
    if hold.holder is None or hold.since is None or hold.seen_at is None:
        return lost
    if lost and hold.holder_id == hold.lost_to_id:
        return lost
    return f"{lost} {held_words(str(hold.holder), hold.since, hold.seen_at, now, zone)}".strip()


def renewed(by: User, encounter_id: UUID, page: UUID) -> bool:
    """A sign of life of an open page: the own hold lives on. False when there is none; nothing is read or told of the account."""
    with standing_for(by):
        reach = CodingRecord.objects.all().visible_to(by, Permission.CODING_EDIT).filter(encounter_id=encounter_id)
        return bool(AccountHold.objects.filter(record__in=reach, holder=by).update(seen_at=Now(), page=page))


def let_go(record: CodingRecord) -> None:
    """Nobody works on the account any more."""
    _end(AccountHold.objects.filter(record=record, holder__isnull=False))


def let_all_go(user: User) -> None:
    """At sign-out. A page of theirs that is open elsewhere holds its account again within a minute."""
    with standing_for(user):
        _end(AccountHold.objects.filter(holder=user))


def _end(rows: Any) -> None:
    rows.update(holder=None, since=None, seen_at=None, page=None)


def hold_of(record: CodingRecord) -> AccountHold | None:
    """The hold that was read with the record; None when there never was one."""
    hold: AccountHold | None = getattr(record, "hold", None)
    return hold


def is_free_for(record: CodingRecord, by: User) -> bool:
    """Nobody else holds the account. record: with its hold."""
    hold = hold_of(record)
    return hold is None or hold.holder_id in (None, by.pk)
