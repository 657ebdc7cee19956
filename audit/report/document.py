"""The report as a patient reads it, on the page and as PDF."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from audit.report import words
from audit.report.accesses import Line
from audit.report.selectors import PatientReport
from hims.lib.pdf import render_pdf
from hims.staff.models import User

DAYS_ON_PAGE = 60


def report_words(found: PatientReport, *, named: bool) -> dict[str, Any]:
    """Days with their lines, newest first, and the count. named: staff by name and role, otherwise by role alone."""
    days = [
        {"on": long_day(day), "lines": [_line(line, found, named=named) for line in sorted(lines, key=lambda each: each.first_at)]}
        for day, lines in groupby(found.found.lines, key=lambda line: line.day)
    ]  # fmt: skip
    gathered = found.found
    return {
        "days": days, "first": long_day(found.first), "last": long_day(found.last), "facility": found.facility,
        "zone": found.facility.time_zone, "accesses": sum(line.count for line in gathered.lines),
        "people": len({line.actor_id for line in gathered.lines}), "refused": gathered.refused, "failed": gathered.failed,
        "beginnings": gathered.beginnings, "in_trail": found.in_trail, "represented": gathered.represented,
        "complete": found.complete, "elsewhere": found.elsewhere, "fingerprint": gathered.fingerprint,
        "seals": found.proof.sentence, "emergencies": sum(line.count for line in gathered.lines if line.emergency),
        "made": found.made_at.astimezone(ZoneInfo(found.facility.time_zone)).strftime("%m/%d/%Y %I:%M %p"),
    }  # fmt: skip


def page_words(found: PatientReport, *, named: bool) -> dict[str, Any]:
    """The same for the page: the newest days only, the PDF holds all of them."""
    told = report_words(found, named=named)
    return {**told, "days": told["days"][:DAYS_ON_PAGE], "hidden_days": max(0, len(told["days"]) - DAYS_ON_PAGE)}


def report_pdf(by: User, found: PatientReport, *, patient: str, named: bool) -> bytes:
    """The report to hand out. patient: the name as it stands on the report.

    The lines of a day are one paragraph of plain text: a document of many thousand lines is made five times as fast so.
    """
    told = report_words(found, named=named)
    days = [{"on": day["on"], "text": "\n".join(_sentence(line) for line in day["lines"])} for day in told["days"]]
    return render_pdf("privacy/report_pdf.html", {**told, "days": days, "patient": patient, "made_by": by})


def _line(line: Line, found: PatientReport, *, named: bool) -> dict[str, Any]:
    begin, end = line.first_at.strftime("%I:%M %p").lstrip("0"), line.last_at.strftime("%I:%M %p").lstrip("0")
    reason = found.reasons.get((line.actor_id, line.day), "") if line.actor_id else ""
    watching = (
        line.purpose == words.PURPOSES["privacy"]
    )  # monitoring explains looks into charts, not the watching itself
    return {
        "when": begin if begin == end else f"{begin} to {end}", "who": _who(line, named=named), "what": line.act,
        "often": words.times(line.count), "why": line.purpose if watching else reason or line.purpose,
        "emergency": line.emergency, "unknown": line.unknown,
    }  # fmt: skip


def _who(line: Line, *, named: bool) -> str:
    if line.automatic:
        return words.AUTOMATIC
    role = line.role or "member of staff"
    return f"{line.name} ({role})" if named else role


def _sentence(line: dict[str, Any]) -> str:
    often = f" {line['often']}" if line["often"] else ""
    why = f", {line['why']}" if line["why"] else ""
    emergency = " (EMERGENCY ACCESS)" if line["emergency"] else ""
    unknown = " (it is not recorded how this ended)" if line["unknown"] else ""
    return f"{line['when']}: {line['who']} {line['what']}{often}{why}{emergency}{unknown}."


def long_day(day: date) -> str:
    """Monday, March 9, 2026."""
    return f"{day:%A, %B} {day.day}, {day.year}"
