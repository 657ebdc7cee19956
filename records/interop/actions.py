"""Writes of imports: one chunk of a feed, all or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from audit import gate
from audit.trail.enums import Category
from hims.lib.access import Permission
from hims.staff.models import Facility, User
from records.encounters.models import Encounter
from records.encounters.signals import encounters_changed, encounters_discharged
from records.interop.work import Work
from records.interop.writers.documents import DocumentWriter
from records.interop.writers.encounters import write_encounters
from records.interop.writers.entries import write_entries
from records.interop.writers.lookups import load_encounters, load_patients, load_providers
from records.interop.writers.patients import PatientWriter
from records.interop.writers.people import make_named_providers, write_coverages, write_payers, write_providers


@dataclass(frozen=True)
class Written:
    """What a chunk wrote; for the trail."""

    work: Work

    @property
    def patient_ids(self) -> list[UUID]:
        return sorted(self.work.patient_ids)


@gate.command(Permission.DATA_IMPORT, subject="facility", event="records.imported", category=Category.IMPORT)
def import_chunk(*, by: User, facility: Facility, work: Work) -> Written:
    """Patients and what hangs on them, in one transaction; coding and billing get their work in the same one."""
    return _write(by, work)


@gate.command(Permission.DATA_IMPORT, subject="facility", event="records.import_checked", category=Category.IMPORT)
def check_chunk(*, by: User, facility: Facility, work: Work) -> Written:
    """The same in a dry run: the caller's transaction around it is rolled back."""
    return _write(by, work)


def _write(by: User, work: Work) -> Written:
    load_providers(work)
    write_providers(work)
    make_named_providers(work)
    write_payers(work)
    owners = load_patients(work)
    PatientWriter(work, owners).write()
    write_coverages(work)
    load_encounters(work)
    write_encounters(work)
    write_entries(work)
    DocumentWriter(work).write()
    for signal, ids in ((encounters_discharged, work.discharged), (encounters_changed, work.changed)):
        if ids:
            signal.send(sender=Encounter, encounter_ids=ids, actor_id=by.pk)
    return Written(work)
