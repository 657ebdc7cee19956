"""Writes of imported coding: one chunk of lines, all or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from audit import gate
from audit.trail.enums import Category
from coding.workbench.abstracts.writer import Chunk, ChunkWriter
from hims.lib.access import Permission
from hims.staff.models import Facility, User
from records.encounters.models import Encounter
from records.encounters.signals import encounters_changed, encounters_discharged


@dataclass(frozen=True)
class Written:
    """What a chunk wrote; for the trail."""

    chunk: Chunk

    @property
    def patient_ids(self) -> list[UUID]:
        return sorted(self.chunk.patient_ids)


@gate.command(Permission.DATA_IMPORT, subject="facility", event="coding.abstracts_imported", category=Category.IMPORT)
def import_lines(*, by: User, facility: Facility, chunk: Chunk) -> Written:
    """Patients, encounters and codes of the lines; billing gets its work in the same transaction."""
    return _write(by, chunk)


@gate.command(Permission.DATA_IMPORT, subject="facility", event="coding.abstracts_checked", category=Category.IMPORT)
def check_lines(*, by: User, facility: Facility, chunk: Chunk) -> Written:
    """The same in a dry run: the caller's transaction around it is rolled back."""
    return _write(by, chunk)


def _write(by: User, chunk: Chunk) -> Written:
    ChunkWriter(chunk).write()
    for signal, ids in ((encounters_discharged, chunk.discharged), (encounters_changed, chunk.changed)):
        if ids:
            signal.send(sender=Encounter, encounter_ids=ids, actor_id=by.pk)
    return Written(chunk)
