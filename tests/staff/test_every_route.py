"""Every route of the product, with nobody signed in, with a locked screen, without the second factor, with an ended sign-in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, UUIDConverter
from django.utils import timezone

from hims.staff.models import User
from hims.staff.sessions.actions import end_sessions
from hims.staff.sessions.models import SignIn
from tests.clients import HTMX, signed_in

pytestmark = pytest.mark.django_db
ENTRANCE = {
    "healthz", "account_login", "account_logout", "account_inactive", "demo_sign_in", "mfa_authenticate", "account_session",
}  # fmt: skip
# The page behind an invitation: the link itself is the key, and what is not one answers 410.
BY_LINK = {"staffing:new_password"}
WHILE_LOCKED = ENTRANCE | {"account_unlock", "account_unlock_key"}
WITHOUT_FACTOR = ENTRANCE | {
    "mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate", "mfa_reauthenticate", "account_alive",
    "account_lock", "account_unlock", "account_unlock_key", "account_open_seal",
}  # fmt: skip


def routes() -> Iterator[tuple[str, str]]:
    """Name and an address of each route."""
    yield from _below(get_resolver(), "/", "")


def _below(resolver: URLResolver, prefix: str, namespace: str) -> Iterator[tuple[str, str]]:
    for entry in resolver.url_patterns:
        path = prefix + _filled(entry)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _below(entry, path, inner)
        else:
            yield f"{namespace}{entry.name}", path


def _filled(entry: URLPattern | URLResolver) -> str:
    converters = entry.pattern.converters

    def example(found: re.Match[str]) -> str:
        converter = converters[found[1].rpartition(":")[2]]
        if isinstance(converter, UUIDConverter):
            return str(UUID(int=7))
        return "1" if isinstance(converter, IntConverter) else "x"

    return re.sub(r"<([^>]+)>", example, str(entry.pattern))


ALL = dict(routes())


def off(allowed: set[str]) -> dict[str, str]:
    return {name: path for name, path in ALL.items() if name not in allowed}


def answers(client: Client, allowed: set[str], **headers: Any) -> dict[str, int]:
    """Status by route, for GET and POST, of what is not allowed."""
    found = {}
    for name, path in off(allowed).items():
        for method in ("get", "post"):
            found[f"{method} {name}"] = getattr(client, method)(path, headers=headers).status_code
    return found


def test_walk_finds_the_routes() -> None:
    assert {"home", "records:patients", "mfa_index", "api_schema"} <= set(ALL)
    assert len(ALL) > 60
    assert set(ALL) >= WITHOUT_FACTOR
    assert len(ENTRANCE | BY_LINK) <= 10


def test_nobody_gets_past_the_entrance(db: None) -> None:
    for key, status in answers(Client(), ENTRANCE | BY_LINK).items():
        assert status in (302, 401, 403, 405), key
    for name, path in off(ENTRANCE | BY_LINK).items():
        answer = Client().get(path)
        if answer.status_code == 302:
            assert answer.headers["Location"].startswith("/accounts/login/"), name


def test_disabled_person_gets_past_nothing(coder: User) -> None:
    client = signed_in(coder)
    User.objects.filter(pk=coder.pk).update(is_active=False)
    assert set(answers(client, ENTRANCE | BY_LINK).values()) <= {302, 401, 403}


def test_ended_sign_in_gets_past_nothing(coder: User) -> None:
    client = signed_in(coder)
    end_sessions(coder)
    assert set(answers(client, ENTRANCE | BY_LINK).values()) <= {302, 401, 403}


def test_locked_screen_shows_nothing_and_changes_nothing(coder: User) -> None:
    client = signed_in(coder)
    SignIn.objects.update(
        signed_in_at=timezone.now() - timedelta(hours=1), last_active_at=timezone.now() - timedelta(minutes=15)
    )
    assert set(answers(client, WHILE_LOCKED).values()) == {423}
    assert set(answers(client, WHILE_LOCKED, **HTMX).values()) == {423}


def test_session_without_second_factor_gets_past_nothing(coder: User, settings: Any) -> None:
    settings.REQUIRE_MFA = True
    client = signed_in(coder)
    assert set(answers(client, WITHOUT_FACTOR).values()) == {403}
    assert set(answers(client, WITHOUT_FACTOR, **HTMX).values()) == {403}


def test_session_that_owes_its_second_factor_may_only_show_it(coder: User, settings: Any) -> None:
    from tests.staff.factors import with_app

    settings.REQUIRE_MFA = True
    client = signed_in(coder)
    with_app(coder)
    allowed = (WITHOUT_FACTOR - {"mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate"}) | {
        "mfa_reauthenticate_webauthn"
    }
    assert set(answers(client, allowed).values()) == {403}
