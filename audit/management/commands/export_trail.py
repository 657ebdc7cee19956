"""Write the trail, or a part of it, so that it can be checked without HIMS."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from audit.seals.export import export_trail
from audit.seals.installation import own_anchors, own_key, own_trusted_keys
from audit.seals.reading import sealed_trail
from audit.seals.told import tell
from audit.trail.enums import Category
from hims.lib.commands import HimsCommand, Outcome


class Command(HimsCommand):
    """events: written. hidden: neighbours of another day in the same batches, written as hashes only."""

    help = "Export sealed events with their seals, public keys and anchor, for docs/verifier/verify_trail.py."
    example = "export_trail ./trail-2026-03 --from 2026-03-01 --to 2026-03-31"

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="OUT_FOLDER", help="a folder that does not exist yet")
        parser.add_argument("--from", dest="first", metavar="DAY", default="", help="first day, UTC")
        parser.add_argument("--to", dest="last", metavar="DAY", default="", help="last day, UTC")

    def work(self, **options: Any) -> Outcome:
        first, last = _day(options["first"]), _day(options["last"])
        if first and last and last < first:
            raise CommandError("--to is before --from.", returncode=2)
        with sealed_trail() as connection:
            tell("trail.exported", Category.EXPORT, **{"from": options["first"], "to": options["last"]})
            done = export_trail(
                connection, Path(options["folder"]), key=own_key(), trusted=own_trusted_keys(), anchors=own_anchors(),
                first=first, last=last + timedelta(days=1) if last else None,
            )  # fmt: skip
        return Outcome({**vars(done), "seals": done.last_seal - done.first_seal + 1, "folder": options["folder"]})


def _day(text: str) -> datetime | None:
    try:
        found = date.fromisoformat(text) if text else None
        if found and not 1900 <= found.year < 2200:
            raise ValueError
    except ValueError:
        raise CommandError(f"{text!r} is not a day such as 2026-03-31.", returncode=2) from None
    return datetime(found.year, found.month, found.day, tzinfo=UTC) if found else None
