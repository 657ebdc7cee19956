"""What verification finds, told so that somebody can act on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

LISTED = 50
MEANINGS = {
    "edited": "what the events say now is not what was sealed",
    "rewritten": "the stored bytes or leaf of events were changed; their columns still agree with the seal",
    "missing": "sealed events are gone",
    "inserted": "events stand in the trail as if written before the last seal, but no seal has them",
    "unsealed": "events have waited for a seal for more than a minute",
    "moved": "places in a seal carry another time than their events",
    "root": "the leaves of the batch do not give its root: places were changed, exchanged, added or removed",
    "chain": "the chain of seals is broken here",
    "signature": "the seal was not signed with a trusted key",
    "anchor": "the anchor outside the database tells otherwise",
    "clock": "the clock of an event runs backwards against the order of sealing, or lies after its seal",
    "archive": "an archived month does not agree with its record",
    "guard": "a protection of the trail is not as it should be",
}


@dataclass
class Problem:
    """One kind of finding in one batch. seal: its number, None where it concerns none. events: ids, at most LISTED of `count`."""

    kind: str
    seal: int | None = None
    events: list[int] = field(default_factory=list)
    count: int = 0
    detail: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind, "seal": self.seal, "events": self.events, "count": self.count,
            "detail": self.detail or MEANINGS[self.kind],
        }  # fmt: skip


class Findings:
    """Collects problems, one entry for each kind, batch and sentence."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, int | None, str], Problem] = {}

    def add(
        self, kind: str, seal: int | None = None, events: Iterable[int] = (), detail: str = "", count: int = 0
    ) -> None:
        """count: how many, when `events` names only some of them."""
        problem = self._found.setdefault((kind, seal, detail), Problem(kind, seal, detail=detail))
        listed = list(events)
        problem.events += listed[: LISTED - len(problem.events)]
        problem.count += count or len(listed) or 1

    def extend(self, problems: Iterable[Problem]) -> None:
        """Take over what another part of the work found."""
        for each in problems:
            self.add(each.kind, each.seal, each.events, each.detail, each.count)

    def problems(self) -> list[Problem]:
        """In the order of the seals, their events in the order of the ids."""
        for problem in self._found.values():
            problem.events.sort()
        return sorted(self._found.values(), key=lambda each: (each.seal is None, each.seal or 0, each.kind))
