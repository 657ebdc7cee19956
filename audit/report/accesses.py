"""Every event of a patient, gathered into lines that can be read. Pure: each event is counted in exactly one place."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from audit.report import words


class Told(Protocol):
    """What of an event counts here."""

    id: int
    at: datetime
    request_id: UUID
    actor_id: UUID | None
    actor_name: str
    actor_role: str
    event: str
    category: str
    result: str
    purpose: str
    leaf: bytes


@dataclass
class Line:
    """One person did one kind of thing on one day, once or more often.

    automatic: work of the system, not of a person. unknown: begun, but no end was recorded.
    """

    day: date
    actor_id: UUID | None
    name: str
    role: str
    act: str
    purpose: str
    emergency: bool
    first_at: datetime
    last_at: datetime
    automatic: bool = False
    unknown: bool = False
    count: int = 0


@dataclass
class Gathered:
    """The lines, newest day first, and what is only counted.

    beginnings: first halves of changes whose end is in a line. refused, failed: attempts in vain. fingerprint: SHA-256 over
    the hashes of all events in the order of their numbers.
    """

    lines: list[Line] = field(default_factory=list)
    beginnings: int = 0
    refused: int = 0
    failed: int = 0
    ids: list[int] = field(default_factory=list)
    fingerprint: str = ""

    @property
    def represented(self) -> int:
        """Events that stand somewhere in the report."""
        return sum(line.count for line in self.lines) + self.beginnings + self.refused + self.failed


def gather(
    events: Iterable[Told],
    zone: str,
    emergencies: Mapping[UUID, list[tuple[datetime, datetime]]],
    system: frozenset[UUID],
) -> Gathered:
    """The lines of a report. events: in the order of their numbers; zone: of the facility; emergencies: times of emergency
    access by person; system: ids of actors that are no people."""
    found, lines, begun = (
        Gathered(),
        dict[tuple[object, ...], Line](),
        dict[tuple[UUID, UUID | None, str], list[Told]](),
    )
    digest = hashlib.sha256()
    for event in events:
        digest.update(bytes(event.leaf))
        found.ids.append(event.id)
        if event.result == "refused":
            found.refused += 1
        elif event.result == "failed":
            found.failed += 1
        elif event.result == "attempted":
            begun.setdefault(_act_of(event), []).append(event)
            continue
        else:
            _count(lines, event, zone, emergencies, system)
        if begun.get(_act_of(event)):
            begun[_act_of(event)].pop()
            found.beginnings += 1
    for waiting in begun.values():
        for event in waiting:
            _count(lines, event, zone, emergencies, system)
    found.lines = sorted(lines.values(), key=lambda line: (line.day, line.first_at), reverse=True)
    found.fingerprint = digest.hexdigest()
    return found


def _act_of(event: Told) -> tuple[UUID, UUID | None, str]:
    return event.request_id, event.actor_id, event.event


def _count(
    lines: dict[tuple[object, ...], Line], event: Told, zone: str,
    emergencies: Mapping[UUID, list[tuple[datetime, datetime]]], system: frozenset[UUID],
) -> None:  # fmt: skip
    local = event.at.astimezone(ZoneInfo(zone))
    emergency = event.purpose == "emergency" or _within(event, emergencies)
    unknown = event.result != "done"
    act = words.act(event.event, event.category)
    key = (local.date(), event.actor_id, event.actor_role, act, event.purpose, emergency, unknown)
    line = lines.get(key)
    if line is None:
        line = lines[key] = Line(
            day=local.date(), actor_id=event.actor_id, name=event.actor_name, role=event.actor_role, act=act,
            purpose=words.purpose(event.purpose), emergency=emergency, first_at=local, last_at=local,
            automatic=event.actor_id is None or event.actor_id in system, unknown=unknown,
        )  # fmt: skip
    line.count += 1
    line.first_at, line.last_at = min(line.first_at, local), max(line.last_at, local)


def _within(event: Told, emergencies: Mapping[UUID, list[tuple[datetime, datetime]]]) -> bool:
    spans = emergencies.get(event.actor_id, []) if event.actor_id else []
    return any(begin <= event.at < end for begin, end in spans)
