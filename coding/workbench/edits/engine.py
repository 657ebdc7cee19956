"""All live edits of a stay. Pure: what it knows of the code sets and the chart comes with the case."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from coding.workbench.abstracting.edits import abstract_edits
from coding.workbench.edits.claim import claim_edits
from coding.workbench.edits.excludes import excludes1
from coding.workbench.edits.findings import SEVERITIES, Case, Finding, in_order
from coding.workbench.edits.guideline import guideline
from coding.workbench.edits.medicare import medicare
from coding.workbench.edits.partners import partners
from coding.workbench.edits.service_lines import service_edits
from coding.workbench.edits.sides import sides
from coding.workbench.edits.uncertain import uncertain
from coding.workbench.house.edits import house_edits

RULES: tuple[Callable[[Case], Iterable[Finding]], ...] = (
    claim_edits, medicare, excludes1, partners, sides, guideline, uncertain, service_edits,
    abstract_edits, house_edits,
)  # fmt: skip


def live_edits(case: Case) -> list[Finding]:
    """Every edit that fires, in the order of the page."""
    found = [finding for rule in RULES for finding in rule(case)]
    coded = case.coded
    keys = [line.key for line in coded.diagnoses]
    keys += [line.key for line in coded.procedures]
    keys += [line.key for line in coded.services]
    return in_order(found, keys)


def counts(found: Iterable[Finding]) -> dict[str, int]:
    """How many of each severity."""
    tally = dict.fromkeys(SEVERITIES, 0)
    for finding in found:
        tally[finding.severity] += 1
    return tally
