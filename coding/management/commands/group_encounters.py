"""Group coded inpatient stays in batches."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import CommandError, CommandParser

from coding.workbench.batch import Run, done_by_workers, done_here, plan, tally, unfinished, worker_lives
from coding.workbench.selectors import records_to_group
from hims.lib.commands import HimsCommand, Outcome
from hims.staff.selectors import system_user


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--since wants a date such as 2026-10-01, not {text!r}.", returncode=2) from None


class Command(HimsCommand):
    """Chunks of 1,000 stays as jobs; workers do them, or this process when none answers."""

    help = (
        "Group coded inpatient stays into MS-DRGs and store version and per-code marks. Without --all only what has changed"
        " since it was last grouped. An interrupted run continues when the same command is given again."
    )
    example = "group_encounters --since 2026-10-01 --json"

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="group anew what has not changed, too")
        parser.add_argument("--since", metavar="D", help="only discharges from this day on, YYYY-MM-DD")
        parser.add_argument("--inline", action="store_true", help="work in this process even when a worker runs")

    def work(self, **options: Any) -> Outcome:
        since = _day(options["since"]) if options["since"] else None
        run = self._run(anew=options["all"], since=since)
        chunks = done_here(run) if options["inline"] or not worker_lives() else done_by_workers(run)
        for _ in self.progress(chunks, total=run.chunks, label="chunks of stays"):
            continue
        return self._report(run)

    def _run(self, *, anew: bool, since: date | None) -> Run:
        system = system_user()
        left = unfinished(anew=anew, since=since)
        if left is not None:
            self.note("continuing the run that was interrupted")
            return left
        return plan(records_to_group(by=system, since=since), actor_id=system.pk, anew=anew, since=since)

    def _report(self, run: Run) -> Outcome:
        total = tally(run)
        for reason, count in total.errors.most_common():
            self.reject(f"{count} stay{'s' if count != 1 else ''}", reason)
        if total.left:
            self.reject(f"{total.left} chunks", "not done, see the log; the same command tries them again")
        if total.dead:
            self.reject(f"{total.dead} chunks", "given up after repeated failures, see the log")
        errors = sum(total.errors.values())
        return Outcome({"grouped": total.grouped, "unchanged": total.unchanged, "errors": errors})
