"""Bring FHIR resources into the charts of a facility."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from hims.lib.commands import LISTED_REJECTS, HimsCommand, Outcome
from hims.lib.errors import DomainError
from hims.staff.models import Facility
from hims.staff.selectors import facility_by_code, system_user
from records.interop.fhir.reader import fhir_files
from records.interop.run import FhirImport
from records.interop.tally import Tally


class Command(HimsCommand):
    """Counts: read = created + updated + unchanged + rejected + all of unsupported. docs/imports.md says what is kept."""

    help = "Import FHIR R4 bundles, NDJSON and single resources. Importing the same again changes nothing."
    example = "import_fhir ./bundles patients.ndjson --facility LGH --json"

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument(
            "paths", nargs="+", metavar="PATH", help="files, or folders with .json, .ndjson, .jsonl files"
        )
        parser.add_argument("--facility", metavar="CODE", default="", help="the facility the charts belong to")
        parser.add_argument("--dry-run", action="store_true", help="read, check and count; keep nothing")
        parser.add_argument(
            "--rejects", metavar="FILE", default="", help="write what was rejected, one JSON object a line"
        )

    def work(self, **options: Any) -> Outcome:
        files = self._files(options["paths"])
        facility = _facility(options["facility"])
        rejects = _new_file(options["rejects"])
        run = FhirImport(by=system_user(), facility=facility, dry_run=options["dry_run"])
        tally = run.run(files, lambda ordered: self.progress(ordered, total=len(ordered), label="files"))
        if rejects is not None:
            _write_rejects(rejects, tally)
        for where, reason in tally.faults:
            self.reject(where, reason)
        self._tell_open_ends(tally)
        counts = {**tally.counts, "files": len(files), "facility": facility.code}
        return Outcome(counts=counts, refused=tally.rejected > 0)

    def _files(self, names: list[str]) -> list[Path]:
        paths = [Path(name) for name in names]
        for path in paths:
            if not path.exists():
                raise CommandError(f"There is no file or folder {path}.", returncode=2)
        files = fhir_files(paths)
        if not files:
            raise CommandError("No .json, .ndjson or .jsonl files there.", returncode=2)
        return files

    def _tell_open_ends(self, tally: Tally) -> None:
        for where, what in tally.open_ends[:LISTED_REJECTS]:
            self.note(f"unresolved  {where}: {what}")
        if tally.unresolved > LISTED_REJECTS:
            self.note(f"... and {tally.unresolved - LISTED_REJECTS} more")


def _facility(code: str) -> Facility:
    """The facility asked for, else the first by its code. Raises DomainError saying what to do when there is none."""
    if code:
        return facility_by_code(code)
    facility = Facility.objects.order_by("code").first()
    if facility is None:
        raise DomainError(
            "There is no facility yet. Start HIMS once with the demo hospital, or add a facility, then import."
        )
    return facility


def _new_file(name: str) -> Path | None:
    if not name:
        return None
    path = Path(name)
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise CommandError(f"{name} cannot be written.", returncode=2)
    return path


def _write_rejects(path: Path, tally: Tally) -> None:
    with path.open("w", encoding="utf-8") as out:
        for where, reason in tally.faults:
            out.write(json.dumps({"where": where, "reason": reason}) + "\n")
