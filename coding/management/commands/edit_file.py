"""Run a file of claims through the Medicare Code Editor."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from coding.grouper.jsonl import Faults, answer_lines, checked_paths, line_count, replacing
from coding.grouper.mce import CodeEdits, edit_claim
from coding.grouper.record import editor_claim
from hims.lib.commands import HimsCommand, Outcome


class Command(HimsCommand):
    """One answer a line: edit type, the count per edit, and for every code the edits raised on it."""

    help = "Edit a file with one JSON claim a line; each line of the result answers one claim."
    requires_system_checks: tuple[str, ...] = ()  # neither pages nor database take part
    example = "edit_file claims.jsonl edits.jsonl --json"

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("source", metavar="IN.jsonl", help="claims, one JSON object a line")
        parser.add_argument("target", metavar="OUT.jsonl", help="where the answers go")

    def work(self, **options: Any) -> Outcome:
        source, target = checked_paths(options["source"], options["target"])
        total = line_count(source)
        faults: Faults = []
        with source.open("rb") as lines, replacing(target) as out:
            counted = self.progress(lines, total=total, label="claims")
            out.writelines(answer_lines(counted, edit_answer, faults))
        for number, reason in faults:
            self.reject(f"{source.name}:{number}", reason)
        return Outcome(counts={"read": total, "errors": len(faults)})


def edit_answer(line: Any) -> dict[str, Any]:
    """The editor's answer to one decoded line."""
    result = edit_claim(*editor_claim(line))
    return {
        "edit_type": result.edit_type,
        "edits": {found.name: found.count for found in result.edits},
        "on_claim": list(result.on_claim),
        "pdx": _code(result.principal),
        "admit_dx": _code(result.admitting) if result.admitting else None,
        "sdx": [_code(found) for found in result.secondaries],
        "procedures": [_code(found) for found in result.procedures],
    }


def _code(found: CodeEdits) -> dict[str, Any]:
    return {"code": found.code, "edits": list(found.edits)}
