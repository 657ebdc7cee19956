"""The one shape of our management commands: progress, rejects, JSON last line, exit codes 0/1/2."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from hims.lib.errors import DomainError

T = TypeVar("T")
LISTED_REJECTS = 50
MILESTONE_SECONDS = 10


@dataclass
class Outcome:
    """What a command did: `counts` become the keys of the JSON line.

    refused: True when part of the work, or all of it, was not done (exit code 1).
    """

    counts: dict[str, Any] = field(default_factory=dict)
    refused: bool = False


class HimsCommand(BaseCommand):
    """Base of every command.

    Subclasses implement `work(**options) -> Outcome`, and may use `progress` and `reject`.
    Exit codes: 0 done, 1 refused or partly failed, 2 wrong usage.
    """

    example = ""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        if self.example:
            kwargs.setdefault("epilog", f"Example: ./run manage {self.example}")
        return super().create_parser(prog_name, subcommand, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
        self.add_options(parser)

    def add_options(self, parser: CommandParser) -> None:
        """Arguments of the subclass."""

    def work(self, **options: Any) -> Outcome:
        """The command itself."""
        raise CommandError("this command has no work to do", returncode=2)

    def handle(self, *args: Any, **options: Any) -> None:
        self.rejects: list[tuple[str, str]] = []
        began = time.monotonic()
        try:
            outcome = self.work(**options)
        except DomainError as error:
            sentence = f"{error.field}: {error.message}" if error.field else error.message
            if options["json"]:
                self._say({"refused": sentence, "seconds": round(time.monotonic() - began, 3)}, as_json=True)
            self.fail(sentence)
        self._list_rejects()
        counts = {**outcome.counts, "seconds": round(time.monotonic() - began, 3)}
        self._say(counts, as_json=options["json"])
        if outcome.refused or self.rejects:
            sys.exit(1)

    def fail(self, message: str) -> NoReturn:
        """Stop with exit code 1 and one clear line."""
        raise CommandError(message, returncode=1)

    def reject(self, where: str, reason: str) -> None:
        """Remember one refused input: file and line, and why."""
        self.rejects.append((where, reason))

    def progress(self, items: Iterable[T], *, total: int | None = None, label: str = "") -> Iterator[T]:
        """The items again: with a progress bar on a terminal, with a line now and then in a log."""
        if sys.stderr.isatty():
            yield from tqdm(items, total=total, desc=label, file=sys.stderr, mininterval=0.5, leave=True)
        else:
            yield from self._milestones(items, total, label)

    def _milestones(self, items: Iterable[T], total: int | None, label: str) -> Iterator[T]:
        told = time.monotonic()
        for number, item in enumerate(items):
            if time.monotonic() - told >= MILESTONE_SECONDS:
                told = time.monotonic()
                self.note(f"{label} {number:,}{f' of {total:,}' if total else ''}".strip())
            yield item

    def note(self, text: str) -> None:
        """One line for the person at the terminal, kept out of standard output."""
        self.stderr.write(text, ending="\n")

    def _list_rejects(self) -> None:
        for where, reason in self.rejects[:LISTED_REJECTS]:
            self.note(f"rejected  {where}: {reason}")
        if len(self.rejects) > LISTED_REJECTS:
            self.note(f"... and {len(self.rejects) - LISTED_REJECTS} more")

    def _say(self, counts: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(counts, default=str))
        else:
            self.stdout.write("  ".join(f"{name}={value}" for name, value in counts.items()))
