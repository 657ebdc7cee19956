"""Run a file of claims through the Medicare Code Editor."""

from __future__ import annotations

from typing import Any

from coding.grouper.mce import CodeEdits, edit_claim
from coding.grouper.record import editor_claim
from coding.management.claim_file import ClaimFileCommand


class Command(ClaimFileCommand):
    """One answer a line: edit type, the count per edit, and for every code the edits raised on it."""

    help = "Edit a file with one JSON claim a line; each line of the result answers one claim."
    example = "edit_file claims.jsonl edits.jsonl --json"

    def answer(self, line: Any) -> dict[str, Any]:
        return edit_answer(line)


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
