"""Helps a person who has lost phone, key and recovery codes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from hims.lib.commands import HimsCommand, Outcome
from hims.staff.second_factor.actions import reset_second_factor
from hims.staff.selectors import user_by_name


class Command(HimsCommand):
    help = "Remove the second factors of a person who has lost them, and sign the person out everywhere."
    example = "reset_second_factor ana.lopez"

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def work(self, **options: Any) -> Outcome:
        return Outcome({"removed": reset_second_factor(user_by_name(options["username"]))})
