"""Load the code sets every installation starts with."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.db import transaction

from coding.codesets.loading.defaults import default_sources
from coding.codesets.loading.writer import Written, is_loaded, write
from coding.codesets.official.carry_out import beneath, stacks_of
from coding.codesets.search.store import refresh_index
from hims.lib.commands import HimsCommand, Outcome


class Command(HimsCommand):
    """Reads the packages and data files that come along; a second run finds nothing to do."""

    help = "Load ICD-10-CM, ICD-10-PCS and the small code sets that come with HIMS. Safe to repeat and to interrupt."
    example = "load_default_codesets --json"

    def add_options(self, parser: ArgumentParser) -> None:
        parser.add_argument("--force", action="store_true", help="read the files again even if they were loaded before")

    def work(self, **options: Any) -> Outcome:
        sources, total, loaded = default_sources(), Written(), 0
        for source in self.progress(sources, total=len(sources), label="code sets"):
            fingerprint = source.fingerprint()
            if options["force"] or not is_loaded(source.system.value, fingerprint):
                dataset = source.read()
                with transaction.atomic(), beneath(stacks_of(source.system.value)):
                    total.add(write(dataset, fingerprint))
                loaded += 1
        entries = refresh_index()
        read = total.created + total.updated + total.unchanged
        return Outcome(
            {
                "read": read,
                "created": total.created,
                "updated": total.updated,
                "unchanged": total.unchanged,
                "rejected": 0,
                "loaded": loaded,
                "already_loaded": len(sources) - loaded,
                "searchable": entries,
            }
        )
