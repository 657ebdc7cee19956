"""Where a request comes from."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory

from hims.staff.requests import client_address, person

DIRECT = [("10.0.0.7", "10.0.0.7"), ("", None), ("fe80::1%eth0", "fe80::1"), ("nonsense", None), ("::1", "::1")]
BEHIND_PROXY = [
    ("203.0.113.9", "203.0.113.9"),
    ("1.2.3.4, 203.0.113.9", "203.0.113.9"),
    ("'; DROP TABLE x, 203.0.113.9", "203.0.113.9"),
    ("203.0.113.9, ", None),
    ("", None),
]


@pytest.mark.parametrize(("remote", "expected"), DIRECT)
def test_client_address_without_proxy_is_the_peer(remote: str, expected: str | None) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR="1.2.3.4")
    assert client_address(request) == expected


@pytest.mark.parametrize(("forwarded", "expected"), BEHIND_PROXY)
def test_client_address_behind_the_proxy_is_what_the_proxy_saw(
    forwarded: str, expected: str | None, settings: Any
) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    request = RequestFactory().get("/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == expected


def test_person_of_an_anonymous_request_is_denied() -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    with pytest.raises(PermissionDenied):
        person(request)
