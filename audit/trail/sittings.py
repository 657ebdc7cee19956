"""Sittings: what one person did without a long pause, as one line. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

PAUSE = timedelta(minutes=30)


class Doing(Protocol):
    """What of an event counts here."""

    at: datetime
    event: str
    result: str
    source: str
    address: str | None
    patient_ids: list[UUID]


@dataclass
class Sitting:
    """Events of one person, none more than 30 minutes after the one before.

    events: how many, by name. places: doors and addresses used. refused: how many were refused or failed.
    """

    first_at: datetime
    last_at: datetime
    events: Counter[str] = field(default_factory=Counter)
    places: set[tuple[str, str]] = field(default_factory=set)
    refused: int = 0
    patients: set[UUID] = field(default_factory=set)

    @property
    def count(self) -> int:
        """All events."""
        return self.events.total()

    def add(self, event: Doing) -> None:
        """One more event, earlier than those before."""
        self.first_at = event.at
        self.events[event.event] += 1
        self.places.add((event.source, str(event.address or "")))
        self.refused += event.result in ("refused", "failed")
        self.patients.update(event.patient_ids)


def sittings(events: Iterable[Doing], pause: timedelta = PAUSE) -> list[Sitting]:
    """The sittings of one person, newest first. events: of one person, newest first."""
    found: list[Sitting] = []
    for event in events:
        if not found or found[-1].first_at - event.at > pause:
            found.append(Sitting(event.at, event.at))
        found[-1].add(event)
    return found
