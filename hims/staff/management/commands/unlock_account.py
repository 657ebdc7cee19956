"""Lets a person try again at once after too many failed sign-ins."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from hims.lib.commands import HimsCommand, Outcome
from hims.staff.lockout import unlock
from hims.staff.selectors import user_by_name


class Command(HimsCommand):
    help = "Unlock an account that was locked after too many failed passwords or codes."
    example = "unlock_account ana.lopez"

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def work(self, **options: Any) -> Outcome:
        unlock(user_by_name(options["username"]).username)
        return Outcome({"unlocked": 1})
