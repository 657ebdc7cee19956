"""The one shape of commands that answer a file of claims line by line."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from django.core.management.base import CommandParser

from coding.grouper.jsonl import Faults, answer_lines, checked_paths, line_count, replacing
from hims.lib.commands import HimsCommand, Outcome


class ClaimFileCommand(HimsCommand, ABC):
    """Subclasses implement `answer`; a line that cannot be answered is listed, and the others go on."""

    requires_system_checks: tuple[str, ...] = ()  # neither pages nor database take part

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("source", metavar="IN.jsonl", help="claims, one JSON object a line")
        parser.add_argument("target", metavar="OUT.jsonl", help="where the answers go")

    @abstractmethod
    def answer(self, line: Any) -> dict[str, Any]:
        """The answer to one decoded line."""

    def work(self, **options: Any) -> Outcome:
        source, target = checked_paths(options["source"], options["target"])
        total = line_count(source)
        faults: Faults = []
        with source.open("rb") as lines, replacing(target) as out:
            counted = self.progress(lines, total=total, label="claims")
            out.writelines(answer_lines(counted, self.answer, faults))
        for number, reason in faults:
            self.reject(f"{source.name}:{number}", reason)
        return Outcome(counts={"read": total, "errors": len(faults)})
