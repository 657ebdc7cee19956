"""Security keys and passkeys: what a browser sends is checked for its shape first, whatever somebody may have made of it."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.core.exceptions import ValidationError

from hims.staff.models import User

REFUSED = "This key was not accepted. Try again."
MALFORMED = (TypeError, ValueError, KeyError, AttributeError, IndexError)


def proven_by(user: User, credential: Any) -> Authenticator:
    """The key that has signed this session's challenge. Raises ValidationError."""
    try:
        auth.parse_authentication_response(credential)
        found: Authenticator = auth.complete_authentication(user, credential)
    except MALFORMED:
        raise ValidationError(REFUSED) from None
    return found


def check_new(credential: Any) -> None:
    """Raise ValidationError unless it is a new key that has answered this session's challenge."""
    try:
        auth.parse_registration_response(credential)
        auth.complete_registration(credential)
    except MALFORMED:
        raise ValidationError(REFUSED) from None
