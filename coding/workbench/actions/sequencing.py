"""Bringing the diagnoses that count for severity onto the claim. Never done unasked."""

from __future__ import annotations

from audit import gate
from coding.codesets.selectors import severity_on
from coding.workbench.changing import changing
from coding.workbench.enums import DiagnosisRole
from coding.workbench.models import CodingRecord
from coding.workbench.ordering import save_order
from coding.workbench.rules import SECONDARIES_ON_CLAIM, brought_forward
from hims.lib.access import Permission
from hims.lib.errors import DomainError
from hims.staff.models import User


@gate.command(Permission.CODING_EDIT, subject="record", event="coding.levels_brought_forward")
def bring_levels_forward(*, by: User, record: CodingRecord, version: int) -> int:
    """CC and MCC beyond the 24 secondary diagnoses of a claim move inside; returns how many moved."""
    with changing(record, version) as draft:
        lines = [line for line in draft.diagnoses if line.role == DiagnosisRole.SECONDARY]
        levels = severity_on([line.code for line in lines], draft.stay.coded_on)
        wanted = brought_forward(lines, levels)
        if wanted == lines:
            raise DomainError("No CC or MCC that fits stands beyond the claim.")
        save_order(wanted)
    ahead = {line.id for line in lines[:SECONDARIES_ON_CLAIM]}
    return sum(line.id not in ahead for line in wanted[:SECONDARIES_ON_CLAIM])
