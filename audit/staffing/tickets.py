"""Leave to choose a password: a code that works once and for a day, so that no administrator ever knows a password."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone

from audit.staffing.models import PasswordTicket
from audit.staffing.recording import own_act
from hims.lib.errors import DomainError
from hims.staff.models import User

LASTS = timedelta(hours=24)
CODE_BYTES = 24
LONGEST_CODE = 200
SPENT = "This link has been used, has run out, or was replaced by a newer one. Ask your administrator for another."


def issue(user: User, *, by: User) -> str:
    """Inside an action: a new code; older ones of the same person end. The code itself is kept nowhere."""
    withdraw(user)
    code = secrets.token_urlsafe(CODE_BYTES)
    PasswordTicket.objects.create(
        user=user, digest=_digest(code), issued_by=by, expires_at=timezone.now() + LASTS
    )  # fmt: skip
    return code


def withdraw(user: User) -> None:
    """Codes not used yet end."""
    PasswordTicket.objects.filter(user=user, used_at__isnull=True).update(used_at=timezone.now())


def ticket_of(code: str) -> PasswordTicket | None:
    """The open ticket of a code; None when there is none."""
    if not code or len(code) > LONGEST_CODE:
        return None
    open_ones = PasswordTicket.objects.filter(used_at__isnull=True, expires_at__gt=timezone.now(), user__is_active=True)
    return open_ones.select_related("user").filter(digest=_digest(code)).first()


def choose_password(*, code: str, password: str) -> User:
    """The person sets the own password, once. Raises DomainError naming the field."""
    ticket = ticket_of(code)
    if ticket is None:
        raise DomainError(SPENT)
    user = ticket.user
    with own_act(user, "staff.password_chosen"):
        taken = PasswordTicket.objects.filter(pk=ticket.pk, used_at__isnull=True).update(used_at=timezone.now())
        if not taken:
            raise DomainError(SPENT)
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise DomainError(" ".join(error.messages), field="password") from error
        user.set_password(password)
        user.save(update_fields=["password"])
    return user


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode("utf-8", "replace")).hexdigest()
