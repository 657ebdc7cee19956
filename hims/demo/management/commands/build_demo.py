"""Builds the demo hospital."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils import timezone

from hims.demo.build import STAGES, Building
from hims.lib.commands import HimsCommand, Outcome


class Command(HimsCommand):
    help = "Build the demo hospital Lakeside General: people, written cases, generated volume. All data is synthetic."
    example = "build_demo --patients 300 --encounters 600"

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("--patients", type=int, default=300, help="generated patients (default 300)")
        parser.add_argument("--encounters", type=int, default=600, help="generated encounters (default 600)")
        parser.add_argument("--seed", type=int, default=20261001, help="the same seed gives the same hospital")

    def work(self, **options: Any) -> Outcome:
        if not settings.DEMO:
            self.fail("This is not a demonstration system (HIMS_DEMO is off), so no synthetic charts are added to it.")
        building = Building(
            patients=options["patients"],
            encounters=options["encounters"],
            seed=options["seed"],
            built_on=timezone.localdate(),
        )
        if building.is_built():
            self.note("The demo hospital is there already; nothing to do.")
            return Outcome(building.counts())
        for label, stage in self.progress(STAGES, total=len(STAGES), label="demo hospital"):
            self.note(label)
            stage(building)
        return Outcome(building.counts())
