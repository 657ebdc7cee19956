"""Services of a working record: add, change, remove, order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from audit import gate
from coding.codesets.enums import CodeSystem
from coding.codesets.rules import undotted
from coding.codesets.selectors import coverage, validity
from coding.workbench.changing import Draft, changing, refuse
from coding.workbench.models import CodingRecord
from coding.workbench.rules import REPORTED, moved
from coding.workbench.services import rules
from coding.workbench.services.models import CodedService, ServicePointer
from coding.workbench.services.reading import invalid_services
from hims.lib.access import Permission
from hims.lib.errors import DomainError
from hims.staff.models import User
from records.encounters.models import Provider

LAST = 10_000


@gate.command(Permission.CODING_EDIT, subject="record", event="coding.service_added", detail=("code", "serviced_on"))
def add_service(
    *, by: User, record: CodingRecord, version: int, code: str, serviced_on: date | None = None, modifiers: str = "",
    units: int = 1, revenue_code: str = "", ndc: str = "", pointers: str = "1", provider: Provider | None = None,
    place: int = LAST,
) -> CodedService:  # fmt: skip
    """A further service, at `place` or at the end; serviced_on None: the first day of the encounter.

    pointers: numbers or letters of the reported diagnoses; the default is dropped while there is no diagnosis.
    Raises StaleCoding, and DomainError naming the field.
    """
    with changing(record, version) as draft:
        on = serviced_on or draft.stay.admitted_on
        plain = undotted(code)
        refuse(rules.code_fault(plain, inpatient=draft.stay.inpatient), "code")
        row = CodedService(record=record, sequence=_count(record) + 1, code=plain, provider=provider)
        aimed = "" if pointers == "1" and not _listed(draft) else pointers
        _fill(row, draft, on, modifiers, units, revenue_code, ndc)
        row.save()
        _point(row, draft, aimed)
        if place < row.sequence:
            _reorder(record, row, place)
    return row


@gate.command(Permission.CODING_EDIT, subject="record", event="coding.service_changed", detail=("service_id",))
def change_service(
    *, by: User, record: CodingRecord, version: int, service_id: int, serviced_on: date | None, modifiers: str, units: int,
    revenue_code: str, ndc: str, pointers: str, provider: Provider | None,
) -> CodingRecord:  # fmt: skip
    """All details of a line anew. Raises DomainError naming the field that can never be right."""
    with changing(record, version) as draft:
        row = _row(record, service_id)
        row.provider = provider
        _fill(row, draft, serviced_on or draft.stay.admitted_on, modifiers, units, revenue_code, ndc)
        row.save()
        _point(row, draft, pointers)
    return record


@gate.command(Permission.CODING_EDIT, subject="record", event="coding.service_removed", detail=("service_id",))
def remove_service(*, by: User, record: CodingRecord, version: int, service_id: int) -> CodingRecord:
    """The line leaves; the others close up."""
    with changing(record, version):
        _row(record, service_id).delete()
        _number(list(record.services.order_by("sequence")))
    return record


@gate.command(Permission.CODING_EDIT, subject="record", event="coding.service_moved", detail=("service_id", "place"))
def move_service(*, by: User, record: CodingRecord, version: int, service_id: int, place: int) -> CodingRecord:
    """The line stands at `place`."""
    with changing(record, version):
        _reorder(record, _row(record, service_id), place)
    return record


def _fill(row: CodedService, draft: Draft, on: date, modifiers: str, units: int, revenue_code: str, ndc: str) -> None:
    """The details, checked. Raises DomainError naming the field."""
    stay = draft.stay
    refuse(rules.date_fault(on, stay.admitted_on, stay.discharged_on), "serviced_on")
    refuse(" ".join(invalid_services([("", row.code, on)]).values()), "code")
    listed = rules.modifiers_of(modifiers)
    refuse(rules.units_fault(units), "units")
    refuse(rules.modifiers_fault(row.code, listed, on, units), "modifiers")
    refuse(_revenue_fault(revenue_code, on), "revenue_code")
    row.serviced_on, row.modifiers, row.units, row.revenue_code = on, list(listed), units, revenue_code
    try:
        row.ndc = rules.ndc_of(ndc)
    except ValueError as fault:
        raise DomainError(str(fault), field="ndc") from fault


def _revenue_fault(revenue_code: str, on: date) -> str:
    """Form, and the revenue codes of the day when a list covers it."""
    if not revenue_code:
        return ""
    covered = coverage(CodeSystem.REVENUE_CODE)
    if fault := rules.revenue_fault(revenue_code):
        return fault
    if covered is None or not covered.covers(on):
        return ""
    verdict = validity(CodeSystem.REVENUE_CODE, revenue_code, on)
    return "" if verdict.valid else verdict.reason


def _point(row: CodedService, draft: Draft, pointers: str) -> None:
    """The pointers of the line anew, as rows that hold on to the diagnoses."""
    try:
        wanted = rules.pointers_of(pointers, _listed(draft))
    except ValueError as fault:
        raise DomainError(str(fault), field="pointers") from fault
    row.pointers.all().delete()
    ServicePointer.objects.bulk_create(
        [
            ServicePointer(record_id=row.record_id, service=row, diagnosis_id=each, place=place)
            for place, each in enumerate(wanted, start=1)
        ]
    )


def _listed(draft: Draft) -> list[int]:
    return [line.id for line in draft.diagnoses if line.role in REPORTED]


def _row(record: CodingRecord, service_id: int) -> CodedService:
    row = CodedService.objects.filter(record=record, pk=service_id).first()
    if row is None:
        raise DomainError("This service is no longer on the record.")
    return row


def _count(record: CodingRecord) -> int:
    return CodedService.objects.filter(record=record).count()


def _reorder(record: CodingRecord, row: CodedService, place: int) -> None:
    _number(moved(list(record.services.order_by("sequence")), row, place))
    row.refresh_from_db(fields=["sequence"])


def _number(rows: Sequence[CodedService]) -> None:
    """Sequence 1, 2, 3 ... in one statement."""
    for place, row in enumerate(rows, start=1):
        row.sequence = place
    CodedService.objects.bulk_update(rows, ["sequence"])
