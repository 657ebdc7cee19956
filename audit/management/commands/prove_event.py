"""Write the proof that one event is in the sealed trail."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError, CommandParser

from audit.seals.proofs import proof_of
from audit.seals.reading import sealed_trail
from audit.seals.told import tell
from audit.trail.enums import Category
from hims.lib.commands import HimsCommand, Outcome


class Command(HimsCommand):
    """The file holds the event's bytes, its place, the hashes up to the root and the signed seal."""

    help = "Write an inclusion proof of one event, for docs/verifier/verify_trail.py."
    example = "prove_event 48213 proof.json"

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("event", metavar="EVENT_ID", help="number of the event, or its UUID (slower)")
        parser.add_argument("file", metavar="OUT", help="a file that does not exist yet")

    def work(self, **options: Any) -> Outcome:
        event, place = _event(options["event"]), Path(options["file"])
        if place.exists() or not place.absolute().parent.is_dir():
            raise CommandError(f"{place} exists already, or its folder does not.", returncode=2)
        with sealed_trail() as connection:
            proof = proof_of(connection, event)
        if proof is None:
            self.fail("There is no such event, or it is not sealed yet; events are sealed within a minute.")
        tell("trail.event_proved", Category.EXPORT, event=str(event))
        try:
            with place.open("x", encoding="utf-8") as file:
                json.dump(proof, file, indent=1)
        except OSError as error:
            self.fail(f"{place} cannot be written: {error.strerror}.")
        return Outcome({"event": str(event), "seal": proof["seal"]["no"], "pos": proof["pos"], "file": str(place)})


def _event(text: str) -> int | UUID:
    try:
        return int(text) if text.isdecimal() and len(text) < 19 else UUID(text)
    except ValueError:
        raise CommandError(f"{text!r} is neither the number nor the UUID of an event.", returncode=2) from None
