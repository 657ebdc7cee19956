"""A whole import of FHIR files: in which order, in which chunks, and what is read twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db import DataError, IntegrityError, transaction
from django.utils import timezone

from hims.lib.errors import DomainError
from hims.staff.models import Facility, User
from records.interop.actions import check_chunk, import_chunk
from records.interop.fhir.reader import LINE_SUFFIXES, batches, types_in
from records.interop.fhir.values import Setting
from records.interop.prepare import Prepared, prepare
from records.interop.tally import Learned, Tally
from records.interop.work import Ready, Work

Progress = Callable[[list[Path]], Iterable[Path]]
REFUSALS_AT_MOST = 50
STEPS = (
    frozenset({"Organization", "Location", "Practitioner"}),
    frozenset({"PractitionerRole", "Medication"}),
    frozenset({"Patient"}),
    frozenset({"Coverage", "Encounter"}),
)


@dataclass
class FhirImport:
    """One run. expected: per file, which types the files after it hold, so that references to them may wait."""

    by: User
    facility: Facility
    dry_run: bool = False
    tally: Tally = field(default_factory=Tally)
    known: Learned = field(default_factory=Learned)
    waiting: dict[Path, list[str]] = field(default_factory=dict)
    refusals: int = 0

    def run(self, files: list[Path], progress: Progress) -> Tally:
        """Read all files once, then once more what had to wait. Each chunk stands or falls alone."""
        with _rolled_back() if self.dry_run else _kept():
            types = {path: types_in(path) for path in files}
            ordered = sorted(files, key=lambda path: _step(types[path]))
            later = _types_to_come(ordered, types)
            for place, path in enumerate(progress(ordered)):
                self._file(path, later[place])
            for path, places in list(self.waiting.items()):
                self._file(path, frozenset(), only=frozenset(places))
        return self.tally

    def _file(self, path: Path, expected: frozenset[str], only: frozenset[str] | None = None) -> None:
        setting = self._setting()
        for batch in batches(path, only):
            prepared = prepare(batch, setting, again=only is not None)
            self.tally.add(prepared.tally)
            self.known.add(prepared.learned)
            if prepared.ready:
                self._chunk(path, prepared, prepared.ready, expected)

    def _chunk(self, path: Path, prepared: Prepared, ready: list[Ready[Any]], expected: frozenset[str]) -> None:
        """Write; when the database refuses, find the resource it refuses by halving, so that the others are kept."""
        work = Work(facility=self.facility, ready=ready, known=self.known, expected=expected)
        for kind, keys in prepared.broken:
            work.mark_rejected(kind, keys)
        write = check_chunk if self.dry_run else import_chunk
        try:
            write(by=self.by, facility=self.facility, work=work)
        except (DataError, IntegrityError) as error:
            self._halve(path, prepared, ready, expected, error)
            return
        self.refusals = 0
        self.tally.add(work.tally)
        self.known.add(work.learned)
        if work.deferred:
            self.waiting.setdefault(path, []).extend(work.deferred)

    def _halve(
        self, path: Path, prepared: Prepared, ready: list[Ready[Any]], expected: frozenset[str], error: Exception
    ) -> None:
        if len(ready) == 1:
            self.refusals += 1
            if self.refusals >= REFUSALS_AT_MOST:
                raise DomainError(
                    f"The database refuses one resource after another ({type(error).__name__}); nothing more is tried."
                )
            item = ready[0].item
            self.tally.reject(item.where, f"{item.kind}: the database refuses it ({type(error).__name__})")
            prepared.broken.append((item.kind, item.keys))
            return
        middle = len(ready) // 2
        self._chunk(path, prepared, ready[:middle], expected)
        self._chunk(path, prepared, ready[middle:], expected)

    def _setting(self) -> Setting:
        zone = ZoneInfo(self.facility.time_zone)
        marks = frozenset({self.facility.code.casefold(), self.facility.name.casefold()})
        return Setting(zone=zone, facility_marks=marks, today=timezone.now().astimezone(zone).date())


def _step(types: frozenset[str]) -> int:
    """Files with people and drugs first, then patients, then encounters, then the rest. A patient's bundle holds it all."""
    if "Patient" in types:
        return STEPS.index(frozenset({"Patient"}))
    return next((place for place, step in enumerate(STEPS) if types & step), len(STEPS))


def _types_to_come(files: list[Path], types: dict[Path, frozenset[str]]) -> list[frozenset[str]]:
    """For each file the types that later files hold, and for NDJSON its own too: the target may be further down."""
    found: list[frozenset[str]] = []
    later: frozenset[str] = frozenset()
    for path in reversed(files):
        own = types[path]
        found.append(later | own if path.suffix.lower() in LINE_SUFFIXES else later)
        later |= own
    return found[::-1]


@contextmanager
def _kept() -> Iterator[None]:
    yield


@contextmanager
def _rolled_back() -> Iterator[None]:
    """Everything inside happens, is counted, and never was."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
