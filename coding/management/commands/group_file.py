"""Group a file of claims."""

from __future__ import annotations

from typing import Any

from coding.grouper.engine import group_fields
from coding.grouper.record import grouper_claim
from coding.management.claim_file import ClaimFileCommand


class Command(ClaimFileCommand):
    """One answer a line: DRGs and MDCs before and after hospital-acquired conditions, return code, version."""

    help = "Group a file with one JSON claim a line into MS-DRGs; each line of the result answers one claim."
    example = "group_file claims.jsonl drgs.jsonl --json"

    def answer(self, line: Any) -> dict[str, Any]:
        return group_fields(grouper_claim(line))
