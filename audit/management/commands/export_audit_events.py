"""The trail of a period as a file for another system."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from audit.exchange.export import FORMATS, export_to_file
from audit.trail.filters import EventFilter
from audit.trail.writer import close_pools
from hims.lib.commands import HimsCommand, Outcome
from hims.staff.selectors import system_user


class Command(HimsCommand):
    help = (
        "Writes the events of the trail from one day to another (UTC, both included), oldest first: FHIR R4 AuditEvent after"
        " IHE BALP as NDJSON, or DICOM audit messages in syslog frames (RFC 5424, RFC 5425) for an ATNA repository."
    )
    example = "export_audit_events --from 2026-03-01 --to 2026-03-31 march.ndjson --json"

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="first", required=True, metavar="DAY", help="first day, such as 2026-03-01")
        parser.add_argument("--to", dest="last", required=True, metavar="DAY", help="last day, included")
        parser.add_argument(
            "--format", dest="form", choices=sorted(FORMATS), default="fhir", help="fhir (standard) or atna"
        )
        parser.add_argument("out", metavar="OUT", help="the file; it appears when it is complete")

    def work(self, **options: Any) -> Outcome:
        first, last = _day("--from", options["first"]), _day("--to", options["last"])
        if last < first:
            raise CommandError("--to lies before --from.", returncode=2)
        out = Path(options["out"])
        if not out.parent.is_dir():
            raise CommandError(f"The folder {out.parent} does not exist.", returncode=2)
        wanted = EventFilter(
            from_at=datetime.combine(first, time.min, UTC),
            to_at=datetime.combine(last + timedelta(days=1), time.min, UTC),
        )
        try:
            events, records = export_to_file(by=system_user(), wanted=wanted, to=out, form=options["form"])
        finally:
            close_pools()
        return Outcome({"events": events, "records": records, "bytes": out.stat().st_size, "file": str(out)})


def _day(option: str, text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{option} is {text!r}; write a day such as 2026-03-01.", returncode=2) from None
    if not 1900 <= found.year <= 2199:
        raise CommandError(f"{option} names a year outside 1900 to 2199.", returncode=2)
    return found
