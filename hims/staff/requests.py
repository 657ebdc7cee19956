"""The person behind a request, and where the request comes from."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from hims.staff.models import User


def person(request: HttpRequest) -> User:
    """The signed-in person; LoginRequiredMiddleware has sent everyone else to the sign-in page."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def client_address(request: HttpRequest) -> str | None:
    """The network address of the client; None when the server heard it through a socket.

    Behind our reverse proxy it is the last entry of X-Forwarded-For, the one which the proxy itself added: whatever stands
    before it was sent by the client.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.SECURE_PROXY_SSL_HEADER is not None:
        address = request.META.get("HTTP_X_FORWARDED_FOR", address).rpartition(",")[2]
    try:
        return str(ipaddress.ip_address(address.strip().partition("%")[0]))
    except ValueError:
        return None
