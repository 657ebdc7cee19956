"""The one place where a password is compared, with guesses counted before each comparison."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from hims.staff import lockout
from hims.staff.models import User
from hims.staff.requests import client_address


class StaffBackend(AuthenticationBackend):
    """By user name and password. Neither the system nor a program's account signs in."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        """The person, or None. Raises LockedOut."""
        name, password = str(credentials.get("username") or ""), credentials.get("password")
        if not name or not password:
            return None
        guess = lockout.begin(lockout.Factor.PASSWORD, name, client_address(request) if request else None)
        try:
            user: User | None = super().authenticate(request, username=name, password=password)
        except Exception:
            guess.abandoned()
            raise
        if user is None:
            guess.failed()
        else:
            guess.succeeded()
        return user

    def user_can_authenticate(self, user: Any) -> bool:
        return bool(super().user_can_authenticate(user)) and not user.is_service and not user.is_system

    def _check_password(self, user: Any, password: str) -> User | None:
        """An account that may not sign in is answered like a wrong password."""
        if user is None:
            return None
        self._did_check_password = True
        return user if user.check_password(password) and self.user_can_authenticate(user) else None
