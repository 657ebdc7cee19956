"""Signs a person out everywhere."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from hims.lib.commands import HimsCommand, Outcome
from hims.staff.selectors import user_by_name
from hims.staff.sessions.actions import end_sessions
from hims.staff.tokens.actions import revoke_all


class Command(HimsCommand):
    help = "Sign a person out in every browser; with --tokens also revoke all API tokens of the account."
    example = "end_sessions ana.lopez --tokens"

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--tokens", action="store_true", help="revoke the account's API tokens too")

    def work(self, **options: Any) -> Outcome:
        user = user_by_name(options["username"])
        return Outcome({"sessions": end_sessions(user), "tokens": revoke_all(user) if options["tokens"] else 0})
