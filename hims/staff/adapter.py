"""How allauth behaves here: accounts are made by administrators, never by visitors."""

from __future__ import annotations

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ChangePasswordForm
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from django import forms
from django.contrib.auth import authenticate
from django.http import HttpRequest

from hims.staff.requests import client_address


class StaffAccountAdapter(DefaultAccountAdapter):
    """No sign-up; guesses are counted by `hims.staff.lockout`, by the address that the trail keeps."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": "The user name or the password is not right.",
        "incorrect_password": "This is not your password.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request) or "local"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Nothing here: the backend counts every comparison, whichever way it was reached."""

    def reauthenticate(self, user: Any, password: str) -> bool:
        found = authenticate(context.request, username=user.username, password=password)
        return found is not None and found.pk == user.pk

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not within five minutes of any proof of identity, signing in included."""
        records = get_authentication_records(context.request, context.request.user)
        return not records or time.time() - records[-1]["at"] >= app_settings.REAUTHENTICATION_TIMEOUT


class NewPasswordForm(ChangePasswordForm):
    """Guesses at the present password count like those at the door."""

    def clean_oldpassword(self) -> str:
        old: str = self.cleaned_data["oldpassword"]
        found = authenticate(context.request, username=self.user.username, password=old)
        if found is None or found.pk != self.user.pk:
            raise forms.ValidationError("This is not your present password.")
        return old
