"""Where a person is signed in, for the person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from hims.lib.paging import Page, keyset_page
from hims.staff.models import User
from hims.staff.sessions.models import SignIn
from hims.staff.sessions.standing import limit_of


@dataclass(frozen=True)
class Device:
    """One line of the list of signed-in devices."""

    id: UUID
    browser: str
    address: str
    since: datetime
    last_seen: datetime
    is_this: bool
    is_locked: bool


def devices_of(user: User, *, this: SignIn, after: str = "") -> Page[Device]:
    """The open sign-ins of a person, newest first."""
    now, limit = timezone.now(), limit_of(user)
    page = keyset_page(SignIn.objects.open(now).filter(user=user), order=("-signed_in_at", "-id"), after=after, size=50)
    return Page([_device(row, this, row.is_locked(now, limit)) for row in page.rows], page.next_cursor)


def _device(row: SignIn, this: SignIn, locked: bool) -> Device:
    return Device(
        id=row.pk, browser=row.browser or "Unknown program", address=row.address or "this machine",
        since=row.signed_in_at, last_seen=row.last_active_at, is_this=row.pk == this.pk, is_locked=locked,
    )  # fmt: skip
