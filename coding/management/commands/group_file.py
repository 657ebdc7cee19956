"""Group a file of claims."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from coding.grouper.engine import group_fields
from coding.grouper.jsonl import Faults, answer_lines, checked_paths, line_count, replacing
from coding.grouper.record import grouper_claim
from hims.lib.commands import HimsCommand, Outcome


class Command(HimsCommand):
    """One answer a line: DRGs and MDCs before and after hospital-acquired conditions, return code, version."""

    help = "Group a file with one JSON claim a line into MS-DRGs; each line of the result answers one claim."
    requires_system_checks: tuple[str, ...] = ()  # neither pages nor database take part
    example = "group_file claims.jsonl drgs.jsonl --json"

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("source", metavar="IN.jsonl", help="claims, one JSON object a line")
        parser.add_argument("target", metavar="OUT.jsonl", help="where the answers go")

    def work(self, **options: Any) -> Outcome:
        source, target = checked_paths(options["source"], options["target"])
        total = line_count(source)
        faults: Faults = []
        with source.open("rb") as lines, replacing(target) as out:
            counted = self.progress(lines, total=total, label="claims")
            out.writelines(answer_lines(counted, _answer, faults))
        for number, reason in faults:
            self.reject(f"{source.name}:{number}", reason)
        return Outcome(counts={"read": total, "errors": len(faults)})


def _answer(line: Any) -> dict[str, Any]:
    return group_fields(grouper_claim(line))
