"""How allauth behaves here: accounts are made by administrators, never by visitors."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from hims.staff.requests import client_address


class StaffAccountAdapter(DefaultAccountAdapter):
    """No sign-up; sign-in attempts are counted by the same address that the trail keeps."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request) or "local"
