"""Proofs that somebody outside can check: that an event is in the sealed trail, and how many of a list are."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from audit.seals.merkle import LARGEST_BATCH, path_of
from audit.seals.seal import Seal
from audit.seals.store import Connection, leaves_of, seals_between

PLACES = """SELECT i.event_id, i.seal_no, i.pos FROM audit_seal_item i WHERE i.event_id = ANY (%s)
    ORDER BY i.seal_no, i.pos"""
COVERING = "SELECT no, head, at FROM audit_seal WHERE no = %s"
PLACE_OF = """SELECT e.id, e.canonical, i.seal_no, i.pos FROM audit_event e
    LEFT JOIN audit_seal_item i ON i.event_id = e.id WHERE {by} LIMIT 1"""


@dataclass(frozen=True)
class Place:
    """Where an event stands: number of its seal, and its position in that batch, from 0."""

    event_id: int
    seal_no: int
    pos: int


@dataclass(frozen=True)
class CountProof:
    """How many of the events asked for are sealed, where, and under which head.

    waiting: ids without a seal yet; normally those of the last half minute. last_no, head, sealed_at: the newest seal among
    them; its head, as it stands in the anchor, covers all of them. Empty when no event is sealed.
    """

    places: tuple[Place, ...]
    waiting: tuple[int, ...]
    first_no: int = 0
    last_no: int = 0
    head: str = ""
    sealed_at: datetime | None = None

    @property
    def sentence(self) -> str:
        """For a report: '14 events, sealed in seals 3 to 9, head 5f2c...'."""
        if not self.places:
            return f"{_events(len(self.waiting))}, not sealed yet." if self.waiting else "No events."
        seals = f"seal {self.last_no}" if self.first_no == self.last_no else f"seals {self.first_no} to {self.last_no}"
        later = f" {_events(len(self.waiting))} more not sealed yet." if self.waiting else ""
        return f"{_events(len(self.places))}, sealed in {seals}, head {self.head}.{later}"


def count_proof(event_ids: Sequence[int]) -> CountProof:
    """The places of these events. event_ids: AuditEvent.id, in any order; one named twice counts once."""
    wanted = sorted(set(event_ids))
    with connection.cursor() as cursor:
        places: list[Place] = []
        for start in range(0, len(wanted), LARGEST_BATCH):
            cursor.execute(PLACES, [wanted[start : start + LARGEST_BATCH]])
            places += [Place(*row) for row in cursor.fetchall()]
        places.sort(key=lambda place: (place.seal_no, place.pos))
        waiting = tuple(sorted(set(wanted) - {place.event_id for place in places}))
        if not places:
            return CountProof((), waiting)
        cursor.execute(COVERING, [places[-1].seal_no])
        no, head, at = cursor.fetchone()
    return CountProof(tuple(places), waiting, places[0].seal_no, no, bytes(head).hex(), at)


def inclusion_proof(canonical: bytes, pos: int, leaves: Sequence[bytes], seal: Seal) -> dict[str, Any]:
    """What shows, together with the anchor, that an event was sealed at `pos` of `seal`: pure, ready for a JSON file."""
    return {
        "format": 1,
        "canonical": b64encode(canonical).decode(),
        "pos": pos,
        "path": [step.hex() for step in path_of(leaves, pos)],
        "seal": seal.as_json(),
    }


def proof_of(trail: Connection, event: int | UUID) -> dict[str, Any] | None:
    """The inclusion proof of an event, named by its number or by its UUID (which reads the whole trail).

    None when there is no such event, or it is not sealed yet.
    """
    by = "e.id = %s" if isinstance(event, int) else "e.event_id = %s"
    row = trail.execute(PLACE_OF.format(by=by).encode(), [event]).fetchone()
    if row is None or row[2] is None:
        return None
    _, canonical, no, pos = row
    (seal,) = seals_between(trail, no, no)
    return inclusion_proof(bytes(canonical), pos, [leaf for _, leaf in leaves_of(trail, no)], seal)


def _events(count: int) -> str:
    return f"{count:,} event{'' if count == 1 else 's'}"
