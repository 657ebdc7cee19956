"""The person behind a request."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from hims.staff.models import User


def person(request: HttpRequest) -> User:
    """The signed-in person; LoginRequiredMiddleware has sent everyone else to the sign-in page."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
