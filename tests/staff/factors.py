"""Signing in with passwords, codes and addresses."""

from __future__ import annotations

import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client
from django.urls import reverse

from hims.staff.models import User

PASSWORD = "a sentence easier to keep than a puzzle"
WRONG = "a sentence that somebody guessed today"


def sign_in(client: Client, username: str, password: str = PASSWORD, **extra: Any) -> Any:
    """The answer to the sign-in form."""
    return client.post(reverse("account_login"), {"login": username, "password": password}, **extra)


def is_signed_in(client: Client) -> bool:
    """Home opens."""
    return client.get(reverse("home")).status_code == 200


def with_app(user: User) -> str:
    """Give the person an authenticator app; its secret."""
    secret: str = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def recovery_codes(user: User) -> list[str]:
    """Give the person recovery codes."""
    codes: list[str] = RecoveryCodes.activate(user).generate_codes()
    return codes


def code_of(secret: str, *, steps: int = 0) -> str:
    """What the app shows now, or some half minutes later."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps)))


def enter_code(client: Client, code: str) -> Any:
    """The answer to the second form."""
    return client.post(reverse("mfa_authenticate"), {"code": code})


def kinds_of(user: User) -> set[str]:
    """The kinds of second factor a person has."""
    return set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
