"""How allauth's second factor behaves here."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction

from hims.lib.crypto import SealError, field_ring, open_sealed, seal
from hims.lib.errors import DomainError

PURPOSE = "second factor"
SEALED = ("secret", "seed")
WRONG_KEY = "The second factors cannot be read: the key of this installation is not the one they were written with."


class StaffMFAAdapter(DefaultMFAAdapter):
    """Secrets are encrypted before they are stored; where everybody needs a second factor, nobody removes their last one."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This was not accepted. Try again.",
        "cannot_delete_authenticator": "This is your only second factor, and HIMS asks everybody for one. Add another first.",
    }

    def encrypt(self, text: str) -> str:
        return seal(text, PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return open_sealed(encrypted_text, PURPOSE)
        except SealError:
            raise DomainError(WRONG_KEY) from None

    def get_totp_label(self, user: Any) -> str:
        return str(user.username)

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        return not settings.REQUIRE_MFA or has_another(authenticator)

    def _get_user_identifier(self, user: Any) -> str:
        return str(user.username)

    def _get_site_name(self) -> str:
        return "HIMS"


def has_another(authenticator: Any) -> bool:
    """True when the person could still show a second factor without this one; recovery codes alone are none."""
    others = Authenticator.objects.filter(user_id=authenticator.user_id).exclude(pk=authenticator.pk)
    return bool(others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists())


def rotate_secrets() -> int:
    """Seal every secret under the newest key; how many changed."""
    changed = 0
    for pk in list(Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).values_list("pk", flat=True)):
        with transaction.atomic():
            row = Authenticator.objects.select_for_update().filter(pk=pk).first()
            old = {name: row.data[name] for name in SEALED if name in row.data} if row else {}
            new = {name: seal(open_sealed(text, PURPOSE), PURPOSE) for name, text in old.items() if not _is_new(text)}
            if new:
                row.data.update(new)
                row.save(update_fields=["data"])
                changed += 1
    return changed


def _is_new(sealed: str) -> bool:
    return field_ring().is_current(sealed)
