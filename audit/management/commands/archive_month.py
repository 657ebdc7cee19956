"""Archive a month of the trail, and take it out when its time of keeping is over."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from audit.seals.archived import record_archive
from audit.seals.export import export_trail
from audit.seals.installation import own_anchors, own_key, own_trusted_keys, retention_address
from audit.seals.reading import sealed_trail
from audit.seals.told import tell
from audit.trail.enums import Category
from hims.lib.commands import HimsCommand, Outcome


class Command(HimsCommand):
    """The month must be over and sealed. After --detach the events are in the archive only; their places stay in the seals."""

    help = (
        "Export a month of the trail and record it as archived; --detach takes it out of the trail after its retention."
    )
    example = "archive_month 2020-01 /archive/trail-2020-01 --detach"

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("month", metavar="YYYY-MM")
        parser.add_argument("folder", metavar="OUT_FOLDER", help="a folder that does not exist yet")
        parser.add_argument("--detach", action="store_true", help="take the month out of the trail afterwards")

    def work(self, **options: Any) -> Outcome:
        month = _month(options["month"])
        first = datetime(month.year, month.month, 1, tzinfo=UTC)
        last = (first + timedelta(days=32)).replace(day=1)
        if last > datetime.now(UTC):
            self.fail(f"{options['month']} is not over yet.")
        key = own_key()
        with sealed_trail() as connection:
            tell("trail.archived", Category.EXPORT, month=options["month"], detach=options["detach"])
            done = export_trail(
                connection, Path(options["folder"]), key=key, trusted=own_trusted_keys(), anchors=own_anchors(),
                first=first, last=last,
            )  # fmt: skip
        if done.absent:
            self.fail(
                f"{done.absent} events of this month are not in the trail any more; it was not recorded as archived."
            )
        with psycopg.connect(retention_address()) as connection:
            record_archive(connection, month, datetime.now(UTC), key)
        detached = self._detach(month) if options["detach"] else 0
        return Outcome({**vars(done), "detached": detached, "folder": options["folder"]})

    def _detach(self, month: date) -> int:
        """The number of events taken out; the database refuses what is too young, unsealed or not archived."""
        try:
            with psycopg.connect(retention_address(), autocommit=True) as connection:
                row = connection.execute(
                    "SELECT audit_detach_month(%s, %s)", [month, settings.TRAIL_RETENTION_YEARS]
                ).fetchone()
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedTable) as error:
            self.fail(f"Archived, but not taken out: {error.diag.message_primary}.")
        return int(row[0]) if row else 0


def _month(text: str) -> date:
    if not re.fullmatch(r"(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])", text):
        raise CommandError(f"{text!r} is not a month such as 2020-01.", returncode=2)
    return date(int(text[:4]), int(text[5:]), 1)
