"""API requests with `Authorization: Bearer TOKEN`."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from rest_framework import status
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from hims.staff.models import User
from hims.staff.signals import tell
from hims.staff.tokens.actions import digest_of
from hims.staff.tokens.models import ApiToken

KEYWORD = "Bearer"
SEEN_EVERY = timedelta(minutes=1)


class TokenRefused(APIException):
    """The token is unknown, expired or revoked, or its owner may no longer act; which of these is not told."""

    status_code = status.HTTP_401_UNAUTHORIZED
    default_detail = "This token is not valid. Make a new one, or ask its owner."
    auth_header = f'{KEYWORD} error="invalid_token"'


class TokenAuthentication(BaseAuthentication):
    """The token's owner, with no more rights than the token carries."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != KEYWORD.lower().encode():
            return None
        if len(parts) != 2:
            raise TokenRefused
        token = _token_in_force(parts[1].decode("latin-1"))
        # Before anything else asks what this user may do: the answer is kept with the user.
        token.user.token_scopes = frozenset(token.scopes)
        _note_use(token)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return KEYWORD


def _token_in_force(text: str) -> ApiToken:
    rows = ApiToken.objects.in_force(timezone.now()).select_related("user")
    token = rows.filter(digest=digest_of(text), user__is_active=True, user__is_system=False).first()
    if token is None:
        raise TokenRefused
    return token


def _note_use(token: ApiToken) -> None:
    """The time, once a minute; the first use is told."""
    now = timezone.now()
    if token.last_used_at is not None and now - token.last_used_at < SEEN_EVERY:
        return
    first = ApiToken.objects.filter(pk=token.pk, last_used_at__isnull=True).update(last_used_at=now)
    if first:
        tell("staff.token_first_used", user=token.user, by=token.user, detail={"token": token.prefix})
    else:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
