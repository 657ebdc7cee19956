"""Search codes from the command line, one query or a file of them."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from coding.codesets.enums import CodeSystem
from coding.codesets.forms import ALL_SYSTEMS, MOST_HITS
from coding.codesets.search.find import Hit, search
from hims.lib.commands import HimsCommand, Outcome
from hims.lib.errors import DomainError


class Command(HimsCommand):
    """Writes one JSON list of {code, title, score, via} for each query."""

    help = "Search all code sets, or one. One JSON list of {code, title, score, via} is written for each query."
    example = "search_codes 'dm2 neuropathy' --system icd10cm --on 2026-10-01 --limit 5"

    def add_options(self, parser: ArgumentParser) -> None:
        parser.add_argument("query", nargs="?", help="a code, or words in any order")
        parser.add_argument("--file", type=Path, help='queries, one JSON object with "q" or one JSON text a line')
        parser.add_argument("--system", choices=[ALL_SYSTEMS, *CodeSystem.values], default=ALL_SYSTEMS)
        parser.add_argument("--on", type=date.fromisoformat, help="the day whose release counts; today when left out")
        parser.add_argument("--limit", type=int, default=10)

    def work(self, **options: Any) -> Outcome:
        if (options["query"] is None) == (options["file"] is None):
            raise CommandError("give a query or --file, not both", returncode=2)
        if not 1 <= options["limit"] <= MOST_HITS:
            raise CommandError(f"--limit is {options['limit']}, expected 1 to {MOST_HITS}", returncode=2)
        system = None if options["system"] == ALL_SYSTEMS else options["system"]
        on = options["on"] or timezone.localdate()
        read = found = 0
        for query in self._queries(options["query"], options["file"]):
            hits = search(query, system, on=on, limit=options["limit"])
            self.stdout.write(json.dumps([_plain(hit) for hit in hits]))
            self.stdout.flush()
            read += 1
            found += bool(hits)
        return Outcome({"queries": read, "found": found})

    def _say(self, counts: dict[str, Any], *, as_json: bool) -> None:
        """Without --json standard output holds the answers alone, one line a query."""
        if as_json:
            super()._say(counts, as_json=True)
        else:
            self.note("  ".join(f"{name}={value}" for name, value in counts.items()))

    def _queries(self, query: str | None, file: Path | None) -> Iterator[str]:
        if file is None:
            yield query or ""
            return
        try:
            lines = file.open("rb")
        except OSError as error:
            raise DomainError(f"{file} cannot be read: {error.strerror}.") from error
        with lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield self._query(line, f"{file.name}, line {number}")

    def _query(self, line: bytes, where: str) -> str:
        """The query of one line; "" for a line that is refused, so that answers stay in step with lines."""
        try:
            value = json.loads(line)
        except UnicodeDecodeError:
            self.reject(where, "not UTF-8")
            return ""
        except (json.JSONDecodeError, RecursionError):
            self.reject(where, "not JSON")
            return ""
        text = value.get("q") if isinstance(value, dict) else value
        if not isinstance(text, str):
            self.reject(where, 'no text under "q"')
            return ""
        return text


def _plain(hit: Hit) -> dict[str, object]:
    return {"code": hit.display, "title": hit.title, "score": hit.score, "via": hit.via}
