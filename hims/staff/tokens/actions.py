"""Making and revoking API tokens."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import date, timedelta
from uuid import UUID

from django.utils import timezone

from hims.lib.access import Permission
from hims.lib.errors import AccessDenied, DomainError, NotVisible
from hims.lib.text import squeeze
from hims.staff.models import User
from hims.staff.selectors import rights_of
from hims.staff.signals import tell
from hims.staff.tokens.models import LONGEST, ApiToken

MARK = "hims_"
RANDOM_BYTES = 32
SHOWN_CHARACTERS = 6


def digest_of(token: str) -> bytes:
    """What is kept of a token. Plain SHA-256 is enough for 256 random bits, which nobody can guess at."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def scopes_open_to(owner: User) -> list[Permission]:
    """The permissions that a token of this account may carry today: those it holds itself."""
    held = rights_of(owner, date.today()).facilities
    return [permission for permission in Permission if held.get(permission.value)]


def make_token(*, by: User, owner: User, name: str, scopes: Collection[str], days: int) -> tuple[ApiToken, str]:
    """A new token and its text, which nobody can show a second time.

    by: the owner, or the administrator of a program's account (the caller has checked the administrator's right).
    days: 1 to 90. Raises DomainError for a scope the owner does not hold, no scope, no name, or another number of days.
    """
    if owner != by and not owner.is_service:
        raise AccessDenied("A token for somebody else can only be made for a program's account.")
    if not owner.is_active or owner.is_system or by.token_scopes is not None:
        raise AccessDenied("This account cannot have API tokens.")
    _check(name, scopes, days, {permission.value for permission in scopes_open_to(owner)})
    text = MARK + secrets.token_urlsafe(RANDOM_BYTES)
    now = timezone.now()
    token = ApiToken.objects.create(
        user=owner, name=squeeze(name), prefix=text[: len(MARK) + SHOWN_CHARACTERS], digest=digest_of(text),
        scopes=sorted(set(scopes)), created_at=now, expires_at=now + timedelta(days=days),
    )  # fmt: skip
    tell(
        "staff.token_made", user=owner, by=by, detail=_detail(token) | {"scopes": ", ".join(token.scopes), "days": days}
    )
    return token, text


def revoke_token(*, by: User, token_id: UUID, owner: User | None = None) -> None:
    """End a token at once; its next request is refused. owner: whose it is, by default one's own. Raises NotVisible."""
    now = timezone.now()
    token = ApiToken.objects.in_force(now).filter(pk=token_id, user=owner or by).first()
    if token is None:
        raise NotVisible("This token is over already, or it is not yours.")
    ApiToken.objects.filter(pk=token.pk).update(revoked_at=now)
    tell("staff.token_revoked", user=token.user, by=by, detail=_detail(token))


def revoke_all(owner: User, *, by: User | None = None) -> int:
    """End every token of an account, as when a person leaves; how many there were. The caller has checked the right."""
    tokens = list(ApiToken.objects.in_force(timezone.now()).filter(user=owner))
    for token in tokens:
        ApiToken.objects.filter(pk=token.pk).update(revoked_at=timezone.now())
        tell("staff.token_revoked", user=owner, by=by, detail=_detail(token))
    return len(tokens)


def _check(name: str, scopes: Collection[str], days: int, held: Collection[str]) -> None:
    if not squeeze(name) or len(squeeze(name)) > 80:
        raise DomainError("Give the token a name of at most 80 characters.", field="name")
    if not scopes:
        raise DomainError("Choose at least one thing the token may do.", field="scopes")
    if set(scopes) - set(held):
        raise DomainError("A token cannot do more than its owner. Choose among what is listed.", field="scopes")
    if not 1 <= days <= LONGEST.days:
        raise DomainError(f"A token lasts 1 to {LONGEST.days} days.", field="days")


def _detail(token: ApiToken) -> dict[str, str]:
    return {"token": token.prefix, "name": token.name}
