"""Words for the live edits: beside the lines, in the list, and for the ear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse

from coding.codesets.enums import CodeSystem
from coding.workbench.edits.engine import counts
from coding.workbench.edits.findings import INFORM, WARN, Finding
from coding.workbench.edits.models import EditOverride
from records.presenters import moment

NAMES = {"stop": ("stop", "stops"), "warn": ("warning", "warnings"), "inform": ("hint", "hints")}


def edit_rows(found: Sequence[Finding], overrides: Mapping[str, EditOverride], zone: str) -> list[dict[str, Any]]:
    """The edits as the page prints them, in its order; an overridden warning carries who, when and why."""
    return [_row(finding, overrides.get(finding.key), zone) for finding in found]


def _row(finding: Finding, answer: EditOverride | None, zone: str) -> dict[str, Any]:
    answered = answer if finding.severity == WARN else None
    return {
        "key": finding.key, "tone": finding.severity, "text": finding.text, "line": finding.line, "source": finding.source,
        "url": reverse("codesets:detail", args=[CodeSystem.ICD10CM.value, finding.at]) if finding.at else "",
        "warns": finding.severity == WARN, "hint": finding.severity == INFORM,
        "answer": {"reason": answered.reason, "by": str(answered.given_by), "at": moment(answered.given_at, zone)}
        if answered else None,
    }  # fmt: skip


def of_line(rows: Sequence[dict[str, Any]], line: str) -> dict[str, list[dict[str, Any]]]:
    """The edits beside one line, hints apart; line "": those of the whole stay."""
    mine = [row for row in rows if row["line"] == line]
    return {"edits": [row for row in mine if not row["hint"]], "hints": [row for row in mine if row["hint"]]}


def edit_summary(found: Sequence[Finding], overrides: Mapping[str, EditOverride]) -> dict[str, Any]:
    """Counts by severity without the answered warnings, as badges and as a sentence."""
    left = [finding for finding in found if finding.severity != WARN or finding.key not in overrides]
    tally = counts({finding.key + finding.severity: finding for finding in left}.values())
    told = [{"tone": tone, "count": count, "words": _words(tone, count)} for tone, count in tally.items() if count]
    answered = len({finding.key for finding in found} & overrides.keys())
    return {"counts": told, "answered": answered}


def _words(tone: str, count: int) -> str:
    return f"{count} {NAMES[tone][count > 1]}"
