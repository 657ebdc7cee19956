"""Beginning, locking and ending sign-ins."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from hims.lib.errors import NotVisible
from hims.staff.models import User
from hims.staff.requests import client_address
from hims.staff.sessions.models import End, SignIn
from hims.staff.sessions.rules import KEPT_FOR, browser_words
from hims.staff.signals import tell

SESSION_KEY = "hims_sign_in"


def begin_sign_in(request: HttpRequest, user: User) -> SignIn:
    """A row for the session that Django has just given its new key; rows of the person older than 30 days go."""
    now = timezone.now()
    SignIn.objects.filter(user=user, signed_in_at__lt=now - KEPT_FOR).delete()
    row = SignIn.objects.create(
        user=user, address=client_address(request), browser=browser_words(request.META.get("HTTP_USER_AGENT", ""))[:80],
        signed_in_at=now, last_active_at=now,
    )  # fmt: skip
    request.session[SESSION_KEY] = str(row.pk)
    return row


def note_activity(sign_in: SignIn, *, at: datetime, limit: timedelta) -> None:
    """Remember that the person did something; written at most sixty times within a limit."""
    if at - sign_in.last_active_at >= limit / 60:
        SignIn.objects.filter(pk=sign_in.pk, ended_at__isnull=True, locked_at__isnull=True).update(last_active_at=at)


def lock(sign_in: SignIn) -> None:
    """Lock the screen now, whenever something was last done."""
    if SignIn.objects.filter(pk=sign_in.pk, locked_at__isnull=True).update(locked_at=timezone.now()):
        tell("staff.screen_locked", user=sign_in.user, by=sign_in.user)


def unlock(sign_in: SignIn) -> None:
    """The person has shown who they are; its lifetime does not begin anew."""
    SignIn.objects.filter(pk=sign_in.pk, ended_at__isnull=True).update(locked_at=None, last_active_at=timezone.now())
    tell("staff.screen_unlocked", user=sign_in.user, by=sign_in.user)


def finish(sign_in_id: str | None, end: End) -> None:
    """Close one row, if it is still open."""
    if sign_in_id:
        SignIn.objects.filter(pk=sign_in_id, ended_at__isnull=True).update(ended_at=timezone.now(), end=end)


def end_own(*, by: User, sign_in_id: UUID) -> None:
    """End one of one's own sign-ins. Raises NotVisible when it is not one's own, or over."""
    now = timezone.now()
    rows = SignIn.objects.open(now).filter(pk=sign_in_id, user=by)
    if not rows.update(ended_at=now, end=End.BY_OWNER):
        raise NotVisible("This sign-in is over already, or it is not yours.")
    tell("staff.sessions_ended", user=by, by=by, detail={"count": 1})


def end_others(*, by: User, keep: SignIn, because: End = End.BY_OWNER) -> int:
    """End all of one's own sign-ins but this one; how many there were."""
    return _end(by, because, by=by, keep=keep)


def end_sessions(user: User, *, by: User | None = None, because: End = End.BY_ADMINISTRATOR) -> int:
    """Sign a person out everywhere; each browser is refused with its next request. How many there were.

    The caller has checked that `by` may do this; None: whoever runs a command on the machine.
    """
    return _end(user, because, by=by, keep=None)


def _end(user: User, end: End, *, by: User | None, keep: SignIn | None) -> int:
    now = timezone.now()
    rows = SignIn.objects.filter(user=user, ended_at__isnull=True)
    if keep is not None:
        rows = rows.exclude(pk=keep.pk)
    open_ones = rows.open(now).count()
    rows.update(ended_at=now, end=end)
    tell("staff.sessions_ended", user=user, by=by, detail={"count": open_ones})
    return open_ones
