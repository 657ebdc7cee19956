"""Charges from a CSV file."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from audit.walls import standing_for
from billing.charges.actions import post_charges
from billing.charges.importing import COLUMNS, EXAMPLES, Known, charge_line, missing_columns
from billing.charges.master import items_to_charge
from billing.charges.rules import ChargeLine
from hims.lib.commands import HimsCommand, Outcome
from hims.lib.csv_safe import csv_text
from hims.staff.models import Facility, User
from hims.staff.selectors import system_user
from records.encounters.models import Encounter

LOT = 1000
Row = dict[str, str]


class Command(HimsCommand):
    """Safe to repeat: a source key that is there is skipped. Refused rows go to FILE.rejects.csv with the reason."""

    help = f"Post the charges of a CSV file with the columns {', '.join(COLUMNS)}. --template writes such a file to fill in."
    example = "import_charges march.csv --json"

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE.csv", help="UTF-8, first line the column names")
        words = "write FILE.csv with the header and two example rows, if it is not there yet, and do nothing else"
        parser.add_argument("--template", action="store_true", help=words)

    def work(self, **options: Any) -> Outcome:
        source = Path(options["file"])
        if options["template"]:
            return _template(source)
        self.counts = {"read": 0, "created": 0, "updated": 0, "unchanged": 0, "rejected": 0}
        self.refused: list[tuple[Row, str]] = []
        by = system_user()
        for lot in self._lots(source):
            self._post(by, lot, source)
        self._write_rejects(source)
        return Outcome(counts=self.counts)

    def _lots(self, source: Path) -> Iterator[list[tuple[int, Row]]]:
        try:
            with source.open(encoding="utf-8-sig", newline="") as lines:
                reader = csv.DictReader(lines)
                missing = missing_columns(reader.fieldnames)
                if missing:
                    raise CommandError(f"{source.name} lacks the columns {', '.join(missing)}", returncode=2)
                rows = enumerate(self.progress(reader, label="charges"), 2)
                while lot := list(islice(rows, LOT)):
                    yield lot
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise CommandError(f"{source.name} cannot be read: {error}", returncode=2) from error

    def _post(self, by: User, lot: list[tuple[int, Row]], source: Path) -> None:
        self.counts["read"] += len(lot)
        by_facility: dict[str, list[tuple[int, Row]]] = defaultdict(list)
        for number, row in lot:
            if any("\x00" in (row.get(name) or "") for name in COLUMNS):
                self._refuse(source, number, row, "A cell holds a NUL character. Export the file again as text.")
            else:
                by_facility[(row.get("facility") or "").strip()].append((number, row))
        for code, rows in by_facility.items():
            facility = Facility.objects.filter(code=code).first()
            if facility is None:
                for number, row in rows:
                    self._refuse(source, number, row, "There is no such facility.")
            else:
                self._post_at(by, facility, rows, source)

    def _post_at(self, by: User, facility: Facility, rows: list[tuple[int, Row]], source: Path) -> None:
        with standing_for(by):
            known = _known(facility, [row for _, row in rows])
        lines: list[ChargeLine] = []
        places: list[tuple[int, Row]] = []
        for number, row in rows:
            try:
                lines.append(charge_line(row, known))
                places.append((number, row))
            except ValueError as error:
                self._refuse(source, number, row, str(error))
        posted = post_charges(by=by, facility=facility, lines=lines)
        for place, sentence in posted.rejected:
            self._refuse(source, *places[place], sentence)
        self.counts["created"] += posted.created
        self.counts["unchanged"] += posted.unchanged

    def _refuse(self, source: Path, number: int, row: Row, sentence: str) -> None:
        self.counts["rejected"] += 1
        self.refused.append((row, sentence))
        self.reject(f"{source.name}:{number}", sentence)

    def _write_rejects(self, source: Path) -> None:
        if self.refused:
            target = source.with_name(f"{source.stem}.rejects.csv")
            cells = ([*(row.get(name) or "" for name in COLUMNS), sentence] for row, sentence in self.refused)
            target.write_text(csv_text([*COLUMNS, "reason"], cells), encoding="utf-8", newline="")
            self.note(f"refused rows are in {target}")


def _template(target: Path) -> Outcome:
    try:
        with target.open("x", encoding="utf-8", newline="") as out:
            out.write(csv_text(COLUMNS, EXAMPLES))
    except OSError as error:
        raise CommandError(f"{target} cannot be written: {error.strerror}", returncode=2) from error
    return Outcome()


def _known(facility: Facility, rows: list[Row]) -> Known:
    numbers = {(row.get("account_number") or "").strip() for row in rows}
    codes = {(row.get("item_code") or "").strip() for row in rows}
    encounters = Encounter.objects.filter(facility=facility, account_number__in=numbers)
    items = items_to_charge(facility).filter(code__in=codes)
    return Known(dict(encounters.values_list("account_number", "pk")), {item.code: item for item in items})
