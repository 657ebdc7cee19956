"""Makes an API token for a program's account."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from hims.lib.commands import HimsCommand, Outcome
from hims.staff.selectors import system_user, user_by_name
from hims.staff.tokens.actions import make_token


class Command(HimsCommand):
    help = "Make an API token for a program's account (is_service), and print it this once."
    example = "make_token lab.feed --name 'Lab interface' --scope data_import --days 90"

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", required=True, help="what will use it")
        parser.add_argument("--scope", required=True, action="append", help="a permission; repeat for more")
        parser.add_argument("--days", type=int, default=90, help="1 to 90 (default 90)")

    def work(self, **options: Any) -> Outcome:
        owner = user_by_name(options["username"])
        if not owner.is_service:
            self.fail("People make their tokens themselves, under API tokens of their account.")
        token, text = make_token(
            by=system_user(), owner=owner, name=options["name"], scopes=options["scope"], days=options["days"]
        )
        return Outcome({"token": text, "expires_at": token.expires_at.isoformat()})
