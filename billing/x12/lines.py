"""What service lines of both guides share: dates, line control number, drug."""

from __future__ import annotations

from collections.abc import Iterator

from billing.x12.claim import InstitutionalLine, ProfessionalLine
from billing.x12.segments import Segment, composite, date_segment, number, seg


def procedure(line: InstitutionalLine | ProfessionalLine) -> tuple[str, ...]:
    """The composite HC:code:modifiers, () when the line has no HCPCS code."""
    return composite("HC", line.hcpcs, *line.modifiers) if line.hcpcs else ()


def line_tail(line: InstitutionalLine | ProfessionalLine) -> Iterator[Segment]:
    """Service date (DTP*472), line item control number (REF*6R) and drug (LIN, CTP)."""
    if line.service_on:
        yield date_segment("472", line.service_on, line.service_through)
    if line.control_number:
        yield seg("REF", "6R", line.control_number)
    if line.drug:
        yield seg("LIN", "", "N4", line.drug.ndc)
        yield seg("CTP", "", "", "", number(line.drug.quantity), (line.drug.unit,))
