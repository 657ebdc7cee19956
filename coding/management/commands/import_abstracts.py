"""Bring coded encounters from a file into the workbench."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from coding.workbench.abstracts.run import AbstractsImport
from coding.workbench.abstracts.source import digest_of, source_lines, template
from hims.lib.commands import HimsCommand, Outcome
from hims.lib.errors import DomainError
from hims.staff.models import Facility
from hims.staff.selectors import facility_by_code, system_user


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--discharged-on wants a date such as 2026-10-01, not {text!r}.", returncode=2) from None


class Command(HimsCommand):
    """Counts lines: read = created + updated + unchanged + rejected. docs/imports.md describes the fields."""

    help = (
        "Import coded inpatient encounters, JSON lines or CSV. Importing the same file again changes nothing, so an"
        " interrupted import is continued by giving the same command again."
    )
    example = "import_abstracts coded.jsonl --facility LGH --json"

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", metavar="FILE", help="one claim a line: .jsonl, or .csv with a header")
        parser.add_argument("--facility", metavar="CODE", default="", help="the facility of the encounters")
        parser.add_argument("--dry-run", action="store_true", help="read, check and count; keep nothing")
        parser.add_argument("--resume", action="store_true", help="continue an interrupted import (it always does)")
        parser.add_argument(
            "--rejects", metavar="FILE", default="", help="write what was rejected, one JSON object a line"
        )
        parser.add_argument("--discharged-on", metavar="D", default="", help="for lines with neither date nor version")
        parser.add_argument("--template", action="store_true", help="print the header of a CSV file and an example")

    def work(self, **options: Any) -> Outcome:
        path = self._path(options["file"])
        rejects = _new_file(options["rejects"], path)
        run = AbstractsImport(
            by=system_user(), facility=_facility(options["facility"]), digest=digest_of(path), dry_run=options["dry_run"],
            discharged_on=_day(options["discharged_on"]) if options["discharged_on"] else None,
        )  # fmt: skip
        run.run(self.progress(source_lines(path), label="lines"))
        if rejects is not None:
            _write_rejects(rejects, path, run.rejects)
        for number, reason in run.rejects:
            self.reject(f"{path.name}:{number}", reason)
        return Outcome(counts={**run.counts, "facility": run.facility.code}, refused=bool(run.rejects))

    def handle(self, *args: Any, **options: Any) -> None:
        """--template needs neither file nor facility."""
        if options["template"]:
            self.stdout.write(template(), ending="")
            return
        super().handle(*args, **options)

    def _path(self, name: str | None) -> Path:
        if not name:
            raise CommandError("Give a file, or --template.", returncode=2)
        path = Path(name)
        if not path.is_file():
            raise CommandError(f"There is no file {name}.", returncode=2)
        return path


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


def _new_file(name: str, source: Path) -> Path | None:
    if not name:
        return None
    path = Path(name)
    same = path.exists() and path.samefile(source)
    if same or path.is_dir() or not path.absolute().parent.is_dir():
        raise CommandError(f"{name} cannot be written.", returncode=2)
    return path


def _write_rejects(path: Path, source: Path, rejects: list[tuple[int, str]]) -> None:
    with path.open("w", encoding="utf-8") as out:
        for number, reason in rejects:
            out.write(json.dumps({"file": source.name, "line": number, "reason": reason}) + "\n")
