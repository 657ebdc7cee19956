"""How a request's sign-in stands: open or over, locked or not, verified with a second factor or not."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from hims.staff.models import User
from hims.staff.selectors import rights_of
from hims.staff.sessions.actions import SESSION_KEY, finish
from hims.staff.sessions.models import End, SignIn
from hims.staff.sessions.rules import LIFETIME, idle_limit


def open_sign_in(request: HttpRequest, user: User, at: datetime) -> SignIn | None:
    """The row that the session carries; None when it is not this person's, was ended, or is older than twelve hours."""
    carried = request.session.get(SESSION_KEY)
    try:
        row = SignIn.objects.filter(pk=UUID(str(carried)), user=user, ended_at__isnull=True).first()
    except ValueError:
        return None
    if row is not None and at - row.signed_in_at >= LIFETIME:
        finish(str(row.pk), End.EXPIRED)
        return None
    if row is not None:
        row.user = user
    return row


def limit_of(user: User) -> timedelta:
    """After how long without activity this person's screen locks: the strictest of their roles."""
    by_role: dict[str, int] = settings.IDLE_MINUTES_BY_ROLE
    roles = rights_of(user, timezone.now().date()).roles if by_role else ()
    return idle_limit(roles, by_role, settings.IDLE_MINUTES)


def is_verified(request: HttpRequest, user: User) -> bool:
    """True when this session has shown a second factor, or set its first one up."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, user))


def is_present(request: HttpRequest, user: User, at: datetime) -> bool:
    """Would the middleware let this person through? For answers to addresses that lead nowhere, at which it is not asked."""
    row = open_sign_in(request, user, at)
    if row is None or row.is_locked(at, limit_of(user)):
        return False
    return not settings.REQUIRE_MFA or is_verified(request, user)


def seconds_left(sign_in: SignIn, limit: timedelta, at: datetime) -> int:
    """Until the screen locks; 0 when it is locked."""
    if sign_in.is_locked(at, limit):
        return 0
    return max(1, int((sign_in.last_active_at + limit - at).total_seconds()))
