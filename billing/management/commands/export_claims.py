"""Ready claims as X12 files."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from audit.walls import standing_for
from billing.claims.actions.export import Exported, export_claims, rehearse_export
from billing.claims.enums import ClaimState
from billing.claims.jobs import finish_waiting
from billing.claims.models import ClaimFile
from billing.claims.selectors import claim_counts, claims_list, file_to_download
from hims.lib.commands import LISTED_REJECTS, HimsCommand, Outcome
from hims.staff.models import Facility, User
from hims.staff.selectors import facility_by_code, system_user

AGAIN = "Written once more at the server (export_claims --again)"


class Command(HimsCommand):
    """One file a facility, form and payer. A claim that lacks something is held and listed with the reason; the others go."""

    help = "Write all ready claims to 837I and 837P files that have passed the format check, and mark them as sent."
    example = "export_claims --out /srv/claims --facility LGH --json"

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--out", metavar="DIR", required=True, help="folder for the files; made when it is not there"
        )
        parser.add_argument("--facility", metavar="CODE", help="only this facility")
        parser.add_argument("--dry-run", action="store_true", help="check everything, write nothing, mark nothing")
        parser.add_argument(
            "--again", metavar="NAME", help="only write a file that has left once more, e.g. after a full disk"
        )

    def work(self, **options: Any) -> Outcome:
        by, rehearse = system_user(), options["dry_run"]
        if options["again"]:
            return self._again(by, _folder(options["out"]), options["again"])
        chosen = [facility_by_code(options["facility"])] if options["facility"] else list(Facility.objects.all())
        if not rehearse:
            folder = _folder(options["out"])
            self._catch_up()
        counts = {"exported": 0, "held": 0, "files": 0}
        for facility in self.progress(chosen, total=len(chosen), label="facilities"):
            more = True
            while more:
                done = (rehearse_export if rehearse else export_claims)(by=by, facility=facility)
                if not rehearse:
                    self._write(folder, done)
                counts["exported"] += done.exported
                counts["files"] += len(done.files)
                more = done.more and not rehearse
            counts["held"] += self._list_held(by, facility) + (len(done.held) if rehearse else 0)
        return Outcome(counts=counts)

    def _again(self, by: User, folder: Path, name: str) -> Outcome:
        with standing_for(by):
            found = ClaimFile.objects.filter(name=name).values_list("pk", flat=True).first()
        if found is None:
            self.fail(f"No file {name} has left.")
        write_file(folder, file_to_download(by=by, file_id=found, reason=AGAIN).file)
        return Outcome(counts={"exported": 0, "held": 0, "files": 1})

    def _catch_up(self) -> None:
        """Accounts that wait for a worker: their claims are built first, so that nothing is left out."""
        for job_id, error in finish_waiting():
            self.reject(f"job {job_id}", f"accounts could not be brought up to date ({error})")

    def _write(self, folder: Path, done: Exported) -> None:
        for file in done.files:
            write_file(folder, file)
            self.note(f"{file.name}: {file.claim_count} claims")

    def _list_held(self, by: User, facility: Facility) -> int:
        page = claims_list(by=by, state=ClaimState.HELD, facility_id=facility.pk, size=LISTED_REJECTS)
        for claim in page.rows:
            self.note(f"held  {claim.control_number}: {claim.faults[0]['sentence']}")
        return claim_counts(by=by, facility_id=facility.pk).get(ClaimState.HELD, 0)


def write_file(folder: Path, file: ClaimFile) -> Path:
    """The bytes under their name, whole or not at all, readable by their owner only."""
    target = folder / file.name
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=folder)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(bytes(file.content))
            out.flush()
            os.fsync(out.fileno())
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return target


def _folder(text: str) -> Path:
    """A folder that can be written to; tried before any claim is marked. Raises CommandError (wrong usage) otherwise."""
    folder = Path(text)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError as error:
        raise CommandError(f"{folder} cannot be written to: {error.strerror}", returncode=2) from error
