"""Is an incident a breach of unsecured protected health information? The risk assessment of 45 CFR 164.402. Pure.

An impermissible acquisition, access, use or disclosure is presumed to be a breach unless an exception of 164.402(1)(i)-(iii)
holds, the information was secured, or the four factors of 164.402(2) together show a low probability of compromise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Factor(StrEnum):
    """The four factors of 45 CFR 164.402(2)(i)-(iv); all of them must be considered."""

    NATURE = "nature"
    RECIPIENT = "recipient"
    ACQUIRED = "acquired"
    MITIGATED = "mitigated"

    @property
    def words(self) -> str:
        """As forms and the file show it."""
        return FACTOR_TITLES[self]


class Level(StrEnum):
    """How much a factor speaks for a compromise of the information."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class BreachException(StrEnum):
    """What is excluded from the definition of a breach, 45 CFR 164.402(1)(i)-(iii)."""

    NONE = ""
    WORKFORCE = "workforce"
    BETWEEN_AUTHORIZED = "between_authorized"
    NOT_RETAINED = "not_retained"

    @property
    def words(self) -> str:
        """As forms and the file show it."""
        return EXCEPTION_TITLES[self]


class Verdict(StrEnum):
    """What the assessment says."""

    PERMITTED = "permitted"
    SECURED = "secured"
    EXCEPTED = "excepted"
    LOW_PROBABILITY = "low_probability"
    BREACH = "breach"

    @property
    def words(self) -> str:
        """As pages show it."""
        return VERDICT_TITLES[self]

    @property
    def is_breach(self) -> bool:
        """Notices are due."""
        return self is Verdict.BREACH


FACTOR_TITLES = {
    Factor.NATURE: "Nature and extent of the information, types of identifiers, likelihood of re-identification",
    Factor.RECIPIENT: "The unauthorized person who used the information or to whom it was disclosed",
    Factor.ACQUIRED: "Whether the information was actually acquired or viewed",
    Factor.MITIGATED: "The extent to which the risk has been mitigated",
}
EXCEPTION_TITLES = {
    BreachException.NONE: "No exception applies",
    BreachException.WORKFORCE: "Unintentional, in good faith and within scope of authority, by our workforce; not used further",
    BreachException.BETWEEN_AUTHORIZED: "Inadvertent, between two persons authorized at the same entity; not used further",
    BreachException.NOT_RETAINED: "Good-faith belief that the recipient could not reasonably have retained it",
}
VERDICT_TITLES = {
    Verdict.PERMITTED: "Permitted use or disclosure",
    Verdict.SECURED: "Secured information, no notice due",
    Verdict.EXCEPTED: "Exception, not a breach",
    Verdict.LOW_PROBABILITY: "Low probability of compromise, not a breach",
    Verdict.BREACH: "Breach of unsecured information",
}


@dataclass(frozen=True)
class Assessment:
    """What the privacy officer found.

    permitted: the Privacy Rule allowed it. secured: unreadable to whoever got it, by the Secretary's guidance (encrypted,
    destroyed). factors: every factor with its level and the words that justify it.
    """

    permitted: bool = False
    secured: bool = False
    exception: BreachException = BreachException.NONE
    factors: Mapping[Factor, tuple[Level, str]] | None = None


def faults(found: Assessment) -> list[tuple[str, str]]:
    """What an assessment lacks, as (field, sentence); none of it is needed when there is nothing to assess."""
    if found.permitted or found.secured or found.exception:
        return []
    factors = found.factors or {}
    missing = [
        (factor.value, "Choose a level: every factor must be considered.") for factor in Factor if factor not in factors
    ]
    bare = [
        (f"{factor.value}_words", "Say in a sentence what this rests on.")
        for factor, (_, words) in factors.items()
        if not words.strip()
    ]
    return missing + bare


def verdict(found: Assessment) -> Verdict:
    """Breach, or why not.

    The presumption stands unless shown otherwise: only when no factor is high, and at most one is medium, is the probability
    of compromise low. Raises ValueError for an assessment with faults. Source: 45 CFR 164.402.
    """
    if faults(found):
        raise ValueError("the assessment is not complete")
    if found.permitted:
        return Verdict.PERMITTED
    if found.exception:
        return Verdict.EXCEPTED
    if found.secured:
        return Verdict.SECURED
    levels = [level for level, _ in (found.factors or {}).values()]
    if Level.HIGH in levels or levels.count(Level.MEDIUM) > 1:
        return Verdict.BREACH
    return Verdict.LOW_PROBABILITY
