"""Live edits of the service lines of an outpatient encounter. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from coding.workbench.edits.findings import INFORM, STOP, WARN, Case, Finding

SOURCE = "CMS-1500 item 24E; 837P SV107"


def service_edits(case: Case) -> Iterator[Finding]:
    """Lines without a pointer, lines that stand twice, and codes that are not in force on their day."""
    seen: set[tuple[object, ...]] = set()
    for line in case.coded.services:
        if line.key in case.coded.invalid:
            text = case.coded.invalid[line.key]
            yield Finding(
                "service_invalid", STOP, text, line.key, (line.code,), "HCPCS or CPT code set of the service date"
            )
        if not line.pointers:
            text = "No diagnosis points to it: name the diagnosis that was the reason."
            yield Finding("no_pointer", WARN, text, line.key, (line.code,), SOURCE)
        same = (line.code, line.modifiers, line.serviced_on)
        if same in seen:
            text = f"{line.code} stands twice on one day: raise the units, or tell them apart with a modifier."
            yield Finding("same_service", INFORM, text, line.key, (line.code,), "NCCI policy manual, chapter I")
        seen.add(same)
