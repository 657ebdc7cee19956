"""Every door against everyone: the access matrix, on a database of its own."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from hims.lib.commands import HimsCommand, Outcome
from hims.proof.matrix import gathered, whole
from hims.proof.people import PEOPLE
from hims.proof.policy import policy
from hims.proof.routes import routes
from hims.proof.seeding import seed
from hims.staff.models import Facility


class Command(HimsCommand):
    help = (
        "Knock at every door as every role, with every kind of patient, and compare the answers and the trail with the "
        "declared policy. Runs on a database of its own that is made and dropped."
    )
    example = "access_matrix --json"

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("--processes", type=int, default=0, help="how many at a time; as many as processors")

    def work(self, **options: Any) -> Outcome:
        if Facility.objects.exists():
            self.fail(
                "This database is in use. Start the command as ./run manage access_matrix, which makes one of its own."
            )
        for name in sorted(set(routes()) ^ set(policy())):
            self.reject(name, "stands in the routes or in the policy, but not in both")
        self.note("Seeding two houses and their patients ...")
        world = seed(PEOPLE)
        found = whole(world, processes=options["processes"])
        total = gathered(list(self.progress(found, total=len(PEOPLE), label="people")), world)
        for mismatch in total.mismatches:
            self.reject(*mismatch.split(": ", 1))
        return Outcome(
            {
                "cells": total.cells, "mismatches": len(self.rejects), "routes": len(policy()), "people": len(PEOPLE),
                "things": len(world.things), "canaries": len(world.canaries.planted),
            }
        )  # fmt: skip
