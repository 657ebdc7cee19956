"""Events as monitoring sees them, and what each says about an access. No Django, so that a made-up week can be told too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

# Categories that say something about accesses; others (sign-in, administration) are passed over.
LOOKS = ("read", "print", "export")
CHANGES = ("create", "update", "delete", "import")
CATEGORIES = (*LOOKS, "search", *CHANGES)
# Work on the trail itself, and on who may reach a chart, names patients without opening their charts.
OFFICE = ("audit", "alert", "case", "privacy", "restriction")
_LISTS = ("listed", "counted", "census_viewed", "worklist_viewed", "ageing_viewed", "day_viewed", "week_viewed")


class Kind(StrEnum):
    """What an event is to each of its patients."""

    OPENED = "opened"
    CHANGED = "changed"
    REFUSED = "refused"
    WORK_LIST = "work_list"
    SEARCHED = "searched"
    NOTHING = "nothing"


@dataclass(frozen=True)
class SeenEvent:
    """One event of the trail, as far as monitoring needs it. text: of a search; reason: of an export."""

    id: int
    at: datetime
    actor_id: UUID
    actor_name: str
    actor_role: str
    event: str
    category: str
    result: str
    source: str
    facility_ids: Sequence[int]
    patient_ids: Sequence[UUID]
    text: str = ""
    reason: str = ""

    @property
    def kind(self) -> Kind:
        """What it is to its patients: a list shows many, a job opens nothing, an attempt without end is not counted."""
        if self.result == "refused":
            return Kind.REFUSED
        if self.result != "done":
            return Kind.NOTHING
        if self.category == "search":
            return Kind.SEARCHED if self.event == "patient.searched" else Kind.WORK_LIST
        if self.event.partition(".")[0] in OFFICE or self.source == "job" or len(self.patient_ids) > 1:
            return Kind.WORK_LIST
        if self.category in CHANGES:
            return Kind.CHANGED
        return Kind.WORK_LIST if self.event.endswith(_LISTS) else Kind.OPENED

    @property
    def leaves(self) -> bool:
        """True when data left: printed or exported."""
        return self.category in ("print", "export") and self.result == "done"

    @property
    def leaves_by_command(self) -> bool:
        """True when data left at the server itself, where the system acts for whoever types."""
        return self.leaves and self.source == "command"
