"""A browser of a signed-in person."""

from __future__ import annotations

from typing import Any

from django.test import Client

from hims.staff.models import User

BACKEND = "hims.staff.backend.StaffBackend"
HTMX = {"HX-Request": "true"}


def signed_in(user: User, **options: Any) -> Client:
    """The person's browser, without the detour over the sign-in page."""
    client = Client(**options)
    client.force_login(user, backend=BACKEND)
    return client
