"""What an import did, counted; and what it learned on the way."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

LISTED_AT_MOST = 10_000


@dataclass
class Tally:
    """Every resource read ends in exactly one of created, updated, unchanged, rejected, unsupported.

    unresolved: references that point to nothing we have. warnings: what was kept, but not quite as the source had it.
    faults, open_ends: (where, reason), the first 10,000 of each.
    """

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    unresolved: int = 0
    unsupported: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)
    faults: list[tuple[str, str]] = field(default_factory=list)
    open_ends: list[tuple[str, str]] = field(default_factory=list)

    def reject(self, where: str, reason: str, count: int = 1) -> None:
        """`count` resources are not kept, for one reason."""
        self.rejected += count
        if len(self.faults) < LISTED_AT_MOST:
            self.faults.append((where, reason))

    def leave_open(self, where: str, what: str) -> None:
        """A reference that could not be followed."""
        self.unresolved += 1
        if len(self.open_ends) < LISTED_AT_MOST:
            self.open_ends.append((where, what))

    def add(self, other: Tally) -> None:
        """Take over the counts of a part."""
        for name in ("read", "created", "updated", "unchanged", "rejected", "unresolved"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.unsupported.update(other.unsupported)
        self.warnings.update(other.warnings)
        self.faults = (self.faults + other.faults)[:LISTED_AT_MOST]
        self.open_ends = (self.open_ends + other.open_ends)[:LISTED_AT_MOST]

    @property
    def counts(self) -> dict[str, Any]:
        """For the command's last line."""
        return {
            "read": self.read, "created": self.created, "updated": self.updated, "unchanged": self.unchanged,
            "rejected": self.rejected, "unsupported": dict(sorted(self.unsupported.items())),
            "unresolved": self.unresolved, "warnings": dict(sorted(self.warnings.items())),
        }  # fmt: skip


@dataclass
class Learned:
    """What later parts of the same run may refer to, by key: clinicians, encounters, organizations, drugs."""

    ids: dict[tuple[str, str], UUID] = field(default_factory=dict)
    things: dict[tuple[str, str], Any] = field(default_factory=dict)

    def add(self, other: Learned) -> None:
        self.ids.update(other.ids)
        self.things.update(other.things)
