"""List the references of the alphabetic books that lead nowhere."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from coding.codesets.browse.index import dangling
from coding.codesets.official.enums import IndexBook
from hims.lib.commands import HimsCommand, Outcome


def day(text: str) -> date:
    """A date of the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text!r} is no date; write it as 2026-10-01.", returncode=2) from None


class Command(HimsCommand):
    """Reads the loaded books of a day; our own index holds no references."""

    help = "List each see and see also of the loaded official books that no loaded book answers."
    example = "check_index --on 2026-10-01 --json"

    def add_options(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", default="", help="the day whose editions count; today when left out")

    def work(self, **options: Any) -> Outcome:
        on = day(options["on"]) if options["on"] else timezone.localdate()
        lost = {book.value: dangling(book, on) for book in IndexBook}
        for book, found in lost.items():
            for path, text in found:
                self.stdout.write(f"{book}: {path} -> {text}")
        return Outcome({"on": on.isoformat(), **{book: len(found) for book, found in lost.items()}})
