"""A form that another site sends, with the cookies of a signed-in person, changes nothing anywhere."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from hims.proof.doors import address
from hims.proof.policy import Route, policy
from hims.proof.routes import _walk
from hims.staff.models import User
from tests.clients import signed_in

pytestmark = pytest.mark.django_db
UNSAFE = [(route, method) for route in policy().values() for method in sorted(route.methods - {"GET"})]
NO_FORGERY = {"account_login"}


@pytest.mark.parametrize(("route", "method"), UNSAFE, ids=lambda value: getattr(value, "name", value))
def test_request_without_the_token_is_refused(route: Route, method: str, him_manager: User) -> None:
    client = signed_in(him_manager, enforce_csrf_checks=True, raise_request_exception=False)
    kind = "application/json" if route.api else "application/x-www-form-urlencoded"
    answer = client.generic(method, address(route, None), b"{}" if route.api else b"", content_type=kind)
    assert answer.status_code == 403
    assert "CSRF" in answer.content.decode() or "form" in answer.content.decode()


def test_signing_in_needs_the_token_too() -> None:
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "x", "password": "y"})
    assert answer.status_code == 403


def test_token_of_another_session_or_origin_is_refused(him_manager: User) -> None:
    client = signed_in(him_manager, enforce_csrf_checks=True)
    client.get("/patients/")
    token = client.cookies["csrftoken"].value if "csrftoken" in client.cookies else "x" * 32
    other = signed_in(him_manager, enforce_csrf_checks=True)
    assert other.post("/patients/search", {"text": "x", "csrfmiddlewaretoken": token}).status_code == 403
    answer = client.post(
        "/patients/search", {"text": "x", "csrfmiddlewaretoken": token}, headers={"Origin": "https://evil.example"}
    )
    assert answer.status_code == 403


def test_no_view_is_exempt_but_those_of_the_api_which_check_for_themselves() -> None:
    exempt: list[Any] = [
        path
        for _, path, view in _walk(get_resolver().url_patterns, "/", "")
        if getattr(view, "csrf_exempt", False) and not path.startswith("/api/")
    ]
    assert exempt == []


def test_no_unsafe_thing_happens_on_a_get() -> None:
    """Every route whose name says that it changes something takes no GET, or only shows a form."""
    changing = [
        route.name
        for route in policy().values()
        for lines in [route.ways.get("GET", ())]
        if any(step.kind in {"act", "each"} for line in lines for step in line)
    ]
    assert changing == []
