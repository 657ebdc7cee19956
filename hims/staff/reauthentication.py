"""Asking a signed-in person who they are once more, before something that matters: breaking the glass, signing, making a token."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest

from hims.lib.errors import DomainError
from hims.staff import lockout
from hims.staff.models import User
from hims.staff.personas import DEMO_PASSWORD
from hims.staff.requests import client_address, person
from hims.staff.second_factor.codes import accepted_by

WRONG_PASSWORD = "This is not your password."  # noqa: S105
WRONG_CODE = "This code is not right, or was used before."
NO_PASSWORD = "This account has no password and no authenticator app. An administrator can give it one."  # noqa: S105


def confirm_identity(request: HttpRequest, *, password: str = "", code: str = "") -> None:
    """Return when the password, or the one-time or recovery code, is the signed-in person's.

    Raises DomainError otherwise, with field "password", or "code" when only a code was given: wrong, missing, or locked out
    after too many failures (LockedOut). A failure counts and is recorded even if the caller's transaction is rolled back.
    """
    user = person(request)
    if code and not password:
        authenticator = spend_code(request, user, code)
        if authenticator is None:
            raise DomainError(WRONG_CODE, field="code")
        post_authentication(request, authenticator, reauthenticated=True)
        return
    if not ways_of(user):
        raise DomainError(NO_PASSWORD, field="password")
    if not password:
        raise DomainError("Enter your password.", field="password")
    found = authenticate(request, username=user.username, password=password)
    if found is None or found.pk != user.pk:
        raise DomainError(WRONG_PASSWORD, field="password")
    record_authentication(request, user, method="password", reauthenticated=True)


def spend_code(request: HttpRequest, user: User, code: str) -> Authenticator | None:
    """The authenticator that accepts the code, counted as a guess; None when none does. Raises LockedOut."""
    guess = lockout.begin(lockout.Factor.CODE, user.username, client_address(request))
    try:
        found = accepted_by(user, code)
    except Exception:
        guess.abandoned()
        raise
    if found is None:
        guess.failed()
    else:
        guess.succeeded()
    return found


def ways_of(user: User) -> list[str]:
    """How the person can confirm who they are: "password", "code", "key"."""
    kinds = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    ways = ["password"] if user.has_usable_password() else []
    ways += ["code"] if kinds & {Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES} else []
    return ways + (["key"] if Authenticator.Type.WEBAUTHN in kinds else [])


def demo_hint() -> str:
    """In the demonstration the password of its people, for the line under a password field; "" everywhere else."""
    return f"In this demonstration the password is {DEMO_PASSWORD}" if settings.DEMO else ""
