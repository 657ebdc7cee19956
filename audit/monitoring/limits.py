"""The rules as the site wants them, and the demand for a reason before data of many patients leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from audit.monitoring.models import RuleSetting
from audit.monitoring.rules import RULE, RULES
from hims.lib.errors import DomainError
from hims.lib.text import squeeze

SHORTEST_REASON, LONGEST_REASON = 10, 300
OUTFLOW = "bulk_outflow"


@dataclass(frozen=True)
class Chosen:
    """Which rules are at work, and their limits."""

    active: frozenset[str]
    limits: Mapping[str, Mapping[str, int]]

    @property
    def many(self) -> int:
        """Above how many patients an export, print or download needs a reason."""
        return self.limits[OUTFLOW]["patients"]


def chosen() -> Chosen:
    """What the site chose, the standard where it chose nothing."""
    kept = {row.rule: row for row in RuleSetting.objects.all()}
    limits = {
        rule.name: {
            limit.name: int(kept[rule.name].limits.get(limit.name, limit.default))
            if rule.name in kept
            else limit.default
            for limit in rule.limits
        }
        for rule in RULES
    }
    return Chosen(frozenset(name for name in RULE if name not in kept or kept[name].active), limits)


def demand_reason(count: int, reason: str) -> str:
    """The reason as it is kept in the trail. Raises DomainError (field "reason") when data of many patients leave without one.

    count: different patients in the file, the print or the download. Few patients need no reason.
    """
    words = squeeze(reason)[:LONGEST_REASON]
    many = chosen().many
    if count > many and len(words) < SHORTEST_REASON:
        raise DomainError(
            f"This holds data of {count:,} patients, more than {many}. Say in a few words what you need it for.",
            field="reason",
        )
    return words
