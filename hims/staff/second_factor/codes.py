"""One-time codes and recovery codes: each is accepted once.

A code of an authenticator app is good for its own half minute and the ones beside it (clocks differ), but never again once it or
a later one was used. What was used last is kept with the authenticator, under a row lock, and besides in the cache, where no
rollback reaches it.
"""

from __future__ import annotations

import time

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.core.cache import cache
from django.db import transaction

from hims.staff.models import User

PERIOD_SECONDS = 30
BESIDE = 1
LAST_STEP = "last_step"
MAX_CODE = 20


def accepted_by(user: User, code: str) -> Authenticator | None:
    """The authenticator that the code belongs to, which has then been used up; None for a wrong or used one."""
    if len(code) > MAX_CODE:
        return None
    with transaction.atomic():
        kinds = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)
        rows = Authenticator.objects.select_for_update().filter(user=user, type__in=kinds).order_by("-type")
        for row in rows:
            if _accepts_totp(row, code) if row.type == Authenticator.Type.TOTP else row.wrap().validate_code(code):
                row.user = user
                return row
    return None


def step_of(secret: str, code: str) -> int | None:
    """The half minute since 1970 for which the code is right, among the present one and its neighbours."""
    present = int(time.time()) // PERIOD_SECONDS
    for step in (present, present - BESIDE, present + BESIDE):
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step))):
            return step
    return None


def _accepts_totp(row: Authenticator, code: str) -> bool:
    step = step_of(decrypt(row.data["secret"]), code)
    if step is None or step <= row.data.get(LAST_STEP, 0):
        return False
    if not cache.add(f"totp:{row.pk}:{step}", 1, (2 * BESIDE + 2) * PERIOD_SECONDS):
        return False
    row.data[LAST_STEP] = step
    row.save(update_fields=["data"])
    return True
