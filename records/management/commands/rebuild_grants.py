"""Makes all grants right that follow from work: encounters, documents, coding."""

from __future__ import annotations

from typing import Any

from hims.lib.commands import HimsCommand, Outcome
from hims.staff.selectors import system_user
from records.relationships.keeping import Kept, rebuilds


class Command(HimsCommand):
    help = "Rebuild the access that follows from relationships; what people gave or took back by name stays."
    example = "rebuild_grants --json"

    def work(self, **options: Any) -> Outcome:
        """Keys: created, updated, ended, unchanged."""
        by, kept = system_user(), Kept()
        sources = rebuilds()
        for name in self.progress(sources, total=len(sources), label="sources"):
            kept.add(sources[name](by))
        return Outcome(kept.counts())
