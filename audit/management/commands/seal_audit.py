"""Seal the trail now."""

from __future__ import annotations

import time
from typing import Any

import psycopg
from django.core.management.base import CommandError, CommandParser

from audit.seals.anchor import AnchorError
from audit.seals.installation import own_anchors, own_key, sealer_address
from audit.seals.sealer import Sealed, accept_restore, seal_trail, unsealed_before
from audit.seals.told import tell
from audit.trail.enums import Category
from hims.lib.commands import HimsCommand, Outcome

PAUSE_SECONDS = 0.2


class Command(HimsCommand):
    """seals, events: made now. waiting: events that could not be sealed in time. last_seal, head: the newest seal there is."""

    help = "Seal the events that are ready. Normally beat does this; do it with --all before a dump of the database."
    example = "seal_audit --all --json"

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="wait until every event written before now is sealed")
        parser.add_argument("--wait", type=int, default=60, metavar="SECONDS", help="how long --all waits (60)")
        parser.add_argument(
            "--accept-restore", metavar="WHY", default="",
            help="note in the anchors that a backup was restored, and go on sealing behind it",
        )  # fmt: skip

    def work(self, **options: Any) -> Outcome:
        if options["wait"] < 0:
            raise CommandError("--wait must be 0 or more.", returncode=2)
        if options["accept_restore"].strip():
            self._accept(options["accept_restore"].strip())
        address = sealer_address()
        with psycopg.connect(address, autocommit=True) as connection:
            now = connection.execute("SELECT clock_timestamp()").fetchone()
            done, waiting = self._seal(address), 0
            until = time.monotonic() + options["wait"]
            while options["all"] and (waiting := unsealed_before(connection, now[0] if now else None)):
                if time.monotonic() > until:
                    self.note("A transaction of this server has been open for too long; end it and seal again.")
                    break
                time.sleep(PAUSE_SECONDS)
                more = self._seal(address)
                done = Sealed(done.seals + more.seals, done.events + more.events, more.busy, more.last or done.last)
        counts = {
            "seals": done.seals, "events": done.events, "waiting": waiting, "last_seal": done.last.no if done.last else 0,
            "head": done.last.head.hex() if done.last else "",
        }  # fmt: skip
        return Outcome(counts, refused=waiting > 0)

    def _accept(self, reason: str) -> None:
        written = accept_restore(sealer_address(), key=own_key(), anchors=own_anchors(), reason=reason)
        if not written:
            self.fail("No anchor knows more than the database; there is nothing to accept.")
        tell("trail.restore_accepted", Category.ADMIN, reason=reason)

    def _seal(self, address: str) -> Sealed:
        try:
            return seal_trail(address, key=own_key(), anchors=own_anchors())
        except AnchorError as error:
            self.fail(f"Nothing was sealed: {error}")
