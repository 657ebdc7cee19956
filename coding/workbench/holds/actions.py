"""Taking an account to work on it, leaving it, taking it over from somebody who left it open, and releasing a hold."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models.functions import Now

from audit import gate
from coding.workbench.changing import FINAL
from coding.workbench.enums import CodingStatus
from coding.workbench.holds.keeping import AccountHeld, let_go, words_for
from coding.workbench.holds.models import AccountHold, Loss
from coding.workbench.holds.rules import is_old
from coding.workbench.models import CodingRecord
from coding.workbench.sending.once import forget_old
from hims.lib.access import Permission
from hims.lib.errors import DomainError
from hims.staff.models import User

OTHER = "This hold has ended meanwhile. Open the account again to see how it stands."


@gate.command(Permission.CODING_EDIT, subject="record", event="coding.hold_taken", detail=("anew",))
def take(*, by: User, record: CodingRecord, page: UUID, anew: bool) -> AccountHold:
    """The person works on the account, in any number of pages.

    page: made by the page that asks. anew: the page was opened just now; else it was open before, and whoever lost the account
    meanwhile is told instead. Raises AccountHeld, and DomainError for a finalized coding.
    """
    locked = _locked(record)
    if locked.status == CodingStatus.FINALIZED:
        raise DomainError(FINAL)
    hold, now = _row(locked)
    if hold.holder_id is None and hold.lost_by_id == by.pk and anew:
        hold.lost_by = hold.lost_to = hold.lost_at = None
        hold.lost_how = ""
    if words := words_for(hold, by, now, locked.facility.time_zone):
        raise AccountHeld(words)
    _give(hold, by, page, now)
    forget_old(locked)
    return hold


@gate.command(Permission.CODING_EDIT, subject="record", event="coding.hold_left")
def leave(*, by: User, record: CodingRecord, page: UUID) -> CodingRecord:
    """The page is left. Another page of the same person that was heard since keeps the account."""
    if AccountHold.objects.filter(record=_locked(record), holder=by, page=page).exists():
        let_go(record)
    return record


@gate.command(Permission.CODING_EDIT, subject="record", event="coding.hold_taken_over", detail=("holder_id",))
def take_over(*, by: User, record: CodingRecord, holder_id: UUID, page: UUID) -> AccountHold:
    """The account of somebody who was not heard for as long as the setting says. Of two who try, the second is refused.

    holder_id: whom the page named. Raises AccountHeld when that person was active meanwhile, or somebody else holds it now.
    """
    locked = _locked(record)
    hold, now = _row(locked)
    if hold.holder_id is None or hold.seen_at is None:
        raise DomainError(OTHER)
    if hold.holder_id != holder_id or not is_old(hold.seen_at, now, settings.CODING_HOLD_MINUTES):
        raise AccountHeld(words_for(hold, by, now, locked.facility.time_zone) or OTHER)
    _lose(hold, by, Loss.TAKEN_OVER, now)
    _give(hold, by, page, now)
    return hold


@gate.command(Permission.CODING_POLICY, subject="record", event="coding.hold_released", detail=("holder_id",))
def release(*, by: User, record: CodingRecord, holder_id: UUID) -> CodingRecord:
    """Whoever answers for coding at the facility ends a hold at once; its holder is told. Raises DomainError when it has ended."""
    hold, now = _row(_locked(record))
    if hold.holder_id is None or hold.holder_id != holder_id:
        raise DomainError(OTHER)
    _lose(hold, by, Loss.RELEASED, now)
    hold.save()
    let_go(record)
    return record


def _locked(record: CodingRecord) -> CodingRecord:
    """Holds change under the lock under which codings change."""
    locked: CodingRecord = (
        CodingRecord.objects.select_for_update(of=("self",)).select_related("facility").get(pk=record.pk)
    )
    return locked


def _row(locked: CodingRecord) -> tuple[AccountHold, datetime]:
    """The hold, locked against signs of life, with the database's time."""
    AccountHold.objects.get_or_create(record=locked)
    hold = (
        AccountHold.objects.select_for_update(of=("self",)).select_related("holder", "lost_by", "lost_to")
        .annotate(now=Now()).get(record=locked)
    )  # fmt: skip
    hold.record = locked
    now: datetime = hold.now
    return hold, now


def _give(hold: AccountHold, by: User, page: UUID, now: datetime) -> None:
    if hold.holder_id != by.pk:
        hold.since = now
    hold.holder, hold.seen_at, hold.page = by, now, page
    hold.save()


def _lose(hold: AccountHold, to: User, how: Loss, now: datetime) -> None:
    """The holder is told at the next action."""
    hold.lost_by, hold.lost_to, hold.lost_how, hold.lost_at = hold.holder, to, how, now
