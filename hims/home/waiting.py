"""What is waiting for a person, by what they may do."""

from __future__ import annotations

from dataclasses import dataclass

from hims.staff.models import User


@dataclass(frozen=True)
class Waiting:
    """One tile of the home page."""

    title: str
    count: int
    sentence: str
    url: str


def waiting_for(*, by: User) -> list[Waiting]:
    """Tiles in the order of the person's work; empty when their role has no queue."""
    return []
