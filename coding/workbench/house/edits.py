"""The live edits of a facility's own rules. Pure: rules and snapshot come with the case."""

from __future__ import annotations

from collections.abc import Iterator

from coding.workbench.edits.findings import Case, Finding
from coding.workbench.house.rules import fires


def house_edits(case: Case) -> Iterator[Finding]:
    """One finding for each rule that fires, at the stay."""
    for rule in case.house:
        if fires(rule, case.snapshot):
            yield Finding(rule.key, rule.severity, rule.message, source=f"house rule {rule.name}")
