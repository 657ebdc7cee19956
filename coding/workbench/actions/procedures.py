"""Procedures of a working record: add, remove, order, date and surgeon."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from audit import gate
from coding.codesets.enums import CodeSystem
from coding.workbench.changing import Draft, changing, refuse, reportable
from coding.workbench.models import CodedProcedure, CodingRecord
from coding.workbench.rules import ProcedureLine, moved, procedure_fault
from hims.lib.access import Permission
from hims.lib.errors import DomainError
from hims.staff.models import User
from records.encounters.models import Provider

LAST = 10_000


@gate.command(Permission.CODING_EDIT, subject="record", event="coding.procedure_added", detail=("code", "performed_on"))
def add_procedure(
    *, by: User, record: CodingRecord, version: int, code: str, performed_on: date | None = None,
    provider: Provider | None = None, place: int = LAST,
) -> CodedProcedure:  # fmt: skip
    """A further procedure, at `place` (from 1) or at the end. The same code may stand twice (UHDDS, each occurrence).

    Raises StaleCoding, and DomainError naming code or performed_on.
    """
    with changing(record, version) as draft:
        refuse(procedure_fault(performed_on, draft.stay), "performed_on" if performed_on else "code")
        plain = reportable(CodeSystem.ICD10PCS, code, draft.stay)
        count = len(draft.procedures)
        added = CodedProcedure.objects.create(
            record=record, sequence=count + 1, code=plain, performed_on=performed_on, provider=provider
        )
        if place <= count:
            new = ProcedureLine(added.pk, added.sequence, plain, performed_on)
            _save_order(moved([*draft.procedures, new], new, place))
            added.refresh_from_db(fields=["sequence"])
    return added


@gate.command(Permission.CODING_EDIT, subject="record", event="coding.procedure_removed", detail=("procedure_id",))
def remove_procedure(*, by: User, record: CodingRecord, version: int, procedure_id: int) -> CodingRecord:
    """The procedure leaves; the others close up."""
    with changing(record, version) as draft:
        line = _line(draft, procedure_id)
        CodedProcedure.objects.filter(pk=line.id).delete()
        _save_order([each for each in draft.procedures if each != line])
    return record


@gate.command(Permission.CODING_EDIT, subject="record", event="coding.procedure_moved")
def move_procedure(*, by: User, record: CodingRecord, version: int, procedure_id: int, place: int) -> CodingRecord:
    """The procedure stands at `place`; the first one is the principal procedure."""
    with changing(record, version) as draft:
        line = _line(draft, procedure_id)
        _save_order(moved(draft.procedures, line, place))
    return record


@gate.command(Permission.CODING_EDIT, subject="record", event="coding.procedure_dated")
def set_procedure_details(
    *, by: User, record: CodingRecord, version: int, procedure_id: int, performed_on: date | None,
    provider: Provider | None,
) -> CodingRecord:  # fmt: skip
    """When it was done and by whom. Raises DomainError (field performed_on) outside the stay."""
    with changing(record, version) as draft:
        line = _line(draft, procedure_id)
        refuse(procedure_fault(performed_on, draft.stay), "performed_on")
        CodedProcedure.objects.filter(pk=line.id).update(performed_on=performed_on, provider=provider)
    return record


def _line(draft: Draft, procedure_id: int) -> ProcedureLine:
    for line in draft.procedures:
        if line.id == procedure_id:
            return line
    raise DomainError("This procedure is no longer on the record.")


def _save_order(lines: Sequence[ProcedureLine]) -> None:
    rows = [CodedProcedure(pk=line.id, sequence=place) for place, line in enumerate(lines, start=1)]
    CodedProcedure.objects.bulk_update(rows, ["sequence"])
