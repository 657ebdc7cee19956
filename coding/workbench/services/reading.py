"""Service lines as the rules see them, and their codes judged against the sets that are loaded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from coding.codesets.enums import CodeKind
from coding.codesets.models import Code
from coding.codesets.rules import Span
from coding.codesets.selectors import coverage
from coding.codesets.validity import CodeSpan, judge
from coding.workbench.services.models import CodedService
from coding.workbench.services.rules import CPT, HCPCS, ServiceLine, system_of

NAMES = {HCPCS: "HCPCS Level II", CPT: "CPT"}


def service_lines(rows: Iterable[CodedService]) -> tuple[ServiceLine, ...]:
    """The services in order; `pointers` of the rows are best prefetched."""
    lines = (
        ServiceLine(
            id=row.pk, sequence=row.sequence, code=row.code, serviced_on=row.serviced_on, units=row.units,
            modifiers=tuple(row.modifiers), revenue_code=row.revenue_code, ndc=row.ndc,
            pointers=tuple(pointer.diagnosis_id for pointer in row.pointers.all()),
        )
        for row in rows
    )  # fmt: skip
    return tuple(sorted(lines, key=lambda line: line.sequence))


def services_of(record_id: UUID) -> list[CodedService]:
    """The rows of a record with clinician and pointers. Two queries."""
    rows = CodedService.objects.filter(record_id=record_id).select_related("provider")
    return list(rows.prefetch_related("pointers").order_by("sequence"))


def invalid_services(asked: Iterable[tuple[str, str, date]]) -> dict[str, str]:
    """Sentence by key for what may not be reported on its day; asked: key, code, day.

    A set without a loaded release is not judged: the form of the code must do. Three queries.
    """
    wanted = list(asked)
    covered = {system: coverage(system) for system in NAMES}
    spans: dict[str, list[CodeSpan]] = defaultdict(list)
    rows = Code.objects.filter(system__in=list(NAMES), code__in={code for _, code, _ in wanted})
    for row in rows.order_by("valid_from"):
        spans[row.code].append(CodeSpan(CodeKind.CODE, Span(row.valid_from, row.valid_to)))
    found: dict[str, str] = {}
    for key, code, on in wanted:
        system = system_of(code)
        if covered.get(system) is None:
            continue
        verdict = judge(
            shown=code, code=code, spans=spans[code], on=on, covered=covered[system], set_name=NAMES[system]
        )
        if not verdict.valid:
            found[key] = verdict.reason
    return found


def service_titles(codes: Iterable[str]) -> Mapping[str, str]:
    """The newest title by code, for the codes that are loaded. One query."""
    rows = Code.objects.filter(system__in=list(NAMES), code__in=list(codes)).order_by("valid_from")
    return {row.code: row.long_title or row.short_title for row in rows}
