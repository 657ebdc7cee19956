"""By when whom to notify of a breach: 45 CFR 164.404, 164.406, 164.408. Pure; days are the facility's local days.

A breach counts as discovered on the first day on which it is known, or would have been known by reasonable diligence, to
anyone of the workforce other than the person who committed it (164.404(a)(2)).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

NOTICE_DAYS = 60
LARGE = 500
"""Individuals from which on the Secretary is told at once (164.408(b)); the media when MORE residents of one State (164.406(a))."""
SOON_DAYS = 15


class Notice(StrEnum):
    """Who must be told."""

    INDIVIDUALS = "individuals"
    MEDIA = "media"
    SECRETARY = "secretary"

    @property
    def words(self) -> str:
        """As pages show it."""
        return TITLES[self]


TITLES = {
    Notice.INDIVIDUALS: "Notice to the individuals",
    Notice.MEDIA: "Notice to prominent media outlets",
    Notice.SECRETARY: "Notice to the Secretary (HHS)",
}


@dataclass(frozen=True)
class Deadline:
    """One notice: the last day, and the rule it comes from. The notice itself is due without unreasonable delay."""

    notice: Notice
    due_on: date
    source: str

    def days_left(self, today: date) -> int:
        """Days until the last day; 0 on it, negative behind it."""
        return (self.due_on - today).days


def individual_due_on(discovered_on: date, delayed_until: date | None = None) -> date:
    """The last day for the notice to individuals: 60 calendar days after discovery.

    delayed_until: the day a law enforcement official named in writing (164.412(a)); the notice may wait that long.
    """
    due = discovered_on + timedelta(days=NOTICE_DAYS)
    return max(due, delayed_until) if delayed_until else due


def yearly_log_due_on(discovered_on: date) -> date:
    """The last day to report breaches of fewer than 500: 60 days after the end of the calendar year of discovery.

    1 March, and 29 February when the year that follows is a leap year (164.408(c)).
    """
    return date(discovered_on.year, 12, 31) + timedelta(days=NOTICE_DAYS)


def is_large(affected: int) -> bool:
    """500 or more individuals."""
    return affected >= LARGE


def deadlines(
    discovered_on: date, affected: int, *, in_one_state: int | None = None, delayed_until: date | None = None
) -> list[Deadline]:
    """Every notice a breach needs. affected: individuals; in_one_state: the most residents of one State or jurisdiction."""
    by = individual_due_on(discovered_on, delayed_until)
    found = [Deadline(Notice.INDIVIDUALS, by, "45 CFR 164.404(b)")]
    if (affected if in_one_state is None else in_one_state) > LARGE:
        found.append(Deadline(Notice.MEDIA, by, "45 CFR 164.406(b)"))
    if is_large(affected):
        return [*found, Deadline(Notice.SECRETARY, by, "45 CFR 164.408(b)")]
    yearly = yearly_log_due_on(discovered_on)
    return [*found, Deadline(Notice.SECRETARY, max(yearly, delayed_until or yearly), "45 CFR 164.408(c)")]


def clock_words(days_left: int) -> tuple[str, str]:
    """(words, tone) for days left until a last day."""
    if days_left < 0:
        return f"{-days_left} day{'s' if days_left != -1 else ''} overdue", "stop"
    if days_left == 0:
        return "last day today", "stop"
    return f"{days_left} day{'s' if days_left != 1 else ''} left", "warn" if days_left <= SOON_DAYS else "neutral"
