"""Sensitivity labels: kinds of health information that the law or the patient protects more than the rest of the chart."""

from __future__ import annotations

from enum import StrEnum

from hims.lib.access import Permission


class Label(StrEnum):
    """One kind of protected information; the value is what rows carry in `labels`."""

    PART2 = "part2"
    PSYCHOTHERAPY = "psychotherapy"
    HIV = "hiv"
    GENETIC = "genetic"
    REPRODUCTIVE = "reproductive"
    BEHAVIOURAL = "behavioural"
    MINOR = "minor"

    @property
    def words(self) -> str:
        """As pages show it."""
        return TITLES[self]


TITLES = {
    Label.PART2: "Substance use treatment (42 CFR Part 2)",
    Label.PSYCHOTHERAPY: "Psychotherapy note",
    Label.HIV: "HIV",
    Label.GENETIC: "Genetic information",
    Label.REPRODUCTIVE: "Reproductive health",
    Label.BEHAVIOURAL: "Behavioural health",
    Label.MINOR: "Minor's own consent",
}
# Nobody is cleared for psychotherapy notes by a role: they are their author's (45 CFR 164.501, 164.508(a)(2)).
CLEARANCES = {
    Label.PART2: Permission.LABEL_PART2,
    Label.HIV: Permission.LABEL_HIV,
    Label.GENETIC: Permission.LABEL_GENETIC,
    Label.REPRODUCTIVE: Permission.LABEL_REPRODUCTIVE,
    Label.BEHAVIOURAL: Permission.LABEL_BEHAVIOURAL,
    Label.MINOR: Permission.LABEL_MINOR,
}
