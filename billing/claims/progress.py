"""How far an export is that somebody asked for: counts and names of files, no patient data."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from hims.jobs.models import Job, JobState
from hims.lib.errors import NotVisible
from hims.staff.models import User


@dataclass(frozen=True)
class Progress:
    """jobs, done, dead: how many facilities' exports there are, are finished, were given up."""

    jobs: int
    done: int
    dead: int
    exported: int
    held: int
    files: tuple[str, ...]

    @property
    def finished(self) -> bool:
        """Nothing is under way any more."""
        return self.done + self.dead == self.jobs


def export_progress(*, by: User, batch: UUID) -> Progress:
    """The export that `by` asked for. Raises NotVisible for another person's, or an unknown one."""
    jobs = list(Job.objects.filter(batch=batch, actor_id=by.pk))
    if not jobs:
        raise NotVisible("There is no such export of yours.")
    done = [row for row in jobs if row.state == JobState.DONE]
    return Progress(
        jobs=len(jobs), done=len(done), dead=sum(row.state == JobState.DEAD for row in jobs),
        exported=sum(row.result.get("exported", 0) for row in done), held=sum(row.result.get("held", 0) for row in done),
        files=tuple(sorted(name for row in done for name in row.result.get("files", []))),
    )  # fmt: skip
