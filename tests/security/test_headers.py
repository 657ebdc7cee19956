"""Every page, refusal and file carries the headers that keep a browser from being turned against its user."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from hims.lib.access import Role
from hims.proof.doors import address
from hims.proof.policy import Route, policy
from hims.staff.models import Facility, User
from tests.clients import signed_in

pytestmark = pytest.mark.django_db
READING = [route for route in policy().values() if "GET" in route.methods]


def faults_of(headers: Any) -> list[str]:
    """What is missing or loose."""
    rules = dict(
        [*part.strip().split(" ", 1), ""][:2] for part in headers.get("Content-Security-Policy", "").split(";") if part
    )
    found = [
        f"{name} is {rules.get(name)}"
        for name, wanted in {
            "default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "object-src": "'none'",
            "base-uri": "'none'", "frame-ancestors": "'none'", "form-action": "'self'", "connect-src": "'self'",
        }.items()
        if rules.get(name) != wanted
    ]  # fmt: skip
    found += [
        f"{name} allows {word}" for name, value in rules.items() for word in ("unsafe-", "*", "http") if word in value
    ]
    for name, wanted in (("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY")):
        if headers.get(name) != wanted:
            found.append(f"{name} is {headers.get(name)}")
    if headers.get("Referrer-Policy") not in ("no-referrer", "same-origin"):
        found.append("Referrer-Policy")
    return found


@pytest.mark.parametrize("route", READING, ids=lambda route: route.name)
def test_answer_of_every_route_carries_the_headers(route: Route, him_manager: User) -> None:
    for client in (signed_in(him_manager), Client()):
        client.raise_request_exception = False
        answer = client.get(address(route, None))
        assert faults_of(answer.headers) == [], answer.status_code
        if answer.status_code < 400:
            cached = answer.headers.get("Cache-Control", "")
            assert "no-store" in cached or "no-cache" in cached, cached


def test_refusals_carry_the_headers(
    client: Client, coder: User, person: Callable[..., User], facility: Facility
) -> None:
    biller = person("bill", Role.BILLER, facility)
    for user, path, status in ((coder, "/nowhere/", 404), (coder, "/billing/", 403), (biller, "/coding/", 403)):
        answer = signed_in(user).get(path)
        assert answer.status_code == status
        assert faults_of(answer.headers) == []


def test_no_page_is_shown_to_another_site_and_no_program_may_read_from_one(him_manager: User) -> None:
    answer = signed_in(him_manager).get("/api/v1/schema/", headers={"Origin": "https://elsewhere.example"})
    assert [name for name in answer.headers if name.startswith("Access-Control-")] == []


def test_host_that_is_not_ours_is_refused(him_manager: User, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["hims.example"]
    client = signed_in(him_manager)
    client.raise_request_exception = False
    for host in ("evil.example", "hims.example.evil.example", "hims.example@evil.example", "hims.example:80:80", ""):
        answer = client.get("/", headers={"Host": host}, SERVER_NAME="evil.example")
        assert answer.status_code == 400, host
        assert "evil" not in answer.content.decode()
    assert client.get("/", headers={"Host": "hims.example"}).status_code == 200
    forwarded = client.get("/nowhere", headers={"Host": "hims.example", "X-Forwarded-Host": "evil.example"})
    assert "evil" not in forwarded.content.decode() + str(forwarded.headers)


ELSEWHERE = [
    "https://evil.example/", "//evil.example/", "///evil.example", "/\\evil.example", "https:evil.example", "\thttps://evil.example",
    "http://testserver@evil.example/", "javascript:alert(1)", "data:text/html,x", "https:///evil.example", "/%09/evil.example",
]  # fmt: skip


@pytest.mark.parametrize("target", ELSEWHERE)
@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/logout/", "/accounts/reauthenticate/"])
def test_next_never_leads_elsewhere(path: str, target: str, him_manager: User) -> None:
    him_manager.set_password("a long and unusual sentence 7")
    him_manager.save()
    sent = {"login": him_manager.username, "password": "a long and unusual sentence 7", "next": target}
    client = Client() if "login" in path else signed_in(him_manager)
    for answer in (client.get(path, {"next": target}), client.post(path, sent)):
        location = answer.headers.get("Location", "/")
        assert location.startswith("/"), location
        assert not location.startswith(("//", "/\\")), location
