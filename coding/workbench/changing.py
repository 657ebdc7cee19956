"""One change of a working record: locked, checked against lost updates, regrouped before it is committed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Exists

from audit import gate
from coding.codesets.memory import code_book
from coding.codesets.rules import is_cm_shaped, is_pcs_shaped, undotted
from coding.workbench.abstracting.reading import facts_of
from coding.workbench.coded import CodedStay
from coding.workbench.edits.reading import seventh_advice_on
from coding.workbench.edits.settling import settle
from coding.workbench.enums import CodingStatus
from coding.workbench.grouping import regroup
from coding.workbench.history.models import CodingSnapshot
from coding.workbench.history.taking import keep_first_grouped
from coding.workbench.holds.keeping import require_free
from coding.workbench.models import CodingRecord, Grouping
from coding.workbench.reading import LinesRead, coded_stay, diagnosis_lines, lines_of, procedure_lines, stay_of
from coding.workbench.rules import DiagnosisLine, ProcedureLine, Stay
from coding.workbench.sending.once import apply_once
from hims.lib.errors import DomainError

STALE = "Someone else has changed this coding since you opened it. The page shows the newest state; look, then repeat your change."
LINES = "lines_read"
FINAL = "This coding is finalized. Reopen it to change it."


class StaleCoding(DomainError):
    """The page that asks is older than the record."""


@dataclass(frozen=True)
class Draft:
    """A locked record with its lines as they stood."""

    record: CodingRecord
    stay: Stay
    diagnoses: tuple[DiagnosisLine, ...]

    @cached_property
    def procedures(self) -> tuple[ProcedureLine, ...]:
        """Read when first asked for: ask before you change any."""
        return procedure_lines(self.record.procedures.all())


def lock(record: CodingRecord, version: int, *, changes: bool = True) -> CodingRecord:
    """The record locked until the transaction ends. Raises StaleCoding when `version` is not the newest.

    Raises AppliedAlready for a change that arrived before. changes: the coding itself is about to change, so that nobody else may
    hold the account (AccountHeld).
    """
    locked: CodingRecord = (
        CodingRecord.objects.select_for_update(of=("self",))
        .select_related("encounter", "patient", "abstract")
        .get(pk=record.pk)
    )
    apply_once(locked, gate.acting())
    if changes:
        require_free(locked, gate.acting())
    if locked.version != version:
        raise StaleCoding(STALE)
    return locked


@contextmanager
def changing(record: CodingRecord, version: int) -> Iterator[Draft]:
    """Change the lines inside; afterwards the record is counted up, regrouped, and `record` shows its new state.

    Raises StaleCoding, and DomainError for a finalized record.
    """
    locked = lock(record, version)
    if locked.status == CodingStatus.FINALIZED:
        raise DomainError(FINAL)
    yield Draft(locked, stay_of(locked), diagnosis_lines(locked.diagnoses.all()))
    touch(locked, CodingStatus.IN_PROGRESS)
    lines = lines_of(locked)
    coded = CodedStay(stay_of(locked), lines.diagnoses, procedure_lines(lines.procedures), abstract=facts_of(locked))
    grouping, known = regroup_record(locked, coded)
    settle(locked, coded)
    if not known:
        keep_first_grouped(locked, coded, grouping)
    show(record, locked)
    vars(record)[LINES] = lines


def lines_after(record: CodingRecord) -> LinesRead | None:
    """What the last change of this instance has read, so that its answer need not read it again; None before any."""
    found: LinesRead | None = vars(record).get(LINES)
    return found


def touch(locked: CodingRecord, status: CodingStatus) -> None:
    """Count the change."""
    locked.version += 1
    locked.status = status
    locked.save(update_fields=["version", "status", "coder", "updated_at"])


def show(record: CodingRecord, locked: CodingRecord) -> None:
    """The caller's instance follows what was saved."""
    record.version, record.status, record.coder = locked.version, locked.status, locked.coder


def regroup_record(locked: CodingRecord, coded: CodedStay | None = None) -> tuple[Grouping | None, bool]:
    """The newest DRG of one record, and whether a state of its coding is kept already.

    coded: its codes, when they have been read.
    """
    kept = CodingSnapshot.objects.filter(encounter=locked.encounter_id)
    before = Grouping.objects.filter(record=locked).defer("marks").annotate(kept=Exists(kept)).first()
    grouping = regroup(locked.pk, coded or coded_stay(locked), before)
    return grouping, before is not None and vars(before)["kept"]


def reportable(system: str, code: str, stay: Stay) -> str:
    """The undotted code. Raises DomainError (field code) when it may not be reported on the coding day."""
    plain = undotted(code)
    shaped = is_cm_shaped(plain) if system == "icd10cm" else is_pcs_shaped(plain)
    if not shaped:
        kind = "an ICD-10-CM code" if system == "icd10cm" else "an ICD-10-PCS code (seven characters)"
        raise DomainError(f"{plain or 'Nothing'} is not {kind}.", field="code")
    verdict = code_book().validities(system, [plain], stay.coded_on)[plain]
    if not verdict.valid:
        advice = seventh_advice_on(plain, stay.coded_on) if system == "icd10cm" and verdict.known else ""
        raise DomainError(f"{verdict.reason} {advice}".strip(), field="code")
    return plain


def refuse(fault: str, field: str = "") -> None:
    """Raise DomainError when there is a fault."""
    if fault:
        raise DomainError(fault, field=field)
