"""Check the trail against its seals and anchors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from audit.seals.anchor import Anchor
from audit.seals.installation import own_anchors, own_trusted_keys, sealer_address
from audit.seals.told import tell_verified
from audit.seals.verify import Report, verify_trail
from hims.lib.commands import LISTED_REJECTS, HimsCommand, Outcome
from hims.lib.errors import TrailUnavailable


class Command(HimsCommand):
    """ok: nothing found. problems: kind, seal, event ids (up to 50 of `count`) and a sentence each; docs/trail.md."""

    help = "Verify every event, seal and anchor of the audit trail, and the protections in the database."
    example = "verify_audit --anchor /mnt/notary/heads.jsonl --json"

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--anchor",
            action="append",
            default=[],
            metavar="FILE",
            help="one more anchor, such as a copy kept elsewhere",
        )
        parser.add_argument("--newest", type=int, metavar="SEALS", help="only so many of the newest seals")
        parser.add_argument(
            "--processes", type=int, metavar="N", help="processes to work with; default: one a processor"
        )

    def work(self, **options: Any) -> Outcome:
        for name in ("newest", "processes"):
            if options[name] is not None and options[name] < 1:
                raise CommandError(f"--{name} must be 1 or more.", returncode=2)
        report = verify_trail(
            sealer_address(), trusted=own_trusted_keys(), anchors=[*own_anchors(), *_given(options["anchor"])],
            processes=options["processes"], newest=options["newest"],
        )  # fmt: skip
        self._tell(report)
        told = [problem.as_json() for problem in report.problems]
        counts = {
            "ok": report.ok, "events": report.events, "seals": report.seals, "problems": told if options["json"] else len(told),
            "waiting": report.waiting, "archived_months": report.archived, "restores": report.restores,
        }  # fmt: skip
        return Outcome(counts, refused=not report.ok)

    def _tell(self, report: Report) -> None:
        """Into the trail; verifying a copy that nobody may write to goes on without."""
        try:
            tell_verified(report)
        except TrailUnavailable:
            self.note("The outcome could not be written into the trail.")
        for problem in report.problems[:LISTED_REJECTS]:
            found = problem.as_json()
            where = f"seal {problem.seal}" if problem.seal else "trail"
            events = (
                f" (events {', '.join(map(str, problem.events[:10]))}; {problem.count} in all)"
                if problem.events
                else ""
            )
            self.note(f"{problem.kind:<10} {where}: {found['detail']}{events}")


def _given(names: list[str]) -> list[Anchor]:
    for name in names:
        if not Path(name).is_file():
            raise CommandError(f"There is no anchor {name}.", returncode=2)
    return [Anchor(Path(name)) for name in names]
